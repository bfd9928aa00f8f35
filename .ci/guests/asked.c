/* Calls about which a filter asks the tracer: SECCOMP_RET_TRACE (seccomp(2)), PTRACE_EVENT_SECCOMP (ptrace(2)). */
#define _GNU_SOURCE
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>
#include "say.h"

#define LOAD(at) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at)
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)
#define ON(call, what) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1), RETURN(what)
static void confine(void) {
    struct sock_filter steps[] = {LOAD(offsetof(struct seccomp_data, nr)), ON(SYS_getppid, SECCOMP_RET_TRACE | 7), ON(SYS_getpgrp, SECCOMP_RET_TRACE | 8),
                                  ON(SYS_getsid, SECCOMP_RET_ERRNO | 18), ON(SYS_read, SECCOMP_RET_TRACE | 9), RETURN(SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {sizeof steps / sizeof *steps, steps};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    say(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
}
static void child(void) {
    int p[2]; char c;
    confine();
    say(syscall(SYS_getppid) > 0); say(syscall(SYS_getppid) > 0); say(syscall(SYS_getppid)); say(syscall(SYS_getppid));
    say(syscall(SYS_getpgrp) > 0); pipe(p);
    int other = fork();
    if (!other) { usleep(50000); write(p[1], "x", 1); pause(); }
    say(read(p[0], &c, 1)); kill(other, SIGKILL); wait(0);
    _exit(3);
}
/* What the tracer does at the n-th question. */
static void answer(int pid, int n) {
    struct user_regs_struct r;
    ptrace(PTRACE_GETREGS, pid, 0, &r);
    if (!n) printf("eax %ld\n", r.eax);
    if (n == 1) r.orig_eax = SYS_getpid;
    if (n == 2) r.orig_eax = -1, r.eax = 77;
    if (n == 3) r.orig_eax = SYS_getsid, r.ebx = 0;
    ptrace(PTRACE_SETREGS, pid, 0, &r);
}
static void trace(int how, int options) {
    printf("-- how %d options %x\n", how, options);
    int pid, status, n = 0, stops = 0; fflush(stdout);
    if (!(pid = fork())) { ptrace(PTRACE_TRACEME, 0, 0, 0); raise(SIGSTOP); child(); }
    waitpid(pid, &status, 0); say(ptrace(PTRACE_SETOPTIONS, pid, 0, options));
    ptrace(PTRACE_CONT, pid, 0, 0);
    for (int next = PTRACE_CONT; waitpid(pid, &status, 0) == pid && WIFSTOPPED(status); ptrace(next, pid, 0, 0)) {
        if (status >> 16 == PTRACE_EVENT_SECCOMP) {
            unsigned long message; ptrace(PTRACE_GETEVENTMSG, pid, 0, &message);
            struct __ptrace_syscall_info i = {0}; siginfo_t s; ptrace(PTRACE_GETSIGINFO, pid, 0, &s);
            int size = ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof i, &i);
            printf("asked %lu: %x, code %x, info %d op %d nr %d data %u\n", message, status, s.si_code, size, i.op, (int)i.seccomp.nr, i.seccomp.ret_data);
            answer(pid, n++); next = how;
        } else { printf("stop %x\n", status); next = PTRACE_CONT; }
        fflush(stdout);
    }
    printf("status %x\n", status);
}
int main(void) {
    setvbuf(stdout, 0, _IOLBF, 0);
    unsigned action = SECCOMP_RET_TRACE; say(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
    if (!fork()) child();
    wait(0);
    trace(PTRACE_CONT, 0); trace(PTRACE_CONT, PTRACE_O_TRACESECCOMP); trace(PTRACE_SYSCALL, PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD);
    return 0;
}
