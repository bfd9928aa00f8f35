/* System calls of i386 Linux, checked from inside: no C library, so that the file stays small.
 * Runs in an empty directory that it may write, prints a line for each check that fails, and
 * exits with their number. The same file passes on a real kernel.
 *
 * Built with Debian's gcc 12 (gcc-multilib), then stripped:
 *   gcc -m32 -Os -static -nostdlib -ffreestanding -fno-pie -no-pie -fno-stack-protector \
 *       -fno-asynchronous-unwind-tables -Wl,--build-id=none,-z,norelro,-z,noseparate-code -s -o calls calls.c
 */
#include "freestanding.h"

enum { exit_ = 1, read_ = 3, write_, open_, close_, link_ = 9, unlink_, chdir_ = 12, time_, chmod_ = 15, lseek_ = 19,
       getpid_, access_ = 33, kill_ = 37, rename_, mkdir_, rmdir_, dup_, pipe_, brk_ = 45, ioctl_ = 54, fcntl_,
       umask_ = 60, dup2_ = 63, symlink_ = 83, readlink_ = 85, munmap_ = 91, ftruncate_ = 93, uname_ = 122,
       mprotect_ = 125, llseek_ = 140, readv_ = 145, writev_, mremap_ = 163, rt_sigaction_ = 174, rt_sigprocmask_,
       pread_ = 180, pwrite_, getcwd_ = 183, getrlimit_ = 191, mmap2_, stat64_ = 195, lstat64_, fstat64_,
       getuid_ = 199, getdents64_ = 220, futex_ = 240, set_thread_area_ = 243, get_thread_area_, clock_gettime_ = 265,
       openat_ = 295, fstatat64_ = 300, utimensat_ = 320, pipe2_ = 331, prlimit_ = 340, statx_ = 383,
       clock_gettime64_ = 403, nothing_ = 999 };
enum { EPERM = 1, ENOENT, EBADF = 9, EAGAIN = 11, EFAULT = 14, EEXIST = 17, ENOTDIR = 20, EISDIR, EINVAL, ENOTTY = 25,
       ESPIPE = 29, EROFS, ERANGE = 34, ENOSYS = 38, ENOTEMPTY, ELOOP };
enum { AT_FDCWD = -100, RDWR = 2, CREAT = 0100, EXCL = 0200, TRUNC = 01000, APPEND = 02000, DIRECTORY = 0200000,
       NOFOLLOW = 0400000 };

static int failures;

static void check(int line, int good)
{
    char text[] = "calls.c:000 fails\n";
    if (good) return;
    text[8] += line / 100, text[9] += line / 10 % 10, text[10] += line % 10;
    CALL(write_, 1, text, sizeof text - 1);
    failures++;
}
#define CHECK(condition) check(__LINE__, condition)

static char buffer[8192];
static u32 words[64];

