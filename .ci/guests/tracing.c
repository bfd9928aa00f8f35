/* Traces its own children in the ways of ptrace(2) and prints what it sees, which is the same natively. */
#define _GNU_SOURCE
#include <elf.h>
#include <sys/ptrace.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>
#include "say.h"

/* As the system call has it: words that are read are stored. */
static long trace(int request, int pid, long address, const void *data) {
    return syscall(SYS_ptrace, request, pid, address, data);
}
static pid_t child;
static int status;
static struct user_regs_struct regs;
static volatile int shared, counter;

/* Waits for the child, and says what it did. */
static int next(const char *what) {
    int pid = waitpid(child, &status, __WALL);
    if (pid != child) { printf("%s: waited %s\n", what, told(pid)); return status = 0; }
    siginfo_t info = {0};
    if (WIFEXITED(status)) printf("%s: exited %d\n", what, WEXITSTATUS(status));
    else if (WIFSIGNALED(status)) printf("%s: killed %d\n", what, WTERMSIG(status));
    else {
        trace(PTRACE_GETREGS, child, 0, &regs);
        const char *said = told(trace(PTRACE_GETSIGINFO, child, 0, &info));
        int own = info.si_pid == child ? 1 : info.si_pid == getpid() ? 2 : info.si_pid ? 3 : 0;
        printf("%s: stopped %#x info %s %d %#x %d\n", what, status >> 8, said, info.si_signo, info.si_code,
               info.si_code > 0 && info.si_code < 7 ? 0 : own);
    }
    return status;
}
static void go(int request, int signal) { long r = trace(request, child, 0, (void *)(long)signal); if (r) printf("go %d: %s\n", request, told(r)); }
static void traced(void (*work)(void)) {
    fflush(stdout);
    if (!(child = fork())) { trace(PTRACE_TRACEME, 0, 0, 0); raise(SIGSTOP); work(); _exit(9); }
    next("begun");
}
static void finish(void) { go(PTRACE_CONT, 0); next("end"); }

