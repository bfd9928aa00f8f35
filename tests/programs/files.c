/* Files of i386 Linux, checked from inside: no C library, so that the file stays small. Runs in an empty
 * directory that it may write, of whatever filesystem, prints a line for each check that fails, and exits
 * with their number. The same file passes on a real kernel.
 *
 * Built with Debian's gcc 12 (gcc-multilib), then stripped:
 *   gcc -m32 -Os -static -nostdlib -ffreestanding -fno-pie -no-pie -fno-stack-protector \
 *       -fno-asynchronous-unwind-tables -Wl,--build-id=none,-z,norelro,-z,noseparate-code -s -o files files.c
 */
#include "freestanding.h"

enum { exit_ = 1, read_ = 3, write_, open_, close_, link_ = 9, unlink_, chdir_ = 12, mknod_ = 14, chmod_,
       lseek_ = 19, access_ = 33, rename_ = 38, mkdir_, rmdir_, dup_, pipe_, umask_ = 60, symlink_ = 83,
       munmap_ = 91, truncate_, ftruncate_, flock_ = 143, fsync_ = 118, getdents_ = 141, readv_ = 145, pread_ = 180,
       pwrite_, getcwd_ = 183, mmap2_ = 192, ftruncate64_ = 194, stat64_, lstat64_, fstat64_, getdents64_ = 220,
       fcntl64_, openat_ = 295, mkdirat_, unlinkat_ = 301, renameat_, linkat_, readlinkat_ = 305, fchmodat_,
       utimensat_ = 320, fallocate_ = 324, renameat2_ = 353, memfd_create_ = 356, copy_file_range_ = 377,
       openat2_ = 437 };
enum { EPERM = 1, ENOENT, EINTR = 4, ENXIO = 6, EBADF = 9, EAGAIN = 11, EACCES = 13, EBUSY = 16, EEXIST, EXDEV,
       ENOTDIR = 20, EISDIR, EINVAL, EFBIG = 27, ENOSPC, ESPIPE, EROFS, ENAMETOOLONG = 36, ENOTEMPTY = 39, ELOOP,
       EOVERFLOW = 75, EOPNOTSUPP = 95 };
enum { WRONLY = 1, RDWR = 2, CREAT = 0100, EXCL = 0200, TRUNC = 01000, APPEND = 02000, NONBLOCK = 04000,
       LARGEFILE = 0100000, DIRECTORY = 0200000, NOFOLLOW = 0400000, PATH = 010000000, TMPFILE = 020200000 };
#define HERE -100

static int failed;
static void say(const char *s) { CALL(write_, 1, s, length(s)); }
static void number(int n)
{
    char digits[12];
    int at = 12, minus = n < 0;
    u32 left = minus ? -n : n;
    do digits[--at] = '0' + left % 10; while (left /= 10);
    if (minus) digits[--at] = '-';
    CALL(write_, 1, digits + at, 12 - at);
}
static void check(int line, const char *what, int got, int wanted)
{
    if (got == wanted) return;
    failed++;
    number(line); say(": "); say(what); say(" is "); number(got); say(", not "); number(wanted); say("\n");
}
#define CHECK(what, wanted) check(__LINE__, #what, what, wanted)

struct stat64 { u64 dev; u32 pad, shortino, mode, links, uid, gid; u64 rdev; u32 pad2; u64 size __attribute__((packed, aligned(4))); u32 blksize; u64 blocks __attribute__((packed, aligned(4))); u32 times[6]; u64 ino __attribute__((packed, aligned(4))); };
static struct stat64 st;
static int mode(const char *path) { int r = CALL(lstat64_, path, &st); return r < 0 ? r : (int)st.mode; }
static int links(const char *path) { int r = CALL(lstat64_, path, &st); return r < 0 ? r : (int)st.links; }
static int size(int fd) { int r = CALL(fstat64_, fd, &st); return r < 0 ? r : (int)st.size; }

static char b[8192];

static int make(const char *path, const char *text)
{
    int fd = CALL(open_, path, RDWR | CREAT | TRUNC, 0644);
    CALL(write_, fd, text, length(text));
    return fd;
}

/* What a file says, as a number if it is one character. */
static int first(const char *path)
{
    int fd = CALL(open_, path, 0), n;
    if (fd < 0) return fd;
    n = CALL(read_, fd, b, 1);
    CALL(close_, fd);
    return n < 1 ? 0 : b[0];
}

