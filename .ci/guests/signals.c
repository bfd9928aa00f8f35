/* Signals as a program sees them: what each fault says, what a handler finds on its stack, and that
 * everything comes back as the handler left it. Prints nothing that depends on addresses or numbers of
 * processes, so that the output is the same wherever it runs. */
#define _GNU_SOURCE
#include <errno.h>
#include <fenv.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

static sigjmp_buf back;
static volatile int count;
static char *page;

static const char *code_of(const siginfo_t *info)
{
    static char text[32];
    sprintf(text, "%d", info->si_code);
    return text;
}

static unsigned at_fault;
static int eip_untold; /* processors of AMD leave EIP at INT1 under a hypervisor that intercepts it */
static void on_fault(int signal, siginfo_t *info, void *context)
{
    __asm__ volatile("pushfl\n andl $~0x40000, (%%esp)\n popfl" ::: "cc"); /* a handler keeps AC */
    ucontext_t *uc = context;
    greg_t *regs = uc->uc_mcontext.gregs;
    int offset = regs[REG_EIP] - at_fault;
    int here = (uintptr_t)info->si_addr == (unsigned)regs[REG_EIP];
    printf("signal %d code %s errno %d trap %d err %x addr %s", signal, code_of(info), info->si_errno,
           (int)regs[REG_TRAPNO], (unsigned)regs[REG_ERR],
           here ? "eip" : info->si_addr == 0 ? "0" : "page");
    if (!here && info->si_addr >= (void *)page && info->si_addr < (void *)(page + 8192))
        printf("+%x cr2 %d", (unsigned)((char *)info->si_addr - page), (void *)uc->uc_mcontext.cr2 == info->si_addr);
    printf(" eip+%d eflags %x\n", eip_untold ? 0 : offset >= 0 && offset < 64 ? offset : -1,
           (unsigned)regs[REG_EFL] & 0x10700);
    siglongjmp(back, 1);
}

/* The answer of a call, and the error if it failed. */
static const char *answer(int result)
{
    static char text[2][64];
    static int turn;
    turn ^= 1;
    snprintf(text[turn], 64, result == -1 ? "-1 %s" : "%s%d", result == -1 ? strerror(errno) : "", result);
    return text[turn];
}

static void install(int signal, void *handler, int flags)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handler;
    action.sa_flags = flags;
    if (sigaction(signal, &action, 0))
        printf("sigaction(%d): %s\n", signal, strerror(errno));
}

#define TRY(name, ...)                                    \
    do {                                                  \
        printf("%-12s ", name);                           \
        fflush(stdout);                                   \
        if (!sigsetjmp(back, 1)) {                        \
            __asm__ volatile("movl $1f, %0\n" : "=m"(at_fault)); \
            __asm__ volatile("1: " __VA_ARGS__);          \
            printf("nothing\n");                          \
        }                                                 \
    } while (0)

