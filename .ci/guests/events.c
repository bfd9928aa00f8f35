/* Counters, timers and signals as descriptors, and epoll over them; the same natively and under tab86. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "say.h"

static void report(const char *what, int set, int time) {
    struct epoll_event events[8];
    int count = epoll_wait(set, events, 8, time);
    printf("%s:", what);
    for (int i = 0; i < count; i++) printf(" %u=%x", events[i].data.u32, events[i].events);
    printf("%s\n", count < 0 ? told(count) : "");
}

static int watch(int set, int how, int fd, uint32_t events, uint32_t data) {
    struct epoll_event event = {events, {.u32 = data}};
    return epoll_ctl(set, how, fd, &event);
}

static void *closes(void *fd) { usleep(20000); close((int)(intptr_t)fd); return 0; }

static void counters(void) {
    uint64_t value = 5;
    int fd = eventfd(2, EFD_NONBLOCK), semaphore = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
    write(fd, &value, 8);
    read(fd, &value, 8);
    printf("eventfd %llu %s", (unsigned long long)value, told(read(fd, &value, 8)));
    read(semaphore, &value, 8);
    printf(" semaphore %llu", (unsigned long long)value);
    value = UINT64_MAX;
    printf(" %s", told(write(fd, &value, 8)));
    value = UINT64_MAX - 1;
    write(fd, &value, 8);
    value = 1;
    printf(" full %s short %s seek %s\n", told(write(fd, &value, 8)), told(read(fd, &value, 4)), told(lseek(fd, 0, 0)));
    struct pollfd p = {fd, POLLIN | POLLOUT, 0};
    printf("poll %d %x flags %s\n", poll(&p, 1, 0), p.revents, told(eventfd(0, 4)));
    close(fd), close(semaphore);
}

static void *later(void *fd) {
    uint64_t one = 1;
    usleep(20000);
    write((int)(intptr_t)fd, &one, 8);
    return 0;
}

static void timers(void) {
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    uint64_t value = 0;
    struct itimerspec set = {{0, 10000000}, {0, 10000000}}, now;
    printf("idle %s", told(read(fd, &value, 8)));
    timerfd_settime(fd, 0, &set, 0);
    timerfd_gettime(fd, &now);
    printf(" left %d", now.it_value.tv_nsec > 0 && now.it_value.tv_nsec <= 10000000);
    struct pollfd p = {fd, POLLIN, 0};
    printf(" poll %d %x", poll(&p, 1, -1), p.revents);
    usleep(35000);
    read(fd, &value, 8);
    printf(" expired %d", value >= 3 && value < 100);
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    struct itimerspec at = {{0, 0}, {t.tv_sec - 1, 0}};
    timerfd_settime(fd, TFD_TIMER_ABSTIME, &at, &now);
    read(fd, &value, 8);
    printf(" past %llu interval %ld", (unsigned long long)value, now.it_interval.tv_nsec);
    printf(" clock %s flags %s not %s\n", told(timerfd_create(77, 0)), told(timerfd_create(1, 1)), told(timerfd_settime(1, 0, &set, 0)));
    close(fd);
}

static void signals(void) {
    sigset_t set;
    struct signalfd_siginfo info[3];
    sigemptyset(&set), sigaddset(&set, SIGUSR1), sigaddset(&set, SIGCHLD), sigaddset(&set, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &set, 0);
    int fd = signalfd(-1, &set, SFD_NONBLOCK);
    printf("none %s short %s", told(read(fd, info, sizeof info)), told(read(fd, info, 100)));
    kill(getpid(), SIGUSR1);
    sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 77});
    int pid = fork();
    if (!pid) _exit(9);
    struct pollfd p = {fd, POLLIN, 0};
    siginfo_t w;
    waitid(P_PID, pid, &w, WEXITED | WNOWAIT);
    printf(" poll %d", poll(&p, 1, -1));
    int count = read(fd, info, sizeof info);
    printf(" read %d", count);
    for (int i = 0; i < count / 128; i++) printf(" [%u %d %d %d]", info[i].ssi_signo, info[i].ssi_code, info[i].ssi_int, info[i].ssi_status);
    waitpid(pid, 0, 0);
    fcntl(fd, F_SETFL, 0);
    pid = fork();
    if (!pid) { usleep(10000); kill(getppid(), SIGUSR1); _exit(0); }
    count = read(fd, info, 128);
    printf(" waited %d %u %d\n", count, info[0].ssi_signo, info[0].ssi_pid == (unsigned)pid);
    waitpid(pid, 0, 0);
    close(fd);
}

static void sets(void) {
    int set = epoll_create1(EPOLL_CLOEXEC), p[2], fd = eventfd(0, 0), file = open("/dev/null", O_RDONLY);
    char text[16];
    uint64_t value = 1;
    pipe(p);
    printf("add %s", told(watch(set, EPOLL_CTL_ADD, p[0], EPOLLIN, 1)));
    printf(" again %s", told(watch(set, EPOLL_CTL_ADD, p[0], EPOLLIN, 1)));
    printf(" null %s itself %s", told(watch(set, EPOLL_CTL_ADD, file, EPOLLIN, 1)), told(watch(set, EPOLL_CTL_ADD, set, EPOLLIN, 1)));
    printf(" unknown %s none %s", told(watch(set, EPOLL_CTL_MOD, p[1], EPOLLIN, 1)), told(watch(set, EPOLL_CTL_DEL, p[1], 0, 0)));
    printf(" most %s", told(epoll_wait(set, (void *)text, 0, 0)));
    printf(" not %s\n", told(epoll_wait(fd, (void *)text, 1, 0)));
    report("nothing", set, 0);
    report("time", set, 10);
    write(p[1], "abcd", 4);
    report("level", set, -1);
    report("level again", set, 0);
    watch(set, EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLET, 2);
    report("edge", set, 0);
    report("edge again", set, 0);
    read(p[0], text, 1);
    report("edge after read", set, 0);
    write(p[1], "e", 1);
    report("edge after write", set, 0);
    watch(set, EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLONESHOT, 3);
    report("once", set, 0);
    report("once again", set, 0);
    watch(set, EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLONESHOT, 3);
    report("rearmed", set, 0);
    watch(set, EPOLL_CTL_ADD, p[1], EPOLLOUT, 4);
    watch(set, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLOUT, 5);
    write(fd, &value, 8);
    report("several", set, 0);
    int outer = epoll_create(1);
    printf("nested %s", told(watch(outer, EPOLL_CTL_ADD, set, EPOLLIN, 6)));
    printf(" loop %s\n", told(watch(set, EPOLL_CTL_ADD, outer, EPOLLIN, 6)));
    report("outer", outer, 0);
    watch(set, EPOLL_CTL_DEL, p[1], 0, 0), watch(set, EPOLL_CTL_DEL, fd, 0, 0);
    report("outer silent", outer, 0);
    int copy = dup(p[0]);
    watch(set, EPOLL_CTL_MOD, p[0], EPOLLIN, 7);
    close(p[0]);
    report("duplicate lives", set, 0);
    close(copy);
    report("gone", set, 0);
    read(fd, &value, 8);
    watch(set, EPOLL_CTL_ADD, fd, EPOLLIN, 8);
    pthread_t t;
    pthread_create(&t, 0, later, (void *)(intptr_t)fd);
    report("by a thread", outer, -1);
    pthread_join(t, 0);
    pipe(p);
    watch(set, EPOLL_CTL_ADD, p[0], EPOLLIN, 9);
    close(p[1]);
    read(fd, &value, 8);
    report("hung up", set, -1);
    pipe(p);
    int silent = epoll_create1(0);
    watch(silent, EPOLL_CTL_ADD, p[0], 0, 10);
    pthread_create(&t, 0, closes, (void *)(intptr_t)p[1]);
    report("hung up, unasked", silent, -1);
    pthread_join(t, 0);
    close(silent);
    printf("exclusive %s %s\n", told(watch(set, EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLEXCLUSIVE, 9)), told(watch(outer, EPOLL_CTL_ADD, p[0], EPOLLIN | EPOLLEXCLUSIVE, 9)));
    close(set), close(outer), close(fd), close(p[0]), close(file);
}

static void *drain(void *fd) {
    static char text[300000];
    int total = 0, count;
    while ((count = read((int)(intptr_t)fd, text, sizeof text)) > 0) for (int i = 0; i < count; i++) total = total * 31 + text[i];
    return (void *)(intptr_t)total;
}

static void vectors(void) {
    static char text[100000];
    int p[2];
    for (int i = 0; i < 100000; i++) text[i] = i * 7;
    struct iovec parts[3] = {{text, 70000}, {text + 5, 90000}, {text, 100000}};
    pipe(p);
    pthread_t t;
    pthread_create(&t, 0, drain, (void *)(intptr_t)p[0]);
    int count = writev(p[1], parts, 3);
    close(p[1]);
    void *total;
    pthread_join(t, &total);
    printf("writev %d %d\n", count, (int)(intptr_t)total);
}

static void on(int s) { (void)s; }

static void interrupted(void) {
    struct sigaction a = {.sa_handler = on, .sa_flags = SA_RESTART};
    sigset_t none;
    sigemptyset(&none), sigprocmask(SIG_SETMASK, &none, 0);
    sigaction(SIGALRM, &a, 0);
    int set = epoll_create1(0);
    struct epoll_event event;
    ualarm(10000, 0);
    printf("interrupted %s\n", told(epoll_wait(set, &event, 1, -1)));
    close(set);
}

int main(void) {
    setvbuf(stdout, 0, _IONBF, 0);
    counters();
    timers();
    signals();
    sets();
    vectors();
    interrupted();
    return 0;
}
