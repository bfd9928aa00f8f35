/* ptrace(2) of i386 Linux, checked from inside by a program that traces its own child. Prints a line for each
 * check that fails, and exits with their number. The same file passes on a real kernel.
 *
 * Built with Debian's gcc 12 (gcc-multilib), then stripped:
 *   gcc -m32 -Os -static -nostdlib -ffreestanding -fno-pie -no-pie -fno-stack-protector \
 *       -fno-asynchronous-unwind-tables -Wl,--build-id=none,-z,norelro,-z,noseparate-code -s -o tracing tracing.c
 */
#include "freestanding.h"

enum { exit_ = 1, fork_, read_, write_, close_ = 6, getpid_ = 20, ptrace_ = 26, pause_ = 29, kill_ = 37, getppid_ = 64,
       wait4_ = 114 };
enum { TRACEME, PEEKTEXT, PEEKUSER = 3, POKETEXT, POKEUSER = 6, CONT, KILL, STEP, GETREGS = 12, SETREGS, DETACH = 17,
       SYSCALL = 24, SETOPTIONS = 0x4200, GETEVENTMSG, GETSIGINFO, GETREGSET = 0x4204, SEIZE = 0x4206, INTERRUPT, LISTEN };
enum { EPERM = 1, ESRCH = 3, EIO = 5, EINVAL = 22, ENOSYS = 38 };
enum { TRAP = 5, KILLED = 9, USR1 = 10, CONTINUE = 18, STOP };
enum { WALL = 0x40000000, NOHANG = 1 };
#define DEBUG(n) (252 + 4 * (n))

static struct { u32 bx, cx, dx, si, di, bp, ax, ds, es, fs, gs, orig, ip, cs, flags, sp, ss; } regs;
static int failures, child, status;
static volatile u32 cell;

static void check(int line, int good)
{
    char text[] = "tracing.c:000 fails\n";
    if (good) return;
    text[10] += line / 100, text[11] += line / 10 % 10, text[12] += line % 10;
    CALL(write_, 1, text, sizeof text - 1);
    failures++;
}
#define CHECK(condition) check(__LINE__, condition)
static int trace(int request, u32 address, u32 data) { return CALL(ptrace_, request, child, address, data); }

/* The status of the child after its next change, and its registers if it is in a stop. */
static u32 next(void)
{
    status = 0;
    CHECK(CALL(wait4_, child, &status, WALL, 0) == child);
    if ((status & 0xff) == 0x7f) CHECK(trace(GETREGS, 0, (u32)&regs) == 0);
    return status;
}
static u32 resume(int request, int signal) { CHECK(trace(request, 0, signal) == 0); return next(); }
static void begin(void (*work)(void))
{
    child = CALL(fork_);
    if (child) { CHECK(next() == (STOP << 8 | 0x7f)); return; }
    CALL(ptrace_, TRACEME);
    CALL(kill_, CALL(getpid_), STOP);
    work();
    CALL(exit_, 9);
}
#define STOPPED(code) ((code) << 8 | 0x7f)
#define EXITED(code) ((code) << 8)

static void makes_calls(void) { CALL(getppid_); CALL(getppid_); CALL(exit_, CALL(getppid_) == 1234 ? 3 : 4); }
static void calls(void)
{
    begin(makes_calls);
    CHECK(trace(SETOPTIONS, 0, 0x1000) == -EINVAL && trace(SETOPTIONS, 0, 1) == 0);
    CHECK(resume(SYSCALL, 0) == STOPPED(TRAP | 0x80) && regs.orig == getppid_ && (int)regs.ax == -ENOSYS);
    CHECK(resume(SYSCALL, 0) == STOPPED(TRAP | 0x80) && (int)regs.ax == CALL(getpid_));
    CHECK(resume(SYSCALL, 0) == STOPPED(TRAP | 0x80) && trace(POKEUSER, 44, getpid_) == 0);
    CHECK(resume(SYSCALL, 0) == STOPPED(TRAP | 0x80) && (int)regs.ax == child);
    CHECK(resume(SYSCALL, 0) == STOPPED(TRAP | 0x80) && trace(POKEUSER, 44, -1) == 0 && trace(POKEUSER, 24, 1234) == 0);
    CHECK(resume(SYSCALL, 0) == STOPPED(TRAP | 0x80) && regs.ax == 1234 && (int)regs.orig == -1);
    CHECK(resume(CONT, 0) == EXITED(3));
    CHECK(trace(CONT, 0, 0) == -ESRCH);
}

