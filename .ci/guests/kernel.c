/* What programs rarely ask of a kernel: barriers, many futexes, mappings that move, seals, busy files, time limits
   that are told back. */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "say.h"

static void barriers(void) {
    say(syscall(SYS_membarrier, 0, 1)); say(syscall(SYS_membarrier, 1, 0)); say(syscall(SYS_membarrier, 8, 0));
    say(syscall(SYS_membarrier, 16, 0)); say(syscall(SYS_membarrier, 8, 0)); say(syscall(SYS_membarrier, 32, 0));
    say(syscall(SYS_membarrier, 64, 0)); say(syscall(SYS_membarrier, 32, 0)); say(syscall(SYS_membarrier, 24, 0));
    say(syscall(SYS_membarrier, 8, 2)); say(syscall(SYS_membarrier, 2, 0)); say(syscall(SYS_membarrier, 4, 0));
}

struct waiter { unsigned long long val, uaddr; unsigned flags, reserved; };
static unsigned words[3], plain, owned;
static int answer, owner, unlocked;
static struct waiter three[3];
static void *wait_three(void *p) { (void)p; answer = syscall(449, three, 3, 0, 0, 0); return 0; }
static void *wait_requeue(void *p) {
    (void)p;
    answer = syscall(SYS_futex, &plain, FUTEX_WAIT_REQUEUE_PI, 0, 0, &owned, 0);
    owner = (owned & FUTEX_TID_MASK) == syscall(SYS_gettid);
    unlocked = syscall(SYS_futex, &owned, FUTEX_UNLOCK_PI, 0, 0, 0, 0);
    return 0;
}
static void *wait_plain(void *p) { (void)p; answer = syscall(SYS_futex, &plain, FUTEX_WAIT, 0, 0, 0, 0); return 0; }
static void futexes(void) {
    pthread_t t;
    for (int i = 0; i < 3; i++) three[i] = (struct waiter){0, (unsigned long)&words[i], 2 | FUTEX_PRIVATE_FLAG, 0};
    pthread_create(&t, 0, wait_three, 0); usleep(50000);
    say(syscall(SYS_futex, &words[1], FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, 0, 0, 0)); pthread_join(t, 0); say(answer);
    say(syscall(SYS_futex, &words[0], FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, 0, 0, 0));
    struct { long long s, n; } past = {0, 0};
    say(syscall(449, three, 3, 0, &past, CLOCK_MONOTONIC)); say(syscall(449, three, 3, 0, &past, 7));
    say(syscall(449, three, 0, 0, 0, 0)); say(syscall(449, three, 129, 0, 0, 0)); say(syscall(449, three, 3, 1, 0, 0));
    say(syscall(449, 0, 3, 0, 0, 0));
    three[2].val = 9; say(syscall(449, three, 3, 0, 0, 0)); three[1].flags = 0; say(syscall(449, three, 3, 0, 0, 0));
    three[1].flags = 2; three[1].uaddr++; say(syscall(449, three, 3, 0, 0, 0));
    for (int locked = 0; locked < 2; locked++) {
        if (locked) say(syscall(SYS_futex, &owned, FUTEX_LOCK_PI, 0, 0, 0, 0));
        pthread_create(&t, 0, wait_requeue, 0); usleep(50000);
        say(syscall(SYS_futex, &plain, FUTEX_WAKE, 1, 0, 0, 0));
        say(syscall(SYS_futex, &plain, FUTEX_CMP_REQUEUE_PI, 1, 5, &owned, 1));
        say(syscall(SYS_futex, &plain, FUTEX_CMP_REQUEUE_PI, 2, 5, &owned, 0));
        say(syscall(SYS_futex, &plain, FUTEX_CMP_REQUEUE_PI, 1, 5, &owned, 0));
        if (locked) say(syscall(SYS_futex, &owned, FUTEX_UNLOCK_PI, 0, 0, 0, 0));
        pthread_join(t, 0); say(answer); say(owner); say(unlocked); say(owned);
    }
    pthread_create(&t, 0, wait_plain, 0); usleep(50000);
    say(syscall(SYS_futex, &plain, FUTEX_CMP_REQUEUE_PI, 1, 5, &owned, 0));
    say(syscall(SYS_futex, &plain, FUTEX_WAKE, 1, 0, 0, 0)); pthread_join(t, 0); say(answer);
    say(syscall(SYS_futex, &plain, FUTEX_WAIT_REQUEUE_PI, 0, 0, &plain, 0));
    say(syscall(SYS_futex, &plain, FUTEX_WAIT_REQUEUE_PI, 1, 0, &owned, 0));
}

