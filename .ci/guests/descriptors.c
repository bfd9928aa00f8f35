/* What descriptors, processes and memory do together; it prints the same natively and under tab86. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "say.h"

static void pidfds(void) {
    int pid = fork();
    if (!pid) { pause(); _exit(3); }
    int fd = syscall(434, pid, 0), sent, state;
    struct pollfd p = {fd, POLLIN, 0};
    printf("pidfd running %d cloexec %d\n", poll(&p, 1, 0), fcntl(fd, F_GETFD));
    siginfo_t info;
    memset(&info, 0, sizeof info);
    printf("waitid %s", told(waitid(P_PIDFD, fd, &info, WEXITED | WNOHANG)));
    printf(" pid %d\n", info.si_pid);
    sent = syscall(424, fd, SIGTERM, 0, 0);
    printf("sent %s", told(sent));
    printf(" poll %d %x\n", poll(&p, 1, -1), p.revents);
    printf("waitid %s", told(waitid(P_PIDFD, fd, &info, WEXITED)));
    printf(" ours %d status %d code %d\n", info.si_pid == pid, info.si_status, info.si_code);
    printf("gone %s\n", told(syscall(424, fd, 0, 0, 0)));
    printf("of nobody %s", told(syscall(434, 0, 0)));
    printf(" flags %s", told(syscall(434, getpid(), 1)));
    printf(" read %s\n", told(read(fd, &state, 4)));
    close(fd);
    uint64_t args[11] = {0x1000, (uintptr_t)&fd, 0, 0, SIGCHLD};
    pid = syscall(435, args, 88);
    if (!pid) _exit(fcntl(fd, F_GETFD) == -1 ? 5 : 6);
    printf("clone3 %d", waitpid(pid, &state, 0) == pid);
    printf(" %x %s\n", state, told(fcntl(fd, F_GETFD)));
    int out = open("/dev/null", O_WRONLY), own = syscall(434, getpid(), 0);
    int copy = syscall(438, own, out, 0);
    printf("getfd %s %d\n", told(copy), (int)write(copy, "x", 1));
    close(copy), close(out), close(own), close(fd);
}

static void splices(void) {
    int a[2], b[2], file = memfd_create("x", 0);
    char text[64] = {0};
    loff_t at = 2;
    pipe(a), pipe(b);
    write(file, "0123456789", 10);
    printf("splice %d", (int)splice(file, &at, a[1], 0, 5, 0));
    printf(" at %d tee %d", (int)at, (int)tee(a[0], b[1], 100, 0));
    printf(" again %d", (int)splice(a[0], 0, b[1], 0, 3, 0));
    printf(" read %d %s", (int)read(b[0], text, 64), text);
    printf(" rest %d\n", (int)splice(a[0], 0, file, &(loff_t){20}, 100, 0));
    lseek(file, 0, SEEK_SET);
    memset(text, 0, 64);
    int count = read(file, text, 64);
    printf("file %d %.10s %s\n", count, text, text + 20);
    struct iovec parts[2] = {{"abc", 3}, {"defg", 4}};
    printf("vmsplice %d", (int)vmsplice(a[1], parts, 2, 0));
    memset(text, 0, 64);
    struct iovec room = {text, 64};
    printf(" %d %s\n", (int)vmsplice(a[0], &room, 1, 0), text);
    printf("empty %s", told(splice(a[0], 0, b[1], 0, 1, SPLICE_F_NONBLOCK)));
    printf(" files %s", told(splice(file, 0, file, 0, 1, 0)));
    printf(" seeks %s", told(splice(a[0], &at, file, 0, 1, 0)));
    printf(" itself %s", told(tee(a[0], a[1], 1, 0)));
    printf(" flags %s\n", told(tee(a[0], b[1], 1, 64)));
    close(a[1]);
    printf("end %d\n", (int)splice(a[0], 0, b[1], 0, 1, 0));
    ftruncate(file, 200000);
    at = 0;
    fcntl(b[1], F_SETFL, O_NONBLOCK);
    off_t from = 0;
    int sent = sendfile(b[1], file, &from, 200000);
    printf("sendfile %d from %d\n", sent, (int)from);
    close(a[0]), close(b[0]), close(b[1]), close(file);
}

static sigjmp_buf back;
static void fault(int signal) { siglongjmp(back, signal); }

static void mappings(void) {
    char *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int pid = fork();
    if (!pid) { p[0] = 42; _exit(0); }
    waitpid(pid, 0, 0);
    printf("shared %d\n", p[0]);
    int file = memfd_create("m", 0);
    ftruncate(file, 8192);
    char *q = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    q[4096] = 7, q[0] = 1;
    ftruncate(file, 4096);
    signal(SIGBUS, fault);
    int caught = sigsetjmp(back, 1);
    if (!caught) q[4096] = 8;
    printf("cut off %d", caught);
    ftruncate(file, 8192);
    printf(" grown %d kept %d\n", q[4096], q[0]);
    char *g = mmap((void *)0x60000000, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED, -1, 0);
    g[-1] = 5, g[-100000] = 6;
    mmap((void *)0x5fc00000, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    signal(SIGSEGV, fault);
    caught = sigsetjmp(back, 1);
    if (!caught) *(volatile char *)0x5fc81000 = 7;
    printf("grows down %d guard %d", g[-1] + g[-100000], caught);
    caught = sigsetjmp(back, 1);
    if (!caught) *(volatile char *)0x5fd80000 = 7;
    printf(" beyond it %d shared %s\n", caught, told((long)mmap(0, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0) == -1 ? -1 : 0));
    signal(SIGSEGV, SIG_DFL);
    char path[64];
    sprintf(path, "/proc/self/fd/%d", file);
    int reading = open(path, O_RDONLY);
    char *r = mmap(0, 4096, PROT_READ, MAP_SHARED, reading, 0);
    printf("protect %s", told(mprotect(r, 4096, PROT_READ | PROT_WRITE)));
    r = mmap(0, 4096, PROT_READ, MAP_PRIVATE, reading, 0);
    printf(" private %s\n", told(mprotect(r, 4096, PROT_READ | PROT_WRITE)));
    char *fixed = mmap(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int mem = open("/proc/self/mem", O_RDWR);
    printf("mem %d", (int)pwrite64(mem, "hello", 5, (uintptr_t)fixed));
    printf(" %s", fixed);
    char bytes[8] = {0};
    printf(" %d %.5s", (int)pread64(mem, bytes, 5, (uintptr_t)fixed), bytes);
    munmap(fixed, 4096);
    printf(" %s\n", told(pread64(mem, bytes, 5, (uintptr_t)fixed)));
    static char own[16] = "child's";
    pid = fork();
    if (!pid) { pause(); _exit(0); }
    struct iovec local = {bytes, 7}, remote = {own, 7};
    strcpy(own, "parent");
    printf("vm %d %.7s", (int)process_vm_readv(pid, &local, 1, &remote, 1, 0), bytes);
    remote.iov_base = (void *)16;
    printf(" %s", told(process_vm_readv(pid, &local, 1, &remote, 1, 0)));
    kill(pid, SIGKILL), waitpid(pid, 0, 0);
    printf(" %s\n", told(process_vm_readv(pid, &local, 1, &remote, 1, 0)));
    close(mem), close(reading), close(file);
}

static int child(void *p) { (void)p; chdir("/"); umask(7); return 0; }
static void on(int s) { (void)s; }
static int actions(void *p) { (void)p; signal(SIGUSR2, on); return 0; }

static void sharing(void) {
    static char stack[65536];
    char path[256];
    umask(022);
    chdir("/tmp");
    waitpid(clone(child, stack + 65536, SIGCHLD, 0), 0, 0);
    printf("copied %s %o", getcwd(path, 256), umask(022));
    waitpid(clone(child, stack + 65536, CLONE_FS | CLONE_VM | SIGCHLD, 0), 0, 0);
    printf(" shared %s %o\n", getcwd(path, 256), umask(022));
    struct sigaction before;
    waitpid(clone(actions, stack + 65536, CLONE_SIGHAND | CLONE_VM | SIGCHLD, 0), 0, 0);
    sigaction(SIGUSR2, 0, &before);
    printf("handler %d\n", before.sa_handler == on);
}

static volatile int ticks;
static void tick(int s) { (void)s; ticks++; }

static void used(void) {
    struct timespec a, b, c;
    struct rusage u;
    struct tms t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
    usleep(30000);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
    long long slept = (b.tv_sec - a.tv_sec) * 1000000000LL + b.tv_nsec - a.tv_nsec;
    printf("sleeping is free %d", slept < 20000000);
    int pid = fork();
    /* Several ticks of the kernel, by which it tells time in the program from time in calls. */
    if (!pid) { do for (volatile int i = 0; i < 3000000; i++) {} while (clock() < CLOCKS_PER_SEC / 5); _exit(0); }
    waitpid(pid, 0, 0);
    getrusage(RUSAGE_CHILDREN, &u);
    times(&t);
    printf(" child %d %d", u.ru_utime.tv_sec * 1000000 + u.ru_utime.tv_usec > 10000, t.tms_cutime > 0);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &c);
    printf(" thread %d", c.tv_sec == 0);
    clockid_t clock;
    printf(" by number %d", clock_getcpuclockid(getpid(), &clock) == 0);
    printf(" nobody %s\n", told(clock_gettime((~4000000u << 3) | 2, &c)));
    signal(SIGVTALRM, tick);
    struct itimerval timer = {{0, 10000}, {0, 10000}};
    setitimer(ITIMER_VIRTUAL, &timer, 0);
    usleep(50000);
    printf("idle %d", ticks);
    while (ticks < 3) {}
    printf(" busy %d\n", ticks);
    setitimer(ITIMER_VIRTUAL, &(struct itimerval){0}, 0);
    printf("nanosleep %d", clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &(struct timespec){0, 1}, 0) == EINVAL);
    pid = fork();
    if (!pid) {
        struct rlimit limit = {1, 2};
        setrlimit(RLIMIT_CPU, &limit);
        for (;;) {}
    }
    int status;
    waitpid(pid, &status, 0);
    printf(" limit %x\n", status & 0x7f);
}

