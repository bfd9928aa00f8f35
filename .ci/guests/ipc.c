/* System V IPC and memory shared with children: prints the same natively and under tab86. Numbers that a
   system chooses (identifiers, processes, dates, addresses) are compared, not printed. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

union semun { int val; struct semid_ds *buf; unsigned short *array; struct seminfo *info; };
struct message { long type; char text[9000]; };
static const char *error(void) { return strerrorname_np(errno); }
#define TRY(call) do { errno = 0; long r_ = (long)(call); if (r_ == -1) printf("%s: %s\n", #call, error()); \
    else printf("%s: %ld\n", #call, r_); } while (0)
/* Where success gives a number that the system chooses. */
#define WHETHER(call) do { errno = 0; long r_ = (long)(call); printf("%s: %s\n", #call, r_ == -1 ? error() : "done"); } while (0)
static void pause_ms(int ms) { usleep(ms * 1000); }
static void on_signal(int s) { (void)s; }
static void end(pid_t child) { int st; waitpid(child, &st, 0); printf("child ended with %x\n", st); }

static void anonymous(void) {
    volatile int *shared = mmap(0, 3 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < 4; i++) if (!fork()) { for (int j = 0; j < 1000; j++) __sync_fetch_and_add(&shared[1024], 1); _exit(0); }
    while (wait(0) > 0);
    printf("counted %d\n", shared[1024]);
    madvise((void *)shared, 3 * 4096, MADV_DONTNEED);
    printf("after DONTNEED %d\n", shared[1024]);
    munmap((void *)shared, 3 * 4096);
}

static void show(int id) {
    struct shmid_ds s; memset(&s, 0x55, sizeof s);
    if (shmctl(id, IPC_STAT, &s)) { printf("IPC_STAT: %s\n", error()); return; }
    printf("size %u attached %lu mode %o key %s cpid %d lpid %d times %d %d %d\n", (unsigned)s.shm_segsz, (unsigned long)s.shm_nattch,
        s.shm_perm.mode, s.shm_perm.__key ? "own" : "private", s.shm_cpid == getpid(), s.shm_lpid == getpid(), s.shm_atime != 0, s.shm_dtime != 0,
        labs((long)(time(0) - s.shm_ctime)) < 5);
}

static void shared_memory(void) {
    key_t key = 0x5348 ^ getpid() << 8;
    TRY(shmget(key, 100, 0600));
    int id = shmget(key, 5000, IPC_CREAT | 0640);
    printf("same %d\n", shmget(key, 100, IPC_CREAT | 0600) == id);
    TRY(shmget(key, 100, IPC_CREAT | IPC_EXCL | 0600));
    TRY(shmget(key, 5001, 0));
    TRY(shmget(IPC_PRIVATE, 0, 0600));
    show(id);
    char *a = shmat(id, 0, 0), *b = shmat(id, 0, SHM_RDONLY);
    strcpy(a + 4090, "across pages");
    printf("%s\n", b + 4090);
    show(id);
    if (!fork()) { show(id); strcpy(a, "from the child"); shmdt(b); show(id); _exit(3); }
    int st; wait(&st); printf("%s\n", b); show(id);
    if (!fork()) { execl("/proc/self/exe", "ipc", "exec", (char *)0); _exit(42); }
    wait(&st); printf("status %x\n", st); show(id);
    if (!fork()) { shmdt(a); *(volatile char *)b = 1; _exit(0); }
    wait(&st); printf("status %x\n", st & 0x7f);
    TRY(shmdt(b + 1)); TRY(shmdt(b + 4096)); TRY(shmdt(0));
    WHETHER(shmat(id, a, 0)); WHETHER(shmat(id, a + 1, 0)); WHETHER(shmat(id, 0, SHM_REMAP)); WHETHER(shmat(id, a + 1, SHM_REMAP | SHM_RND));
    WHETHER(shmat(-1, 0, 0)); WHETHER(shmat(0x7fffffff, 0, 0));
    show(id);
    mprotect(a + 4096, 4096, PROT_READ); show(id);
    munmap(a, 4096); show(id);
    TRY(shmdt(a)); TRY(shmdt(a)); show(id);
    struct shmid_ds s; shmctl(id, IPC_STAT, &s); s.shm_perm.mode = 07777; TRY(shmctl(id, IPC_SET, &s)); show(id);
    TRY(shmctl(id, SHM_LOCK, 0)); show(id); TRY(shmctl(id, SHM_UNLOCK, 0)); show(id);
    TRY(syscall(396, id, IPC_STAT, 8)); TRY(shmctl(id, 99, 0)); TRY(shmctl(-1, IPC_STAT, &s)); TRY(shmctl(id, -1, &s));
    printf("stat by index %d\n", shmctl(id & 0x7fff, SHM_STAT, &s) == id);
    TRY(shmctl(id, IPC_RMID, 0)); show(id); TRY(shmget(key, 1, 0));
    char *c = shmat(id, 0, 0); printf("still there: %s\n", c); shmdt(c);
    TRY(shmdt(b)); show(id); TRY(shmctl(id, IPC_RMID, 0));
    struct shminfo limits; shmctl(0, IPC_INFO, (void *)&limits); printf("shmmni %lu shmmin %lu\n", (unsigned long)limits.shmmni, (unsigned long)limits.shmmin);
}

