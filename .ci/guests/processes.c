#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sys/time.h>
#include <poll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
static volatile int got, code, status_;
static void on(int s, siginfo_t *i, void *c) { (void)c; got = s; code = i->si_code; status_ = i->si_status; }
static void set(int s, int flags) { struct sigaction a; memset(&a, 0, sizeof a); a.sa_sigaction = on; a.sa_flags = SA_SIGINFO | flags; sigaction(s, &a, 0); }
static void *reader(void *p) { char b; int r = read(((int*)p)[0], &b, 1); return (void*)(long)(r == -1 ? -errno : r); }
static void *sleeper(void *p) { (void)p; for (;;) pause(); }
static pthread_t target;
static void *waiter(void *p) { sigset_t s; int n; (void)p; sigemptyset(&s); sigaddset(&s, SIGUSR2); sigwait(&s, &n); return (void*)(long)n; }
int main(void) {
    setvbuf(stdout, 0, _IONBF, 0);
    int st; pid_t p;
    set(SIGCHLD, 0); set(SIGUSR1, 0);
    sigset_t chld, none; sigemptyset(&chld); sigaddset(&chld, SIGCHLD); sigemptyset(&none);
    sigprocmask(SIG_BLOCK, &chld, 0);
    if (!(p = fork())) _exit(7);
    sigsuspend(&none);
    printf("child: signal %d code %d status %d\n", got, code, status_);
    waitpid(p, &st, 0); printf("status %x\n", st);
    if (!(p = fork())) { signal(SIGUSR1, SIG_DFL); pause(); _exit(1); }
    usleep(20000); kill(p, SIGUSR1); sigsuspend(&none);
    printf("killed: code %d status %d\n", code, status_); waitpid(p, &st, 0); printf("status %x\n", st);
    if (!(p = fork())) { for (;;) pause(); }
    usleep(20000); kill(p, SIGSTOP); sigsuspend(&none);
    printf("stopped: code %d status %d\n", code, status_);
    waitpid(p, &st, WUNTRACED); printf("status %x\n", st);
    kill(p, SIGCONT); sigsuspend(&none); printf("continued: code %d status %d\n", code, status_);
    waitpid(p, &st, WCONTINUED); printf("status %x\n", st);
    kill(p, SIGSTOP); waitpid(p, &st, WUNTRACED); kill(p, SIGKILL); waitpid(p, &st, 0); printf("status %x\n", st);
    sigprocmask(SIG_UNBLOCK, &chld, 0);
    /* restart and EINTR of a read in another process' way */
    for (int flags = 0; flags < 2; flags++) {
        int e[2]; pipe(e); set(SIGUSR1, flags ? SA_RESTART : 0);
        if (!(p = fork())) { usleep(20000); kill(getppid(), SIGUSR1); usleep(20000); write(e[1], "x", 1); _exit(0); }
        char b; got = 0; signal(SIGCHLD, SIG_DFL);
        int r = read(e[0], &b, 1); int er = errno;
        printf("read %d %s got %d\n", r, r < 0 ? strerror(er) : "", got);
        waitpid(p, &st, 0); close(e[0]); close(e[1]);
    }
    /* threads */
    int e[2]; pipe(e); pthread_t t, u, w; void *res;
    sigset_t usr2; sigemptyset(&usr2); sigaddset(&usr2, SIGUSR2); pthread_sigmask(SIG_BLOCK, &usr2, 0);
    set(SIGUSR1, 0);
    pthread_create(&t, 0, reader, e); pthread_create(&u, 0, sleeper, 0);
    usleep(20000); pthread_kill(t, SIGUSR1); pthread_join(t, &res); printf("thread read %ld\n", (long)res);
    
    pthread_create(&w, 0, waiter, 0); usleep(20000); kill(getpid(), SIGUSR2); 
    pthread_cancel(u); pthread_join(u, 0); 
    /* u has it blocked not; so make sure someone takes it: default would kill - blocked before u? */
    pthread_join(w, &res); printf("sigwait %ld\n", (long)res);
    /* timers */
    timer_t id; struct sigevent ev; memset(&ev, 0, sizeof ev);
    ev.sigev_notify = SIGEV_SIGNAL; ev.sigev_signo = SIGRTMIN; ev.sigev_value.sival_int = 42;
    sigset_t rt; sigemptyset(&rt); sigaddset(&rt, SIGRTMIN); sigprocmask(SIG_BLOCK, &rt, 0);
    printf("create %d\n", timer_create(CLOCK_MONOTONIC, &ev, &id));
    struct itimerspec it = {{0, 1000000}, {0, 1000000}}; timer_settime(id, 0, &it, 0);
    usleep(20000);
    siginfo_t info; sigwaitinfo(&rt, &info);
    printf("timer: code %d value %d overrun %d same %d\n", info.si_code, info.si_value.sival_int, info.si_overrun > 5, timer_getoverrun(id) == info.si_overrun);
    timer_delete(id); printf("deleted %d\n", timer_delete(id));
    /* poll with handler; nanosleep remaining */
    signal(SIGALRM, SIG_DFL); set(SIGALRM, SA_RESTART);
    struct itimerval iv = {{0,0},{0,20000}}; setitimer(ITIMER_REAL, &iv, 0);
    int r = poll(0, 0, 5000); printf("poll %d %s\n", r, strerror(errno));
    setitimer(ITIMER_REAL, &iv, 0);
    struct pollfd none_[1]; struct timespec five = {5,0}; sigset_t all; sigfillset(&all); sigset_t alrm; sigemptyset(&alrm); sigaddset(&alrm, SIGALRM);
    sigprocmask(SIG_BLOCK, &alrm, 0); sigemptyset(&all);
    r = ppoll(none_, 0, &five, &all); printf("ppoll %d %s\n", r, strerror(errno));
    sigprocmask(SIG_BLOCK, 0, &all); printf("mask %d\n", sigismember(&all, SIGALRM)); sigprocmask(SIG_UNBLOCK, &alrm, 0);
    /* busy loop interrupted */
    got = 0; setitimer(ITIMER_REAL, &iv, 0); while (!got); printf("busy %d code %d\n", got, code);
    iv.it_value.tv_usec = 5000; got = 0; set(SIGVTALRM, 0); setitimer(ITIMER_VIRTUAL, &iv, 0); while (!got); printf("virtual %d\n", got);
    /* stop does not disturb a sleep */
    if (!(p = fork())) { struct timespec t = {0, 60000000}; int r = nanosleep(&t, 0); _exit(r == 0 ? 3 : 4); }
    usleep(10000); kill(p, SIGSTOP); waitpid(p, &st, WUNTRACED); kill(p, SIGCONT); waitpid(p, &st, 0); printf("slept %x\n", st);
    /* autoreap */
    signal(SIGCHLD, SIG_IGN); if (!(p = fork())) _exit(0); usleep(10000); printf("reaped %d %s\n", waitpid(p, 0, 0), strerror(errno));
    /* exec keeps ignored */
    return 0;
}