static void faults(void)
{
    int all[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
    for (int i = 0; i < 5; i++)
        install(all[i], on_fault, SA_SIGINFO);
    page = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    page[0] = page[4096] = 1;
    mprotect(page, 4096, PROT_READ);
    munmap(page + 4096, 4096);
    TRY("write r/o", "movb $1, 16(%0)\n" ::"r"(page));
    TRY("read none", "movb 4112(%0), %%al\n" ::"r"(page) : "eax");
    TRY("write none", "movb %%al, 4112(%0)\n" ::"r"(page));
    mprotect(page, 4096, PROT_NONE);
    TRY("prot none", "movb 16(%0), %%al\n" ::"r"(page) : "eax");
    mprotect(page, 4096, PROT_READ);
    TRY("execute", "jmp *%0\n" ::"r"(page + 32));
    TRY("ud2", "ud2\n");
    TRY("hlt", "hlt\n");
    TRY("int3", "int3\n");
    TRY("int 3", ".byte 0xcd, 3\n");
    eip_untold = 1;
    TRY("int1", ".byte 0xf1\n");
    eip_untold = 0;
    TRY("int 1", ".byte 0xcd, 1\n");
    TRY("int 4", ".byte 0xcd, 4\n");
    TRY("int 0x81", ".byte 0xcd, 0x81\n");
    TRY("into", "movb $0x7f, %%al\n addb $1, %%al\n into\n" ::: "eax");
    TRY("div", "xorl %%ecx, %%ecx\n divl %%ecx\n" ::: "eax", "ecx", "edx");
    TRY("bound", "subl $8, %%esp\n movl $1, (%%esp)\n movl $2, 4(%%esp)\n movl $5, %%eax\n bound %%eax, (%%esp)\n addl $8, %%esp\n" ::: "eax");
    TRY("bad segment", "movl $0x7fb, %%eax\n movl %%eax, %%fs\n" ::: "eax");
    TRY("null segment", "xorl %%eax, %%eax\n movl %%eax, %%fs\n movl %%fs:0, %%eax\n" ::: "eax");
    TRY("step", "pushfl\n orl $0x100, (%%esp)\n popfl\n nop\n nop\n" ::: "cc");
    TRY("align", "pushfl\n orl $0x40000, (%%esp)\n popfl\n movl 1(%%esp), %%eax\n" ::: "eax");
    __asm__ volatile("pushfl\n andl $~0x40000, (%%esp)\n popfl" ::: "cc");
    static const unsigned short unmask[] = {0x37e, 0x37b, 0x377, 0x36f, 0x35f};
    static const double numbers[][2] = {{0, 0}, {1, 0}, {1e308, 1e-308}, {1e-308, 1e308}, {1, 3}};
    for (int i = 0; i < 5; i++) {
        unsigned short control = unmask[i];
        double a = numbers[i][0], b = numbers[i][1], c;
        TRY("x87", "fninit\n fldcw %1\n fldl %2\n fdivl %3\n fstpl %0\n fwait\n" : "=m"(c) : "m"(control), "m"(a), "m"(b));
        __asm__ volatile("fninit");
        unsigned mxcsr = 0x1f80 & ~(0x80 << (i == 0 ? 0 : i + 1));
        TRY("sse", "ldmxcsr %0\n movsd %1, %%xmm0\n divsd %2, %%xmm0\n" ::"m"(mxcsr), "m"(a), "m"(b) : "xmm0");
        mxcsr = 0x1f80;
        __asm__ volatile("ldmxcsr %0" ::"m"(mxcsr));
    }
    for (int i = 0; i < 5; i++)
        install(all[i], (void *)SIG_DFL, 0);
}

struct fpstate32 {
    unsigned cw, sw, tag, ipoff, cssel, dataoff, datasel;
    unsigned char st[80];
    unsigned short status, magic;
    unsigned char fx[512];
};

static void on_frame(int signal, siginfo_t *info, void *context)
{
    unsigned *frame = (unsigned *)info - 4;
    ucontext_t *uc = context;
    greg_t *regs = uc->uc_mcontext.gregs;
    struct fpstate32 *fp = (void *)uc->uc_mcontext.fpregs;
    unsigned short control;
    unsigned mxcsr, *software = (unsigned *)(fp->fx + 464);
    double low;
    __asm__ volatile("fnstcw %0\n stmxcsr %1\n movsd %%xmm3, %2" : "=m"(control), "=m"(mxcsr), "=m"(low));
    printf("sig %d, frame %d, info at %d, context at %d, aligned %d\n", signal, frame[1] == (unsigned)signal,
           (int)((char *)frame[2] - (char *)frame), (int)((char *)frame[3] - (char *)frame), ((unsigned)frame + 4) % 16);
    printf("flags %lx link %p mask %lx\n", uc->uc_flags & 1, (void *)uc->uc_link, uc->uc_sigmask.__val[0]);
    printf("stack %p %x %u\n", uc->uc_stack.ss_sp, uc->uc_stack.ss_flags, (unsigned)uc->uc_stack.ss_size);
    printf("cs %x ds %x es %x ss %x fs %x oldmask %x\n", regs[REG_CS], regs[REG_DS], regs[REG_ES], regs[REG_SS],
           regs[REG_FS], (unsigned)uc->uc_mcontext.oldmask);
    printf("edi %x eflags %x uesp %d\n", regs[REG_EDI], (unsigned)regs[REG_EFL] & 0xfff & ~0xd5, regs[REG_UESP] == regs[REG_ESP]);
    printf("in the handler: control %x mxcsr %x xmm3 %g\n", control, mxcsr, low);
    printf("fp aligned %d cw %x sw %x tag %x cs %x ds %x status %x magic %x\n", (unsigned)fp->fx % 64, fp->cw, fp->sw,
           fp->tag, fp->cssel, fp->datasel, fp->status, fp->magic);
    printf("st0 ");
    for (int i = 0; i < 10; i++)
        printf("%02x", fp->st[i]);
    printf(" xmm3 %g mxcsr %x\n", *(double *)(fp->fx + 160 + 48), *(unsigned *)(fp->fx + 24));
    printf("magic %x, sizes %d, magic2 %d, xfeatures %d, bv %d\n", software[0], software[1] - software[4],
           *(unsigned *)(fp->fx + software[4]) == 0x46505845, (software[2] & 3) == 3, (fp->fx[512] & 3) == 3);
    printf("retcode %x %x\n", *(unsigned *)((char *)frame + 260), *(unsigned *)((char *)frame + 264));
    /* What it changes, the program gets. */
    fp->st[9] ^= 0x80;
    *(double *)(fp->fx + 160 + 48) = 2.5;
    fp->cw = 0xffff027f;
    *(unsigned *)(fp->fx + 24) = 0x3f80;
    regs[REG_EBX] = 0x1234;
    regs[REG_EFL] |= 1;
}

static void frames(void)
{
    unsigned ebx = 0xb1b1b1b1, esi = 0x51515151, carry, mxcsr;
    unsigned short control;
    double xmm, st;
    int flags[] = {SA_SIGINFO, SA_SIGINFO | SA_NODEFER};
    for (int i = 0; i < 2; i++) {
        install(SIGUSR1, on_frame, flags[i]);
        double one = 1.5, three = 3.25;
        ebx = 0xb1b1b1b1;
        __asm__ volatile("fninit\n fldl %[one]\n movsd %[three], %%xmm3\n"
                         "movl $224, %%eax\n int $0x80\n movl %%eax, %%ecx\n movl %%eax, %%edx\n"
                         "pushl %%ebx\n movl %[signal], %%edi\n"
                         "movl %%ecx, %%ebx\n movl %%edi, %%ecx\n movl $238, %%eax\n clc\n int $0x80\n"
                         "movl %%ebx, %%edi\n popl %%ebx\n sbbl %%ecx, %%ecx\n"
                         "fstpl %[st]\n movsd %%xmm3, %[xmm]\n fnstcw %[control]\n stmxcsr %[mxcsr]\n fninit\n"
                         : [st] "=m"(st), [xmm] "=m"(xmm), [control] "=m"(control), [mxcsr] "=m"(mxcsr), "=c"(carry), "=D"(esi)
                         : [one] "m"(one), [three] "m"(three), [signal] "i"(SIGUSR1)
                         : "eax", "edx", "xmm3", "cc", "memory");
        printf("after: ebx %x carry %d st %g xmm %g control %x mxcsr %x\n", esi, carry, st, xmm, control, mxcsr);
        mxcsr = 0x1f80;
        __asm__ volatile("ldmxcsr %0" ::"m"(mxcsr));
    }
}

static void plain(int signal, struct sigcontext context)
{
    unsigned *frame = (unsigned *)&signal - 1;
    printf("plain %d trap %ld mask %lx extra %x retcode %x %x gap %d\n", signal, context.trapno, context.oldmask,
           frame[180], frame[181], frame[182], (int)((unsigned)context.fpstate - (unsigned)frame) >= 732);
    count++;
}

static void old_frames(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, 40);
    sigprocmask(SIG_BLOCK, &set, 0);
    install(SIGUSR2, plain, 0);
    raise(SIGUSR2);
    sigprocmask(SIG_UNBLOCK, &set, 0);
    install(SIGUSR2, plain, SA_RESETHAND);
    raise(SIGUSR2);
    struct sigaction action;
    sigaction(SIGUSR2, 0, &action);
    printf("reset %d count %d\n", action.sa_handler == SIG_DFL, count);
}

