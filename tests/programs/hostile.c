/* What a hostile program may try with resources and signals: each attack is chosen by name, and goes on until
 * the kernel refuses or, where it may go on for ever, a long time. What must come of it is in tests/hostile.
 * No C library, so that the file stays small.
 *
 *   hostile ATTACK
 *
 * Prints the last error number of the attack. Built like ipc.c.
 */
#include "freestanding.h"

enum { exit_ = 1, fork_, read_, write_, open_, close_, execve_ = 11, chdir_, alarm_ = 27, kill_ = 37, mkdir_ = 39,
       dup_ = 41, brk_ = 45, fcntl_ = 55, setrlimit_ = 75, munmap_ = 91, ftruncate_ = 93, setitimer_ = 104, wait4_ = 114, clone_ = 120,
       nanosleep_ = 162, rt_sigreturn_ = 173, sigaction_, sigprocmask_, sigqueue_ = 178, sigaltstack_ = 186,
       mmap2_ = 192, gettid_ = 224, getpid_ = 20, exit_group_ = 252, timer_create_ = 259, timer_settime_,
       fallocate_ = 324, pipe2_ = 331, memfd_create_ = 356, semget_ = 393, shmget_ = 395, shmctl_, shmat_,
       msgget_ = 399, msgsnd_, mremap_ = 163, symlink_ = 83, mprotect_ = 125 };

static void number(int n)
{
    char text[12], *at = text + sizeof text;
    u32 rest = n < 0 ? -n : n;
    *--at = '\n';
    do *--at = '0' + rest % 10, rest /= 10; while (rest);
    CALL(write_, 1, at, text + sizeof text - at);
}

static void name(char *text, u32 n)
{
    for (u32 i = 0; i < 8; i++, n >>= 4) text[i] = 'a' + (n & 15);
    text[8] = 0;
}

/* Stops at the first error, or after a number of times. */
#define UNTIL(times, action) ({ int last_ = 0; for (u32 i = 0; last_ >= 0 && i < (times); i++) last_ = (action); last_; })

static char page[65536];
static int last;

static int deep_directories(void)
{
    return UNTIL(100000, CALL(mkdir_, "d", 0777) ?: CALL(chdir_, "d"));
}

static int new_file(u32 i)
{
    char text[9];
    name(text, i);
    int fd = CALL(open_, text, 0101, 0666);
    if (fd >= 0) CALL(close_, fd);
    return fd;
}
static int many_files(void) { return UNTIL(400000, new_file(i)); }

static int new_link(u32 i)
{
    static char target[4096];
    char text[9];
    if (i == 0) for (u32 j = 0; j < 4000; j++) target[j] = 'x';
    name(text, i);
    return CALL(symlink_, target, text);
}
static int many_links(void) { return UNTIL(200000, new_link(i)); }

static int fill_file(int fd) { return UNTIL(1u << 20, CALL(write_, fd, page, sizeof page)); }
static int file_bomb(void) { return fill_file(CALL(open_, "bomb", 0101, 0666)); }
static int memfd_bomb(void) { return fill_file(CALL(memfd_create_, "m", 0)); }
static int touch(u32 size)
{
    int at = CALL(mmap2_, 0, size, 3, 0x22, -1, 0);
    if (at < 0 && at > -4096) return at;
    for (u32 i = 0; i < size; i += 4096) *(volatile char *)(at + i) = 1;
    return 0;
}
static int mmap_bomb(void) { return UNTIL(10000, touch(1 << 20)); }

static int brk_bomb(void)
{
    for (u32 end = CALL(brk_, 0);; end += 1 << 20) {
        if ((u32)CALL(brk_, end + (1 << 20)) != end + (1 << 20)) return -12;
        for (u32 i = 0; i < 1 << 20; i += 4096) *(volatile char *)(end + i) = 1;
    }
}

/* Many processes that each fill what one process may have. */
static int memory_of_many(void)
{
    for (u32 i = 0; i < 20; i++) if (CALL(fork_) == 0) { mmap_bomb(); CALL(exit_, 0); }
    for (u32 i = 0; i < 20; i++) CALL(wait4_, -1, 0, 0, 0);
    return -12;
}

/* Pages of zeros that are only read, in many processes. */
static int zeros_of_many(void)
{
    for (u32 i = 0; i < 40; i++) {
        int at = CALL(mmap2_, 0, 48 << 20, 3, 0x4022, -1, 0);
        if (at > -4096 && at < 0) return at;
        for (u32 j = 0; j < 48 << 20; j += 4096) (void)*(volatile char *)(at + j);
        if (CALL(fork_) == 0) CALL(29);
    }
    return 0;
}

