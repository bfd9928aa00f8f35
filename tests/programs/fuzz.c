/* System calls with random numbers and random arguments: what a hostile program may try without a plan. Each
 * round is a child with some files open that makes calls until it has made enough of them, has died of them, or
 * has waited too long and is killed. No C library, so that nothing breaks but the kernel.
 *
 *   fuzz SEED ROUNDS CALLS
 *
 * Built like ipc.c.
 */
#include "freestanding.h"

enum { exit_ = 1, fork_, read_, write_, open_, close_, kill_ = 37, dup2_ = 63, wait4_ = 114, nanosleep_ = 162,
       mmap2_ = 192, gettid_ = 224, pipe2_ = 331, memfd_create_ = 356, pidfd_open_ = 434 };
enum { PAGE = 4096, PAGES = 8 };

static u32 state;
static u32 next(void) { state ^= state << 13, state ^= state >> 17; return state ^= state << 5; }
static u32 below(u32 bound) { return next() % bound; }

/* Pages that can be written, followed by one that cannot be read. */
static unsigned char *memory;

static const char *const names[] = {
    "", ".", "..", "/", "a", "b", "c/d", "dir", "dir/../a", "/tmp", "/tmp/x", "/tmp/y", "/dev/null", "/dev/zero",
    "/dev/urandom", "/dev/tty", "/dev/shm/s", "/dev/shm", "/proc", "/proc/self", "/proc/self/fd", "/proc/self/fd/3",
    "/proc/self/fd/4", "/proc/self/exe", "/proc/self/cwd", "/proc/self/root", "/proc/self/maps", "/proc/self/mem",
    "/proc/self/task", "/proc/self/status", "/proc/self/stat", "/proc/self/fdinfo/3", "/proc/1/mem", "/proc/1/fd/1",
    "/proc/cpuinfo", "/proc/meminfo", "/proc/sys/kernel/pid_max", "/proc/sysvipc/shm", "/proc/self/oom_score_adj",
    "/cow", "/cow/file", "/cow/new", "/cow/dir", "/cow/dir/x", "/cow/link", "/cow/out", "/read", "/read/file",
    "/read/link", "/read/out", "/write", "/write/a", "/write/b", "/write/d", "/write/d/e", "/write/out", "/etc/passwd",
    "\xff\xfe\n\t", "././././a/../../..//", "/proc/self/comm", "/proc/self/cmdline", "/proc/thread-self/fd/5",
};
#define NAMES (sizeof names / sizeof *names)

static u32 number(void)
{
    switch (below(14)) {
    case 0: return 0;
    case 1: return -1;
    case 2: return 0x80000000;
    case 3: return 0x7fffffff;
    case 4: return below(4);
    case 5: return below(16);
    case 6: return below(256);
    case 7: return 1u << below(32);
    case 8: return (1u << below(32)) | (1u << below(32));
    case 9: return (1u << below(32)) - 1 + below(3);
    case 10: return -(int)below(300);
    case 11: return below(64) * PAGE;
    case 12: return 0xfffff000 + below(3) * 0x7ff;
    default: return next();
    }
}

/* Somewhere near the end of memory, mostly. */
static u32 address(void)
{
    u32 base = (u32)memory;
    switch (below(16)) {
    case 0: return 0;
    case 1: return base + PAGES * PAGE - below(8);
    case 2: return base + PAGES * PAGE - below(200);
    case 3: return base + below(PAGES + 2) * PAGE;
    case 4: return 0xfffff000 | below(PAGE);
    case 5: return 0xc0000000 - below(2) * PAGE;
    case 6: return 0x08048000 + below(5) * 0x400;
    case 7: return 1 + below(PAGE);
    default: return base + below(PAGES * PAGE / 4) * 4;
    }
}

static u32 name(void) { return (u32)names[below(NAMES)]; }
static u32 descriptor(void) { return below(12) ? below(14) : -100; }
static u32 value(u32 tilt)
{
    switch (below(tilt)) {
    case 0: return number();
    case 1: return address();
    case 2: return name();
    default: return descriptor();
    }
}

