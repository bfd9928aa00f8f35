/* Watching files (inotify); the same natively and under tab86. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

static int in;
static uint32_t first_cookie;

/* The events since the last time; cookies are counted from the first one on. */
static void events(const char *what) {
    static const char *names[32] = {"access", "modify", "attrib", "close_write", "close_nowrite", "open", "moved_from",
        "moved_to", "create", "delete", "delete_self", "move_self", "", "unmount", "overflow", "ignored"};
    char bytes[65536];
    printf("%s:", what);
    for (;;) {
        int count = read(in, bytes, sizeof bytes);
        if (count <= 0) break;
        for (char *at = bytes; at < bytes + count;) {
            struct inotify_event *e = (void *)at;
            printf(" %d", e->wd);
            for (int bit = 0; bit < 16; bit++) if (e->mask >> bit & 1) printf(" %s", names[bit]);
            if (e->mask & IN_ISDIR) printf(" isdir");
            if (e->cookie && !first_cookie) first_cookie = e->cookie;
            if (e->cookie) printf(" #%u", e->cookie - first_cookie);
            if (e->len) printf(" %s/%u", e->name, e->len);
            printf(";");
            at += sizeof *e + e->len;
        }
    }
    printf("\n");
}

static void put(const char *name, const char *text) {
    int fd = open(name, O_WRONLY | O_CREAT, 0644);
    write(fd, text, strlen(text));
    close(fd);
}

static void errors(void) {
    int plain = open(".", O_RDONLY);
    say(inotify_init1(1));
    say(inotify_add_watch(in, ".", 0));
    say(inotify_add_watch(in, ".", 0x1000));
    say(inotify_add_watch(in, ".", IN_OPEN | IN_MASK_ADD | IN_MASK_CREATE));
    say(inotify_add_watch(99, ".", IN_OPEN));
    say(inotify_add_watch(plain, ".", IN_OPEN));
    say(inotify_add_watch(in, "none", IN_OPEN));
    say(inotify_add_watch(in, "", IN_OPEN));
    put("f", "text");
    say(inotify_add_watch(in, "f", IN_OPEN | IN_ONLYDIR));
    say(inotify_add_watch(in, (char *)1, IN_OPEN));
    say(inotify_rm_watch(in, 7));
    say(inotify_rm_watch(plain, 1));
    say(inotify_rm_watch(99, 1));
    char byte;
    say(read(in, &byte, 1));
    say(write(in, &byte, 1));
    say(lseek(in, 0, SEEK_SET));
    say(fcntl(in, F_GETFL) & O_ACCMODE);
    char link[64] = "";
    sprintf(link, "/proc/self/fd/%d", in);
    say(readlink(link, link, sizeof link - 1));
    printf("%s\n", link);
    unlink("f"), close(plain);
}

static void everything(void) {
    say(inotify_add_watch(in, ".", IN_ALL_EVENTS));
    put("a", "one");
    events("made");
    say(inotify_add_watch(in, "a", IN_ALL_EVENTS));
    put("a", "two"), put("a", "two");
    events("written");
    int fd = open("a", O_RDWR | O_TRUNC);
    events("cut");
    char buffer[8];
    read(fd, buffer, 8), events("at the end");
    pwrite(fd, "text", 4, 0), read(fd, buffer, 2), lseek(fd, 0, 0), events("read");
    struct iovec parts[2] = {{"x", 1}, {"y", 1}};
    writev(fd, parts, 2), events("writev");
    ftruncate(fd, 1), truncate("a", 1), events("truncated");
    fallocate(fd, 0, 0, 9), events("allocated");
    fchmod(fd, 0600), events("mode");
    chown("a", -1, getgid()), events("group");
    struct timespec times[3][2] = {{{5, 0}, {6, 0}}, {{5, 0}, {0, UTIME_OMIT}}, {{0, UTIME_OMIT}, {6, 0}}};
    for (int i = 0; i < 3; i++) utimensat(AT_FDCWD, "a", times[i], 0), events("times");
    close(fd), events("closed");
    link("a", "b"), events("linked");
    rename("b", "c"), events("moved");
    unlink("c"), events("one name less");
    fd = open("a", O_RDONLY);
    unlink("a"), events("unlinked");
    read(fd, buffer, 2), events("read without name");
    close(fd), events("gone");
}

static void directories(void) {
    mkdir("d", 0755), events("mkdir");
    int of_d = inotify_add_watch(in, "d", IN_ALL_EVENTS);
    printf("watch %d\n", of_d);
    closedir(opendir("d")), events("opened");
    DIR *d = opendir("d");
    while (readdir(d)) ;
    closedir(d), events("listed");
    put("d/x", "x"), events("inside");
    rename("d/x", "y"), events("moved out");
    rename("d", "e"), events("moved itself");
    put("z", ""), events("another");
    rename("y", "z"), events("replaced");
    symlink("z", "s"), mkfifo("p", 0600), events("special");
    chmod("s", 0644), events("through a link");
    renameat2(AT_FDCWD, "z", AT_FDCWD, "s", RENAME_EXCHANGE), events("exchanged");
    rmdir("e"), events("rmdir");
    unlink("z"), unlink("s"), unlink("p"), events("all removed");
}

