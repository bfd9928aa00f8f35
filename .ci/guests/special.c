/* FIFOs, sockets and exchanged names in a directory. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "say.h"
#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE 2
#endif
static void put(const char *name, const char *text) { int f = open(name, O_CREAT | O_WRONLY | O_TRUNC, 0644); write(f, text, strlen(text)); close(f); }
static void show(const char *name) { char b[99]; int f = open(name, O_RDONLY); int n = read(f, b, sizeof b); printf("%s: %.*s\n", name, n > 0 ? n : 0, b); close(f); }
static void kind(const char *name) { struct stat s; int r = stat(name, &s); printf("%s: %d %o %d\n", name, r, r ? 0 : s.st_mode, r ? 0 : (int)s.st_nlink); }
int main(void) {
    setvbuf(stdout, 0, _IOLBF, 0);
    umask(022);
    char b[99];
    say(mkfifo("pipe", 0644)); say(mkfifo("pipe", 0644)); kind("pipe");
    say(open("pipe", O_WRONLY | O_NONBLOCK));
    if (!fork()) { int f = open("pipe", O_WRONLY); write(f, "through", 7); _exit(0); }
    int f = open("pipe", O_RDONLY); int n = read(f, b, 99); printf("%.*s %ld\n", n, b, (long)read(f, b, 9)); wait(0); close(f);
    say(link("pipe", "other")); kind("other"); say(unlink("pipe"));
    f = open("other", O_RDWR); write(f, "kept", 4); n = read(f, b, 99); printf("%.*s\n", n, b);
    say(chmod("other", 0600)); kind("other"); say(rename("other", "third")); say(unlink("third")); kind("third");
    n = write(f, "x", 1); printf("%d\n", n); close(f);
    struct sockaddr_un a = {AF_UNIX, "socket"};
    int s = socket(AF_UNIX, SOCK_STREAM, 0), c = socket(AF_UNIX, SOCK_STREAM, 0);
    say(connect(c, (void *)&a, sizeof a)); say(bind(s, (void *)&a, sizeof a)); say(connect(c, (void *)&a, sizeof a));
    say(listen(s, 5)); say(connect(c, (void *)&a, sizeof a)); int d = accept(s, 0, 0);
    say(write(c, "hello", 5)); say(read(d, b, 99)); kind("socket"); say(open("socket", O_RDWR));
    int e = socket(AF_UNIX, SOCK_STREAM, 0); say(bind(e, (void *)&a, sizeof a));
    close(s); close(d); close(c); c = socket(AF_UNIX, SOCK_STREAM, 0); say(connect(c, (void *)&a, sizeof a)); say(unlink("socket"));
    say(bind(e, (void *)&a, sizeof a)); kind("socket"); say(unlink("socket"));
    say(mknod("node", S_IFSOCK | 0600, 0)); kind("node"); say(connect(c, (void *)&(struct sockaddr_un){AF_UNIX, "node"}, sizeof a)); say(unlink("node"));
    put("one", "first"); put("two", "second"); mkdir("dir", 0755); put("dir/in", "inside");
    say(syscall(SYS_renameat2, AT_FDCWD, "one", AT_FDCWD, "two", RENAME_EXCHANGE)); show("one"); show("two");
    say(syscall(SYS_renameat2, AT_FDCWD, "one", AT_FDCWD, "dir", RENAME_EXCHANGE)); show("dir"); show("one/in");
    say(syscall(SYS_renameat2, AT_FDCWD, "one/in", AT_FDCWD, "two", RENAME_EXCHANGE)); show("one/in"); show("two");
    say(syscall(SYS_renameat2, AT_FDCWD, "one", AT_FDCWD, "missing", RENAME_EXCHANGE));
    say(syscall(SYS_renameat2, AT_FDCWD, "one", AT_FDCWD, "one/in", RENAME_EXCHANGE));
    say(syscall(SYS_renameat2, AT_FDCWD, "one", AT_FDCWD, "two", RENAME_EXCHANGE | 1));
    return 0;
}
