/* What lies in a granted directory and is neither file nor directory, and what pipes can do with the files in it:
 * each way to more than was granted is tried, and each that succeeds is printed. No C library, so that the file
 * stays small.
 *
 *   special files      in a directory with a FIFO, a socket and devices of the host; the FIFO holds "secret"
 *   special pipes      in a directory with a file of 4096 times `f`, which may only be read
 *   special names      anywhere: names with characters that a terminal obeys
 *
 * Built like ipc.c.
 */
#include "freestanding.h"

enum { exit_ = 1, fork_, read_, write_, open_, close_, link_ = 9, unlink_, execve_, lseek_ = 19, alarm_ = 27, rename_ = 38,
       mkdir_, mmap_ = 192, truncate_ = 92, wait4_ = 114, sendfile_ = 187, readv_ = 145, writev_, openat_ = 295,
       splice_ = 313, tee_ = 315, vmsplice_, pipe2_ = 331, name_to_handle_at_ = 341, copy_file_range_ = 377,
       openat2_ = 437, prctl_ = 172, fcntl_ = 55, chdir_ = 12, ioctl_ = 54, pread_ = 180 };
enum { WRONLY = 1, RDWR, CREAT = 0100, EXCL = 0200, TRUNC = 01000, APPEND = 02000, NONBLOCK = 04000,
       NOFOLLOW = 0400000, PATH = 010000000 };
enum { EINVAL = 22, EFAULT = 14 };

static void say(const char *text) { CALL(write_, 1, text, length(text)); }
static void told(const char *how, const char *what) { say(how), say(" "), say(what), say("\n"); }

/* A FIFO of a copied directory may be one, as long as nobody of the host is at its other end. */
static int fifo;

/* What an open special file gives away, or takes. */
static void use(int fd, const char *name, const char *how)
{
    char bytes[6] = "";
    if (fd < 0) return;
    if (!fifo) told(how, name);
    if (CALL(fcntl_, fd, 4, NONBLOCK) < 0) told("fcntl", name);
    int count = CALL(read_, fd, bytes, 6);
    if (count > 0) told("read", name);
    if (CALL(pread_, fd, bytes, 6, 0, 0) > 0) told("pread", name);
    if (!fifo && CALL(write_, fd, "guest", 5) > 0) told("write", name);
    int answer = CALL(mmap_, 0, 4096, 1, 1, fd, 0);
    if (answer > 0 || answer < -4095) told("mmap", name);
    CALL(close_, fd);
}

/* Where nobody answers, a blocking open waits for ever: a child does it that the alarm ends. */
static void open_blocking(const char *name, int flags)
{
    if (CALL(fork_) == 0) {
        CALL(alarm_, 1);
        use(CALL(open_, name, flags), name, "blocking open");
        CALL(exit_, 0);
    }
    CALL(wait4_, -1, 0, 0, 0);
}