static void moves(void) {
    char *p = mmap(0, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    strcpy(p, "moved");
    char *q = mremap(p, 8192, 8192, MREMAP_MAYMOVE | 4, 0);
    printf("%d %s %d\n", q != MAP_FAILED && q != p, q, *p); *p = 'x';
    say((long)mremap(p, 4096, 8192, MREMAP_MAYMOVE | 4, 0)); say((long)mremap(p, 4096, 4096, 4, 0));
    say((long)mremap(p, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, p)); say((long)mremap(p, 4096, 4096, 16, 0));
    FILE *f = fopen("/tmp/mapped-file", "w"); fputs("text", f); fclose(f);
    int r = open("/tmp/mapped-file", O_RDONLY), w = open("/tmp/mapped-file", O_RDWR);
    p = mmap(0, 4096, PROT_READ, MAP_SHARED, r, 0); q = mmap(0, 4096, PROT_READ, MAP_SHARED, w, 0);
    say(mprotect(p, 4096, PROT_READ | PROT_WRITE)); say(mprotect(q, 4096, PROT_READ | PROT_WRITE)); say(mprotect(p, 4096, PROT_NONE));
    say(mmap(0, 4096, PROT_WRITE, MAP_SHARED, r, 0) == MAP_FAILED); say(mmap(0, 4096, PROT_WRITE, MAP_PRIVATE, r, 0) == MAP_FAILED);
    unlink("/tmp/mapped-file");
    int m = memfd_create("sealed", MFD_ALLOW_SEALING); ftruncate(m, 4096);
    say(fcntl(m, F_ADD_SEALS, F_SEAL_WRITE)); p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, m, 0); say(p == MAP_FAILED);
    p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, m, 0); say(p == MAP_FAILED);
    say(fallocate(m, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096)); say(pwrite(m, "x", 1, 0));
    m = memfd_create("sealed", MFD_ALLOW_SEALING); ftruncate(m, 4096);
    p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, m, 0);
    say(fcntl(m, F_ADD_SEALS, F_SEAL_WRITE)); say(fcntl(m, F_GET_SEALS)); munmap(p, 4096);
    say(fcntl(m, F_ADD_SEALS, F_SEAL_WRITE));
    int n = memfd_create("not sealable", 0); say(fcntl(n, F_GET_SEALS)); say(fcntl(n, F_ADD_SEALS, F_SEAL_WRITE));
}

static int spare(void *p) { (void)p; pause(); return 0; }
static void descriptors(void) {
    static char stack[16384];
    dup2(1, 20); dup2(1, 21);
    pid_t p = clone(spare, stack + sizeof stack, CLONE_FILES | SIGCHLD, 0);
    say(syscall(SYS_close_range, 20, 21, 2)); say(fcntl(20, F_GETFD)); say(fcntl(21, F_GETFD));
    char path[64], to[64]; sprintf(path, "/proc/%d/fd/20", p); say(readlink(path, to, 64) > 0);
    kill(p, SIGKILL); waitpid(p, 0, 0);
    p = clone(spare, stack + sizeof stack, CLONE_FILES | SIGCHLD, 0);
    say(unshare(CLONE_FILES | CLONE_FS | CLONE_SYSVSEM)); dup2(1, 22); sprintf(path, "/proc/%d/fd/22", p);
    say(readlink(path, to, 64)); close(22); say(unshare(CLONE_SETTLS)); say(unshare(CLONE_VFORK)); say(unshare(0));
    kill(p, SIGKILL); waitpid(p, 0, 0);
}