static void files(void)
{
    int fd = CALL(open_, "file", RDWR | CREAT | EXCL, 0644);
    CHECK(fd == 3);
    CHECK(CALL(open_, "file", RDWR | CREAT | EXCL, 0644) == -EEXIST);
    CHECK(CALL(open_, "missing", 0) == -ENOENT);
    CHECK(CALL(open_, "file/", 0) == -ENOTDIR);
    CHECK(CALL(write_, fd, "hello world", 11) == 11);
    CHECK(CALL(lseek_, fd, -5, 2) == 6);
    CHECK(CALL(read_, fd, buffer, 100) == 5 && same(buffer, "world", 5));
    CHECK(CALL(read_, fd, buffer, 100) == 0);
    CHECK(CALL(pwrite_, fd, "W", 1, 6, 0) == 1);
    CHECK(CALL(pread_, fd, buffer, 5, 6, 0) == 5 && same(buffer, "World", 5));
    CHECK(CALL(llseek_, fd, 1, 0, words, 0) == 0 && words[0] == 0 && words[1] == 1);
    CHECK(CALL(lseek_, fd, -1, 0) == -EINVAL);
    CHECK(CALL(ftruncate_, fd, 4) == 0 && CALL(lseek_, fd, 0, 2) == 4);
    u32 vector[] = { (u32)"ab", 2, (u32)"cde", 3 };
    CHECK(CALL(writev_, fd, vector, 2) == 5);
    CHECK(CALL(lseek_, fd, 0, 0) == 0);
    u32 into[] = { (u32)buffer, 6, (u32)buffer + 10, 100 };
    CHECK(CALL(readv_, fd, into, 2) == 9 && same(buffer, "hellab", 6) && same(buffer + 10, "cde", 3));
    CHECK(CALL(read_, fd, 16, 4) == -EFAULT || CALL(lseek_, fd, 0, 1) == 9);
    CHECK(CALL(write_, fd, 16, 4) == -EFAULT);
    CHECK(CALL(read_, 77, buffer, 4) == -EBADF && CALL(close_, 77) == -EBADF);
    CHECK(CALL(ioctl_, fd, 0x5401, words) == -ENOTTY);
    int copy = CALL(dup_, fd);
    CHECK(copy == 4 && CALL(lseek_, fd, 2, 0) == 2 && CALL(lseek_, copy, 0, 1) == 2);
    CHECK(CALL(dup2_, copy, 9) == 9 && CALL(close_, 9) == 0 && CALL(close_, copy) == 0);
    CHECK(CALL(fcntl_, fd, 0, 20) == 20 && CALL(close_, 20) == 0);
    CHECK(CALL(fcntl_, fd, 1) == 0 && CALL(fcntl_, fd, 2, 1) == 0 && CALL(fcntl_, fd, 1) == 1);
    CHECK((CALL(fcntl_, fd, 3) & 3) == RDWR);
    CHECK(CALL(close_, fd) == 0 && CALL(close_, fd) == -EBADF);
    fd = CALL(open_, "file", 1 | APPEND);
    CHECK(CALL(write_, fd, "X", 1) == 1 && CALL(lseek_, fd, 0, 1) == 10 && CALL(read_, fd, buffer, 1) == -EBADF);
    CALL(close_, fd);
    fd = CALL(open_, "/dev/zero", RDWR);
    buffer[0] = 1;
    CHECK(fd == 3 && CALL(read_, fd, buffer, 8192) == 8192 && buffer[0] == 0 && CALL(write_, fd, buffer, 9) == 9);
    CALL(close_, fd);
}

static void pipes(void)
{
    CHECK(CALL(pipe_, words) == 0 && words[0] == 3 && words[1] == 4);
    CHECK(CALL(write_, 4, "pipe", 4) == 4 && CALL(lseek_, 3, 0, 0) == -ESPIPE);
    CHECK(CALL(read_, 3, buffer, 3) == 3 && CALL(read_, 3, buffer + 3, 9) == 1 && same(buffer, "pipe", 4));
    CHECK(CALL(close_, 4) == 0 && CALL(read_, 3, buffer, 9) == 0 && CALL(close_, 3) == 0);
    CHECK(CALL(pipe2_, words, 04000) == 0 && CALL(read_, 3, buffer, 1) == -EAGAIN);
    CALL(close_, 3), CALL(close_, 4);
}