static char stack[65536];
static volatile int depth;
static void on_stack(int signal)
{
    stack_t now;
    char here;
    sigaltstack(0, &now);
    int inside = &here > stack && &here < stack + sizeof stack;
    printf("depth %d on stack %d flags %x set %s\n", depth, inside, now.ss_flags,
           answer(sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, 0)));
    if (depth++ < 2)
        raise(signal);
}

static void on_overflow(int signal, siginfo_t *info, void *context)
{
    (void)context;
    printf("overflow: signal %d code %d\n", signal, info->si_code);
    siglongjmp(back, 1);
}

static int recurse(int n)
{
    volatile char big[4096];
    big[n & 4095] = n;
    return recurse(n + 1) + big[(n + 1) & 4095];
}

static void stacks(void)
{
    stack_t wanted = {.ss_sp = stack, .ss_size = sizeof stack}, old;
    printf("set %d\n", sigaltstack(&wanted, &old));
    printf("old %p %x %u\n", old.ss_sp, old.ss_flags, (unsigned)old.ss_size);
    install(SIGUSR1, on_stack, SA_ONSTACK | SA_NODEFER);
    raise(SIGUSR1);
    depth = 5;
    install(SIGUSR1, on_stack, 0);
    raise(SIGUSR1);
    wanted.ss_flags = 1u << 31;
    sigaltstack(&wanted, 0);
    install(SIGUSR1, on_stack, SA_ONSTACK);
    raise(SIGUSR1);
    sigaltstack(&wanted, 0);
    install(SIGUSR1, on_stack, SA_ONSTACK | SA_SIGINFO);
    raise(SIGUSR1);
    sigaltstack(0, &old);
    printf("after: %d %x %u\n", old.ss_sp == stack, old.ss_flags, (unsigned)old.ss_size);
    wanted.ss_flags = 0;
    wanted.ss_size = 2047;
    printf("small %s\n", answer(sigaltstack(&wanted, 0)));
    wanted.ss_size = sizeof stack;
    wanted.ss_flags = 8;
    printf("flags %s\n", answer(sigaltstack(&wanted, 0)));
    wanted.ss_flags = SS_ONSTACK;
    printf("onstack %d\n", sigaltstack(&wanted, 0));
    wanted.ss_flags = 0;
    sigaltstack(&wanted, 0);
    install(SIGSEGV, on_overflow, SA_ONSTACK | SA_SIGINFO);
    if (!sigsetjmp(back, 1))
        recurse(0);
    install(SIGSEGV, (void *)SIG_DFL, 0);
    wanted.ss_flags = SS_DISABLE;
    printf("disable %d\n", sigaltstack(&wanted, 0));
}

