/* Ways out of a granted directory, and ways to change what may only be read: each is tried, and each that
 * succeeds is printed. No C library, so that the file stays small.
 *
 *   escape out      in a directory whose links lead to a file outside that begins with "secret"
 *   escape exchange in the same: by names that change places
 *   escape change   in a directory that may only be read
 *   escape copy     in a copy of a directory: everything may be changed
 *
 * Built like ipc.c.
 */
#include "freestanding.h"

enum { exit_ = 1, read_ = 3, write_, open_, close_, link_ = 9, unlink_, chdir_ = 12, mknod_ = 14, chmod_, rename_ = 38,
       mkdir_, rmdir_, chroot_ = 61, symlink_ = 83, truncate_ = 92, ftruncate_, fchmod_, fchown_, fchdir_ = 133, msync_ = 144,
       mmap2_ = 192, chown32_ = 212, splice_ = 313, fallocate_ = 324, pipe2_ = 331, utimensat_ = 320, openat_ = 295, unlinkat_ = 301,
       linkat_ = 303, readlink_ = 85, renameat2_ = 353, copy_file_range_ = 377, openat2_ = 437, memfd_create_ = 356,
       sendfile_ = 187, utime_ = 30, mprotect_ = 125 };
enum { RDWR = 2, CREAT = 0100, TRUNC = 01000, NOFOLLOW = 0400000, DIRECTORY = 0200000, PATH = 010000000, TMPFILE = 020200000 };

static void say(const char *text) { CALL(write_, 1, text, length(text)); CALL(write_, 1, "\n", 1); }

/* What an open file begins with. */
static void is_secret(int fd, const char *how)
{
    char bytes[6];
    if (fd >= 0 && CALL(read_, fd, bytes, 6) == 6 && same(bytes, "secret", 6)) say(how);
    if (fd >= 0) CALL(close_, fd);
}
static void try(const char *path) { is_secret(CALL(open_, path, 0), path); is_secret(CALL(openat_, -100, path, RDWR), path); }

static void number(char *text, int n) { text[0] = '0' + n / 10, text[1] = '0' + n % 10; }

static void out(void)
{
    static const char *const paths[] = {
        "absolute", "relative", "chained", "folder/secret", "relative-folder/secret", "self-root", "self-cwd",
        "../secret", "../../secret", "../outside/secret", "../../../../../../../../outside/secret", "/outside/secret",
        "./.././../outside/secret", "sub/../../outside/secret", "/proc/self/root/outside/secret",
        "/proc/self/cwd/../outside/secret", "/proc/self/cwd/../../outside/secret", "/proc/1000/root/../outside/secret",
        "/proc/thread-self/root/../../secret", "/data/../outside/secret", "/data/../../outside/secret", "hard/../secret",
        "/dev/fd/../../outside/secret", "/proc/self/exe/../secret", "loop", "sub/up/outside/secret",
    };
    for (u32 i = 0; i < sizeof paths / sizeof *paths; i++) try(paths[i]);
    /* Through directories that were opened before, also where names are not followed. */
    int here = CALL(open_, ".", DIRECTORY), place = CALL(open_, "sub", PATH | DIRECTORY), link = CALL(open_, "absolute", PATH | NOFOLLOW);
    char by_number[] = "/proc/self/fd/00/../outside/secret", of_link[] = "/proc/self/fd/00";
    number(by_number + 14, here), number(of_link + 14, link);
    if (here < 10) by_number[14] = '/', of_link[14] = '/';
    try(by_number), try(of_link);
    is_secret(CALL(openat_, here, "../outside/secret", 0), "openat of a directory");
    is_secret(CALL(openat_, place, "../../outside/secret", 0), "openat of a place");
    for (u32 resolve = 0; resolve < 64; resolve++) {
        u64 how[] = { 0, 0, resolve };
        is_secret(CALL(openat2_, here, "absolute", how, sizeof how), "openat2 of an absolute link");
        is_secret(CALL(openat2_, here, "../outside/secret", how, sizeof how), "openat2 of dots");
        is_secret(CALL(openat2_, place, "/../outside/secret", how, sizeof how), "openat2 of a slash");
    }
    /* A directory that moves away from under who is in it. */
    CALL(mkdir_, "a", 0777), CALL(mkdir_, "a/b", 0777), CALL(mkdir_, "a/b/c", 0777);
    CALL(chdir_, "a/b/c");
    CALL(rename_, "/data/a/b/c", "/data/c");
    try("../outside/secret"), try("../../outside/secret"), try("../../../outside/secret");
    CALL(rename_, "/data/c", "/tmp/c");
    CALL(rmdir_, "/data/c");
    try("../outside/secret"), try("../secret");
    /* A new root below, and back through a directory above it. */
    CALL(chdir_, "/data");
    CALL(mkdir_, "jail", 0777);
    int above = CALL(open_, ".", DIRECTORY);
    CALL(chroot_, "jail"), CALL(fchdir_, above);
    for (u32 i = 0; i < 10; i++) CALL(chdir_, "..");
    try("outside/secret"), try("../outside/secret"), try("secret");
    CALL(chroot_, ".");
    try("/outside/secret"), try("/../outside/secret");
    /* Names of a link's target, and links to links. */
    CALL(fchdir_, above);
    is_secret(CALL(linkat_, -100, "absolute", -100, "hard1", 02000) == 0 ? CALL(open_, "hard1", 0) : -1, "a hard link to a link's target");
    is_secret(CALL(link_, "absolute", "hard2") == 0 ? CALL(open_, "hard2", 0) : -1, "a hard link to a link");
    CALL(symlink_, "../../../../outside/secret", "mine"), try("mine");
    CALL(symlink_, "/proc/self/fd/../../../outside/secret", "mine2"), try("mine2");
    is_secret(CALL(renameat2_, -100, "../outside/secret", -100, "got", 0) == 0 ? CALL(open_, "got", 0) : -1, "a rename from outside");
    static char longest[8200];
    for (u32 i = 0; i < 4000; i += 2) longest[i] = '.', longest[i + 1] = '/';
    for (u32 i = 0; i < 19; i++) longest[4000 + i] = "../../outside/secret"[i];
    try(longest);
    try("outside\n/secret"), try("\xff\xfe/../../outside/secret");
}

