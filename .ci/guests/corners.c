/* What lies in the corners of calls: descriptors of no type, sets within sets, waiting at a name that goes away. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "say.h"

static void typeless(void) {
    int event = eventfd(0, 0);
    char value[4];
    say(fallocate(event, 0, 0, 4)); say(fsetxattr(event, "user.x", "a", 1, 0)); say(fremovexattr(event, "user.x"));
    say(fgetxattr(event, "user.x", value, 4));
}

static void nested(void) {
    int set[7], pair[2];
    struct epoll_event event = {.events = EPOLLIN};
    pipe(pair);
    for (int i = 0; i < 7; i++) set[i] = epoll_create1(0);
    say(epoll_ctl(set[0], EPOLL_CTL_ADD, pair[0], &event));
    for (int i = 1; i < 6; i++) say(epoll_ctl(set[i], EPOLL_CTL_ADD, set[i - 1], &event));
    say(epoll_ctl(set[0], EPOLL_CTL_ADD, set[3], &event));
}

static void sockets(void) {
    struct sockaddr_in all = {AF_INET, 0, {INADDR_BROADCAST}};
    int stream = socket(AF_INET, SOCK_STREAM, 0), datagram = socket(AF_INET, SOCK_DGRAM, 0);
    say(bind(datagram, (void *)&all, sizeof all)); say(bind(stream, (void *)&all, sizeof all));
    stream = socket(AF_INET, SOCK_STREAM, 0); listen(stream, 1); fcntl(stream, F_SETFL, O_NONBLOCK);
    say(accept4(stream, 0, 0, SOCK_DGRAM)); say(accept4(stream, 0, 0, SOCK_CLOEXEC));
    say(socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMPV6)); say(socket(AF_INET6, SOCK_DGRAM, IPPROTO_ICMP));
}

static void numbers(void) {
    struct clone_args args = {.flags = CLONE_FS | CLONE_NEWNS};
    struct timespec none = {0, 0};
    timer_t timer;
    unsigned long long hint = 3, told = 9;
    say(syscall(SYS_clone3, &args, sizeof args)); args.flags = 0; args.set_tid = (long)&args; args.set_tid_size = 33;
    say(syscall(SYS_clone3, &args, sizeof args));
    say(syscall(SYS_arch_prctl, 0x1011, 0)); say(syscall(SYS_arch_prctl, 0x1012, 1)); say(syscall(SYS_arch_prctl, 0x1003, &told));
    say(syscall(SYS_clock_nanosleep, CLOCK_THREAD_CPUTIME_ID, 0, &none, 0));
    say(syscall(SYS_clock_settime, CLOCK_PROCESS_CPUTIME_ID, &none));
    int file = open("hinted", O_CREAT | O_RDWR, 0600);
    say(fcntl(file, 1035, &told)); say(told); say(fcntl(file, 1036, &hint)); say(fcntl(file, 1035, &told)); say(told);
    hint = 6; say(fcntl(file, 1036, &hint)); hint = 0; say(fcntl(file, 1036, &hint)); say(fcntl(file, 1036, (void *)-4096l));
}

static void namespaces(void) {
    int name = open("/proc/self/ns/uts", O_RDONLY), user = open("/proc/self/ns/user", O_RDONLY), owner;
    say(ioctl(name, 0xb701) > 0); say(ioctl(name, 0xb702)); say(ioctl(name, 0xb703)); say(ioctl(name, 0xb704, &owner));
    say(ioctl(user, 0xb703)); say(ioctl(0, 0xb703)); say(ioctl(open("/proc/self/ns/net", O_RDONLY), 0xb703));
}

/* Who waits for the other end of a FIFO waits for that FIFO, whatever becomes of its name. */
static void renamed(void) {
    char byte = 0;
    mkfifo("fifo", 0600);
    if (!fork()) {
        alarm(20);
        int end = open("fifo", O_RDONLY);
        say(read(end, &byte, 1)); say(byte);
        fflush(stdout);
        _exit(0);
    }
    usleep(300000);
    rename("fifo", "moved"); mkfifo("fifo", 0600);
    int end = open("moved", O_WRONLY);
    say(write(end, "x", 1));
    fflush(stdout);
    close(end);
    wait(0);
    unlink("fifo"); unlink("moved"); unlink("hinted");
}

int main(void) {
    setvbuf(stdout, 0, _IOFBF, 1 << 16);
    typeless();
    nested();
    sockets();
    numbers();
    namespaces();
    fflush(stdout);
    renamed();
}
