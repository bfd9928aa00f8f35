/* Signals of i386 Linux, checked from inside: no C library, so that the file stays small and handlers return
 * through the vDSO. Prints a line for each check that fails, and exits with their number. The same file passes
 * on a real kernel.
 *
 * Built with Debian's gcc 12 (gcc-multilib), then stripped:
 *   gcc -m32 -Os -msse2 -static -nostdlib -ffreestanding -fno-pie -no-pie -fno-stack-protector \
 *       -fno-asynchronous-unwind-tables -Wl,--build-id=none,-z,norelro,-z,noseparate-code -s -o signals signals.c
 */
#include "freestanding.h"

enum { exit_ = 1, fork_, read_, write_, close_ = 6, alarm_ = 27, pause_ = 29, kill_ = 37, pipe_ = 42, wait4_ = 114,
       getpid_ = 20, getppid_ = 64, sigaction_ = 67, setitimer_ = 104, sigreturn_ = 119, mprotect_ = 125,
       nanosleep_ = 162, poll_ = 168, rt_sigreturn_ = 173, rt_sigaction_, rt_sigprocmask_, rt_sigpending_,
       rt_sigtimedwait_, rt_sigqueueinfo_, rt_sigsuspend_, sigaltstack_ = 186, mmap2_ = 192, munmap_ = 91,
       gettid_ = 224, tkill_ = 238, timer_create_ = 259, timer_settime_, timer_getoverrun_ = 262, timer_delete_ };
enum { EPERM = 1, EINTR = 4, EAGAIN = 11, EINVAL = 22 };
enum { SIGTRAP = 5, ILL = 4, BUS = 7, FPE = 8, USR1 = 10, SEGV, USR2, ALRM = 14, TERM, CHLD = 17, CONT, STOP };
enum { INFO = 4, ONSTACK = 0x08000000, RESTART = 0x10000000, NODEFER = 0x40000000, RESETHAND = (int)0x80000000 };

struct info { int signo, error, code, fields[29]; };
struct context { u32 gs, fs, es, ds, di, si, bp, sp, bx, dx, cx, ax, trapno, err, ip, cs, flags, usp, ss, fp, mask, cr2; };
struct user { u32 flags, link, stack[3]; struct context regs; u64 mask; };

static int failures;

static void check(int line, int good)
{
    char text[] = "signals.c:000 fails\n";
    if (good) return;
    text[10] += line / 100, text[11] += line / 10 % 10, text[12] += line % 10;
    CALL(write_, 1, text, sizeof text - 1);
    failures++;
}
#define CHECK(condition) check(__LINE__, condition)

static void handle(int signal, void *handler, u32 flags, u64 mask)
{
    u32 action[] = { (u32)handler, flags, 0, mask, mask >> 32 };
    CHECK(CALL(rt_sigaction_, signal, action, 0, 8) == 0);
}
static void block(u64 mask) { CALL(rt_sigprocmask_, 2, &mask, 0, 8); }
#define BIT(signal) (1ull << ((signal) - 1))
static void raise(int signal) { CALL(tkill_, CALL(gettid_), signal); }

static struct info seen;
static struct context was;
static volatile u32 count, skip;

/* Notes what it is told, and goes on behind the instruction. */
static void on_fault(int signal, struct info *info, struct user *user)
{
    seen = *info, was = user->regs, count++;
    CHECK(signal == info->signo && (u32)user->regs.sp == user->regs.usp);
    user->regs.ip += skip;
}
#define FAULT(bytes, code, ...) (count = 0, skip = bytes, ({ __asm__ volatile(code : : __VA_ARGS__); }), count == 1)

static void faults(void)
{
    int all[] = { SIGTRAP, ILL, BUS, FPE, SEGV };
    for (int i = 0; i < 5; i++) handle(all[i], on_fault, INFO, 0);
    char *page = (char *)CALL(mmap2_, 0, 8192, 3, 0x22, -1, 0);
    page[16] = 1;
    CALL(munmap_, page + 4096, 4096);
    CHECK(FAULT(2, "movb %%al, (%0)", "r"(page + 4100)) && seen.signo == SEGV && seen.code == 1);
    CHECK(seen.fields[0] == (int)page + 4100 && was.cr2 == (u32)page + 4100 && was.trapno == 14 && was.err == 6);
    CALL(mprotect_, page, 4096, 1);
    CHECK(FAULT(2, "movb %%al, (%0)", "r"(page + 16)) && seen.signo == SEGV && seen.code == 2 && was.err == 7);
    CHECK(was.flags & 0x10000);
    CHECK(FAULT(2, "ud2", "r"(0)) && seen.signo == ILL && seen.code == 2 && seen.fields[0] == (int)was.ip);
    CHECK(FAULT(1, "hlt", "r"(0)) && seen.signo == SEGV && seen.code == 128 && was.trapno == 13 && was.err == 0);
    CHECK(FAULT(0, "int3", "r"(0)) && seen.signo == SIGTRAP && seen.code == 128 && was.trapno == 3);
    CHECK(FAULT(2, "int $0x81", "r"(0)) && seen.signo == SEGV && was.trapno == 13 && was.err == 0x40a);
    CHECK(FAULT(2, "divl %0", "r"(0)) && seen.signo == FPE && seen.code == 1 && was.trapno == 0);
}