static struct timespec brief = { 0, 30000000 };
static void operate(int id, const char *what, struct sembuf *ops, int n) {
    errno = 0; int r = semtimedop(id, ops, n, &brief); printf("%s: %d %s\n", what, r, r ? error() : "");
}
static void *thread_waits(void *p) { struct sembuf op = { 0, -1, 0 }; long r = semop(*(int *)p, &op, 1); return (void *)(r ? (long)errno : 0); }

static void semaphores(void) {
    key_t key = 0x5345 ^ getpid() << 8;
    union semun u; unsigned short values[3];
    TRY(semget(key, 3, 0600)); TRY(semget(IPC_PRIVATE, 0, 0600)); TRY(semget(IPC_PRIVATE, -1, 0600)); TRY(semget(IPC_PRIVATE, 32001, 0600));
    int id = semget(key, 3, IPC_CREAT | 0600);
    printf("same %d\n", semget(key, 0, 0) == id); TRY(semget(key, 4, 0)); TRY(semget(key, 3, IPC_CREAT | IPC_EXCL));
    values[0] = 1; values[1] = 2; values[2] = 32767; u.array = values; TRY(semctl(id, 0, SETALL, u));
    memset(values, 0, sizeof values); TRY(semctl(id, 0, GETALL, u)); printf("%u %u %u\n", values[0], values[1], values[2]);
    values[1] = 40000; TRY(semctl(id, 0, SETALL, u));
    operate(id, "two at once", (struct sembuf[]){{0, -1, 0}, {1, -3, 0}}, 2);
    operate(id, "not waiting", (struct sembuf[]){{0, -1, 0}, {1, -3, IPC_NOWAIT}}, 2);
    operate(id, "too large", (struct sembuf[]){{0, -1, 0}, {2, 1, 0}}, 2);
    operate(id, "no such", (struct sembuf[]){{3, 1, 0}}, 1);
    operate(id, "same twice", (struct sembuf[]){{0, -1, 0}, {0, 0, 0}, {0, 5, 0}}, 3);
    printf("%d %d\n", semctl(id, 0, GETVAL), semctl(id, 0, GETPID) == getpid());
    TRY(semop(id, 0, 0)); TRY(semop(id, (void *)8, 1)); TRY(semop(id, (void *)8, 501)); TRY(semop(-1, (void *)8, 1)); TRY(semop(-1, (void *)8, -1)); TRY(semop(-1, (void *)8, 0));
    brief.tv_nsec = 1000000000; operate(id, "no time", (struct sembuf[]){{0, 1, 0}}, 1); brief.tv_nsec = 30000000;
    u.val = -1; TRY(semctl(id, 0, SETVAL, u)); u.val = 32768; TRY(semctl(id, 0, SETVAL, u)); u.val = 0; TRY(semctl(id, 3, SETVAL, u)); TRY(semctl(id, 0, SETVAL, u));
    TRY(semctl(id, 3, GETVAL)); TRY(semctl(id, -1, GETVAL)); TRY(semctl(id, 0, 99)); TRY(semctl(id, 0, GETNCNT)); TRY(syscall(394, id, 0, IPC_STAT, 8)); TRY(syscall(394, id, 0, GETALL, 8)); TRY(syscall(394, id, 0, SETALL, 8));
    /* Undone at exit, and not after SETVAL. */
    if (!fork()) { operate(id, "undo", (struct sembuf[]){{0, 7, SEM_UNDO}, {1, -1, SEM_UNDO}}, 2); printf("within %d %d\n", semctl(id, 0, GETVAL), semctl(id, 1, GETVAL));
        struct sembuf op = {0, -2, 0}; semop(id, &op, 1); u.val = 9; _exit(0); }
    wait(0); printf("after %d %d\n", semctl(id, 0, GETVAL), semctl(id, 1, GETVAL));
    if (!fork()) { operate(id, "undo", (struct sembuf[]){{0, 7, SEM_UNDO}}, 1); u.val = 3; semctl(id, 0, SETVAL, u); raise(SIGKILL); }
    wait(0); printf("after %d\n", semctl(id, 0, GETVAL));
    if (!fork()) { operate(id, "undo range", (struct sembuf[]){{0, 1, SEM_UNDO}, {2, -32767, SEM_UNDO}, {2, 32767, 0}, {2, -32767, SEM_UNDO}}, 4); _exit(0); }
    wait(0);
    u.val = 0; semctl(id, 0, SETVAL, u);
    /* First come first served, zero waited for, counts. */
    pid_t first = fork(); if (!first) { struct sembuf op = {0, -2, 0}; semop(id, &op, 1); pause_ms(100); printf("first\n"); _exit(0); }
    pause_ms(30);
    pid_t second = fork(); if (!second) { struct sembuf op = {0, -1, 0}; semop(id, &op, 1); pause_ms(100); printf("second\n"); _exit(0); }
    pause_ms(60);
    printf("waiting %d %d\n", semctl(id, 0, GETNCNT), semctl(id, 0, GETZCNT));
    operate(id, "two", (struct sembuf[]){{0, 2, 0}}, 1); end(first);
    operate(id, "one", (struct sembuf[]){{0, 1, 0}}, 1); operate(id, "taken at once", (struct sembuf[]){{0, -1, IPC_NOWAIT}}, 1); end(second);
    u.val = 2; semctl(id, 0, SETVAL, u);
    first = fork(); if (!first) { struct sembuf op = {0, 0, 0}; int r = semop(id, &op, 1); pause_ms(100); printf("zero %d\n", r); _exit(0); }
    pause_ms(30); printf("waiting %d %d\n", semctl(id, 0, GETNCNT), semctl(id, 0, GETZCNT));
    operate(id, "down", (struct sembuf[]){{0, -2, 0}}, 1); end(first);
    /* A signal, and removal. */
    first = fork(); if (!first) { struct sigaction a = { .sa_handler = on_signal, .sa_flags = SA_RESTART }; sigaction(SIGUSR1, &a, 0);
        struct sembuf op = {0, -1, 0}; int r = semop(id, &op, 1); printf("interrupted %d %s\n", r, error()); _exit(0); }
    pause_ms(30); kill(first, SIGUSR1); end(first); printf("waiting %d\n", semctl(id, 0, GETNCNT));
    first = fork(); if (!first) { struct sembuf op = {0, -1, 0}; int r = semop(id, &op, 1), e = errno; pause_ms(100); errno = e; printf("removed %d %s\n", r, error()); _exit(0); }
    pthread_t t; void *result; pthread_create(&t, 0, thread_waits, &id);
    struct semid_ds s; u.buf = &s; pause_ms(30); semctl(id, 0, IPC_STAT, u);
    printf("nsems %lu mode %o otime %d ctime %d\n", (unsigned long)s.sem_nsems, s.sem_perm.mode, s.sem_otime != 0, s.sem_ctime != 0);
    TRY(semctl(id, 0, IPC_RMID)); pthread_join(t, &result); printf("thread %s\n", strerrorname_np((long)result)); end(first);
    TRY(semctl(id, 0, GETVAL)); struct sembuf op = {0, 1, 0}; TRY(semop(id, &op, 1));
    struct seminfo info; u.info = &info; semctl(0, 0, IPC_INFO, u);
    printf("%d %d %d %d %d %d %d %d %d %d\n", info.semmap, info.semmni, info.semmns, info.semmnu, info.semmsl, info.semopm, info.semume, info.semusz, info.semvmx, info.semaem);
}