static void proc(void) {
    char text[256] = {0};
    int fd = open("/proc/self/comm", O_RDWR);
    write(fd, "renamed", 7);
    pread(fd, text, 64, 0);
    printf("comm %s", text);
    close(fd);
    fd = open("/proc/self/oom_score_adj", O_RDWR);
    printf("oom %s", told(write(fd, "500\n", 4)));
    printf(" %s\n", told(write(fd, "x", 1)));
    close(fd);
    int pid = fork();
    if (!pid) { pause(); _exit(0); }
    sprintf(text, "/proc/%d/cmdline", pid);
    fd = open(text, O_RDONLY);
    memset(text, 0, 256);
    printf("cmdline %d", (int)read(fd, text, 255) > 0);
    printf(" %s\n", strrchr(text, '/') ? "program" : text);
    kill(pid, SIGKILL), waitpid(pid, 0, 0);
}

static void arguments(void) {
    char **many = calloc(200001, sizeof *many);
    static char big[100000];
    memset(big, 'x', sizeof big - 1);
    for (int i = 0; i < 200000; i++) many[i] = big;
    printf("exec %s\n", told(execve("/proc/self/exe", many, 0)));
    free(many);
}

int main(void) {
    setvbuf(stdout, 0, _IONBF, 0);
    pidfds();
    splices();
    mappings();
    sharing();
    used();
    proc();
    arguments();
    return 0;
}