static void on_state(int signal, struct info *info, struct user *user)
{
    char *fp = (char *)user->regs.fp, *fx = fp + 112;
    u32 *software = (u32 *)(fx + 464);
    CHECK(((u32)fx & 63) == 0 && software[0] == 0x46505853 && *(u32 *)(fx + software[4]) == 0x46505845);
    CHECK(software[1] == software[4] + 116 && (user->flags & 1) && user->link == 0);
    CHECK(((u32)info & 15) == 12 && (u32)user - (u32)info == 128 && user->mask == BIT(TERM));
    CHECK(*(double *)(fx + 160) == 2.5 && (fp[8] & 0xff) == 0xff);
    *(double *)(fx + 160) = 7.5;
    *(u32 *)fp = 0xffff027f;
    user->regs.ax = 4711, user->regs.flags |= 1;
    user->mask = BIT(USR2);
}

static void contexts(void)
{
    double number = 2.5, after;
    u32 control = 0, eax = CALL(gettid_), carry;
    handle(USR1, on_state, INFO, 0);
    block(BIT(TERM));
    __asm__ volatile("push %%ebx; mov %%eax, %%ebx; mov $10, %%ecx; mov $238, %%eax; movsd %4, %%xmm0; clc; int $0x80\n"
                     "pop %%ebx; sbb %1, %1; movsd %%xmm0, %2; fnstcw %3; fninit"
                     : "+a"(eax), "=&r"(carry), "=m"(after), "+m"(control) : "m"(number) : "ecx", "memory", "cc");
    CHECK(eax == 4711 && carry == (u32)-1 && after == 7.5 && control == 0x27f);
    u64 mask;
    CHECK(CALL(rt_sigprocmask_, 0, 0, &mask, 8) == 0 && mask == BIT(USR2));
    block(0);
}

static char stack[16384];
static void on_stack(int signal)
{
    u32 now[3], other[] = { (u32)stack, 0, 8192 };
    char here;
    CHECK(&here > stack && &here < stack + sizeof stack);
    CHECK(CALL(sigaltstack_, 0, now) == 0 && now[1] == 1 && CALL(sigaltstack_, other, 0) == -EPERM);
    if (count++ < 2) raise(signal);
}

static void stacks(void)
{
    u32 wanted[] = { (u32)stack, 0, sizeof stack }, small[] = { (u32)stack, 0, 2047 };
    CHECK(CALL(sigaltstack_, wanted, 0) == 0 && CALL(sigaltstack_, small, 0) == -12);
    count = 0;
    handle(USR1, on_stack, ONSTACK | NODEFER, 0);
    raise(USR1);
    CHECK(count == 3);
}

static char order[16];
static void on_order(int signal, struct info *info, void *user) { order[count++] = signal; }

static void queues(void)
{
    struct info mine = { .code = -1 };
    handle(40, on_order, INFO, -1), handle(USR1, on_order, INFO, -1), handle(TERM, on_order, INFO | RESETHAND, -1);
    block(-1);
    count = 0;
    for (int i = 0; i < 3; i++) CALL(rt_sigqueueinfo_, CALL(getpid_), 40, &mine), raise(USR1), raise(TERM);
    u64 pending;
    CHECK(CALL(rt_sigpending_, &pending, 8) == 0 && pending == (BIT(40) | BIT(USR1) | BIT(TERM)));
    /* The last frame runs first; with everything blocked the others follow one by one. */
    block(0);
    CHECK(count == 5 && order[0] == USR1 && order[1] == TERM && order[2] == 40 && order[4] == 40);
    u32 action[5];
    CHECK(CALL(rt_sigaction_, TERM, 0, action, 8) == 0 && action[0] == 0);
    block(BIT(41));
    mine.fields[2] = 99;
    CALL(rt_sigqueueinfo_, CALL(getpid_), 41, &mine);
    u64 set = BIT(41);
    u32 none[] = { 0, 0 };
    CHECK(CALL(rt_sigtimedwait_, &set, &seen, none, 8) == 41 && seen.fields[2] == 99 && seen.code == -1);
    CHECK(CALL(rt_sigtimedwait_, &set, &seen, none, 8) == -EAGAIN);
    block(0);
}

static void on_alarm(int signal) { count++; }
static void *written;
static void on_write(int signal) { CALL(write_, ((int *)written)[1], "x", 1); }