static void directories(void)
{
    CHECK(CALL(mkdir_, "dir", 0755) == 0 && CALL(mkdir_, "dir", 0755) == -EEXIST);
    CHECK(CALL(mkdir_, "dir/sub/deep", 0755) == -ENOENT && CALL(mkdir_, "dir/sub/", 0700) == 0);
    CHECK(CALL(symlink_, "../file", "dir/link") == 0 && CALL(symlink_, "loop", "loop") == 0);
    CHECK(CALL(readlink_, "dir/link", buffer, 3) == 3 && same(buffer, "../", 3));
    CHECK(CALL(readlink_, "file", buffer, 9) == -EINVAL);
    CHECK(CALL(open_, "loop", 0) == -ELOOP && CALL(open_, "dir/link", NOFOLLOW) == -ELOOP);
    CHECK(CALL(stat64_, "dir/link", words) == 0 && words[4] == 0100644 && words[11] == 10);
    CHECK(CALL(lstat64_, "dir/link", words) == 0 && (words[4] & 0170000) == 0120000 && words[11] == 7);
    CHECK(CALL(stat64_, "dir/sub/../../file", words) == 0 && CALL(stat64_, "file/..", words) == -ENOTDIR);
    CHECK(CALL(stat64_, "", words) == -ENOENT && CALL(stat64_, 16, words) == -EFAULT);
    CHECK(CALL(link_, "file", "dir/hard") == 0 && CALL(stat64_, "file", words) == 0 && words[5] == 2);
    CHECK(CALL(rename_, "dir/hard", "dir/renamed") == 0 && CALL(unlink_, "dir/hard") == -ENOENT);
    CHECK(CALL(open_, "dir", RDWR) == -EISDIR && CALL(unlink_, "dir") == -EISDIR);
    int fd = CALL(open_, "dir", DIRECTORY), entries = 0, size, at;
    CHECK(fd == 3 && CALL(read_, fd, buffer, 9) == -EISDIR && CALL(fstat64_, fd, words) == 0);
    while ((size = CALL(getdents64_, fd, buffer, 128)) > 0)
        for (at = 0; at < size; at += *(unsigned short *)(buffer + at + 16)) entries++;
    CHECK(size == 0 && entries == 5);
    CHECK(CALL(openat_, fd, "renamed", 0) == 4 && CALL(close_, 4) == 0);
    CHECK(CALL(fstatat64_, fd, "link", words, 0x100) == 0 && (words[4] & 0170000) == 0120000);
    CALL(close_, fd);
    int before = CALL(getcwd_, buffer, 4096);
    CHECK(before > 1 && buffer[before - 1] == 0 && CALL(getcwd_, buffer, 1) == -ERANGE);
    CHECK(CALL(chdir_, "dir/sub") == 0 && CALL(getcwd_, buffer, 4096) == before + 8);
    CHECK(CALL(access_, "../link", 4) == 0 && CALL(chdir_, "../..") == 0 && CALL(chdir_, "file") == -ENOTDIR);
    CHECK(CALL(rmdir_, "dir") == -ENOTEMPTY && CALL(rmdir_, "file") == -ENOTDIR);
    CHECK(CALL(unlink_, "dir/renamed") == 0 && CALL(unlink_, "dir/link") == 0 && CALL(rmdir_, "dir/sub") == 0);
    CHECK(CALL(rmdir_, "dir") == 0 && CALL(unlink_, "loop") == 0);
}

static void attributes(void)
{
    u32 times[] = { 1000, 5, 2000, 6 };
    CHECK(CALL(chmod_, "file", 0600) == 0 && CALL(stat64_, "file", words) == 0 && words[4] == 0100600);
    CHECK(CALL(utimensat_, AT_FDCWD, "file", times, 0) == 0 && CALL(stat64_, "file", words) == 0);
    CHECK(words[16] == 1000 && words[17] == 5 && words[18] == 2000 && words[19] == 6);
    CHECK(CALL(statx_, AT_FDCWD, "file", 0, 0x7ff, words) == 0 && words[10] == 10);
    int mask = CALL(umask_, 077), fd = CALL(open_, "other", CREAT | 1, 0666);
    CHECK(CALL(fstat64_, fd, words) == 0 && words[4] == 0100600 && CALL(umask_, mask) == 077);
    CHECK(CALL(close_, fd) == 0 && CALL(unlink_, "other") == 0 && CALL(unlink_, "file") == 0);
}