static void on_queue(int signal, siginfo_t *info, void *context)
{
    (void)context;
    printf(" %d/%d", signal, info->si_code);
    if (info->si_code == SI_QUEUE)
        printf(":%d", info->si_value.sival_int);
    printf("%s", info->si_code <= 0 && info->si_pid == getpid() && info->si_uid == getuid() ? "" : "!");
}

static void queues(void)
{
    sigset_t set, old, pending;
    sigfillset(&set);
    int signals[] = {SIGHUP, SIGTERM, SIGUSR1, 40, 41, 64};
    for (int i = 0; i < 6; i++)
        install(signals[i], on_queue, SA_SIGINFO);
    sigprocmask(SIG_BLOCK, &set, &old);
    union sigval value;
    for (int i = 0; i < 3; i++) {
        value.sival_int = i;
        sigqueue(getpid(), 41, value);
        sigqueue(getpid(), 40, value);
        sigqueue(getpid(), SIGUSR1, value);
        kill(getpid(), SIGTERM);
    }
    kill(getpid(), 64);
    raise(41);
    raise(SIGHUP);
    sigpending(&pending);
    printf("pending %d %d %d %d\n", sigismember(&pending, SIGHUP), sigismember(&pending, 40), sigismember(&pending, 64), sigismember(&pending, 42));
    printf("delivered");
    sigprocmask(SIG_SETMASK, &old, 0);
    printf("\n");
    sigprocmask(SIG_BLOCK, &set, &old);
    raise(SIGTERM);
    signal(SIGTERM, SIG_IGN);
    sigpending(&pending);
    printf("ignored: %d\n", sigismember(&pending, SIGTERM));
    raise(SIGCHLD);
    sigpending(&pending);
    printf("blocked and ignored by default: %d\n", sigismember(&pending, SIGCHLD));
    siginfo_t info;
    struct timespec none = {0, 0}, bad = {0, 2000000000};
    value.sival_int = 77;
    sigqueue(getpid(), 40, value);
    printf("taken %d value %d\n", sigwaitinfo(&set, &info), info.si_value.sival_int);
    printf("taken %d code %d\n", sigtimedwait(&set, &info, &none), info.si_code);
    printf("none %s\n", answer(sigtimedwait(&set, &info, &none)));
    printf("bad %s\n", answer(sigtimedwait(&set, &info, &bad)));
    sigprocmask(SIG_SETMASK, &old, 0);
}