/* Two names change places while somebody is in one of them, or has it open. */
static int exchange(const char *a, const char *b) { return CALL(renameat2_, -100, a, -100, b, 2); }

static void exchanges(void)
{
    static const char *const within[][2] = {
        { "a", "a/b" }, { "a/b", "a" }, { "a/b/c", "a" }, { "a", "a/b/c" }, { ".", "a" }, { "a", ".." }, { "a", "../outside" },
        { "../outside/secret", "a" }, { "absolute", "../secret" }, { "a", "/proc/self/cwd" }, { "a", "/tmp" }, { "/", "a" },
        { "a", "/proc/self/root/outside" }, { "a", "/dev/null" },
    };
    CALL(mkdir_, "a", 0777), CALL(mkdir_, "a/b", 0777), CALL(mkdir_, "a/b/c", 0777), CALL(mkdir_, "d", 0777);
    for (u32 i = 0; i < sizeof within / sizeof *within; i++) if (exchange(within[i][0], within[i][1]) >= 0) say(within[i][1]);
    int inside = CALL(open_, "a/b", DIRECTORY), above = CALL(open_, ".", DIRECTORY);
    /* A directory and a link out of the granted one; and what was in the directory goes on from there. */
    int works = exchange("a", "folder") >= 0;
    if (works && CALL(openat_, inside, "c", DIRECTORY) < 0) say("what was exchanged is gone");
    try("a/secret"), try("folder/secret"), try("a/b/../../secret");
    is_secret(CALL(openat_, inside, "../secret", 0), "beside what was exchanged");
    is_secret(CALL(openat_, inside, "../../outside/secret", 0), "above what was exchanged");
    CALL(fchdir_, inside);
    try("../secret"), try("../../secret"), try("../../outside/secret"), try("../../a/secret");
    /* The directory in which somebody is, and one above it. */
    CALL(fchdir_, above);
    CALL(chdir_, works ? "folder/b" : "a/b");
    for (u32 i = 0; i < 5; i++) {
        exchange(works ? "/data/folder/b" : "/data/a/b", "/data/d"), try("../secret"), try("../outside/secret"), try("../../outside/secret");
        exchange("c", "/data/self-cwd"), try("c"), try("/data/self-cwd"), try("/data/self-cwd/secret");
    }
    CALL(fchdir_, above);
    exchange("absolute", "relative"), exchange("sub", "relative-folder"), exchange("loop", "chained");
    try("absolute"), try("relative"), try("sub/secret"), try("relative-folder/up/outside/secret"), try("loop"), try("chained");
}

