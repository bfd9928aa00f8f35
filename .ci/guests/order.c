/* Which error comes first: of memory that is not there, and of what there is to read or where there is room; devices as
   sources and targets of copies; directories in which nothing can be made; what a process says of memory. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "say.h"

#define BAD ((void *)-4096l)

static void buffers(void) {
    int p[2], s[2], null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDWR), full = open("/dev/full", O_RDWR);
    int f = open("f", O_CREAT | O_RDWR | O_TRUNC, 0644), d = open(".", O_RDONLY), text = open("/proc/self/stat", O_RDONLY);
    struct iovec v = {BAD, 1};
    pipe2(p, O_NONBLOCK); socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, s); write(f, "abc", 3);
    say(read(p[0], BAD, 1)); say(readv(p[0], &v, 1)); write(p[1], "x", 1); say(read(p[0], BAD, 1)); say(read(p[0], BAD, 0));
    say(read(d, BAD, 1)); say(readv(d, &v, 1)); say(pread(d, BAD, 1, 0));
    say(read(f, BAD, 1)); lseek(f, 0, SEEK_SET); say(read(f, BAD, 1)); say(pread(f, BAD, 1, 3)); say(pread(f, BAD, 1, 2)); say(read(text, BAD, 1));
    say(read(null, BAD, 1)); say(read(zero, BAD, 1)); say(read(full, BAD, 1)); say(write(null, BAD, 7)); say(writev(zero, &v, 1));
    say(write(full, BAD, 1)); say(write(f, BAD, 1)); say(write(p[1], BAD, 1));
    say(recv(s[0], BAD, 1, 0)); say(read(s[0], BAD, 1)); write(s[1], "x", 1); say(recv(s[0], BAD, 1, 0)); say(recv(s[0], BAD, 1, MSG_PEEK));
    char c; say(recv(s[0], &c, 1, 0)); close(s[1]); say(recv(s[0], BAD, 1, 0)); say(read(s[0], BAD, 1));
    read(p[0], &c, 1); close(p[1]); say(read(p[0], BAD, 1));
}

static void copies(void) {
    int p[2], null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDWR), full = open("/dev/full", O_RDWR);
    int f = open("f", O_CREAT | O_RDWR | O_TRUNC, 0644);
    pipe2(p, O_NONBLOCK);
    say(splice(null, 0, p[1], 0, 5, 0)); say(splice(zero, 0, p[1], 0, 5, 0)); say(splice(full, 0, p[1], 0, 5, 0));
    say(splice(p[0], 0, null, 0, 2, 0)); say(splice(p[0], 0, zero, 0, 2, 0)); say(sendfile(f, null, 0, 5));
    say(sendfile(f, zero, 0, 5)); lseek(f, 0, SEEK_SET); say(sendfile(null, f, 0, 5)); say(sendfile(full, f, 0, 5));
}

static void nothing_made(void) {
    say(open("/proc/new", O_CREAT | O_RDWR, 0644)); say(mkdir("/proc/new", 0755)); say(open("/dev/pts/new", O_CREAT | O_RDWR, 0644));
    say(open("/proc/self/new", O_CREAT | O_RDWR, 0644)); say(symlink("x", "/proc/new"));
}

static void memory(void) {
    say(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0)); say(prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0)); say(prctl(PR_GET_THP_DISABLE, 1, 0, 0, 0));
    say(prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0)); say(prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0)); say(prctl(PR_SET_THP_DISABLE, 0, 0, 1, 0));
    say(prctl(PR_MCE_KILL_GET, 0, 0, 0, 0)); say(prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0));
    say(prctl(PR_MCE_KILL_GET, 0, 0, 0, 0)); say(prctl(PR_MCE_KILL, PR_MCE_KILL_CLEAR, 1, 0, 0)); say(prctl(PR_MCE_KILL, 2, 0, 0, 0));
    say(prctl(PR_MCE_KILL, PR_MCE_KILL_SET, 9, 0, 0)); say(prctl(PR_MCE_KILL, PR_MCE_KILL_CLEAR, 0, 0, 0)); say(prctl(PR_MCE_KILL_GET, 0, 0, 0, 0));
}

int main(void) {
    buffers(); copies(); nothing_made(); memory();
    return 0;
}