static int fork_bomb(void) { return UNTIL(100000, CALL(fork_) ?: CALL(29)); }
static int thread_bomb(void)
{
    static char stack[4096];
    (void)stack;
    for (u32 i = 0; i < 100000; i++) {
        int answer;
        __asm__ volatile("int $0x80; test %%eax, %%eax; jnz 1f; mov $29, %%eax; int $0x80; 1:"
                         : "=a"(answer) : "a"(clone_), "b"(0x50f00), "c"(stack + 4000), "d"(0), "S"(0), "D"(0) : "memory");
        if (answer < 0) return answer;
    }
    return 0;
}

static int many_descriptors(void) { return UNTIL(3000000, CALL(dup_, 1)); }
static int descriptors_of_many(void)
{
    u32 limit[] = { 1 << 20, 1 << 20 };
    CALL(setrlimit_, 7, limit);
    return UNTIL(3000000, CALL(open_, "/dev/null", 0, 0));
}

/* Pipes of a mebibyte each, full. */
static int full_pipe(void)
{
    int ends[2], answer = CALL(pipe2_, ends, 04000);
    if (answer < 0) return answer;
    CALL(fcntl_, ends[1], 1031, 1 << 20);
    while (CALL(write_, ends[1], page, sizeof page) > 0);
    return 0;
}
static int pipe_bomb(void)
{
    u32 limit[] = { 1 << 20, 1 << 20 };
    CALL(setrlimit_, 7, limit);
    return UNTIL(3000, full_pipe());
}

static int segment_bomb(void)
{
    int id = CALL(shmget_, 0, 16 << 20, 0600), at = 0;
    if (id < 0) return id;
    at = CALL(shmat_, id, 0, 0);
    if (at < 0 && at > -4096) return at;
    for (u32 i = 0; i < 16 << 20; i += 4096) *(volatile char *)(at + i) = 1;
    CALL(398, at);
    return 0;
}
static int segments(void) { return UNTIL(100, segment_bomb()); }
static int semaphore_bomb(void) { return UNTIL(32000, CALL(semget_, 0, 32000, 0600)); }
static int message_bomb(void)
{
    *(u32 *)page = 1;
    return UNTIL(40000, ({ int id = CALL(msgget_, 0, 0600); if (id >= 0) while (CALL(msgsnd_, id, page, 8000, 04000) == 0); id; }));
}

static int lock_bomb(void)
{
    int fd = CALL(open_, "locks", 0102, 0666);
    return UNTIL(50000, ({ struct { short type, whence; u32 start, size, pid; } l = { 1, 0, i * 2, 1, 0 }; CALL(fcntl_, fd, 6, &l); }));
}

static int region_bomb(void)
{
    int at = CALL(mmap2_, 0, 140000 * 4096, 0, 0x4022, -1, 0);
    if (at < 0 && at > -4096) at = CALL(mmap2_, 0, 14000 * 4096, 0, 0x4022, -1, 0);
    return UNTIL(70000, CALL(mprotect_, at + i * 8192, 4096, 1));
}

static int signal_queue(void)
{
    u32 mask[] = { 0, -1 }, info[32] = { 0, 0, -1 };
    CALL(sigprocmask_, 0, mask, 0, 8);
    return UNTIL(1000000, CALL(sigqueue_, CALL(getpid_), 40, info));
}

static int timer_bomb(void) { return UNTIL(100000, ({ int id; CALL(timer_create_, 1, 0, &id); })); }

static int arguments(void)
{
    static char *list[40000];
    static char text[100000];
    for (u32 i = 0; i < sizeof text - 1; i++) text[i] = 'x';
    for (u32 i = 0; i < 39999; i++) list[i] = text;
    return CALL(execve_, "/proc/self/exe", list, 0);
}

/* Something is ready, but nobody asked for that. */
static int poll_for_nothing(void)
{
    struct { int fd; short events, revents; } asked[] = { { 0, 0, 0 }, { 1, 2, 0 } };
    u32 set[32] = { 1 }, time[] = { 0, 10000 };
    return CALL(168, asked, 2, 10) + CALL(142, 1, 0, 0, set, time);
}

static struct { void *handler; u32 flags; void *restorer; u32 mask[2]; } action;
static int on(int signal, void (*handler)(int), u32 flags)
{
    action.handler = handler, action.flags = flags;
    return CALL(sigaction_, signal, &action, 0, 8);
}