static struct message m;
static int lateness; /* of what a child prints, for an order */
static void receive(int id, size_t size, long type, int flags) {
    memset(&m, 0, sizeof m); errno = 0; ssize_t r = msgrcv(id, &m, size, type, flags); int e = errno; pause_ms(lateness); errno = e;
    if (r < 0) printf("msgrcv(%zu, %ld, %o): %s\n", size, type, flags, error()); else printf("msgrcv(%zu, %ld, %o): %zd of type %ld: %.10s\n", size, type, flags, r, m.type, m.text);
}
static int post(int id, long type, const char *text, int flags) { m.type = type; strcpy(m.text, text); return msgsnd(id, &m, strlen(text), flags); }

static void messages(void) {
    key_t key = 0x4d53 ^ getpid() << 8;
    TRY(msgget(key, 0600)); int id = msgget(key, IPC_CREAT | 0600); TRY(msgget(key, IPC_CREAT | IPC_EXCL));
    TRY(post(id, 0, "x", 0)); TRY(post(id, -1, "x", 0)); TRY(msgsnd(id, &m, 8193, 0)); TRY(msgsnd(id, (void *)8, 1, 0)); TRY(msgsnd(-1, &m, 1, 0)); m.type = 1; TRY(msgsnd(0x7fffffff, &m, 1, 0)); TRY(msgsnd(id, &m, -1, 0));
    TRY(post(id, 5, "five", 0)); TRY(post(id, 3, "three", 0)); TRY(post(id, 4, "four", 0)); TRY(post(id, 3, "another", 0));
    receive(id, 100, 7, IPC_NOWAIT); receive(id, 2, 0, 0); receive(id, 100, 1, IPC_NOWAIT | MSG_COPY); receive(id, 100, 9, IPC_NOWAIT | MSG_COPY);
    receive(id, 100, 1, MSG_COPY); receive(id, 100, 1, MSG_COPY | IPC_NOWAIT | MSG_EXCEPT); receive(id, 2, 1, MSG_COPY | IPC_NOWAIT); receive(id, 2, 1, MSG_COPY | IPC_NOWAIT | MSG_NOERROR);
    receive(id, 100, -4, 0); receive(id, 100, 3, MSG_EXCEPT); receive(id, 2, 0, MSG_NOERROR); receive(id, 100, LONG_MIN, 0); receive(id, 100, 0, IPC_NOWAIT); receive(id, -1, 0, 0);
    struct msqid_ds s; msgctl(id, IPC_STAT, &s);
    printf("qnum %lu cbytes %lu qbytes %lu lspid %d lrpid %d times %d %d %d mode %o\n", (unsigned long)s.msg_qnum, (unsigned long)s.__msg_cbytes, (unsigned long)s.msg_qbytes, s.msg_lspid == getpid(), s.msg_lrpid == getpid(), s.msg_stime != 0, s.msg_rtime != 0, s.msg_ctime != 0, s.msg_perm.mode);
    /* Full, and room again. */
    s.msg_qbytes = 10; TRY(msgctl(id, IPC_SET, &s)); TRY(post(id, 1, "12345678", 0)); TRY(post(id, 1, "123", IPC_NOWAIT)); TRY(post(id, 1, "12", IPC_NOWAIT)); TRY(post(id, 1, "", IPC_NOWAIT));
    pid_t child = fork(); if (!child) { int r = post(id, 2, "waited", 0); pause_ms(100); printf("sent %d\n", r); _exit(0); }
    pause_ms(30); receive(id, 100, 0, 0); end(child); receive(id, 100, 2, 0);
    while (msgrcv(id, &m, 100, 0, IPC_NOWAIT) >= 0);
    /* Who waits gets it: the first that wants it and has room. */
    int types[3] = { 9, 0, 0 }, sizes[3] = { 100, 2, 100 }; pid_t children[3];
    for (int i = 0; i < 3; i++) { if (!(children[i] = fork())) { lateness = i * 50; receive(id, sizes[i], types[i], 0); _exit(i); } pause_ms(30); }
    TRY(post(id, 1, "for whom", 0)); end(children[1]); end(children[2]); msgctl(id, IPC_STAT, &s); printf("qnum %lu receiver %d\n", (unsigned long)s.msg_qnum, s.msg_lrpid == children[2]);
    kill(children[0], SIGKILL); end(children[0]); TRY(post(id, 9, "nobody", 0)); receive(id, 100, 9, IPC_NOWAIT);
    for (int flags = 0; flags < 2; flags++) {
        if (!(child = fork())) { struct sigaction a = { .sa_handler = on_signal, .sa_flags = flags ? SA_RESTART : 0 }; sigaction(SIGUSR1, &a, 0); receive(id, 100, 0, 0); _exit(0); }
        pause_ms(30); kill(child, SIGSTOP); pause_ms(10); kill(child, SIGCONT); pause_ms(10); kill(child, SIGUSR1); end(child);
    }
    if (!(child = fork())) { lateness = 50; receive(id, 100, 0, 0); _exit(0); }
    pause_ms(30); TRY(msgctl(id, IPC_RMID, 0)); end(child); receive(id, 100, 0, 0); TRY(msgctl(id, IPC_STAT, &s));
    struct msginfo info; msgctl(0, IPC_INFO, (void *)&info);
    printf("%d %d %d %d %d %d %d %u\n", info.msgpool, info.msgmap, info.msgmax, info.msgmnb, info.msgmni, info.msgssz, info.msgtql, info.msgseg);
}