static void changed(const char *how, int answer) { if (answer >= 0) say(how); }
#define CHANGE(number, ...) changed(#number, CALL(number, __VA_ARGS__))

static void change(void)
{
    static const int modes[] = { 1, RDWR, TRUNC, RDWR | TRUNC, CREAT | RDWR, 3, 1 | 02000 };
    for (u32 i = 0; i < sizeof modes / sizeof *modes; i++) changed("open", CALL(open_, "file", modes[i], 0666));
    CHANGE(open_, "new", CREAT, 0666);
    CHANGE(open_, ".", TMPFILE | RDWR, 0666);
    CHANGE(truncate_, "file", 0);
    CHANGE(rename_, "file", "other");
    CHANGE(rename_, "file", "/tmp/other");
    CHANGE(renameat2_, -100, "file", -100, "sub", 2);
    CHANGE(link_, "file", "other");
    CHANGE(symlink_, "file", "other");
    CHANGE(unlink_, "file");
    CHANGE(unlinkat_, -100, "sub", 0x200);
    CHANGE(rmdir_, "sub");
    CHANGE(mkdir_, "new", 0777);
    CHANGE(mknod_, "new", 0010666, 0);
    CHANGE(mknod_, "new", 0020666, 0x103);
    CHANGE(chmod_, "file", 0777);
    CHANGE(chown32_, "file", 1, 1);
    CHANGE(utimensat_, -100, "file", 0, 0);
    CHANGE(utime_, "file", 0);
    int fd = CALL(open_, "file", 0), pipe[2];
    CHANGE(write_, fd, "x", 1);
    CHANGE(ftruncate_, fd, 0);
    CHANGE(fallocate_, fd, 0, 0, 0, 100, 0);
    CHANGE(fchmod_, fd, 0777);
    CHANGE(fchown_, fd, 1, 1);
    CHANGE(utimensat_, fd, 0, 0, 0);
    char again[] = "/proc/self/fd/0";
    again[14] = '0' + fd;
    changed("a descriptor opened again", CALL(open_, again, RDWR));
    changed("a descriptor cut", CALL(truncate_, again, 0));
    changed("a descriptor linked", CALL(linkat_, -100, again, -100, "other", 02000));
    changed("a place linked", CALL(linkat_, CALL(open_, "file", PATH), "", -100, "other", 010000));
    int shared = CALL(mmap2_, 0, 4096, 3, 1, fd, 0);
    if (shared > 0 || shared < -4095) say("a shared mapping");
    shared = CALL(mmap2_, 0, 4096, 1, 1, fd, 0);
    changed("a shared mapping that becomes writable", CALL(mprotect_, shared, 4096, 3));
    /* A private mapping may be written to, and stays private. */
    volatile char *private = (char *)CALL(mmap2_, 0, 4096, 3, 2, fd, 0);
    private[0] = 'X';
    CALL(msync_, private, 4096, 4);
    int memory = CALL(memfd_create_, "m", 0);
    CALL(write_, memory, "xxxx", 4);
    u64 zero = 0, zero2 = 0;
    CHANGE(copy_file_range_, memory, &zero, fd, &zero2, 4, 0);
    CHANGE(sendfile_, fd, memory, &zero, 4);
    CALL(pipe2_, pipe, 0), CALL(write_, pipe[1], "yyyy", 4);
    CHANGE(splice_, pipe[0], 0, fd, 0, 4, 0);
    CHANGE(splice_, pipe[0], 0, fd, &zero2, 4, 0);
}

__attribute__((used, noinline)) static void program(int argc, char **argv)
{
    if (argc > 1 && argv[1][0] == 'o') out();
    else if (argc > 1 && argv[1][0] == 'e') exchanges();
    else change();
    say("tried");
    CALL(exit_, 0);
}

__asm__(".globl _start\n_start: mov %esp, %eax\n lea 4(%eax), %edx\n push %edx\n push (%eax)\n call program");