/* Structures of everything: numbers, addresses, names and descriptors. */
static void fill(void)
{
    u32 *words = (u32 *)memory;
    for (u32 i = 0; i < 64; i++) {
        u32 at = below(PAGES * PAGE / 4);
        words[at] = below(3) ? number() : value(4);
        if (at) words[at - 1] = below(4) ? words[at - 1] : below(3);
    }
}

/* What would end the round, or the parent, is rare; the parent is process 1000. */
static int spare(u32 call_number, const u32 *a)
{
    switch (call_number) {
    case 1: case 252: case 29: case 11: case 358: return below(16) != 0;
    case 37: case 238: case 178: return a[0] == -1u || a[0] == 0 || (int)a[0] < 0 ? below(64) != 0 : 0;
    case 6: return below(2);
    case 436: return below(8) != 0;
    }
    return 0;
}

static void files(void)
{
    static const u32 modes[] = { 0102, 0, 0200000, 010000000, 02102, 04002 };
    for (u32 i = 0; i < 9; i++) CALL(open_, names[below(NAMES)], modes[below(6)], 0777);
    CALL(pipe2_, memory, below(2) * 04000);
    CALL(memfd_create_, "m", 2);
    CALL(pidfd_open_, 1000, 0);
}

static void shout(u32 calls)
{
    static const u32 tilts[] = { 1, 2, 3, 4, 4, 4 };
    u32 number_ = 0;
    files();
    while (calls--) {
        u32 a[6];
        if (below(3) == 0) number_ = below(10) ? below(461) : number();
        if (below(4) == 0) fill();
        u32 tilt = tilts[below(6)];
        for (u32 i = 0; i < 6; i++) a[i] = value(tilt);
        /* The shape of most calls: a descriptor or a name first, then addresses and lengths. */
        if (below(2)) {
            a[0] = below(2) ? descriptor() : name();
            a[1] = below(3) ? address() : number();
            a[2] = below(3) ? number() : address();
        }
        if (spare(number_, a)) continue;
        u32 before = state;
        if (CALL(number_, a[0], a[1], a[2], a[3], a[4], a[5]) == 0 && (number_ == 2 || number_ == 120 || number_ == 190))
            state = before ^ CALL(gettid_) * 0x9e3779b9;
        if (state == 0) state = 1;
    }
}

/* Waits a while for a child, and then not any longer. */
static void reap(int child)
{
    u32 pause[] = { 0, 1000000 };
    for (u32 i = 0; i < 20; i++) {
        if (CALL(wait4_, child, 0, 1, 0) == child) return;
        CALL(nanosleep_, pause, 0);
    }
    CALL(kill_, child, 9);
    CALL(wait4_, child, 0, 0, 0);
}

static u32 decimal(const char *s) { u32 n = 0; while (*s) n = n * 10 + (*s++ - '0'); return n; }

__attribute__((used, noinline)) void program(int argc, char **argv)
{
    u32 seed = argc > 1 ? decimal(argv[1]) : 1, rounds = argc > 2 ? decimal(argv[2]) : 10;
    u32 calls = argc > 3 ? decimal(argv[3]) : 200;
    for (u32 round = 0; round < rounds; round++) {
        state = (seed * 0x9e3779b9) ^ (round * 0x85ebca6b) ^ 0x12345678;
        if (state == 0) state = 1;
        int child = CALL(fork_);
        if (child == 0) {
            memory = (unsigned char *)CALL(mmap2_, 0, (PAGES + 1) * PAGE, 3, 0x22, -1, 0);
            CALL(125, memory + PAGES * PAGE, PAGE, 0);
            for (u32 i = 0; i < 40; i++) fill();
            shout(calls);
            CALL(252, 0);
        }
        if (child > 0) reap(child);
        while (CALL(wait4_, -1, 0, 1, 0) > 0);
    }
    CALL(write_, 1, "survived\n", 9);
    CALL(252, 0);
}

__asm__(".globl _start\n_start: mov %esp, %eax\n lea 4(%eax), %edx\n push %edx\n push (%eax)\n call program");