static void on_alarm(int signal)
{
    (void)signal;
    count++;
}

static void restarts(void)
{
    int ends[2];
    char byte;
    struct itimerval once = {{0, 0}, {0, 30000}}, before;
    sigset_t none, block;
    install(SIGALRM, on_alarm, 0);
    setitimer(ITIMER_REAL, &once, 0);
    setitimer(ITIMER_REAL, &once, 0);
    printf("pause %s\n", answer(pause()));
    setitimer(ITIMER_REAL, &once, 0);
    struct timespec long_time = {5, 0}, left;
    printf("nanosleep %s,", answer(nanosleep(&long_time, &left)));
    printf(" left %d\n", (int)left.tv_sec);
    sigemptyset(&none);
    sigemptyset(&block);
    sigaddset(&block, SIGALRM);
    sigprocmask(SIG_BLOCK, &block, 0);
    setitimer(ITIMER_REAL, &once, 0);
    printf("sigsuspend %s", answer(sigsuspend(&none)));
    printf(" count %d\n", count);
    sigset_t now;
    sigprocmask(SIG_UNBLOCK, &block, &now);
    printf("blocked again %d\n", sigismember(&now, SIGALRM));
    once.it_value.tv_sec = 100;
    setitimer(ITIMER_REAL, &once, 0);
    once.it_value.tv_sec = 0;
    once.it_value.tv_usec = 0;
    setitimer(ITIMER_REAL, &once, &before);
    printf("left %d\n", (int)before.it_value.tv_sec);
    alarm(50);
    printf("alarm left %u\n", alarm(0));
}

static void resume_elsewhere(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    (void)signal, (void)info;
    uc->uc_mcontext.gregs[REG_EIP] += 2; /* over ud2 */
    uc->uc_mcontext.gregs[REG_EAX] = 42;
    sigaddset(&uc->uc_sigmask, SIGUSR2);
}

static void contexts(void)
{
    int eax;
    sigset_t now;
    install(SIGILL, resume_elsewhere, SA_SIGINFO);
    __asm__ volatile("xorl %%eax, %%eax\n ud2\n" : "=a"(eax));
    sigprocmask(SIG_BLOCK, 0, &now);
    printf("eax %d blocked %d\n", eax, sigismember(&now, SIGUSR2));
    sigemptyset(&now);
    sigprocmask(SIG_SETMASK, &now, 0);
}