/* What another user may do. */
static void others(void) {
    int shm = shmget(IPC_PRIVATE, 10, 0604), sem = semget(IPC_PRIVATE, 1, 0602), msg = msgget(IPC_PRIVATE, 0600);
    pid_t child = fork();
    if (!child) {
        if (setgid(12345) || setuid(12345)) _exit(1);
        struct shmid_ds s; struct sembuf up = { 0, 1, 0 }, zero = { 0, 0, 0 };
        WHETHER(shmat(shm, 0, 0)); WHETHER(shmat(shm, 0, SHM_RDONLY)); WHETHER(shmat(shm, 0, SHM_RDONLY | SHM_EXEC)); TRY(shmctl(shm, IPC_STAT, &s)); TRY(shmctl(shm, IPC_SET, &s)); TRY(shmctl(shm, IPC_RMID, 0)); TRY(shmctl(shm, SHM_LOCK, 0));
        TRY(semop(sem, &up, 1)); TRY(semop(sem, &zero, 1)); TRY(semctl(sem, 0, GETVAL)); TRY(semctl(sem, 0, IPC_RMID));
        receive(msg, 10, 0, IPC_NOWAIT); TRY(post(msg, 1, "x", 0)); TRY(msgctl(msg, IPC_RMID, 0));
        TRY(shmctl(shm & 0x7fff, SHM_STAT, &s) == shm); TRY(msgctl(msg & 0x7fff, MSG_STAT, (void *)&s)); TRY(msgctl(msg & 0x7fff, 13, (void *)&s) == msg);
        _exit(0);
    }
    end(child);
    shmctl(shm, IPC_RMID, 0); semctl(sem, 0, IPC_RMID); msgctl(msg, IPC_RMID, 0);
}