static void opening(void)
{
    int fd = make("f", "abc");
    CHECK(fd >= 0, 1);
    CHECK(CALL(open_, "f", CREAT | EXCL | RDWR, 0644), -EEXIST);
    CHECK(CALL(open_, "f/", 0), -ENOTDIR);
    CHECK(CALL(open_, "f", DIRECTORY), -ENOTDIR);
    CHECK(CALL(open_, "no/", CREAT | RDWR, 0644), -EISDIR);
    CHECK(CALL(open_, "", 0), -ENOENT);
    CHECK(CALL(open_, ".", RDWR), -EISDIR);
    CHECK(CALL(open_, ".", CREAT, 0644), -EISDIR);
    CHECK(CALL(symlink_, "f", "l"), 0);
    CHECK(CALL(open_, "l", NOFOLLOW), -ELOOP);
    CHECK(CALL(symlink_, "dangling", "d"), 0);
    CHECK(CALL(open_, "d", 0), -ENOENT);
    CHECK(CALL(open_, "d", CREAT | EXCL | RDWR, 0644), -EEXIST);
    CHECK(CALL(close_, CALL(open_, "d", CREAT | RDWR, 0644)), 0);
    CHECK(mode("dangling") & 0170000, 0100000);
    CHECK(CALL(open_, ".", TMPFILE), -EINVAL);
    int nameless = CALL(open_, ".", TMPFILE | RDWR, 0600);
    CHECK(nameless == -EOPNOTSUPP || CALL(write_, nameless, "x", 1) == 1, 1);
    CALL(close_, nameless);
    int path = CALL(open_, "l", PATH | NOFOLLOW);
    CHECK(path >= 0, 1);
    CHECK(CALL(read_, path, b, 1), -EBADF);
    CHECK(CALL(fcntl64_, path, 3) & PATH, PATH);
    CHECK(CALL(readlinkat_, path, "", b, 9), 1);
    CHECK(CALL(fstat64_, path, &st), 0);
    CHECK(st.mode & 0170000, 0120000);
    CALL(close_, path);
    int secret = CALL(open_, "s", RDWR | CREAT, 0);
    CHECK(CALL(write_, secret, "x", 1), 1);
    CHECK(mode("s") & 07777, 0);
    static u64 how[3] = { RDWR, 0, 0x40 };
    CHECK(CALL(openat2_, HERE, "f", how, 24), -EINVAL);
    how[2] = 8;
    CHECK(CALL(openat2_, HERE, "../f", how, 24), -EXDEV);
    CHECK(CALL(openat2_, HERE, "/", how, 24), -EXDEV);
    how[2] = 4;
    CHECK(CALL(openat2_, HERE, "l", how, 24), -ELOOP);
    CHECK(CALL(openat2_, HERE, "l", how, 8), -EINVAL);
    for (u32 i = 0; i < 300; i++) b[i] = 'n';
    b[300] = 0;
    CHECK(CALL(open_, b, 0), -ENAMETOOLONG);
    CALL(close_, fd); CALL(close_, secret);
    CALL(unlink_, "f"); CALL(unlink_, "l"); CALL(unlink_, "d"); CALL(unlink_, "dangling"); CALL(unlink_, "s");
}