static void arguments(void)
{
    struct sigaction action, seen;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm;
    action.sa_flags = 0x400 | 0x1000 | SA_RESTART;
    sigaction(SIGUSR1, &action, 0);
    sigaction(SIGUSR1, 0, &seen);
    printf("flags %x\n", seen.sa_flags & ~0x04000000);
    long zero[8] = {0};
#define TRYCALL(...) (syscall(__VA_ARGS__) == -1 ? errno : 0)
    printf("kill %d %d %d %d\n", TRYCALL(SYS_sigaction, SIGKILL, zero, 0), TRYCALL(SYS_rt_sigaction, SIGSTOP, zero, 0, 8),
           TRYCALL(SYS_rt_sigaction, 65, zero, 0, 8), TRYCALL(SYS_rt_sigaction, 0, 0, 0, 8));
    printf("sizes %d %d %d %d %d\n", TRYCALL(SYS_rt_sigaction, 1, 0, 0, 4), TRYCALL(SYS_rt_sigprocmask, 0, 0, 0, 16),
           TRYCALL(SYS_rt_sigpending, zero, 9), TRYCALL(SYS_rt_sigpending, zero, 4), TRYCALL(SYS_rt_sigsuspend, zero, 4));
    printf("addresses %d %d %d %d %d\n", TRYCALL(SYS_rt_sigaction, 1, 8, 0, 8), TRYCALL(SYS_rt_sigaction, 1, 0, 8, 8),
           TRYCALL(SYS_rt_sigprocmask, 0, 8, 0, 8), TRYCALL(SYS_rt_sigpending, 8, 8), TRYCALL(SYS_sigaltstack, 8, 0));
    printf("how %d %d\n", TRYCALL(SYS_rt_sigprocmask, 3, zero, 0, 8), TRYCALL(SYS_rt_sigprocmask, 3, 0, 0, 8));
    printf("kills %d %d %d %d %d %d\n", TRYCALL(SYS_kill, 99999999, 0), TRYCALL(SYS_kill, getpid(), 65),
           TRYCALL(SYS_kill, 0x80000000, 0), TRYCALL(SYS_tkill, 0, 0), TRYCALL(SYS_tgkill, -1, 1, 0),
           TRYCALL(SYS_tgkill, getpid(), 99999999, 0));
    siginfo_t info;
    memset(&info, 0, sizeof info);
    info.si_code = SI_QUEUE;
    printf("queue %d", TRYCALL(SYS_rt_sigqueueinfo, getpid(), 0, &info));
    info.si_code = SI_USER;
    printf(" %d %d %d\n", TRYCALL(SYS_rt_sigqueueinfo, 1, 0, &info), TRYCALL(SYS_rt_sigqueueinfo, getpid(), 65, &info),
           TRYCALL(SYS_rt_tgsigqueueinfo, getpid(), 0, 1, &info));
    printf("old signal %d", (int)syscall(SYS_signal, SIGHUP, on_alarm) == 0);
    sigaction(SIGHUP, 0, &seen);
    printf(" %x %d\n", seen.sa_flags, (int)syscall(SYS_signal, SIGHUP, 0) == (int)on_alarm);
    syscall(SYS_ssetmask, 0x204);
    printf("masks %lx", syscall(SYS_sgetmask));
    printf(" %lx\n", syscall(SYS_ssetmask, 0));
}

int main(int argc, char **argv)
{
    (void)argc, (void)argv;
    setvbuf(stdout, 0, _IOLBF, 4096);
    printf("-- faults\n");
    faults();
    printf("-- frames\n");
    frames();
    old_frames();
    printf("-- stacks\n");
    stacks();
    printf("-- queues\n");
    queues();
    printf("-- contexts\n");
    contexts();
    printf("-- arguments\n");
    arguments();
    printf("-- restarts\n");
    restarts();
    return 0;
}