static void special(const char *name)
{
    int place = CALL(open_, name, PATH);
    if (place < 0) return;
    CALL(close_, place);
    static const int flags[] = { 0, WRONLY, RDWR, CREAT | RDWR, TRUNC | WRONLY, TRUNC | RDWR, APPEND | WRONLY, NOFOLLOW };
    for (u32 i = 0; i < sizeof flags / sizeof *flags; i++) {
        open_blocking(name, flags[i]);
        use(CALL(open_, name, flags[i] | NONBLOCK, 0666), name, "open");
    }
    for (u64 resolve = 0; resolve < 32; resolve += 8) {
        u64 how[] = { NONBLOCK, 0, resolve };
        use(CALL(openat2_, -100, name, how, sizeof how), name, "openat2");
    }
    /* A place can be had, and nothing more. */
    place = CALL(open_, name, PATH);
    char again[] = "/proc/self/fd/0";
    again[14] += place;
    use(CALL(open_, again, NONBLOCK), name, "a place opened again");
    use(CALL(open_, again, NONBLOCK | WRONLY), name, "a place opened for writing");
    if (place >= 0 && CALL(read_, place, again, 1) > 0) told("a place read", name);
    if (place >= 0 && CALL(ioctl_, place, 0x5401, again) >= 0) told("ioctl", name);
    CALL(close_, place);
    char *const arguments[] = { (char *)name, 0 };
    if (CALL(fork_) == 0) CALL(execve_, name, arguments, arguments + 1), CALL(exit_, 0);
    CALL(wait4_, -1, 0, 0, 0);
    if (CALL(truncate_, name, 0) >= 0) told("truncate", name);
    /* Other names, and this name for something else: what is behind it is out of reach all the same. */
    CALL(link_, name, "other");
    use(CALL(open_, "other", NONBLOCK), name, "another name");
    CALL(unlink_, "other");
    CALL(rename_, name, "moved");
    use(CALL(open_, "moved", NONBLOCK | RDWR), name, "moved");
    int own = CALL(open_, "own", CREAT | EXCL | RDWR, 0666);
    if (own >= 0) {
        CALL(write_, own, "own", 3), CALL(close_, own);
        CALL(rename_, "own", "moved");
        CALL(rename_, "moved", name);
        char bytes[4] = "";
        own = CALL(open_, name, 0);
        if (CALL(read_, own, bytes, 4) != 3 || !same(bytes, "own", 3)) told("a file has not come in place of", name);
        CALL(close_, own);
    }
}

static void files(void)
{
    static const char *const names[] = { "socket", "zero", "null", "full", "tty", "console", "random", "ptmx", "char", "block" };
    for (u32 i = 0; i < sizeof names / sizeof *names; i++) special(names[i]);
    fifo = 1;
    special("fifo");
}

struct range { const void *at; u32 size; };

/* Whether the file is as it was. */
static void unharmed(const char *after)
{
    static char bytes[4097];
    int fd = CALL(open_, "file", 0), whole = CALL(read_, fd, bytes, sizeof bytes) == 4096;
    for (u32 i = 0; i < 4096; i++) whole &= bytes[i] == 'f';
    if (!whole) told("the file has changed after", after);
    CALL(close_, fd);
}