static volatile u32 count;
static void raises(int signal) { if (++count < 1000) CALL(kill_, CALL(getpid_), signal); }
static int raised_in_handlers(void) { on(10, raises, 0x40000000); CALL(kill_, CALL(getpid_), 10); return -(int)count; }

/* The program itself never gets on: the handler must end it. */
static void counts(int signal) { (void)signal; if (++count == 50) number(50), CALL(exit_group_, 0); }
static int timer_storm(void)
{
    u32 id, times[] = { 0, 1, 0, 1 };
    on(14, counts, 0);
    CALL(timer_create_, 1, 0, &id);
    CALL(timer_settime_, id, 0, times, 0);
    for (;;);
}

static void faults(int signal) { (void)signal; *(volatile char *)0 = 1; }
static int fault_in_handler(void) { on(11, faults, 0); faults(0); return 0; }
static int fault_in_deferred_handler(void) { on(11, faults, 0x40000000); faults(0); return 0; }

static int recurse(volatile int *n) { volatile char room[3000]; room[0] = *n; return recurse(n) + room[0]; }
static int deep_recursion(void) { int n = 1; return recurse(&n); }

static char small[2048];
static void recurses(int signal) { (void)signal; int n = 1; recurse(&n); }
static int recursion_on_an_alternate_stack(void)
{
    struct { char *at; int flags; u32 size; } stack = { small, 0, sizeof small };
    CALL(sigaltstack_, &stack, 0);
    on(11, recurses, 0x08000000);
    return deep_recursion();
}

/* Returns from handlers that never were, to frames of random words. */
static int garbage_frames(void)
{
    u32 seed = 86, ended = 0;
    for (u32 round = 0; round < 300; round++) {
        seed = seed * 1664525 + 1013904223;
        if (CALL(fork_) == 0) {
            static u32 frame[1024];
            u32 n = seed;
            for (u32 i = 0; i < 1024; i++) {
                n = n * 1664525 + 1013904223;
                frame[i] = n >> 28 < 4 ? (u32)frame + (n >> 8 & 4095) : n >> 28 < 8 ? n >> 24 & 15 : n >> 28 < 12 ? 0x2b : n;
            }
            __asm__ volatile("mov %0, %%esp; int $0x80" :: "r"(frame + (seed >> 16 & 63)), "a"(seed & 1 << 20 ? 119 : rt_sigreturn_));
        }
        int status = 0;
        u32 pause[] = { 0, 100000 }, waits = 0;
        int child = 0;
        while ((child = CALL(wait4_, -1, &status, 1, 0)) == 0 && waits++ < 20) CALL(nanosleep_, pause, 0);
        if (child == 0) { CALL(kill_, -1, 9); CALL(wait4_, -1, &status, 0, 0); }
        ended++;
    }
    return -(int)ended;
}

static const struct { const char *name; int (*run)(void); } attacks[] = {
#define ATTACK(name) { #name, name }
    ATTACK(deep_directories), ATTACK(many_files), ATTACK(many_links), ATTACK(file_bomb), ATTACK(memfd_bomb),
    ATTACK(mmap_bomb), ATTACK(brk_bomb), ATTACK(memory_of_many), ATTACK(zeros_of_many),
    ATTACK(fork_bomb), ATTACK(thread_bomb), ATTACK(many_descriptors), ATTACK(descriptors_of_many), ATTACK(pipe_bomb),
    ATTACK(segments), ATTACK(semaphore_bomb), ATTACK(message_bomb), ATTACK(lock_bomb), ATTACK(region_bomb),
    ATTACK(signal_queue), ATTACK(timer_bomb), ATTACK(arguments), ATTACK(poll_for_nothing), ATTACK(raised_in_handlers), ATTACK(timer_storm),
    ATTACK(fault_in_handler), ATTACK(fault_in_deferred_handler), ATTACK(deep_recursion),
    ATTACK(recursion_on_an_alternate_stack), ATTACK(garbage_frames),
};

__attribute__((used, noinline)) static void program(int argc, char **argv)
{
    for (u32 i = 0; argc > 1 && i < sizeof attacks / sizeof *attacks; i++)
        if (same(argv[1], attacks[i].name, length(attacks[i].name) + 1)) {
            last = attacks[i].run();
            number(last);
            CALL(exit_group_, 0);
        }
    CALL(exit_group_, 99);
}

__asm__(".globl _start\n_start: mov %esp, %eax\n lea 4(%eax), %edx\n push %edx\n push (%eax)\n call program");