__asm__(".globl code, code_end\ncode:\n mov $5, %eax\n inc %eax\ncode_end:\n ret");
extern char code[], code_end[];
static void runs_code(void)
{
    ((void (*)(void))code)();
    cell = 1, cell = 2;
    CALL(exit_, ((int (*)(void))code)());
}
static void breakpoints(void)
{
    u32 word, six = 0;
    begin(runs_code);
    CHECK(trace(PEEKTEXT, (u32)code, (u32)&word) == 0 && (word & 0xff) == 0xb8);
    CHECK(trace(POKETEXT, (u32)code, (word & ~0xff) | 0xcc) == 0 && *code == (char)0xb8);
    CHECK(resume(CONT, 0) == STOPPED(TRAP) && regs.ip == (u32)code + 1);
    CHECK(trace(POKETEXT, (u32)code, word) == 0);
    regs.ip--;
    CHECK(trace(SETREGS, 0, (u32)&regs) == 0);
    CHECK(resume(STEP, 0) == STOPPED(TRAP) && regs.ip == (u32)code + 5 && regs.ax == 5 && !(regs.flags & 0x100));
    CHECK(resume(STEP, 0) == STOPPED(TRAP) && regs.ip == (u32)code_end && regs.ax == 6);
    CHECK(trace(POKEUSER, DEBUG(0), (u32)&cell) == 0 && trace(POKEUSER, DEBUG(7), 0xd0001) == 0);
    CHECK(resume(CONT, 0) == STOPPED(TRAP) && trace(PEEKUSER, DEBUG(6), (u32)&six) == 0 && (six & 15) == 1);
    CHECK(trace(PEEKTEXT, (u32)&cell, (u32)&word) == 0 && word == 1);
    CHECK(resume(CONT, 0) == STOPPED(TRAP) && trace(PEEKTEXT, (u32)&cell, (u32)&word) == 0 && word == 2);
    CHECK(trace(POKEUSER, DEBUG(7), 0) == 0 && trace(PEEKTEXT, 0, (u32)&word) == -EIO && trace(PEEKUSER, 2, (u32)&word) == -EIO);
    CHECK(resume(CONT, 0) == EXITED(6));
}

static void gets_signals(void)
{
    CALL(kill_, CALL(getpid_), USR1);
    CALL(kill_, CALL(getpid_), CONTINUE);
    CALL(kill_, CALL(getpid_), USR1);
}
static void signals(void)
{
    u32 info[32];
    begin(gets_signals);
    CHECK(resume(CONT, 0) == STOPPED(USR1) && trace(GETSIGINFO, 0, (u32)info) == 0 && info[0] == USR1);
    CHECK((int)info[3] == child && info[2] == 0);
    CHECK(resume(CONT, 0) == STOPPED(CONTINUE));
    CHECK(resume(CONT, 0) == STOPPED(USR1) && trace(CONT, 0, 65) == -EIO);
    CHECK(resume(CONT, USR1) == USR1);
}

static void group_stops(void)
{
    child = CALL(fork_);
    if (!child) for (;;) CALL(pause_);
    CHECK(trace(SEIZE, 0, 1) == 0 && trace(SEIZE, 0, 1) == -EPERM && trace(GETREGS, 0, (u32)&regs) == -ESRCH);
    CHECK(trace(INTERRUPT, 0, 0) == 0 && next() == STOPPED(TRAP | 0x8000));
    CALL(kill_, child, STOP);
    CHECK(resume(CONT, 0) == STOPPED(STOP) && resume(CONT, STOP) == STOPPED(STOP | 0x8000));
    CHECK(trace(LISTEN, 0, 0) == 0 && trace(CONT, 0, 0) == -ESRCH && CALL(wait4_, child, &status, WALL | NOHANG, 0) == 0);
    CALL(kill_, child, CONTINUE);
    CHECK(next() == STOPPED(TRAP | 0x8000) && resume(CONT, 0) == STOPPED(CONTINUE));
    CHECK(trace(DETACH, 0, 0) == 0 && trace(DETACH, 0, 0) == -ESRCH && CALL(kill_, child, KILLED) == 0);
    CHECK(next() == KILLED);
}

static void forks(void) { int pid = CALL(fork_); if (!pid) CALL(exit_, 2); CALL(wait4_, pid, 0, 0, 0); CALL(exit_, 1); }
static void events(void)
{
    int first, message;
    begin(forks);
    first = child;
    CHECK(trace(SETOPTIONS, 0, 0x42) == 0 && resume(CONT, 0) == STOPPED(TRAP | 0x100));
    CHECK(trace(GETEVENTMSG, 0, (u32)&message) == 0 && message > 0 && message != child);
    child = message;
    CHECK(next() == STOPPED(STOP) && regs.ax == 0 && resume(CONT, 0) == STOPPED(TRAP | 0x600));
    CHECK(trace(GETEVENTMSG, 0, (u32)&message) == 0 && message == EXITED(2) && resume(CONT, 0) == EXITED(2));
    child = first;
    while (resume(CONT, 0) == STOPPED(17)) continue;
    CHECK(status == STOPPED(TRAP | 0x600) && resume(CONT, 0) == EXITED(1));
}

__attribute__((force_align_arg_pointer)) void _start(void)
{
    calls(), breakpoints(), signals(), group_stops(), events();
    if (!failures) CALL(write_, 1, "checked\n", 8);
    CALL(exit_, failures);
}
