/* What a filesystem in memory has room for (tmpfs(5)), and edges that belong to no other guest: streams that are broken,
   what takes bytes from sendfile(2), the time stamp counter (prctl(2)), nodes of memory, what sets watch (kcmp(2)). To be
   run by root, who may have mounts of its own. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

static void files(int count) {
    char name[32];
    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, "room/%d", i);
        int file = open(name, O_CREAT | O_RDWR, 0600);
        if (file < 0) { printf("%d: %s\n", i, told(-1)); return; }
        close(file);
    }
    printf("all\n");
}

/* Blocks, of which the size was said, and nodes. */
static void left(void) {
    struct statfs status; statfs("room", &status);
    printf("%ld %ld %ld %ld\n", (long)status.f_blocks, (long)status.f_bfree, (long)status.f_files, (long)status.f_ffree);
}

static void nodes(void) {
    say(mount("none", "room", "tmpfs", 0, "nr_inodes=5,size=1m")); files(10); left();
    say(mkdir("room/d", 0700)); say(symlink("a", "room/l")); say(mkfifo("room/p", 0600)); say(unlink("room/0")); left();
    say(link("room/1", "room/h")); left(); say(mkdir("room/d", 0700)); say(unlink("room/1")); left();
    int open_ = open("room/h", O_RDONLY); say(unlink("room/h")); left(); close(open_); left();
    say(mount(0, "room", 0, MS_REMOUNT, "nr_inodes=2")); say(mount(0, "room", 0, MS_REMOUNT, "nr_inodes=7")); left();
    say(mount(0, "room", 0, MS_REMOUNT, "size=2m,nr_inodes=1k")); left(); say(umount("room"));
    say(mount("none", "room", "tmpfs", 0, "nr_inodes=0,nr_blocks=3")); left();
    say(mount(0, "room", 0, MS_REMOUNT, "nr_inodes=9")); say(umount("room"));
    const char *bad[] = {"nr_inodes=x", "nr_inodes=", "size=5x", "size=1%x", "uid=x", "mode=9", "unknown=1"};
    for (int i = 0; i < 7; i++) printf("%s: %s\n", bad[i], told(mount("none", "room", "tmpfs", 0, bad[i])));
    umount("room");
    const char *good[] = {"size=1%", "size=101%", "nr_blocks=1k", "size=0"};
    for (int i = 0; i < 4; i++) { printf("%s: %s\n", good[i], told(mount("none", "room", "tmpfs", 0, good[i]))); umount("room"); }
    struct stat status;
    say(mount("none", "room", "tmpfs", 0, "uid=5,gid=6,mode=700")); stat("room", &status);
    printf("%d %d %o\n", status.st_uid, status.st_gid, status.st_mode); say(umount("room"));
}

static void reserved(void) {
    struct stat status;
    say(mount("none", "room", "tmpfs", 0, "size=1m,nr_inodes=10"));
    int file = open("room/a", O_CREAT | O_RDWR, 0600);
    say(fallocate(file, 0, 0, 512 << 10)); left(); say(fallocate(file, FALLOC_FL_KEEP_SIZE, 0, 900 << 10)); left();
    say(fallocate(file, 0, 0, 1100 << 10)); left(); fstat(file, &status);
    printf("%ld %ld\n", (long)status.st_size, (long)status.st_blocks);
    say(fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 4096, 40960)); left();
    int other = open("room/b", O_CREAT | O_RDWR, 0600);
    say(fallocate(other, 0, 0, 200 << 10)); say(fallocate(other, 0, 0, 100 << 10)); left();
    say(ftruncate(file, 0)); left(); close(file); say(unlink("room/a")); left(); close(other);
    say(umount("room"));
}

static void broken(void) {
    int pair[2];
    signal(SIGPIPE, SIG_IGN);
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair); close(pair[1]);
    say(write(pair[0], (void *)1, 4)); say(send(pair[0], (void *)1, 4, 0)); say(send(pair[0], "x", 1, MSG_NOSIGNAL));
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair); shutdown(pair[0], SHUT_WR); say(write(pair[0], (void *)1, 4));
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair); shutdown(pair[1], SHUT_RD); say(write(pair[0], (void *)1, 4));
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair); say(write(pair[0], (void *)1, 4)); say(send(pair[0], (void *)1, 0, 0));
    off_t at = 0;
    int file = open("source", O_CREAT | O_RDWR | O_TRUNC, 0600), full = open("/dev/full", O_WRONLY);
    write(file, "hello", 5);
    say(sendfile(full, file, &at, 5)); printf("%ld\n", (long)at); at = 9; say(sendfile(full, file, &at, 5));
    at = 0; say(sendfile(full, file, &at, 0)); say(sendfile(open("/dev/zero", O_WRONLY), file, &at, 5)); unlink("source");
}