#define FAILS(error, number, ...) do { int answer_ = CALL(number, __VA_ARGS__); \
    if (error ? answer_ != -error : answer_ >= 0) told("allowed:", #number "(" #__VA_ARGS__ ")"); } while (0)

static void pipes(void)
{
    static char bytes[65536];
    int ends[2], others[2], file = CALL(open_, "file", 0), writable = CALL(open_, "file", RDWR);
    CALL(pipe2_, ends, NONBLOCK), CALL(pipe2_, others, NONBLOCK);
    /* A page of the file lies in the pipe, and what follows is written behind it: not into the file. */
    CALL(splice_, file, 0, ends[1], 0, 1, 0);
    CALL(write_, ends[1], "XXXX", 4);
    unharmed("a write to a pipe with a page of it");
    CALL(tee_, ends[0], others[1], 5, 0), CALL(write_, others[1], "YYYY", 4);
    unharmed("a write to a pipe with a copy of that");
    char *mapped = (char *)CALL(mmap_, 0, 4096, 1, 1, file, 0);
    struct range page = { mapped, 4096 };
    CALL(vmsplice_, ends[1], &page, 1, 8), CALL(write_, ends[1], "ZZZZ", 4);
    unharmed("a gift of a page of it");
    /* Memory that may only be read is not read into. */
    FAILS(EFAULT, vmsplice_, ends[0], &page, 1, 0);
    FAILS(EFAULT, readv_, ends[0], &page, 1);
    FAILS(EFAULT, read_, ends[0], mapped, 4);
    if (writable < 0) {
        FAILS(0, splice_, ends[0], 0, file, 0, 4, 0);
        FAILS(0, sendfile_, file, ends[0], 0, 4);
    }
    unharmed("reads into a mapping of it");
    /* Pipes with themselves, and rings of them. */
    FAILS(EINVAL, splice_, ends[0], 0, ends[1], 0, 4, 0);
    FAILS(EINVAL, tee_, ends[0], ends[1], 4, 0);
    for (u32 i = 0; i < 1000; i++) CALL(tee_, ends[0], others[1], 65536, 0), CALL(splice_, others[0], 0, ends[1], 0, 65536, 0);
    /* Offsets and lengths from beyond. */
    static const u64 offsets[] = { ~0ull, 1ull << 63, (1ull << 63) - 1, 1ull << 44, 4096, 4095 };
    while (CALL(read_, ends[0], bytes, sizeof bytes) > 0);
    for (u32 i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        u64 offset = offsets[i];
        CALL(splice_, file, &offset, ends[1], 0, ~0u, 0);
        offset = offsets[i];
        if (writable < 0) FAILS(0, splice_, ends[0], 0, file, &offset, ~0u, 0);
        offset = offsets[i];
        CALL(sendfile_, ends[1], file, &offset, ~0u);
    }
    static const struct range ranges[] = {
        { (void *)0xfffff000, 0x2000 }, { (void *)~0u, ~0u }, { 0, ~0u }, { bytes, ~0u }, { bytes, 0x80000000 }, { 0, 0 },
    };
    for (u32 i = 0; i < sizeof ranges / sizeof *ranges; i++)
        for (u32 flags = 0; flags < 32; flags++)
            CALL(vmsplice_, ends[1], ranges + i, 1, flags), CALL(vmsplice_, ends[0], ranges + i, 1, flags);
    FAILS(0, vmsplice_, ends[1], ranges, 1025, 0);
    FAILS(0, vmsplice_, ends[1], (void *)0xfffffff0, 16, 0);
    FAILS(0, vmsplice_, file, &page, 1, 0);
    /* The text of this very program, by a pipe. */
    int memory = CALL(open_, "/proc/self/mem", RDWR), list = CALL(open_, ".", 0);
    u64 text = (u32)&pipes;
    CALL(write_, ends[1], "\xcc\xcc\xcc\xcc", 4);
    FAILS(0, splice_, ends[0], 0, memory, &text, 4, 0);
    FAILS(0, splice_, list, 0, ends[1], 0, 4, 0);
    unharmed("all of it");
}

/* Names that would colour, beep, erase, answer or end a line. */
static void names(void)
{
    static const char *const names[] = {
        "/\x1b[31mred", "/\x1b]0;title\a", "/bell\a\b\b", "/line\rtab86: nothing\n", "/\x9b" "31m", "/\xc2\x9b" "31m",
        "/\xc2\x85next", "/del\x7f", "/\xe2\x80\xaeright-to-left", "/\xff\xfe", "/tmp/\x1b[2Jdir", "/dev/\x1b" "c",
    };
    for (u32 i = 0; i < sizeof names / sizeof *names; i++) {
        char *const arguments[] = { (char *)names[i], 0 };
        CALL(open_, names[i], 0), CALL(open_, names[i], CREAT | RDWR, 0666), CALL(mkdir_, names[i], 0777);
        CALL(prctl_, 15, names[i]);
        CALL(execve_, names[i], arguments, arguments);
        CALL(chdir_, names[i]);
    }
    say("tried\n");
    *(volatile int *)0 = 0;
}

__attribute__((used, noinline)) static void program(int argc, char **argv)
{
    switch (argc > 1 ? argv[1][0] : 0) {
    case 'f': files(); break;
    case 'p': pipes(); break;
    case 'n': names(); break;
    }
    say("tried\n");
    CALL(exit_, 0);
}

__asm__(".globl _start\n_start: mov %esp, %eax\n lea 4(%eax), %edx\n push %edx\n push (%eax)\n call program");
