/* POSIX queues of messages: prints the same natively and under tab86. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *error(void) { return strerrorname_np(errno); }
#define TRY(call) do { errno = 0; long r_ = (long)(call); if (r_ == -1) printf("%s: %s\n", #call, error()); \
    else printf("%s: %ld\n", #call, r_); } while (0)
static void pause_ms(int ms) { usleep(ms * 1000); }
static char buffer[16384];
static int lateness;
static void receive(mqd_t q, size_t size, const struct timespec *limit) {
    unsigned priority = 99; memset(buffer, 0, sizeof buffer); errno = 0;
    ssize_t r = mq_timedreceive(q, buffer, size, &priority, limit); int e = errno; pause_ms(lateness); errno = e;
    if (r < 0) printf("receive: %s\n", error()); else printf("receive: %zd %u %.20s\n", r, priority, buffer);
}
static void attributes(mqd_t q) { struct mq_attr a; if (mq_getattr(q, &a)) printf("getattr: %s\n", error()); else printf("flags %lx maxmsg %ld msgsize %ld curmsgs %ld\n", a.mq_flags, a.mq_maxmsg, a.mq_msgsize, a.mq_curmsgs); }
static void state(mqd_t q) { struct pollfd p = { q, POLLIN | POLLOUT | POLLPRI, 0 }; int r = poll(&p, 1, 0); printf("poll %d %x\n", r, p.revents); }
static void end(pid_t child) { int st; while (waitpid(child, &st, 0) == -1 && errno == EINTR); printf("child ended with %x\n", st); }
static volatile int got, code, value, from;
static void on_signal(int s, siginfo_t *i, void *c) { got = s; code = i->si_code; value = i->si_value.sival_int; from = i->si_pid == getpid(); (void)c; }
static void told(void) { printf("signal %d code %d value %d own %d\n", got, code, value, from); got = 0; }
static void text(mqd_t q) { char t[200]; lseek(q, 0, SEEK_SET); int n = read(q, t, 199); t[n < 0 ? 0 : n] = 0; char *p = strstr(t, "NOTIFY_PID:"); if (p) { int pid = atoi(p + 11); sprintf(p + 11, "%s\n", pid == getpid() ? "own" : pid ? "other" : "none"); } printf("%d %s", n, t); }

int main(void) {
    setvbuf(stdout, 0, _IONBF, 0); umask(022);
    char name[50]; sprintf(name, "/guest-%d", getpid()); const char *raw = name + 1;
    struct mq_attr a = { 0, 3, 20, 0 };
    TRY(mq_open(name, O_RDWR)); TRY(mq_unlink(name)); TRY(mq_open("/", O_RDWR)); TRY(mq_open("/a/b", O_RDWR | O_CREAT, 0600, 0));
    TRY(syscall(277, "", 0, 0, 0)); TRY(syscall(277, "/x", 0, 0, 0)); TRY(syscall(277, 8, 0, 0, 0)); TRY(syscall(277, raw, O_CREAT, 0600, 8)); TRY(syscall(277, "..", O_CREAT, 0600, 0)); TRY(syscall(278, 8)); TRY(syscall(278, "a/b"));
    memset(buffer, 'x', 300); TRY(syscall(277, buffer, O_CREAT, 0600, 0)); memset(buffer, 'x', 5000); TRY(syscall(277, buffer, O_CREAT, 0600, 0)); memset(buffer, 0, sizeof buffer);
    struct mq_attr wrong[] = { { 0, 0, 1 }, { 0, 1, 0 }, { 0, -1, 1 }, { 0, 65537, 1 }, { 0, 1, 16777217 } };
    for (int i = 0; i < 5; i++) TRY(mq_open(name, O_RDWR | O_CREAT, 0600, &wrong[i]));
    mqd_t q = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0666, &a); printf("flags %x cloexec %d\n", fcntl(q, F_GETFL), fcntl(q, F_GETFD));
    attributes(q); state(q); TRY(mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &a)); TRY(mq_open(name, 3));
    struct stat st; fstat(q, &st); printf("mode %o size %ld links %ld\n", st.st_mode, (long)st.st_size, (long)st.st_nlink); struct statfs fs; fstatfs(q, &fs); printf("type %lx\n", (unsigned long)fs.f_type);
    char path[60], target[60] = {0}; sprintf(path, "/proc/self/fd/%d", q); readlink(path, target, 59); printf("link %d\n", !strcmp(target, name));
    TRY(mq_send(q, "low", 3, 1)); TRY(mq_send(q, "high", 4, 9)); state(q); TRY(mq_send(q, "", 0, 1)); state(q); attributes(q); text(q);
    TRY(mq_send(q, "x", 1, 32768)); TRY(mq_send(q, buffer, 21, 0)); TRY(mq_send(q, (char *)8, 1, 0)); TRY(mq_send(999, "x", 1, 0)); TRY(mq_send(1, "x", 1, 0)); TRY(write(q, "x", 1));
    struct timespec past = { 1, 0 }, invalid = { 0, 1000000000 }, soon; clock_gettime(CLOCK_REALTIME, &soon); soon.tv_nsec += 50000000; if (soon.tv_nsec > 999999999) { soon.tv_sec++; soon.tv_nsec -= 1000000000; }
    TRY(mq_timedsend(q, "x", 1, 0, &past)); TRY(mq_timedsend(q, "x", 1, 0, &invalid)); TRY(mq_timedsend(q, "x", 1, 0, &soon)); TRY(mq_timedsend(999, "x", 1, 0, &invalid)); TRY(syscall(279, q, "x", 1, 40000, 8)); TRY(syscall(418, q, "x", 1, 0, 8));
    receive(q, 19, 0); receive(q, 20, &past); receive(q, 16000, 0); receive(q, 20, 0); receive(q, 20, &past); receive(q, 20, &invalid); TRY(syscall(280, q, 8, 20, 0, 8)); receive(999, 20, 0); receive(0, 20, 0);
    TRY(mq_send(q, "lost", 4, 0)); TRY(syscall(280, q, 8, 20, 0, 0)); attributes(q);
    a.mq_flags = O_NONBLOCK; TRY(mq_setattr(q, &a, 0)); attributes(q); receive(q, 20, 0); printf("flags %x\n", fcntl(q, F_GETFL)); a.mq_flags = 1; TRY(mq_setattr(q, &a, 0)); a.mq_flags = 0; TRY(mq_setattr(q, &a, &a)); printf("were %lx %ld\n", a.mq_flags, a.mq_maxmsg); TRY(syscall(282, q, 8, 0)); TRY(syscall(282, q, 0, 8)); TRY(syscall(282, 1, 0, 0));
    mqd_t r = mq_open(name, O_RDONLY), w = mq_open(name, O_WRONLY | O_NONBLOCK); TRY(mq_send(r, "x", 1, 0)); receive(w, 20, 0);
    /* Who waits is served in order, and the room that a message leaves is taken at once. */
    pid_t first = fork(); if (!first) { receive(q, 20, 0); _exit(1); } pause_ms(30);
    pid_t second = fork(); if (!second) { lateness = 60; receive(q, 20, 0); _exit(2); } pause_ms(30);
    TRY(mq_send(q, "one", 3, 1)); end(first); TRY(mq_send(q, "two", 3, 2)); attributes(q); end(second);
    for (int i = 0; i < 3; i++) mq_send(q, "full", 4, 5);
    first = fork(); if (!first) { int s = mq_send(q, "waited", 6, 7); pause_ms(60); printf("sent %d\n", s); _exit(0); } pause_ms(30);
    receive(q, 20, 0); attributes(q); TRY(mq_send(w, "no room", 7, 0)); end(first); receive(q, 20, 0); receive(q, 20, 0); receive(q, 20, 0);
    /* A signal interrupts; with SA_RESTART the call goes on. */
    for (int flags = 0; flags < 2; flags++) {
        first = fork(); if (!first) { struct sigaction s = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | (flags ? SA_RESTART : 0) }; sigaction(SIGUSR1, &s, 0); lateness = 60; receive(q, 20, 0); _exit(got); }
        pause_ms(30); kill(first, SIGUSR1); pause_ms(30); TRY(mq_send(q, "after", 5, 0)); end(first);
    }
    receive(q, 20, &past);
    /* poll waits. */
    first = fork(); if (!first) { pause_ms(40); mq_send(w, "polled", 6, 0); _exit(0); }
    struct pollfd p = { q, POLLIN, 0 }; TRY(poll(&p, 1, 5000)); end(first); receive(q, 20, 0);
    /* Notification. */
    struct sigaction s = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO }; sigaction(SIGUSR2, &s, 0);
    struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2, .sigev_value.sival_int = 77 };
    TRY(mq_notify(q, &e)); TRY(mq_notify(q, &e)); text(r); TRY(mq_send(q, "x", 1, 0)); told(); TRY(mq_send(q, "x", 1, 0)); told();
    TRY(mq_notify(q, &e)); TRY(mq_send(q, "x", 1, 0)); told(); for (int i = 0; i < 3; i++) receive(q, 20, 0);
    first = fork(); if (!first) { TRY(mq_notify(q, &e)); TRY(mq_notify(q, 0)); text(q); mq_close(q); TRY(mq_send(w, "x", 1, 0)); _exit(0); } end(first); told(); receive(q, 20, 0);
    TRY(mq_notify(q, &e)); TRY(mq_notify(q, 0)); TRY(mq_send(q, "x", 1, 0)); told(); receive(q, 20, 0);
    TRY(mq_notify(q, &e)); close(dup(q)); TRY(mq_send(q, "x", 1, 0)); told(); receive(q, 20, 0);
    first = fork(); if (!first) { TRY(mq_notify(q, &e)); _exit(0); } end(first); e.sigev_notify = SIGEV_NONE; TRY(mq_notify(q, &e)); text(r); TRY(mq_notify(q, &e)); mq_notify(q, 0);
    TRY(mq_notify(q, &e)); first = fork(); if (!first) { receive(q, 20, 0); _exit(0); } pause_ms(30); TRY(mq_send(q, "silent", 6, 0)); end(first); TRY(mq_notify(q, &e)); mq_notify(q, 0);
    e.sigev_notify = 7; TRY(mq_notify(q, &e)); e.sigev_notify = SIGEV_SIGNAL; e.sigev_signo = 65; TRY(mq_notify(q, &e)); e.sigev_signo = 0; TRY(mq_notify(q, &e)); TRY(mq_notify(1, 0)); TRY(mq_notify(999, 0)); TRY(syscall(281, q, 8));
    e.sigev_notify = SIGEV_THREAD; e.sigev_signo = 999; e.sigev_value.sival_ptr = buffer; TRY(syscall(281, q, &e)); e.sigev_signo = 1; TRY(syscall(281, q, &e)); e.sigev_value.sival_ptr = (void *)8; TRY(syscall(281, q, &e));
    /* It lives as long as it is open. */
    TRY(mq_unlink(name)); TRY(mq_open(name, O_RDWR)); TRY(mq_send(q, "still", 5, 0)); receive(r, 20, 0);
    mq_close(q); mq_close(r); TRY(mq_close(r));
    return 0;
}