static void counter(void) {
    int mode = 0, status; unsigned low, high;
    fflush(stdout);
    pid_t child = fork();
    if (!child) {
        say(prctl(PR_SET_TSC, PR_TSC_SIGSEGV)); say(prctl(PR_GET_TSC, &mode)); printf("%d\n", mode); fflush(stdout);
        if (!fork()) { __asm__ volatile("rdtsc" : "=a"(low), "=d"(high)); printf("read\n"); fflush(stdout); _exit(0); }
        wait(&status); printf("%x\n", status & 0x7f);
        say(prctl(PR_SET_TSC, PR_TSC_ENABLE)); __asm__ volatile("rdtsc" : "=a"(low), "=d"(high)); printf("read\n");
        fflush(stdout); _exit(0);
    }
    waitpid(child, &status, 0);
    say(prctl(PR_SET_TSC, 3)); say(prctl(PR_SET_TSC, 0)); say(prctl(PR_SET_SYSCALL_USER_DISPATCH, 0, 0, 0, 0));
    say(prctl(PR_SET_SYSCALL_USER_DISPATCH, 0, 1, 0, 0)); say(prctl(PR_SET_SYSCALL_USER_DISPATCH, 2, 0, 0, 0));
    say(prctl(PR_TASK_PERF_EVENTS_DISABLE)); say(prctl(PR_TASK_PERF_EVENTS_ENABLE));
    say(prctl(PR_GET_SPECULATION_CTRL, 3, 0, 0, 0)); say(prctl(PR_GET_SPECULATION_CTRL, 0, 1, 0, 0));
    say(prctl(PR_SET_SPECULATION_CTRL, 9, 4, 0, 0)); say(prctl(PR_SET_SPECULATION_CTRL, 0, 4, 1, 0));
}

enum { BIND = 2, INTERLEAVE = 3, STATIC = 1 << 15, RELATIVE = 1 << 14 };

static void policies(void) {
    unsigned long mask = 1, told_[4] = {0}; int mode = 0;
    say(syscall(SYS_set_mempolicy, BIND | RELATIVE, &mask, 33)); say(syscall(SYS_set_mempolicy, BIND | STATIC, &mask, 33));
    say(syscall(SYS_set_mempolicy, BIND | STATIC | RELATIVE, &mask, 33));
    mask = 0; say(syscall(SYS_set_mempolicy, BIND | RELATIVE, &mask, 33));
    mask = 6; say(syscall(SYS_set_mempolicy, INTERLEAVE | RELATIVE, &mask, 33));
    say(syscall(SYS_get_mempolicy, &mode, told_, 128, 0, 0)); printf("%x %lx\n", mode, told_[0]);
    say(syscall(SYS_set_mempolicy, 0, 0, 0));
}

static void watched(void) {
    struct { unsigned set, descriptor, index; } slot;
    struct epoll_event event = {EPOLLIN};
    int set = epoll_create1(0), ends[2], self = getpid();
    pipe(ends); epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event);
    slot.set = set; slot.descriptor = ends[0]; slot.index = 0; say(syscall(SYS_kcmp, self, self, 7, ends[0], &slot));
    say(syscall(SYS_kcmp, self, self, 7, ends[1], &slot) > 0); slot.index = 1; say(syscall(SYS_kcmp, self, self, 7, ends[0], &slot));
    slot.index = 0; slot.descriptor = 77; say(syscall(SYS_kcmp, self, self, 7, ends[0], &slot));
    slot.descriptor = ends[0]; slot.set = ends[0]; say(syscall(SYS_kcmp, self, self, 7, ends[0], &slot));
    slot.set = 99; say(syscall(SYS_kcmp, self, self, 7, ends[0], &slot)); slot.set = set;
    say(syscall(SYS_kcmp, self, self, 7, 99, &slot)); say(syscall(SYS_kcmp, self, self, 7, ends[0], 1)); say(syscall(SYS_kcmp, self, self, 8, 0, 0));
}

int main(void) {
    mkdir("room", 0700); say(unshare(CLONE_NEWNS)); say(mount(0, "/", 0, MS_REC | MS_PRIVATE, 0));
    nodes(); reserved(); broken(); counter(); policies(); watched();
    rmdir("room");
    return 0;
}
