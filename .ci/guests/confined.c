/* What a process sets of itself, and system calls that it gives up: prctl(2), seccomp(2). */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

#define BAD ((void *)-4096l)
#define NR offsetof(struct seccomp_data, nr)
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, field)
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)
#define ON(number, what) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), RETURN(what)

static int install(struct sock_filter *steps, int count, int flags) {
    struct sock_fprog program = {count, steps};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}
#define INSTALL(flags, ...) \
    ({ struct sock_filter s[] = {__VA_ARGS__}; install(s, sizeof s / sizeof *s, flags); })

static void trapped(int signal, siginfo_t *info, void *context) {
    printf("signal %d, code %d, errno %d, number %d, architecture %x\n", signal, info->si_code, info->si_errno,
           info->si_syscall, info->si_arch);
}
static void *beside(void *unused) { sleep(1); return (void *)(long)syscall(SYS_getppid); }
static void *killed(void *unused) { syscall(SYS_getpgrp); return (void *)1; }

/* Runs a part in a child, and tells how that ended. */
static void in_child(void (*part)(void)) {
    int status;
    fflush(stdout);
    if (!fork()) { part(); fflush(stdout); _exit(0); }
    wait(&status);
    printf("ended with %x\n", status & 0xff7f);
}

static void settings(void) {
    int value = 7;
    say(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)); say(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
    say(prctl(PR_SET_NO_NEW_PRIVS, 1, 1, 0, 0)); say(prctl(PR_GET_SECCOMP)); say(prctl(PR_SET_SECCOMP, 2, 0));
    say(prctl(PR_SET_SECCOMP, 9)); say(prctl(PR_GET_TIMERSLACK)); say(prctl(PR_SET_TIMERSLACK, 100));
    say(prctl(PR_GET_TIMERSLACK)); say(prctl(PR_SET_TIMERSLACK, 0)); say(prctl(PR_GET_TIMERSLACK));
    say(prctl(PR_GET_TSC, &value)); say(value); say(prctl(PR_GET_TIMING, 0)); say(prctl(PR_SET_TIMING, 1));
    say(prctl(PR_GET_SECUREBITS)); say(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 0, 0, 0));
    say(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)); say(prctl(PR_CAP_AMBIENT, 9, 0, 0, 0));
    say(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 99, 0, 0)); say(prctl(999));
}

static void mistakes(void) {
    unsigned action = SECCOMP_RET_ALLOW;
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    say(syscall(SYS_seccomp, 9, 0, 0)); say(syscall(SYS_seccomp, 0, 1, 0)); say(syscall(SYS_seccomp, 1, 0, BAD));
    say(syscall(SYS_seccomp, 2, 0, &action)); action = 5; say(syscall(SYS_seccomp, 2, 0, &action));
    say(INSTALL(0x1000, RETURN(SECCOMP_RET_ALLOW))); say(install(0, 0, 0)); say(install(BAD, 1, 0)); say(install(0, 5000, 0));
    say(INSTALL(0, LOAD(NR))); say(INSTALL(0, LOAD(1), RETURN(0))); say(INSTALL(0, LOAD(64), RETURN(0)));
    say(INSTALL(0, BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0), RETURN(0))); say(INSTALL(0, BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0), RETURN(0)));
}

static void refused(void) {
    say(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); say(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    signal(SIGSYS, (void *)trapped);
    struct sigaction action = {.sa_sigaction = trapped, .sa_flags = SA_SIGINFO};
    sigaction(SIGSYS, &action, 0);
    say(INSTALL(0, LOAD(offsetof(struct seccomp_data, arch)), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_I386, 1, 0),
                RETURN(SECCOMP_RET_KILL_PROCESS), LOAD(NR), ON(SYS_getppid, SECCOMP_RET_ERRNO | EXDEV),
                ON(SYS_getpgrp, SECCOMP_RET_TRAP | 11), ON(SYS_getsid, SECCOMP_RET_ERRNO), RETURN(SECCOMP_RET_ALLOW)));
    say(syscall(SYS_getppid)); say(syscall(SYS_getpgrp)); say(syscall(SYS_getsid, 0)); say(prctl(PR_GET_SECCOMP));
    /* The strictest of all decides, and arguments count. */
    say(INSTALL(0, LOAD(NR), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getsid, 0, 3), LOAD(offsetof(struct seccomp_data, args)),
                BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 5, 0, 1), RETURN(SECCOMP_RET_ERRNO | EDOM),
                RETURN(SECCOMP_RET_ALLOW)));
    say(syscall(SYS_getsid, 6)); say(syscall(SYS_getsid, 0)); say(syscall(SYS_getppid));
    in_child(mistakes);
    char line[200];
    FILE *status = fopen("/proc/self/status", "r");
    while (fgets(line, sizeof line, status))
        if (!strncmp(line, "NoNewPrivs", 10) || !strncmp(line, "Seccomp", 7)) fputs(line, stdout);
    fclose(status);
    INSTALL(0, LOAD(NR), ON(SYS_getuid32, SECCOMP_RET_KILL_PROCESS), RETURN(SECCOMP_RET_ALLOW));
    fflush(stdout);
    getuid();
    say(1);
}

static void strict(void) {
    say(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT)); fflush(stdout);
    write(1, "strict\n", 7);
    syscall(SYS_getppid);
    write(1, "never\n", 6);
}

static void threads(void) {
    pthread_t other;
    void *answer = 0;
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    pthread_create(&other, 0, beside, 0);
    usleep(100000);
    say(INSTALL(SECCOMP_FILTER_FLAG_TSYNC, LOAD(NR), ON(SYS_getppid, SECCOMP_RET_ERRNO | EXDEV),
                ON(SYS_getpgrp, SECCOMP_RET_KILL_THREAD), RETURN(SECCOMP_RET_ALLOW)));
    pthread_join(other, &answer); say((long)answer);
    answer = 0;
    pthread_create(&other, 0, killed, 0); usleep(100000); say(answer == 0); say(syscall(SYS_getppid));
}

int main(void) {
    settings(); in_child(mistakes); in_child(refused); in_child(strict); in_child(threads);
    return 0;
}
