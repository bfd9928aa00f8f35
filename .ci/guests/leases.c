/* Leases: which are given, and how those are told who have to give them up. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "say.h"

static const char *file = "leased";

static void given(void) {
    int r = open(file, O_RDONLY), w;
    say(fcntl(r, F_GETLEASE)); say(fcntl(r, F_SETLEASE, F_UNLCK)); say(fcntl(r, F_SETLEASE, 9)); say(fcntl(r, F_SETLEASE, F_RDLCK)); say(fcntl(r, F_GETLEASE));
    say(fcntl(r, F_GETOWN) == getpid()); say(fcntl(r, F_SETLEASE, F_WRLCK)); say(fcntl(r, F_GETLEASE)); say(fcntl(r, F_SETLEASE, F_RDLCK));
    int other = open(file, O_RDONLY);
    say(fcntl(other, F_SETLEASE, F_WRLCK)); say(fcntl(other, F_SETLEASE, F_RDLCK)); say(fcntl(r, F_SETLEASE, F_WRLCK));
    say(fcntl(other, F_SETLEASE, F_UNLCK)); say(fcntl(other, F_GETLEASE)); close(other); close(r);
    w = open(file, O_RDWR);
    say(fcntl(w, F_SETLEASE, F_RDLCK)); say(fcntl(w, F_SETLEASE, F_WRLCK)); say(fcntl(w, F_SETLEASE, F_UNLCK));
    r = open(file, O_RDONLY); say(fcntl(w, F_SETLEASE, F_WRLCK)); say(fcntl(r, F_SETLEASE, F_RDLCK)); close(w); close(r);
    say(fcntl(open(".", O_RDONLY), F_SETLEASE, F_RDLCK)); say(fcntl(open("/dev/null", O_RDONLY), F_SETLEASE, F_RDLCK));
}

/* A child opens or cuts off the file against the lease; what it gets (its status), and what the holder may make of the
   lease. */
static void broken(int kind, int flags, int truncates) {
    struct timespec limit = {10, 0};
    siginfo_t info;
    sigset_t set;
    int r = open(file, O_RDONLY);
    sigemptyset(&set); sigaddset(&set, SIGIO); sigaddset(&set, SIGUSR1); sigprocmask(SIG_BLOCK, &set, 0);
    printf("lease %d flags %d truncates %d\n", kind, flags, truncates);
    say(fcntl(r, F_SETLEASE, kind)); fcntl(r, F_SETSIG, flags == O_RDWR ? SIGUSR1 : 0);
    if (!fork()) {
        close(r);
        alarm(30);
        _exit((truncates ? truncate(file, 0) : open(file, flags)) < 0 ? errno : 0);
    }
    int got = sigtimedwait(&set, &info, &limit), opened = 0;
    say(got == SIGIO || got == SIGUSR1); say(fcntl(r, F_GETLEASE));
    if (kind == F_WRLCK) say(fcntl(r, F_SETLEASE, F_RDLCK));
    if (flags & O_NONBLOCK) wait(&opened);
    say(fcntl(r, F_SETLEASE, F_UNLCK));
    wait(&opened); say(opened); close(r);
}

int main(void) {
    close(open(file, O_CREAT | O_RDWR, 0600));
    given();
    broken(F_WRLCK, O_WRONLY, 0); broken(F_WRLCK, O_RDWR, 0); broken(F_RDLCK, O_WRONLY, 0);
    broken(F_RDLCK, 0, 1); broken(F_WRLCK, O_RDONLY | O_NONBLOCK, 0); broken(F_RDLCK, O_WRONLY | O_NONBLOCK, 0);
    unlink(file);
    return 0;
}