static void writing(void)
{
    int fd = make("a", "hello"), more = CALL(open_, "a", RDWR | APPEND);
    CHECK(CALL(pwrite_, more, "X", 1, 0, 0), 1);
    CHECK(CALL(lseek_, more, 0, 1), 0);
    CHECK(CALL(pread_, fd, b, 9, 0, 0), 6);
    CHECK(same(b, "helloX", 6), 1);
    CHECK(CALL(pread_, fd, b, 1, 0, -1), -EINVAL);
    CHECK(CALL(pwrite_, fd, "Z", 1, 0, 1), -EFBIG);
    CHECK(CALL(ftruncate_, fd, -1), -EINVAL);
    CHECK(CALL(truncate_, "a", -5), -EINVAL);
    CHECK(CALL(truncate_, ".", 5), -EISDIR);
    CHECK(CALL(ftruncate_, fd, 9000), 0);
    CHECK(CALL(pread_, fd, b, 4, 8000, 0), 4);
    CHECK(b[0] | b[3], 0);
    CHECK(CALL(ftruncate_, fd, 3), 0);
    CHECK(CALL(ftruncate_, fd, 5), 0);
    CHECK(CALL(pread_, fd, b, 9, 0, 0), 5);
    CHECK(same(b, "hel\0\0", 5), 1);
    CHECK(CALL(lseek_, fd, -1, 0), -EINVAL);
    CHECK(CALL(lseek_, fd, 0, 9), -EINVAL);
    CHECK(CALL(lseek_, fd, 0, 3), 0);
    CHECK(CALL(lseek_, fd, 1, 4), 5);
    CHECK(CALL(lseek_, fd, 5, 3), -ENXIO);
    CHECK(CALL(fallocate_, fd, 0, 0, 0, 0, 0), -EINVAL);
    CHECK(CALL(fallocate_, fd, 2, 0, 0, 1, 0), -EOPNOTSUPP);
    CHECK(CALL(fallocate_, fd, 0, 0, 0, 100, 0), 0);
    CHECK(size(fd), 100);
    CHECK(CALL(fallocate_, fd, 1, 0, 0, 200, 0), 0);
    CHECK(size(fd), 100);
    CALL(pwrite_, fd, "12345678", 8, 0, 0);
    static u64 from = 1, to = 50;
    CHECK(CALL(copy_file_range_, fd, &from, fd, &to, 3, 0), 3);
    CHECK(CALL(pread_, fd, b, 4, 49, 0), 4);
    CHECK(same(b, "\000234", 4), 1);
    from = 1; to = 2;
    CHECK(CALL(copy_file_range_, fd, &from, fd, &to, 3, 0), -EINVAL);
    CHECK(CALL(copy_file_range_, fd, &from, more, 0, 3, 0), -EBADF);
    CHECK(CALL(fsync_, fd), 0);
    int big = CALL(open_, "big", RDWR | CREAT | LARGEFILE, 0600);
    CHECK(CALL(ftruncate64_, big, 0x80000000, 0), 0);
    CHECK(CALL(open_, "big", 0), -EOVERFLOW);
    CALL(close_, fd); CALL(close_, more); CALL(close_, big);
    CALL(unlink_, "a"); CALL(unlink_, "big");
}

static void mapping(void)
{
    char c = 0;
    int fd = make("m", ""), other;
    CALL(ftruncate_, fd, 8192);
    char *m = (char *)CALL(mmap2_, 0, 8192, 3, 1, fd, 0), *r = (char *)CALL(mmap2_, 0, 8192, 1, 1, fd, 0);
    char *p = (char *)CALL(mmap2_, 0, 8192, 3, 2, fd, 0);
    m[0] = 'z';
    CALL(pread_, fd, &c, 1, 0, 0);
    CHECK(c, 'z');
    CALL(pwrite_, fd, "w", 1, 1, 0);
    CHECK(m[1], 'w');
    CHECK(r[0], 'z');
    CHECK(p[0], 'z');
    p[0] = 'q';
    CHECK(m[0], 'z');
    CALL(ftruncate_, fd, 4096);
    CALL(ftruncate_, fd, 8192);
    other = CALL(open_, "m", RDWR);
    CALL(pwrite_, other, "AB", 2, 4096, 0);
    CHECK(r[4097], 'B');
    CALL(munmap_, m, 8192); CALL(munmap_, r, 8192); CALL(munmap_, p, 8192);
    CALL(close_, fd); CALL(close_, other);
    CHECK(first("m"), 'z');
    CALL(unlink_, "m");
}

