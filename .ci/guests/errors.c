/* Which of several mistakes a call tells of, and what calls allow that look like mistakes. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "say.h"

#define BAD ((void *)-4096l)

static char bytes[8192];

static void paths(void) {
    int file = open("words", O_RDONLY);
    struct stat status;
    say(openat(file, "", O_RDONLY)); say(openat(file, "x", O_RDONLY)); say(openat(99, "", O_RDONLY));
    say(openat(99, "x", O_RDONLY)); say(fstatat(file, "", &status, 0)); say(fstatat(file, "", &status, AT_EMPTY_PATH));
    say(execve("", 0, 0)); say(syscall(SYS_execveat, 99, "", 0, 0, 0)); say(unlinkat(99, "", 0)); say(mkdirat(99, "", 0));
    close(file);
}

static void transfers(void) {
    int r = open("tree/a/one", O_RDONLY), w = open("w", O_CREAT | O_WRONLY, 0600), path = open("words", O_PATH), n;
    struct iovec iv[2] = {{bytes, 1}, {bytes, 0x7fffffff}};
    say(readv(99, BAD, 1)); say(writev(99, BAD, 1)); say(readv(r, BAD, 1)); say(readv(r, iv, 2) > 1); iv[1].iov_len = -1;
    say(readv(r, iv, 2)); say(preadv2(r, iv, 1, 0, RWF_APPEND)); say(preadv2(r, iv, 1, 0, 0x1000));
    say(sendfile(r, r, 0, 1)); say(sendfile(w, w, 0, 1)); say(ioctl(path, 0x541b, &n)); say(ioctl(99, 0x541b, &n));
    int d = open("tree", O_RDONLY);
    say(syscall(SYS_getdents64, d, BAD, 8000)); say(syscall(SYS_getdents64, d, bytes, 8000) > 0);
}

static void descriptors(void) {
    int r = open("words", O_RDONLY), w = open("w", O_WRONLY), pair[2];
    say(pipe(pair)); say(fcntl(pair[0], F_SETPIPE_SZ, 0)); say(fcntl(pair[0], F_SETPIPE_SZ, -1));
    say(fcntl(r, F_SETOWN, 4194303)); say(fcntl(r, F_SETOWN, INT_MIN)); say(fcntl(r, F_SETOWN, -4194303));
    say(fcntl(r, F_SETOWN, getpid())); say(fcntl(r, F_GETOWN) == getpid()); say(fcntl(r, F_SETOWN, 0));
    say(fcntl(r, F_ADD_SEALS, 1)); say(fcntl(w, F_ADD_SEALS, 1)); say(flock(r, LOCK_MAND | LOCK_READ)); say(flock(r, 64));
}

static void clocks(void) {
    struct timespec none = {0, 0}, odd = {0, 1000000000};
    for (int i = 4; i < 7; i++) say(syscall(SYS_clock_nanosleep, i, 0, &none, 0));
    say(syscall(SYS_clock_settime, 99, &none)); say(syscall(SYS_clock_settime, 1, &none));
    say(syscall(SYS_clock_settime, 0, BAD)); say(syscall(SYS_clock_settime, 0, &odd)); say(syscall(SYS_stime, BAD));
    say(syscall(SYS_settimeofday, BAD, 0));
    struct timex x = {0};
    say(adjtimex(&x) >= 0); say(x.tick); say(x.time.tv_sec > 0); say(syscall(SYS_adjtimex, BAD));
    say(syscall(SYS_clock_adjtime, 99, &x)); say(syscall(SYS_clock_adjtime, 1, &x));
}

static void memory(void) {
    int r = open("words", O_RDONLY);
    char *m = mmap(0, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *file = mmap(0, 4096, PROT_READ, MAP_SHARED, r, 0);
    char *shared = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    say(mmap(0, 4096, PROT_READ, MAP_SHARED_VALIDATE | MAP_SYNC, r, 0) == MAP_FAILED); say(-1);
    say(mprotect(m, 4096, PROT_READ | PROT_GROWSDOWN)); say(mprotect(m, 4096, PROT_GROWSDOWN | PROT_GROWSUP));
    say(mprotect(m + 1, 0, PROT_READ)); say(madvise(m, 4096, MADV_REMOVE)); say(madvise(file, 4096, MADV_FREE));
    say(madvise(file, 4096, MADV_REMOVE)); say(madvise(file, 4096, MADV_WIPEONFORK));
    strcpy(shared, "one"); strcpy(shared + 4096, "two");
    say(madvise(shared, 4096, MADV_REMOVE)); say(shared[0]);
    char *again = mremap(shared, 0, 8192, MREMAP_MAYMOVE);
    say(again != MAP_FAILED && !strcmp(again + 4096, "two")); say(mremap(m, 0, 4096, MREMAP_MAYMOVE) == MAP_FAILED);
    say(-1); strcpy(again, "ONE");
    say(syscall(SYS_remap_file_pages, shared, 4096, 0, 1, 0)); say(!strcmp(shared, "two")); say(!strcmp(again, "ONE"));
    say(syscall(SYS_remap_file_pages, m, 4096, 0, 1, 0)); say(syscall(SYS_remap_file_pages, shared, 4096, 1, 1, 0));
    strcpy(m, "kept"); strcpy(m + 4096, "wiped"); strcpy(m + 8192, "left");
    say(madvise(m + 4096, 4096, MADV_WIPEONFORK)); say(madvise(m + 8192, 4096, MADV_DONTFORK));
    int status;
    fflush(stdout);
    if (!fork()) {
        say(m[0] == 'k'); say(m[4096]); say(mincore(m + 8192, 4096, (unsigned char *)bytes));
        fflush(stdout);
        _exit(0);
    }
    say(wait(&status) > 0); say(m[4096] == 'w'); say(m[8192] == 'l');
}

/* Somebody else waits for an orphan. */
static void orphans(void) {
    int through[2], parent = -1, child;
    say(pipe(through));
    fflush(stdout);
    if (!(child = fork())) {
        int child_of = getpid();
        if (!fork()) {
            parent = getpid();
            while (getppid() == child_of) usleep(1000);
            say((int)write(through[1], &parent, sizeof parent));
            _exit(0);
        }
        _exit(0);
    }
    close(through[1]);
    say(waitpid(child, 0, 0) == child); say(read(through[0], &parent, sizeof parent));
    say(read(through[0], bytes, 1)); say(wait(0)); say(kill(1, 0)); say(sched_getscheduler(getppid())); say(setpgid(1, 0));
}

static void shared(void) {
    int r = open("words", O_RDONLY), again = dup(r), other = open("words", O_RDONLY), me = getpid();
    say(syscall(SYS_kcmp, me, me, 0, r, again)); say(syscall(SYS_kcmp, me, me, 0, r, other) != 0);
    say(syscall(SYS_kcmp, me, me, 0, r, 99)); say(syscall(SYS_kcmp, me, me, 99, 0, 0));
    say(syscall(SYS_kcmp, me, 4194303, 0, 0, 0)); say(syscall(SYS_kcmp, me, me, 1, 0, 0));
}

int main(void) {
    paths(); transfers(); descriptors(); clocks(); memory(); orphans(); shared();
    return 0;
}