/* A program that only waits. */
static void write_program(int to) {
    static const unsigned char code[] = {0xb8, 29, 0, 0, 0, 0xcd, 0x80, 0xeb, 0xf7};
    struct { Elf32_Ehdr e; Elf32_Phdr p; unsigned char code[sizeof code]; } file = {
        {{0x7f, 'E', 'L', 'F', 1, 1, 1}, ET_EXEC, EM_386, 1, 0x8048000 + 84, 52, 0, 0, 52, 32, 1, 0, 0, 0},
        {PT_LOAD, 0, 0x8048000, 0x8048000, sizeof file, sizeof file, PF_R | PF_X, 4096}};
    memcpy(file.code, code, sizeof code);
    write(to, &file, sizeof file);
}

static void busy(void) {
    char copy[] = "/tmp/busy-file";
    int st, to = open(copy, O_WRONLY | O_CREAT | O_TRUNC, 0755);
    write_program(to);
    pid_t p = fork();
    if (!p) { execl(copy, copy, (char *)0); _exit(errno); }
    waitpid(p, &st, 0); printf("open for writing: %s\n", strerror(WEXITSTATUS(st)));
    close(to);
    p = fork();
    if (!p) { execl(copy, copy, (char *)0); _exit(errno); }
    usleep(200000);
    say(open(copy, O_WRONLY)); say(open(copy, O_RDWR | O_TRUNC)); say(truncate(copy, 5)); say(open(copy, O_RDONLY) > 0);
    kill(p, SIGKILL); waitpid(p, &st, 0); printf("%x\n", st); say(open(copy, O_WRONLY) > 0); unlink(copy);
}

static void nothing(int s) { (void)s; }
static void limits_of_time(void) {
    struct timeval t = {0, 30000};
    int e[2]; pipe(e);
    fd_set set; FD_ZERO(&set); FD_SET(e[0], &set);
    say(syscall(SYS__newselect, e[0] + 1, &set, 0, 0, &t)); printf("left %ld %ld\n", t.tv_sec, t.tv_usec);
    t.tv_sec = 100; t.tv_usec = 0; FD_SET(e[0], &set); write(e[1], "x", 1);
    say(syscall(SYS__newselect, e[0] + 1, &set, 0, 0, &t)); printf("left %d\n", t.tv_sec == 99 && t.tv_usec > 0);
    struct sigaction a = {0}; a.sa_handler = nothing; sigaction(SIGALRM, &a, 0); ualarm(50000, 0);
    t.tv_sec = 100; t.tv_usec = 0;
    say(syscall(SYS__newselect, 0, 0, 0, 0, &t)); printf("left %d\n", t.tv_sec == 99);
    struct timespec s = {100, 0}; ualarm(50000, 0);
    say(syscall(SYS_pselect6, 0, 0, 0, 0, &s, 0)); printf("left %d\n", s.tv_sec == 99);
    s.tv_sec = 100; s.tv_nsec = 0; ualarm(50000, 0); say(syscall(SYS_ppoll, 0, 0, &s, 0, 0)); printf("left %d\n", s.tv_sec == 99);
}

static void attributes(void) {
    char b[300]; memset(b, 'n', 299); b[299] = 0;
    int f = open("/tmp/attributes-file", O_RDWR | O_CREAT, 0600);
    say(getxattr("/tmp/none", "user.x", b, 9)); say(getxattr("/tmp/attributes-file", "", b, 9));
    say(fgetxattr(f, b, b, 9)); say(fgetxattr(-1, "user.x", b, 9)); say(fgetxattr(f, "strange.x", b, 9));
    say(fgetxattr(f, "security.selinux", b, 9)); say(fsetxattr(f, "user.x", b, 70000, 0)); say(fsetxattr(f, "user.x", b, 9, 4));
    say(fsetxattr(f, "strange.x", b, 3, 0)); say(listxattr("/tmp/none", b, 9)); say(fremovexattr(f, "strange.x"));
    unlink("/tmp/attributes-file");
}

static void cores(void) {
    struct rlimit l = {0, RLIM_INFINITY}; int st;
    setrlimit(RLIMIT_CORE, &l);
    pid_t p = fork();
    if (!p) abort();
    siginfo_t i; waitid(P_PID, p, &i, WEXITED | WNOWAIT); printf("code %d\n", i.si_code);
    waitpid(p, &st, 0); printf("status %x\n", st);
}

int main(void) {
    setvbuf(stdout, 0, _IONBF, 0);
    barriers(); futexes(); moves(); descriptors(); busy(); limits_of_time(); attributes(); cores();
    return 0;
}
