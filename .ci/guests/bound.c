/* Rights on files that a process gives up: landlock(7), as far as all versions agree. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

#define BAD ((void *)-4096l)
enum { EXECUTE = 1, WRITE = 2, READ = 4, READ_DIR = 8, REMOVE_DIR = 16, REMOVE_FILE = 32, MAKE_DIR = 128, MAKE_REG = 256,
       MAKE_FIFO = 1024, MAKE_SYM = 4096, REFER = 8192, TRUNCATE = 16384, ALL = 32767 };
struct set { unsigned long long handled; };
struct rule { unsigned long long allowed; int parent; } __attribute__((packed));

static int make(unsigned long long handled) { struct set s = {handled}; return syscall(444, &s, 8, 0); }
static int allow(int set, const char *path, unsigned long long rights) {
    struct rule r = {rights, open(path, O_PATH | O_CLOEXEC)};
    int done = syscall(445, set, 1, &r, 0);
    close(r.parent);
    return done;
}
static int bind_by(int set) { return syscall(446, set, 0); }

static void errors(void) {
    struct set s = {ALL}, none = {0}, unknown = {1ull << 40};
    struct { struct set s; char rest[4096]; } longer = {{ALL}, {0}};
    say(syscall(444, 0, 0, 1) >= 3); say(syscall(444, &s, 8, 1)); say(syscall(444, 0, 8, 0)); say(syscall(444, &s, 7, 0));
    say(syscall(444, &s, 8, 6 << 20)); say(syscall(444, &none, 8, 0)); say(syscall(444, &unknown, 8, 0));
    say(syscall(444, BAD, 8, 0)); say(syscall(444, &longer, 4097, 0));
    int set = make(READ | WRITE), pipes[2]; pipe(pipes);
    struct rule good = {READ, open("one", O_PATH)}, zero = {0, good.parent}, more = {READ_DIR, good.parent}, bad = {READ, 99};
    struct rule piped = {READ, pipes[0]}, itself = {READ, set};
    say(fcntl(set, F_GETFD)); say(syscall(445, set, 1, &good, 1)); say(syscall(445, 99, 1, &good, 0));
    say(syscall(445, good.parent, 1, &good, 0)); say(syscall(445, pipes[0], 1, &good, 0)); say(syscall(445, set, 0, &good, 0));
    say(syscall(445, set, 1, BAD, 0)); say(syscall(445, set, 1, &zero, 0)); say(syscall(445, set, 1, &more, 0));
    say(syscall(445, set, 1, &bad, 0)); say(syscall(445, set, 1, &piped, 0)); say(syscall(445, set, 1, &itself, 0));
    say(syscall(445, set, 1, &good, 0)); say(allow(set, "in/f", READ)); close(set);
    set = make(READ | READ_DIR); say(allow(set, "in/f", READ_DIR));
    say(bind_by(set)); say(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    say(syscall(446, set, 1 << 20)); say(bind_by(99)); say(bind_by(pipes[0]));
    for (int i = 0; i < 16; i++) if (bind_by(set)) say(i);
    say(bind_by(set));
}

static void reading(void) {
    int set = make(READ | WRITE | READ_DIR | EXECUTE), before = open("out/f", O_RDWR);
    say(allow(set, "in", READ | READ_DIR)); say(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); say(bind_by(set));
    say(open("in/f", O_RDONLY) > 0); say(open("in/f", O_WRONLY)); say(open("in/f", O_RDWR)); say(open("out/f", O_RDONLY));
    say(open("in", O_RDONLY | O_DIRECTORY) > 0); say(open("out", O_RDONLY | O_DIRECTORY)); say(open(".", O_RDONLY));
    say(open("out/f", O_PATH) > 0); say(access("out/f", R_OK | W_OK)); say(write(before, "x", 1)); say(ftruncate(before, 0));
    say(truncate("out/f", 1)); say(unlink("out/g")); say(mkdir("out/d", 0755)); say(rename("out/d", "out/e"));
    say(rename("out/e", "e")); say(link("out/f", "f")); say(link("out/f", "out/h"));
    say(execl("in/run", "run", NULL)); say(chdir("out")); say(open("f", O_RDONLY)); say(open("../in/f", O_RDONLY) > 0);
    char *fd = 0; asprintf(&fd, "/proc/self/fd/%d", before); say(open(fd, O_RDONLY) > 0);
    fflush(stdout);
    if (!fork()) { say(open("../in/g", O_RDONLY)); say(open("../in/f", O_RDONLY) > 0); fflush(stdout); _exit(0); }
    wait(0);
}

static void names(void) {
    int set = make(MAKE_REG | MAKE_DIR | MAKE_SYM | MAKE_FIFO | REMOVE_FILE | REMOVE_DIR | TRUNCATE | REFER);
    say(allow(set, "in", MAKE_REG | MAKE_DIR | REMOVE_FILE | REFER)); say(allow(set, "near", MAKE_REG | REMOVE_FILE | REFER));
    say(allow(set, "out", REMOVE_FILE | TRUNCATE | MAKE_SYM)); say(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    int before = open("in/f", O_RDWR); say(bind_by(set)); int after = open("in/f", O_RDWR);
    say(ftruncate(before, 3)); say(ftruncate(after, 3)); say(truncate("in/f", 1)); say(open("in/f", O_RDWR | O_TRUNC));
    say(truncate("out/f", 2)); say(open("out/f", O_WRONLY | O_TRUNC) > 0); say(open("in/new", O_CREAT | O_TRUNC | O_WRONLY, 0644) > 0);
    say(open("out/new", O_CREAT | O_WRONLY, 0644)); say(open("out/new", O_WRONLY)); say(mkdir("in/d", 0755)); say(rmdir("in/d"));
    say(mkdir("out/d", 0755)); say(symlink("x", "out/l")); say(symlink("x", "in/l")); say(mkfifo("in/p", 0644)); say(unlink("out/l"));
    say(mknod("in/q", S_IFREG | 0600, 0)); say(rename("in/q", "in/r")); say(rename("in/r", "near/r")); say(rename("near/r", "in/r"));
    say(rename("in/r", "out/r")); say(rename("out/f", "in/o")); say(link("in/r", "in/s")); say(link("in/s", "near/s"));
    say(link("near/s", "out/s")); say(rename("in/d", "near/d")); say(rename("in/d", "in/d2"));
    say(renameat2(AT_FDCWD, "in/r", AT_FDCWD, "near/s", RENAME_EXCHANGE)); say(renameat2(AT_FDCWD, "in/r", AT_FDCWD, "in/d", RENAME_EXCHANGE));
    say(unlink("near/s"));
}

static void part(void (*what)(void)) {
    int status;
    fflush(stdout);
    if (!fork()) { what(); fflush(stdout); _exit(0); }
    wait(&status); say(status);
}

int main(void) {
    const char *made[] = {"in", "out", "near"};
    for (int i = 0; i < 3; i++) mkdir(made[i], 0755);
    const char *files[] = {"one", "in/f", "in/run", "out/f", "out/g"};
    for (int i = 0; i < 5; i++) { int f = open(files[i], O_CREAT | O_WRONLY, 0755); write(f, "abcdef", 6); close(f); }
    if (!getuid()) { setegid(65534); chmod(".", 0777); for (int i = 0; i < 3; i++) chmod(made[i], 0777); for (int i = 0; i < 5; i++) chmod(files[i], 0777); seteuid(65534); }
    part(errors); part(reading); part(names);
    return 0;
}