static void nothing(void) { }
static void handler(int signal) { counter += signal; }
static void makes_calls(void) {
    syscall(SYS_getppid); syscall(SYS_close, 77); syscall(400000); syscall(SYS_exit, 3);
}
static void calls(void) {
    traced(makes_calls);
    say(trace(PTRACE_SETOPTIONS, child, 0, (void *)PTRACE_O_TRACESYSGOOD));
    for (int i = 0; i < 7; i++) {
        go(PTRACE_SYSCALL, 0);
        if (WIFEXITED(next("call"))) return;
        struct __ptrace_syscall_info info; unsigned long message;
        long size = trace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info);
        trace(PTRACE_GETEVENTMSG, child, 0, &message);
        long answer = regs.eax == getpid() ? 1 : regs.eax;
        printf("  number %ld answer %ld message %ld info %ld op %d arch %x ip %d\n", regs.orig_eax, answer, message,
               size, info.op, info.arch, (long)info.instruction_pointer == regs.eip);
        if (info.op == PTRACE_SYSCALL_INFO_ENTRY) printf("  entry %lld %lld\n", (long long)info.entry.nr, (long long)info.entry.args[0]);
        else if (info.exit.rval != getpid()) printf("  exit %lld %d\n", (long long)info.exit.rval, info.exit.is_error);
    }
    finish();
}
static void changed_calls(void) {
    traced(makes_calls);
    go(PTRACE_SYSCALL, 0); next("entry");
    regs.orig_eax = SYS_getpgrp; say(trace(PTRACE_SETREGS, child, 0, &regs));
    go(PTRACE_SYSCALL, 0); next("exit");
    printf("  is the group: %d\n", regs.eax == getpgrp());
    go(PTRACE_SYSCALL, 0); next("entry");
    say(trace(PTRACE_POKEUSER, child, 4 * 11, (void *)-1)); say(trace(PTRACE_POKEUSER, child, 4 * 6, (void *)1234));
    go(PTRACE_SYSCALL, 0); next("skipped");
    printf("  answer %ld number %ld\n", regs.eax, regs.orig_eax);
    go(PTRACE_SYSEMU, 0); next("emulated"); printf("  number %ld answer %ld\n", regs.orig_eax, regs.eax);
    say(trace(PTRACE_POKEUSER, child, 4 * 6, (void *)4321));
    go(PTRACE_SYSEMU, 0); next("emulated"); printf("  number %ld argument %ld\n", regs.orig_eax, regs.ebx);
    go(PTRACE_SYSCALL, 0); next("exit of all");
}
static void gets_signals(void) {
    signal(SIGUSR1, handler); signal(SIGUSR2, SIG_IGN);
    raise(SIGUSR1); raise(SIGUSR1); raise(SIGUSR2); raise(SIGCHLD); raise(SIGUSR1);
    _exit(counter);
}
static void signals(void) {
    traced(gets_signals);
    go(PTRACE_CONT, 0); next("let through"); go(PTRACE_CONT, SIGUSR1);
    next("suppressed"); go(PTRACE_CONT, 0);
    next("ignored"); go(PTRACE_CONT, SIGUSR2);
    next("ignored by default"); go(PTRACE_CONT, SIGCHLD);
    next("changed"); go(PTRACE_CONT, SIGTERM);
    next("killed by it");
}
static void saw(int s, siginfo_t *info, void *c) { (void)c; counter = info->si_value.sival_int + s + info->si_code; }
static void gets_value(void) {
    struct sigaction action = { .sa_sigaction = saw, .sa_flags = SA_SIGINFO }; sigaction(SIGUSR1, &action, 0);
    union sigval value = { .sival_int = 3 }; sigset_t set; sigemptyset(&set); sigaddset(&set, SIGUSR1); sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, 0); raise(SIGSTOP); raise(SIGUSR2); sigqueue(getpid(), SIGUSR1, value); raise(SIGSTOP);
    sigprocmask(SIG_UNBLOCK, &set, 0); _exit(counter);
}
static void infos(void) {
    unsigned long long mask; siginfo_t info, peeked[4]; memset(&info, 0, sizeof info);
    traced(gets_value); go(PTRACE_CONT, 0); next("stops");
    say(trace(PTRACE_GETSIGMASK, child, 8, &mask)); printf("  mask %llx\n", mask);
    say(trace(PTRACE_GETSIGMASK, child, 4, &mask)); mask = 1ull << (SIGUSR1 - 1) | 1ull << (SIGKILL - 1);
    say(trace(PTRACE_SETSIGMASK, child, 8, &mask)); say(trace(PTRACE_GETSIGMASK, child, 8, &mask)); printf("  mask %llx\n", mask);
    go(PTRACE_CONT, 0); next("not blocked"); go(PTRACE_CONT, 0); next("stops again");
    struct __ptrace_peeksiginfo_args args = { 0, PTRACE_PEEKSIGINFO_SHARED, 4 };
    say(trace(PTRACE_PEEKSIGINFO, child, (long)&args, peeked)); printf("  %d %d %d\n", peeked[0].si_signo, peeked[0].si_code, peeked[0].si_value.sival_int);
    args.off = 1; say(trace(PTRACE_PEEKSIGINFO, child, (long)&args, peeked)); args.flags = 2; say(trace(PTRACE_PEEKSIGINFO, child, (long)&args, peeked));
    go(PTRACE_CONT, 0); next("value");
    trace(PTRACE_GETSIGINFO, child, 0, &info); printf("  value %d\n", info.si_value.sival_int);
    info.si_value.sival_int = 100; say(trace(PTRACE_SETSIGINFO, child, 0, &info));
    go(PTRACE_CONT, SIGUSR1); next("end");
}
/* What is stepped over: eight bytes of code that a tracer writes to. */
__asm__(".text\n.globl stepped, stepped_end\nstepped:\n mov $5, %eax\n inc %eax\n nop\n nop\n stepped_end: ret\n");
extern char stepped[], stepped_end[];
static void steps_code(void) { ((void (*)(void))stepped)(); int result; __asm__ volatile("call *%1" : "=a"(result) : "r"(stepped)); _exit(result); }
static void breakpoints(void) {
    unsigned long word, before;
    traced(steps_code);
    say(trace(PTRACE_PEEKTEXT, child, (long)stepped, &before)); printf("  code %lx\n", before);
    word = (before & ~0xfful) | 0xcc;
    say(trace(PTRACE_POKETEXT, child, (long)stepped, (void *)word));
    for (int i = 0; i < 2; i++) {
        go(PTRACE_CONT, 0); next("breakpoint"); printf("  at %ld\n", regs.eip - (long)stepped);
        trace(PTRACE_POKETEXT, child, (long)stepped, (void *)before); regs.eip--; trace(PTRACE_SETREGS, child, 0, &regs);
        for (int step = 0; step < 2; step++) { go(PTRACE_SINGLESTEP, 0); next("step"); printf("  at %ld eax %ld trap %lx\n", regs.eip - (long)stepped, regs.eax, regs.eflags & 0x100); }
        if (!i) trace(PTRACE_POKETEXT, child, (long)stepped, (void *)word);
    }
    say(trace(PTRACE_PEEKTEXT, child, 0, &word)); say(trace(PTRACE_POKETEXT, child, 0, 0)); say(trace(PTRACE_PEEKDATA, child, 0xfffffff0, &word));
    say(*(unsigned char *)stepped == 0xb8);
    finish();
}
static void watched(void) { ((void (*)(void))stepped)(); counter = 1; shared = 2; counter = 3; _exit(counter); }
#define DEBUG(n) (offsetof(struct user, u_debugreg) + 4 * (n))
static void watchpoints(void) {
    traced(watched); unsigned long six;
    say(trace(PTRACE_POKEUSER, child, DEBUG(0), (void *)stepped_end)); say(trace(PTRACE_POKEUSER, child, DEBUG(1), (void *)&counter));
    say(trace(PTRACE_POKEUSER, child, DEBUG(7), (void *)(0x00d00000 | 1 | 4))); say(trace(PTRACE_PEEKUSER, child, DEBUG(7), &six)); printf("  %lx\n", six);
    go(PTRACE_CONT, 0); next("executes"); trace(PTRACE_PEEKUSER, child, DEBUG(6), &six); printf("  %lx at its address %d\n", six & 0xf, regs.eip == (long)stepped_end);
    for (int i = 0; i < 2; i++) { go(PTRACE_CONT, 0); next("writes"); trace(PTRACE_PEEKUSER, child, DEBUG(6), &six); unsigned long value; trace(PTRACE_PEEKDATA, child, (long)&counter, &value); printf("  %lx %lu trap %lx\n", six & 0xf, value, regs.eflags & 0x100); }
    say(trace(PTRACE_POKEUSER, child, DEBUG(7), 0)); say(trace(PTRACE_POKEUSER, child, DEBUG(2), (void *)0xfffff000)); say(trace(PTRACE_POKEUSER, child, DEBUG(5), 0));
    trace(PTRACE_POKEUSER, child, DEBUG(1), (char *)&counter + 1); say(trace(PTRACE_POKEUSER, child, DEBUG(7), (void *)(0x00d00000 | 4)));
    finish();
}
static void steps_calls(void) {
    signal(SIGUSR1, handler); __asm__ volatile("int $0x80\n nop" : : "a"(SYS_getppid)); raise(SIGUSR1); _exit(counter);
}
static void steps(void) {
    traced(steps_calls); int count = 0, calls = 0, seen = 0; unsigned long last = 0;
    for (; count < 20000; count++) {
        go(PTRACE_SINGLESTEP, seen); seen = 0;
        waitpid(child, &status, __WALL);
        if (!WIFSTOPPED(status)) break;
        unsigned long word = 0; siginfo_t info = {0};
        trace(PTRACE_GETREGS, child, 0, &regs); trace(PTRACE_GETSIGINFO, child, 0, &info);
        if (WSTOPSIG(status) == SIGUSR1) seen = SIGUSR1, printf("signal %d\n", info.si_code);
        else if (regs.eip == (unsigned long)handler) printf("handler code %d argument %ld\n", info.si_code, regs.eax);
        else if (last == SYS_getppid && calls++ == 0) printf("after the call: code %d %d\n", info.si_code, regs.eax == getpid());
        trace(PTRACE_PEEKTEXT, child, regs.eip, &word); last = (word & 0xffff) == 0x80cd ? regs.eax : 0;
        if (regs.eflags & 0x100) printf("trap flag is seen\n");
    }
    printf("steps end: %x %d\n", status, count < 20000);
}
static void registers(void) {
    traced(nothing);
    struct user_fpregs_struct fp; struct user_fpxregs_struct fpx; unsigned long word; struct iovec part = { &regs, 8 };
    say(trace(PTRACE_GETFPREGS, child, 0, &fp)); printf("  %lx %lx %lx\n", fp.cwd, fp.swd, fp.twd);
    fp.cwd = 0xffff0f7f; fp.st_space[0] = 7; fp.twd = 0xffff3fff; say(trace(PTRACE_SETFPREGS, child, 0, &fp));
    memset(&fp, 0, sizeof fp); trace(PTRACE_GETFPREGS, child, 0, &fp); printf("  %lx %lx %lx %lx\n", fp.cwd, fp.swd, fp.twd, fp.st_space[0]);
    say(trace(PTRACE_GETFPXREGS, child, 0, &fpx)); printf("  %x %lx %lx\n", fpx.cwd, fpx.mxcsr, fpx.st_space[0]);
    fpx.mxcsr = 0x1fa0; fpx.xmm_space[4] = 99; say(trace(PTRACE_SETFPXREGS, child, 0, &fpx));
    memset(&fpx, 0, sizeof fpx); trace(PTRACE_GETFPXREGS, child, 0, &fpx); printf("  %lx %ld\n", fpx.mxcsr, fpx.xmm_space[4]);
    fpx.mxcsr = 0xffffffff; say(trace(PTRACE_SETFPXREGS, child, 0, &fpx));
    say(trace(PTRACE_GETREGSET, child, NT_PRSTATUS, &part)); printf("  %zu\n", part.iov_len);
    part.iov_len = 7; say(trace(PTRACE_GETREGSET, child, NT_PRSTATUS, &part));
    part.iov_len = 4000; part.iov_base = malloc(16384); say(trace(PTRACE_GETREGSET, child, NT_PRSTATUS, &part)); printf("  %zu\n", part.iov_len);
    part.iov_len = 4000; say(trace(PTRACE_GETREGSET, child, NT_PRFPREG, &part)); printf("  %zu\n", part.iov_len);
    part.iov_len = 4000; say(trace(PTRACE_GETREGSET, child, NT_386_TLS, &part)); printf("  %zu\n", part.iov_len);
    unsigned *tls = part.iov_base; printf("  %u %d %x %x, %u %x %x\n", tls[0], tls[1] != 0, tls[2], tls[3], tls[4], tls[6], tls[7]);
    part.iov_len = 16; say(trace(PTRACE_SETREGSET, child, NT_386_TLS, &part));
    part.iov_len = 16384; say(trace(PTRACE_GETREGSET, child, NT_X86_XSTATE, &part)); printf("  %d\n", part.iov_len > 575);
    say(trace(PTRACE_SETREGSET, child, NT_X86_XSTATE, &part)); part.iov_len = 64; say(trace(PTRACE_SETREGSET, child, NT_X86_XSTATE, &part));
    say(trace(PTRACE_GETREGSET, child, 12345, &part)); say(trace(PTRACE_GETREGSET, child, NT_PRSTATUS, 0));
    say(trace(PTRACE_PEEKUSER, child, 4 * 12, &word)); say(word == (trace(PTRACE_GETREGS, child, 0, &regs), (unsigned long)regs.eip));
    say(trace(PTRACE_PEEKUSER, child, 3, &word)); say(trace(PTRACE_PEEKUSER, child, 5000, &word));
    say(trace(PTRACE_PEEKUSER, child, offsetof(struct user, u_debugreg) + 24, &word)); say(trace(PTRACE_PEEKUSER, child, 200, &word)); printf("  %ld\n", word);
    say(trace(PTRACE_POKEUSER, child, 200, (void *)1)); say(trace(PTRACE_POKEUSER, child, offsetof(struct user, u_debugreg) + 16, (void *)1));
    say(trace(PTRACE_POKEUSER, child, 4 * 13, (void *)0)); say(trace(PTRACE_POKEUSER, child, 4 * 7, (void *)0x10)); say(trace(PTRACE_POKEUSER, child, 4 * 10, (void *)0));
    trace(PTRACE_PEEKUSER, child, 4 * 13, &word); printf("  cs %lx\n", word);
    say(trace(PTRACE_GET_THREAD_AREA, child, 12, tls)); printf("  %u\n", tls[0]); say(trace(PTRACE_GET_THREAD_AREA, child, 5, tls)); say(trace(PTRACE_GET_THREAD_AREA, child, -1, tls));
    say(trace(PTRACE_SETREGS, child, 0, 0)); say(trace(9999, child, 0, 0));
    finish();
}
static void *in_thread(void *p) { return p; }
static void has_children(void) {
    pid_t pid = fork(); if (!pid) _exit(1); waitpid(pid, 0, 0);
    pid = vfork(); if (!pid) _exit(2); waitpid(pid, 0, 0);
    pthread_t t; pthread_create(&t, 0, in_thread, 0); pthread_join(t, 0);
    execl("/proc/self/exe", "tracing", "executed", (char *)0);
}
static void follows(int options, int step) {
    traced(has_children); pid_t first = child, others[8]; int count = 0;
    say(trace(PTRACE_SETOPTIONS, child, 0, (void *)(long)(options | PTRACE_O_TRACESYSGOOD)));
    go(step, 0);
    /* Children of the child are followed one after the other: who is first is up to the scheduler. */
    for (;;) {
        int pid = waitpid(first, &status, __WALL); unsigned long message = 0;
        if (pid != first || !WIFSTOPPED(status)) break;
        int signal = WSTOPSIG(status), event = status >> 16;
        if (event) {
            say(trace(PTRACE_GETEVENTMSG, first, 0, &message));
            printf("event %d %d message %lx\n", event, signal, event == PTRACE_EVENT_EXIT ? message : message == first);
            if (event < 4) {
                child = message; others[count++] = message;
                next("child"); trace(PTRACE_GETREGS, child, 0, &regs); printf("  answer %ld number %ld\n", regs.eax, regs.orig_eax);
                go(PTRACE_CONT, 0); next("child");
                while (WIFSTOPPED(status)) { go(PTRACE_CONT, 0); next("child"); }
            }
            signal = 0;
        } else if (signal != SIGTRAP) printf("signal %d\n", signal);
        else printf("trap\n"), signal = 0;
        trace(step, first, 0, (void *)(long)(signal == SIGCHLD ? SIGCHLD : 0));
    }
    printf("first %x, others %d\n", status, count);
}
static void waits(void) { for (;;) pause(); }
static void group_stops(void) {
    fflush(stdout);
    if (!(child = fork())) waits();
    usleep(20000); say(trace(PTRACE_CONT, child, 0, 0)); say(trace(PTRACE_ATTACH, child, 0, 0)); next("attached");
    say(trace(PTRACE_ATTACH, child, 0, 0)); say(trace(PTRACE_LISTEN, child, 0, 0)); say(trace(PTRACE_INTERRUPT, child, 0, 0));
    printf("  answer %ld number %ld\n", regs.eax, regs.orig_eax);
    go(PTRACE_CONT, 0); kill(child, SIGSTOP); next("signal"); go(PTRACE_CONT, SIGSTOP); next("group"); go(PTRACE_CONT, 0);
    kill(child, SIGCONT); next("continue"); go(PTRACE_CONT, SIGCONT);
    kill(child, SIGUSR1); next("before detaching"); say(trace(PTRACE_DETACH, child, 0, 0));
    say(trace(PTRACE_DETACH, child, 0, 0)); say(kill(child, 0)); kill(child, SIGTERM); next("terminated");
}
static void seizes(void) {
    fflush(stdout);
    if (!(child = fork())) waits();
    usleep(20000); say(trace(PTRACE_SEIZE, child, 1, 0)); say(trace(PTRACE_SEIZE, child, 0, (void *)0x10000000));
    say(trace(PTRACE_SEIZE, child, 0, (void *)PTRACE_O_TRACESYSGOOD)); say(waitpid(child, &status, WNOHANG | __WALL));
    say(trace(PTRACE_GETREGS, child, 0, &regs)); say(trace(PTRACE_INTERRUPT, child, 0, 0)); next("interrupted");
    printf("  answer %ld number %ld\n", regs.eax, regs.orig_eax); say(trace(PTRACE_LISTEN, child, 0, 0) == 0);
    say(trace(PTRACE_INTERRUPT, child, 0, 0)); next("interrupted again"); go(PTRACE_CONT, 0);
    kill(child, SIGSTOP); next("signal"); go(PTRACE_CONT, SIGSTOP); next("group");
    say(trace(PTRACE_LISTEN, child, 0, 0)); say(trace(PTRACE_GETREGS, child, 0, &regs)); say(waitpid(child, &status, WNOHANG | __WALL));
    kill(child, SIGCONT); next("group ends"); go(PTRACE_CONT, 0); next("continue"); go(PTRACE_CONT, SIGCONT);
    say(trace(PTRACE_INTERRUPT, child, 0, 0)); next("interrupted"); say(trace(PTRACE_SYSCALL, child, 0, 0)); next("restarted"); printf("  number %ld\n", regs.orig_eax);
    say(trace(PTRACE_KILL, child, 0, 0)); next("killed"); say(trace(PTRACE_KILL, child, 0, 0));
}
static void restarts(void) {
    struct timespec t = { 0, 300000000 }; int p[2]; char c; pipe(p);
    fflush(stdout);
    if (!(child = fork())) { long r = nanosleep(&t, &t); long n = read(p[0], &c, 1); _exit(r == 0 && n == 1 ? 5 : 6); }
    usleep(50000); trace(PTRACE_ATTACH, child, 0, 0); next("in nanosleep"); printf("  %ld %ld\n", regs.eax, regs.orig_eax);
    go(PTRACE_SYSCALL, 0); next("again"); printf("  %ld %ld\n", regs.eax, regs.orig_eax); go(PTRACE_SYSCALL, 0); next("done"); printf("  %ld\n", regs.eax);
    go(PTRACE_CONT, 0); usleep(50000); kill(child, SIGSTOP); next("in read"); printf("  %ld %ld\n", regs.eax, regs.orig_eax);
    write(p[1], "x", 1); go(PTRACE_CONT, 0); next("end"); close(p[0]); close(p[1]);
}
static void tracer_ends(int options) {
    int p[2]; char c = 0; pipe(p); fflush(stdout);
    pid_t target = fork(); if (!target) { close(p[0]); for (;;) { usleep(1000); } }
    close(p[1]);
    pid_t tracer = fork();
    if (!tracer) { trace(PTRACE_SEIZE, target, 0, (void *)(long)options); trace(PTRACE_INTERRUPT, target, 0, 0); waitpid(target, 0, __WALL); _exit(0); }
    waitpid(tracer, 0, 0); usleep(20000);
    printf("target after its tracer: %s\n", told(kill(target, SIGTERM)));
    waitpid(target, &status, 0); printf("  %x, read %zd\n", status, read(p[0], &c, 1)); close(p[0]);
}
/* A stranger traces a child of ours: it hears of its end first. */
static void grandchild(void) {
    int p[2], q[2]; char c; pipe(p); pipe(q); fflush(stdout);
    pid_t target = fork(); if (!target) { read(p[0], &c, 1); _exit(4); }
    pid_t tracer = fork();
    if (!tracer) {
        child = target; trace(PTRACE_SEIZE, target, 0, 0); write(q[1], "x", 1); siginfo_t info = {0};
        say(waitid(P_PID, target, &info, WEXITED | WNOWAIT)); printf("  stranger %d %d\n", info.si_code, info.si_status);
        fflush(stdout); write(q[1], "x", 1); usleep(50000); next("stranger waits"); fflush(stdout); _exit(0);
    }
    read(q[0], &c, 1); write(p[1], "x", 1); read(q[0], &c, 1);
    say(waitpid(target, &status, WNOHANG)); say(waitpid(target, &status, 0) == target); printf("  %x\n", status);
    waitpid(tracer, 0, 0); close(p[0]); close(p[1]); close(q[0]); close(q[1]);
}
static void proc(void) {
    char name[64], line[256]; traced(nothing); snprintf(name, sizeof name, "/proc/%d/status", child);
    FILE *f = fopen(name, "r"); while (fgets(line, sizeof line, f)) {
        int tracer; if (!strncmp(line, "State", 5)) fputs(line, stdout);
        if (sscanf(line, "TracerPid: %d", &tracer) == 1) printf("tracer is %d\n", tracer == getpid());
    }
    fclose(f); snprintf(name, sizeof name, "/proc/%d/mem", child); f = fopen(name, "r+"); setvbuf(f, 0, _IONBF, 0);
    unsigned char code[4]; fseek(f, (long)stepped, SEEK_SET); fread(code, 1, 4, f); printf("code %x\n", code[0]); unsigned long word;
    code[0] = 0x90; fseek(f, (long)stepped, SEEK_SET); say(fwrite(code, 1, 1, f)); trace(PTRACE_PEEKTEXT, child, (long)stepped, &word); printf("code %lx\n", word & 0xff);
    fclose(f); finish();
}
static void errors(void) {
    say(trace(PTRACE_ATTACH, getpid(), 0, 0)); say(trace(PTRACE_ATTACH, 999999, 0, 0)); say(trace(PTRACE_CONT, 999999, 0, 0)); say(trace(PTRACE_SEIZE, -1, 0, 0));
    say(trace(PTRACE_PEEKDATA, getppid(), 0, 0)); say(trace(PTRACE_KILL, 999999, 0, 0)); say(trace(PTRACE_INTERRUPT, 999999, 0, 0));
    traced(nothing); say(trace(PTRACE_CONT, child, 0, (void *)65)); say(trace(PTRACE_SETOPTIONS, child, 0, (void *)0x1000)); say(trace(PTRACE_PEEKDATA, child, (long)&status, 0));
    say(trace(PTRACE_GETSIGINFO, child, 0, 0)); say(trace(PTRACE_INTERRUPT, child, 0, 0)); say(trace(PTRACE_LISTEN, child, 0, 0)); finish(); fflush(stdout);
    if (!(child = fork())) { say(trace(PTRACE_TRACEME, 0, 0, 0)); say(trace(PTRACE_TRACEME, 0, 0, 0)); fflush(stdout); _exit(0); } next("twice"); fflush(stdout);
    int p[2]; char c; pipe(p);
    if (!(child = fork())) { setuid(65534); prctl(PR_SET_DUMPABLE, 1); write(p[1], "x", 1); waits(); }
    fflush(stdout); pid_t other = fork(); if (!other) { read(p[0], &c, 1); setuid(65533); say(trace(PTRACE_ATTACH, child, 0, 0)); fflush(stdout); _exit(0); }
    waitpid(other, 0, 0); kill(child, SIGKILL); next("stranger"); fflush(stdout);
    if (!(child = fork())) { setuid(65534); prctl(PR_SET_DUMPABLE, 0); write(p[1], "x", 1); waits(); }
    other = fork(); if (!other) { read(p[0], &c, 1); setuid(65534); say(trace(PTRACE_ATTACH, child, 0, 0)); fflush(stdout); _exit(0); }
    waitpid(other, 0, 0); kill(child, SIGKILL); next("hidden"); close(p[0]); close(p[1]);
}
static int threads_left(void *p) { (void)p; usleep(30000); syscall(SYS_exit, 6); return 0; }
static void *leaves(void *p) { (void)p; usleep(30000); syscall(SYS_exit, 6); return 0; }
static void leads(void) { pthread_t t; (void)threads_left; pthread_create(&t, 0, leaves, 0); syscall(SYS_exit, 5); }
static void leader_ends(void) {
    traced(leads); pid_t first = child; say(trace(PTRACE_SETOPTIONS, child, 0, (void *)PTRACE_O_TRACECLONE)); go(PTRACE_CONT, 0);
    next("clone"); unsigned long other; trace(PTRACE_GETEVENTMSG, child, 0, &other); go(PTRACE_CONT, 0);
    child = other; next("thread"); go(PTRACE_CONT, 0); usleep(10000); child = first; say(waitpid(first, &status, WNOHANG | __WALL));
    child = other; next("thread"); child = first; next("leader");
}

int main(int argc, char **argv) {
    if (argc > 1 && !strcmp(argv[1], "executed")) return 7;
    calls(); changed_calls(); signals(); infos(); breakpoints(); watchpoints(); steps(); registers();
    follows(PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEVFORKDONE | PTRACE_O_TRACEEXIT, PTRACE_CONT);
    follows(PTRACE_O_TRACEFORK | PTRACE_O_TRACEEXEC, PTRACE_CONT); follows(0, PTRACE_CONT);
    group_stops(); seizes(); restarts(); tracer_ends(0); tracer_ends(PTRACE_O_EXITKILL); grandchild(); proc(); errors(); leader_ends();
    (void)shared; (void)stepped_end;
    return 0;
}
