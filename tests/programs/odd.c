/* Executes odd files, each in a child: prints what each attempt came to, the error number of execve or, after a
 * point of no return, the signal as 1000 and its number. No C library, so that the file stays small; a real
 * kernel prints the same. Built like ipc.c; runs in an empty directory.
 */
#include "freestanding.h"

enum { exit_ = 1, fork_, write_ = 4, open_, close_, execve_ = 11, mknod_ = 14, mkdir_ = 39, wait4_ = 114 };

static void say(const char *text) { CALL(write_, 1, text, length(text)); }

static void number(u32 n)
{
    char text[12], *at = text + sizeof text;
    *--at = '\n';
    do *--at = '0' + n % 10, n /= 10; while (n);
    CALL(write_, 1, at, text + sizeof text - at);
}

static void put(const char *name, const void *bytes, u32 size, u32 mode)
{
    int fd = CALL(open_, name, 01102, mode);
    CALL(write_, fd, bytes, size);
    CALL(close_, fd);
}

static void attempt(const char *name)
{
    const char *args[] = { name, 0 };
    int status = 0, child = CALL(fork_);
    if (child == 0) {
        int error = CALL(execve_, name, args, 0);
        CALL(exit_, -error);
    }
    CALL(wait4_, child, &status, 0, 0);
    say(name), say(" ");
    number(status & 127 ? 1000 + (status & 127) : status >> 8);
}

/* A program that only exits with status 7: a header, one or two program headers, a path, the code. */
static struct {
    unsigned char ident[16];
    unsigned short type, machine;
    u32 version, entry, phoff, shoff, flags;
    unsigned short ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
    struct { u32 type, offset, address, physical, file, memory, flags, align; } segments[2];
    char path[32];
    unsigned char code[16];
} good = {
    { 0x7f, 'E', 'L', 'F', 1, 1, 1 }, 2, 3, 1, 0x8048000 + 52 + 64 + 32, 52, 0, 0, 52, 32, 1, 0, 0, 0,
    { { 1, 0, 0x8048000, 0, 164, 164, 5, 4096 } }, "", { 0xb8, 1, 0, 0, 0, 0xbb, 7, 0, 0, 0, 0xcd, 0x80 },
}, odd;

#define ODD(name, ...) do { odd = good; __VA_ARGS__; put(name, &odd, sizeof odd, 0755); attempt(name); } while (0)
#define INTERPRETER(at, size) odd.phnum = 2, odd.segments[1].type = 3, odd.segments[1].offset = (at), odd.segments[1].file = (size)

static char line[400];

__attribute__((used, noinline)) static void program(void)
{
    ODD("good", );
    put("empty", "", 0, 0755), attempt("empty");
    CALL(mkdir_, "directory", 0755), attempt("directory");
    CALL(mknod_, "fifo", 010755, 0), attempt("fifo");
    attempt("missing"), attempt("good/below");
    put("forbidden", &good, sizeof good, 0644), attempt("forbidden");
    put("short", &good, 20, 0755), attempt("short");
    put("headless", &good, 60, 0755), attempt("headless");
    ODD("no-segments", odd.phnum = 0);
    ODD("many-segments", odd.phnum = 0xffff);
    ODD("far-headers", odd.phoff = 0xfffffff0);
    ODD("wrong-entries", odd.phentsize = 56);
    ODD("relocatable", odd.type = 1);
    ODD("other-machine", odd.machine = 40);
    ODD("interpreter-missing", INTERPRETER(116, 5), odd.path[0] = '/', odd.path[1] = 'n');
    ODD("interpreter-open", INTERPRETER(116, 32), ({ for (int i = 0; i < 32; i++) odd.path[i] = 'x'; }));
    ODD("interpreter-long", INTERPRETER(116, 0x40000000));
    ODD("interpreter-empty", INTERPRETER(116, 1));
    ODD("interpreter-directory", INTERPRETER(116, 2), odd.path[0] = '/');
    put("itself", "#!./itself\n", 11, 0755), attempt("itself");
    put("nowhere", "#!/nowhere\n", 11, 0755), attempt("nowhere");
    put("nothing", "#!   \n", 6, 0755), attempt("nothing");
    put("through", "#!./good with words\n", 20, 0755), attempt("through");
    for (u32 i = 0; i < sizeof line; i++) line[i] = 'x';
    line[0] = '#', line[1] = '!', line[2] = '/';
    put("long-line", line, 300, 0755), attempt("long-line");
    int fd = CALL(open_, "good", 2);
    attempt("good");
    CALL(close_, fd), attempt("good");
    CALL(exit_, 0);
}

__asm__(".globl _start\n_start: call program");