static void waits(void)
{
    u32 soon[] = { 0, 0, 0, 20000 }, long_time[] = { 9, 0 }, left[] = { 0, 0 };
    int ends[2];
    char byte;
    CALL(pipe_, ends), written = ends;
    handle(ALRM, on_alarm, 0, 0);
    CHECK(CALL(setitimer_, 0, soon, 0) == 0 && CALL(read_, ends[0], &byte, 1) == -EINTR);
    CHECK(CALL(setitimer_, 0, soon, 0) == 0 && CALL(pause_) == -EINTR);
    CHECK(CALL(setitimer_, 0, soon, 0) == 0 && CALL(nanosleep_, long_time, left) == -EINTR && left[0] == 8);
    handle(ALRM, on_write, RESTART, 0);
    CHECK(CALL(setitimer_, 0, soon, 0) == 0 && CALL(read_, ends[0], &byte, 1) == 1 && byte == 'x');
    CHECK(CALL(setitimer_, 0, soon, 0) == 0 && CALL(poll_, 0, 0, 9000) == -EINTR);
    block(BIT(ALRM));
    u64 none = 0, now;
    CHECK(CALL(setitimer_, 0, soon, 0) == 0 && CALL(rt_sigsuspend_, &none, 8) == -EINTR);
    CHECK(CALL(rt_sigprocmask_, 0, 0, &now, 8) == 0 && now == BIT(ALRM));
    block(0);
    CHECK(CALL(alarm_, 50) == 0 && CALL(alarm_, 0) == 50);
    u32 event[16] = { 7, 41, 0 }, id, every[] = { 0, 1000000, 0, 1000000 };
    u64 set = BIT(41);
    block(set);
    CHECK(CALL(timer_create_, 1, event, &id) == 0 && CALL(timer_settime_, id, 0, every, 0) == 0);
    long_time[0] = 0, long_time[1] = 20000000;
    CALL(nanosleep_, long_time, 0);
    CHECK(CALL(rt_sigtimedwait_, &set, &seen, 0, 8) == 41 && seen.code == -2 && seen.fields[2] == 7);
    CHECK(seen.fields[1] >= 1 && CALL(timer_getoverrun_, id) == seen.fields[1]);
    CHECK(CALL(timer_delete_, id) == 0 && CALL(timer_delete_, id) == -EINVAL);
    block(0);
}

static void on_child(int signal, struct info *info, void *user) { seen = *info; }

/* What a child that runs this ends by. */
static u32 ends_by(void (*run)(void))
{
    u32 status = 0;
    int child = CALL(fork_);
    if (child == 0) run(), CALL(exit_, 0);
    while (CALL(wait4_, child, &status, 0, 0) == -EINTR);
    return status;
}
static void exits(void) { CALL(exit_, 5); }
static void terminated(void) { raise(TERM); }
static void bad_frame(void) { handle(SEGV, 0, 0, 0); __asm__ volatile("xor %%esp, %%esp; mov $173, %%eax; int $0x80" ::: "eax"); }
static void no_stack(void) { handle(USR1, on_alarm, 0, 0); handle(SEGV, on_alarm, 0, 0); __asm__ volatile("mov %%esp, %%ebp; mov $16, %%esp; int $0x80" :: "a"(tkill_), "b"(CALL(gettid_)), "c"(USR1)); }
static void blocked_fault(void) { handle(SEGV, on_alarm, 0, 0); block(-1); *(volatile int *)0; }
static void waits_for_more(void) { for (;;) CALL(pause_); }

static void processes(void)
{
    handle(CHLD, on_child, INFO | RESTART, 0);
    CHECK(ends_by(exits) == 0x500 && seen.signo == CHLD && seen.code == 1 && seen.fields[2] == 5);
    CHECK(ends_by(terminated) == TERM && seen.code == 2 && seen.fields[2] == TERM);
    CHECK((ends_by(bad_frame) & 0x7f) == SEGV && (ends_by(no_stack) & 0x7f) == SEGV);
    CHECK((ends_by(blocked_fault) & 0x7f) == SEGV);
    u32 status;
    int child = CALL(fork_);
    if (child == 0) waits_for_more();
    CHECK(CALL(kill_, child, STOP) == 0 && CALL(wait4_, child, &status, 2, 0) == child && status == 0x137f);
    CHECK(seen.code == 5 && seen.fields[2] == STOP);
    CHECK(CALL(kill_, child, CONT) == 0 && CALL(wait4_, child, &status, 8, 0) == child && status == 0xffff);
    CHECK(CALL(kill_, child, TERM) == 0 && CALL(wait4_, child, &status, 0, 0) == child && status == TERM);
}

void _start(void)
{
    faults(), contexts(), stacks(), queues(), waits(), processes();
    CALL(write_, 1, "checked\n", 8);
    CALL(exit_, failures);
}