static void names(void)
{
    CHECK(CALL(mkdir_, "x", 0755), 0);
    CHECK(CALL(mkdir_, "x/", 0755), -EEXIST);
    CHECK(CALL(mkdir_, "x/y/", 0755), 0);
    CHECK(CALL(mkdir_, "no/y", 0755), -ENOENT);
    CHECK(CALL(rmdir_, "x"), -ENOTEMPTY);
    CHECK(CALL(rmdir_, "x/y/."), -EINVAL);
    CHECK(CALL(unlink_, "x"), -EISDIR);
    CHECK(CALL(rename_, "x", "x/y/z"), -EINVAL);
    CHECK(CALL(rename_, "x/y", "x"), -ENOTEMPTY);
    CALL(close_, make("1", "1")); CALL(close_, make("2", "2"));
    CHECK(CALL(rename_, "1", "x"), -EISDIR);
    CHECK(CALL(rename_, "x", "1"), -ENOTDIR);
    CHECK(CALL(rename_, "1", "x/y/"), -ENOTDIR);
    CHECK(CALL(renameat2_, HERE, "1", HERE, "2", 1), -EEXIST);
    CHECK(CALL(renameat2_, HERE, "1", HERE, "2", 8), -EINVAL);
    CHECK(CALL(link_, "1", "x/1"), 0);
    CHECK(links("1"), 2);
    CHECK(CALL(rename_, "1", "x/1"), 0);
    CHECK(first("1"), '1');
    CHECK(CALL(link_, "x", "dir"), -EPERM);
    CHECK(CALL(link_, "1", "2"), -EEXIST);
    CHECK(CALL(rename_, "2", "x/1"), 0);
    CHECK(first("x/1"), '2');
    CHECK(links("1"), 1);
    CHECK(CALL(chdir_, "x/y"), 0);
    CHECK(CALL(rename_, "../../x", "../../w"), 0);
    int n = CALL(getcwd_, b, 4096);
    CHECK(same(b + n - 5, "/w/y", 5), 1);
    CHECK(CALL(close_, make("../from", "f")), 0);
    CHECK(CALL(chdir_, "../.."), 0);
    CHECK(first("w/from"), 'f');
    int fd = CALL(open_, "w/from", RDWR), directory = CALL(open_, "w", DIRECTORY);
    CALL(unlink_, "w/from");
    CHECK(CALL(read_, fd, b, 1), 1);
    CHECK(CALL(fstat64_, fd, &st), 0);
    CHECK(st.links, 0);
    CHECK(CALL(close_, CALL(openat_, directory, "1", 0)), 0);
    int count = 0, got;
    while ((got = CALL(getdents64_, directory, b, 64)) > 0)
        for (int at = 0; at < got; at += *(unsigned short *)(b + at + 16)) count++;
    CHECK(count, 4);
    CHECK(CALL(getdents64_, directory, b, 64), 0);
    CALL(lseek_, directory, 0, 0);
    CHECK(CALL(getdents64_, directory, b, 8), -EINVAL);
    CHECK(CALL(unlink_, "w/1"), 0);
    CHECK(CALL(rmdir_, "w/y"), 0);
    CHECK(CALL(rmdir_, "w"), 0);
    CHECK(CALL(getdents64_, directory, b, 64), -ENOENT);
    CHECK(CALL(openat_, directory, "new", CREAT | RDWR, 0644), -ENOENT);
    for (int i = 0; i < 20; i++) CALL(close_, fd + i);
    CHECK(CALL(unlink_, "1"), 0);
    CHECK(CALL(symlink_, "loop", "loop"), 0);
    CHECK(CALL(open_, "loop", 0), -ELOOP);
    CHECK(CALL(unlink_, "loop"), 0);
}

static void attributes(void)
{
    CALL(umask_, 022);
    int fd = make("t", "t");
    CHECK(mode("t") & 07777, 0644);
    CHECK(CALL(chmod_, "t", 0400), 0);
    CHECK(mode("t"), 0100400);
    static int times[4] = { 1000, 5, 2000, 0x3ffffffe };
    CHECK(CALL(utimensat_, HERE, "t", times, 0), 0);
    CALL(lstat64_, "t", &st);
    CHECK(st.times[0], 1000);
    CHECK(st.times[1], 5);
    CHECK(st.times[2] > 100000, 1);
    times[1] = 1000000000;
    CHECK(CALL(utimensat_, HERE, "t", times, 0), -EINVAL);
    CHECK(CALL(access_, "t", 010), -EINVAL);
    CHECK(CALL(access_, "t", 1), -EACCES);
    CHECK(CALL(access_, "no", 0), -ENOENT);
    CALL(close_, fd);
    CALL(unlink_, "t");
}