/* The calls of their own, and all in one. */
static void raw_calls(void) {
    id_t id = syscall(395, IPC_PRIVATE, 8192, 0600); uint32_t status[21], old[12]; memset(status, 0x55, sizeof status); memset(old, 0x55, sizeof old);
    TRY(syscall(396, id, IPC_STAT, status)); printf("size %u mode %o\n", status[9], status[5]);
    TRY(syscall(SYS_ipc, 24, id, IPC_STAT, 0, old)); printf("size %u mode %o\n", old[4], old[3] & 0xffff);
    uint32_t at = 0; TRY(syscall(SYS_ipc, 21, id, 0, &at, 0)); TRY(syscall(SYS_ipc, 21 | 1 << 16, id, 0, &at, 0)); TRY(syscall(SYS_ipc, 22, 0, 0, 0, at)); TRY(syscall(396, id, IPC_RMID, 0));
    TRY(syscall(SYS_ipc, 99, 0, 0, 0, 0)); TRY(syscall(SYS_ipc, 3, 0, 0, GETVAL, 0)); TRY(syscall(SYS_ipc, 3, 0, 0, GETVAL, 8)); TRY(syscall(SYS_ipc, 12, 0, 8, 0, 0)); TRY(syscall(SYS_ipc, 12, 0, 8, 0, 8));
    id = syscall(393, IPC_PRIVATE, 2, 0600); struct sembuf op = { 1, 0, 0 }; long long limit[2] = { 0, 1000 };
    TRY(syscall(394, id, 1, SETVAL, 1)); TRY(syscall(420, id, &op, 1, limit)); TRY(syscall(394, id, 0, IPC_RMID, 0));
}

int main(int argc, char **argv) {
    setvbuf(stdout, 0, _IONBF, 0);
    if (argc > 1 && !strcmp(argv[1], "exec")) return 42;
    anonymous(); shared_memory(); semaphores(); messages(); if (getuid() == 0) others(); raw_calls();
    return 0;
}