static void memory(void)
{
    u32 heap = CALL(brk_, 0);
    CHECK((u32)CALL(brk_, heap + 10000) == heap + 10000);
    *(char *)(heap + 9999) = 1;
    CHECK((u32)CALL(brk_, heap) == heap && (u32)CALL(brk_, 0xfffff000) == heap);
    u32 map = CALL(mmap2_, 0, 8192, 3, 0x22, -1, 0);
    CHECK(map % 4096 == 0 && *(u32 *)map == 0);
    *(u32 *)map = 7, *(u32 *)(map + 4096) = 8;
    CHECK(CALL(mprotect_, map, 4096, 1) == 0 && CALL(read_, 0, map, 0) == 0);
    CHECK(CALL(clock_gettime_, 0, map) == -EFAULT && CALL(mprotect_, map, 4096, 3) == 0);
    u32 moved = CALL(mremap_, map, 8192, 1 << 20, 1);
    CHECK(*(u32 *)moved == 7 && *(u32 *)(moved + 4096) == 8 && *(u32 *)(moved + 8192) == 0);
    CHECK(CALL(munmap_, moved, 1 << 20) == 0 && CALL(write_, 1, moved, 1) == -EFAULT);
    CHECK(CALL(mmap2_, 0, 0, 3, 0x22, -1, 0) == -EINVAL && CALL(mmap2_, 0, 1, 3, 2, 77, 0) == -EBADF);
    int fd = CALL(open_, "mapped", RDWR | CREAT | TRUNC, 0644);
    CALL(write_, fd, "mapped file", 11);
    map = CALL(mmap2_, 0, 4096, 3, 1, fd, 0);
    CHECK(same((char *)map, "mapped file", 11) && ((char *)map)[11] == 0);
    *(char *)map = 'M';
    CHECK(CALL(munmap_, map, 4096) == 0 && CALL(pread_, fd, buffer, 20, 0, 0) == 11 && buffer[0] == 'M');
    CHECK(CALL(close_, fd) == 0 && CALL(unlink_, "mapped") == 0);
}

static void process(void)
{
    u32 area[] = { -1, (u32)words, 0xfffff, 0x51 }, value;
    words[1] = 1234;
    CHECK(CALL(set_thread_area_, area) == 0 && area[0] >= 6 && area[0] < 15);
    __asm__ volatile("mov %%gs, %%ecx; mov %w1, %%gs; mov %%gs:4, %0; mov %%ecx, %%gs" : "=r"(value) : "r"(area[0] * 8 + 3) : "ecx");
    CHECK(value == 1234);
    u32 again[4] = { area[0] };
    CHECK(CALL(get_thread_area_, again) == 0 && again[1] == (u32)words && again[2] == 0xfffff && again[3] == 0x51);
    CHECK(CALL(time_, 0) > 1000000000 && CALL(clock_gettime_, 1, words) == 0 && words[1] < 1000000000);
    CHECK(CALL(clock_gettime64_, 0, words) == 0 && words[0] > 1000000000 && words[1] == 0);
    CHECK(CALL(clock_gettime_, 99, words) == -EINVAL);
    CHECK(CALL(uname_, buffer) == 0 && same(buffer, "Linux", 6));
    CHECK(CALL(getpid_) > 0 && CALL(getuid_) >= 0);
    CHECK(CALL(getrlimit_, 3, words) == 0 && words[0] >= 65536 && CALL(prlimit_, 0, 99, 0, words) == -EINVAL);
    CHECK(CALL(futex_, &value, 0, value + 1, 0) == -EAGAIN && CALL(futex_, &value, 1, 1) == 0);
    u32 action[] = { 1, 0, 0, 0, 0 };
    CHECK(CALL(rt_sigaction_, 10, action, 0, 8) == 0 && CALL(rt_sigaction_, 10, 0, words, 8) == 0 && words[0] == 1);
    CHECK(CALL(rt_sigaction_, 9, action, 0, 8) == -EINVAL && CALL(kill_, CALL(getpid_), 10) == 0);
    u64 set = 1ull << 14;
    CHECK(CALL(rt_sigprocmask_, 0, &set, 0, 8) == 0 && CALL(kill_, CALL(getpid_), 15) == 0);
    CHECK(CALL(nothing_) == -ENOSYS);
}

void _start(void)
{
    files(), pipes(), directories(), attributes(), memory(), process();
    CALL(write_, 1, "checked\n", length("checked\n"));
    CALL(exit_, failures);
}