static void locks(void)
{
    struct flock { short type, whence; int start, len, pid; } lock = { 1, 0, 0, 10, 0 };
    int fd = make("k", "0123456789"), again = CALL(open_, "k", 0);
    CHECK(CALL(fcntl64_, fd, 6, &lock), 0);
    CHECK(CALL(fcntl64_, again, 6, &lock), -EBADF);
    lock.type = 7;
    CHECK(CALL(fcntl64_, fd, 6, &lock), -EINVAL);
    lock.type = 0; lock.start = -1;
    CHECK(CALL(fcntl64_, fd, 6, &lock), -EINVAL);
    CHECK(CALL(flock_, fd, 2), 0);
    CHECK(CALL(flock_, again, 2 | 4), -EAGAIN);
    CHECK(CALL(flock_, again, 1 | 4), -EAGAIN);
    CHECK(CALL(flock_, again, 77), -EINVAL);
    CALL(close_, fd);
    CHECK(CALL(flock_, again, 2 | 4), 0);
    CALL(close_, again);
    CALL(unlink_, "k");
}

static void memory(void)
{
    int fd = CALL(memfd_create_, "name", 2);
    CHECK(CALL(write_, fd, "abc", 3), 3);
    CHECK(CALL(fcntl64_, fd, 1033, 2 | 4), 0);
    CHECK(CALL(ftruncate_, fd, 1), -EPERM);
    CHECK(CALL(write_, fd, "d", 1), -EPERM);
    CHECK(CALL(pwrite_, fd, "x", 1, 0, 0), 1);
    CHECK(CALL(fcntl64_, fd, 1034), 6);
    CHECK(CALL(memfd_create_, "name", 0x40), -EINVAL);
    CALL(close_, fd);
}

static int fork_(void) { return CALL(2); }
static int reap(int pid) { int status = -1; CALL(114, pid, &status, 0, 0); return status; }

/* A child opens the other end of a FIFO, waits for a lock, and closes a circle of waiting. */
static void processes(void)
{
    struct flock { short type, whence; int start, len, pid; } lock = { 1, 0, 0, 1, 0 }, other = { 1, 0, 1, 1, 0 };
    int pid, ends[2], fd, parent = CALL(20), made = CALL(mknod_, "p", 010600, 0);
    if (made != -EPERM) { /* granted directories have none */
        CHECK(made, 0);
        CHECK(CALL(open_, "p", WRONLY | NONBLOCK), -ENXIO);
        if (!(pid = fork_())) {
            fd = CALL(open_, "p", WRONLY);
            CALL(exit_, CALL(write_, fd, "hi", 2) != 2);
        }
        fd = CALL(open_, "p", 0);
        CHECK(CALL(read_, fd, b, 9), 2);
        CHECK(reap(pid), 0);
        CHECK(CALL(read_, fd, b, 9), 0);
        CALL(close_, fd);
        CALL(unlink_, "p");
    }
    fd = make("k", "01");
    CALL(pipe_, ends);
    CHECK(CALL(fcntl64_, fd, 6, &lock), 0);
    if (!(pid = fork_())) {
        int wrong = CALL(fcntl64_, fd, 6, &lock) != -EAGAIN;
        CALL(fcntl64_, fd, 5, &lock);
        wrong |= (lock.pid != parent || lock.type != 1) << 1;
        wrong |= (CALL(fcntl64_, fd, 6, &other) != 0) << 2;
        CALL(write_, ends[1], "r", 1);
        lock.pid = 0;
        wrong |= (CALL(fcntl64_, fd, 7, &lock) != 0) << 3;
        CALL(write_, ends[1], "c", 1);
        CALL(exit_, wrong);
    }
    CHECK(CALL(read_, ends[0], b, 1), 1);
    int timeout[2] = { 0, 50000000 };
    CALL(162, timeout, 0);
    CHECK(CALL(fcntl64_, fd, 7, &other), -35); /* EDEADLK */
    CALL(write_, ends[1], "p", 1);
    lock.type = 2;
    CHECK(CALL(fcntl64_, fd, 6, &lock), 0);
    CHECK(reap(pid), 0);
    CHECK(CALL(read_, ends[0], b, 9), 2);
    CHECK(same(b, "pc", 2), 1);
    CALL(close_, ends[0]); CALL(close_, ends[1]); CALL(close_, fd);
    CALL(unlink_, "k");
}

void _start(void)
{
    opening();
    writing();
    mapping();
    names();
    attributes();
    locks();
    memory();
    processes();
    if (!failed) say("checked\n");
    CALL(exit_, failed);
}