static void manners(void) {
    put("f", "text");
    symlink("f", "s");
    events("ready");
    say(inotify_add_watch(in, "f", IN_OPEN | IN_ONESHOT) > 0);
    close(open("f", O_RDONLY)), events("once");
    int wd = inotify_add_watch(in, "f", IN_OPEN);
    say(inotify_add_watch(in, "f", IN_OPEN | IN_MASK_CREATE));
    say(inotify_add_watch(in, "s", IN_ATTRIB) == wd);
    close(open("f", O_RDONLY)), events("replaced mask");
    say(inotify_add_watch(in, "f", IN_CLOSE | IN_MASK_ADD) == wd);
    close(open("f", O_RDONLY)), chmod("f", 0600), events("added mask");
    int link = inotify_add_watch(in, "s", IN_ALL_EVENTS | IN_DONT_FOLLOW);
    say(link == wd);
    unlink("s"), events("link");
    say(inotify_rm_watch(in, wd)), say(inotify_rm_watch(in, wd)), events("ended");
    say(inotify_add_watch(in, ".", IN_ALL_EVENTS | IN_EXCL_UNLINK));
    int fd = open("f", O_RDWR);
    unlink("f"), write(fd, "x", 1), close(fd), events("excluded");
    fd = open(".", O_RDWR | O_TMPFILE, 0600);
    printf("nameless %d\n", fd > 0), close(fd), events("nameless");
    int path = open(".", O_PATH);
    close(path), events("path");
    put("one", "bytes"), put("two", "");
    int from = open("one", O_RDONLY), to = open("two", O_WRONLY);
    events("copies"), sendfile(to, from, 0, 3), events("sendfile");
    copy_file_range(from, 0, to, 0, 2, 0), events("copy_file_range");
    close(from), close(to), unlink("one"), unlink("two"), events("done");
}

static void *later(void *unused) { usleep(20000); put("late", ""); return unused; }

static void waiting(void) {
    int size = -1, set = epoll_create1(0);
    struct epoll_event event = {EPOLLIN, {0}};
    say(ioctl(in, FIONREAD, &size)), printf("size %d\n", size);
    say(epoll_ctl(set, EPOLL_CTL_ADD, in, &event));
    say(epoll_wait(set, &event, 1, 0));
    pthread_t thread;
    pthread_create(&thread, 0, later, 0);
    say(epoll_wait(set, &event, 1, -1));
    pthread_join(thread, 0);
    ioctl(in, FIONREAD, &size), printf("size %d\n", size);
    struct pollfd p = {in, POLLIN | POLLOUT, 0};
    printf("poll %d %x\n", poll(&p, 1, 0), p.revents);
    char small[16];
    say(read(in, small, 16));
    events("late"), unlink("late"), events("");
    fcntl(in, F_SETFL, 0);
    pthread_create(&thread, 0, later, 0);
    char bytes[4096];
    say(read(in, bytes, sizeof bytes) > 0);
    pthread_join(thread, 0);
    fcntl(in, F_SETFL, O_NONBLOCK), unlink("late");
    while (read(in, bytes, sizeof bytes) > 0) ;
    close(set);
}

static void children(void) {
    if (!fork()) { put("child", "x"); unlink("child"); _exit(0); }
    wait(0), events("child");
    int fd = open("held", O_WRONLY | O_CREAT, 0600);
    if (!fork()) { close(fd); _exit(0); }
    wait(0), events("still open");
    close(fd), events("closed"), unlink("held"), events("");
}

static void overflow(void) {
    int other = inotify_init1(IN_NONBLOCK), none = 0;
    inotify_add_watch(other, ".", IN_OPEN | IN_CLOSE);
    for (int i = 0; i < 9000; i++) close(open(".", O_RDONLY));
    for (int i = 0; i < 3; i++) close(open(".", O_RDONLY));
    char bytes[16];
    struct inotify_event *e = (void *)bytes;
    int count = 0;
    while (read(other, bytes, 16) == 16) count++, none += e->wd == -1;
    printf("%d events, %d tell of others, the last %x\n", count, none, e->mask);
    close(other);
}

int main(void) {
    char folder[] = "/tmp/watch.XXXXXX";
    setvbuf(stdout, 0, _IOLBF, 0);
    chdir(mkdtemp(folder));
    in = inotify_init1(IN_NONBLOCK);
    printf("%d\n", in);
    errors(), everything(), directories(), manners(), waiting(), children(), overflow();
    return rmdir(folder);
}
