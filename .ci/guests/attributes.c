/* What files have beside their bytes: extended attributes, reserved room, claims of those who write and execute; and
 * what limits on the stack and on core files do. It prints the same natively and under tab86. */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "say.h"

static char bytes[70000];

static void extended(void) {
    static char name[300] = "user.";
    char list[64];
    int fd = open("plain", O_CREAT | O_RDWR, 0600), n;
    say(mkdir("folder", 01777)), say(symlink("plain", "link")), say(mkfifo("fifo", 0600));
    say(getxattr("plain", "user.a", bytes, 100));
    say(setxattr("plain", "user.a", "hello", 5, XATTR_REPLACE));
    say(setxattr("plain", "user.a", "hello", 5, 0));
    say(setxattr("plain", "user.a", "hi", 2, XATTR_CREATE));
    say(setxattr("plain", "user.a", "hi", 2, 3));
    say(setxattr("plain", "user.a", "hi", 2, 4));
    say(fsetxattr(fd, "user.empty", "", 0, XATTR_CREATE));
    say(lsetxattr("link", "user.a", "x", 1, 0)), say(setxattr("link", "user.b", "x", 1, 0));
    say(setxattr("fifo", "user.a", "x", 1, 0)), say(getxattr("fifo", "user.a", "x", 1));
    say(setxattr("folder", "user.a", "in a folder", 11, 0));
    say(setxattr("missing", "user.a", "x", 1, 0));
    say(getxattr("plain", "user.a", 0, 0)), say(getxattr("plain", "user.a", bytes, 4)), say(getxattr("plain", "user.a", bytes, 5));
    printf("%.5s\n", bytes);
    say(fgetxattr(fd, "user.empty", bytes, 10)), say(lgetxattr("link", "user.a", bytes, 10));
    say(setxattr("plain", "", "x", 1, 0)), say(setxattr("plain", "user.", "x", 1, 0)), say(getxattr("plain", "user.", bytes, 1));
    say(setxattr("plain", "odd.a", "x", 1, 0)), say(getxattr("plain", "odd.a", bytes, 1)), say(getxattr("plain", "user", bytes, 1));
    memset(name + 5, 'n', 250), say(setxattr("plain", name, "x", 1, 0)), say(removexattr("plain", name));
    name[255] = 'n', say(setxattr("plain", name, "x", 1, 0));
    say(setxattr("plain", "user.large", bytes, 65537, 0));
    say(setxattr("plain", "user.bad", (void *)8, 5, 0)), say(getxattr("plain", "user.a", (void *)8, 5));
    n = listxattr("plain", list, sizeof list);
    int known = 0;
    for (char *at = list; at < list + n; at += strlen(at) + 1) known += !strncmp(at, "user.", 5);
    printf("%d names\n", known);
    say(listxattr("plain", list, 4));
    struct stat before, after;
    fstat(fd, &before), usleep(20000), say(removexattr("plain", "user.a")), fstat(fd, &after);
    printf("changed %d\n", before.st_ctim.tv_nsec != after.st_ctim.tv_nsec);
    say(removexattr("plain", "user.a")), say(fremovexattr(fd, "user.empty")), say(lremovexattr("link", "user.a"));
    int path = open("plain", O_PATH);
    say(fgetxattr(path, "user.b", bytes, 5)), say(flistxattr(path, 0, 0)), say(fsetxattr(99, "user.b", "x", 1, 0));
    say(link("plain", "other")), say(getxattr("other", "user.b", bytes, 5));
    say(rename("other", "new")), say(getxattr("new", "user.b", bytes, 5));
    say(open("plain", O_RDONLY) >= 0 && fchmod(fd, 0) == 0 ? getxattr("/proc/self/mem", "user.a", bytes, 1) : 0);
}

static void room(void) {
    int fd = open("/dev/shm/tab86-room", O_CREAT | O_RDWR, 0600);
    unlink("/dev/shm/tab86-room");
    say(fallocate(fd, 0, 0, 4096 * 3));
    say(fallocate(fd, 0, 0, 256LL << 30)), say(fallocate(fd, FALLOC_FL_KEEP_SIZE, 1 << 20, 256LL << 30));
    say(lseek(fd, 0, SEEK_END));
    say(ftruncate(fd, 256LL << 30));
    say(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 256LL << 30));
    int proc = open("/proc/self/comm", O_RDWR);
    say(fallocate(proc, 0, 0, 1));
}

static void queues(void) {
    struct mq_attr a = {0, 4, 64, 0};
    struct stat st;
    int n = -1;
    mq_unlink("/tab86-queue");
    mqd_t q = mq_open("/tab86-queue", O_CREAT | O_RDWR, 0600, &a);
    say(lseek(q, 0, SEEK_END)), say(lseek(q, 5, SEEK_CUR)), say(lseek(q, -1, SEEK_SET)), say(lseek(q, 10, SEEK_SET));
    say(ioctl(q, FIONREAD, &n)), say(n);
    say(lseek(q, 7, SEEK_DATA)), say(lseek(q, 7, SEEK_HOLE)), say(lseek(q, 80, SEEK_DATA)), say(lseek(q, 200, SEEK_SET));
    say(ioctl(q, FIONREAD, &n)), say(n);
    say(ftruncate(q, 10)), say(fstat(q, &st)), say(st.st_size), say(lseek(q, 0, SEEK_END)), say(ftruncate(q, 1LL << 40));
    say(fallocate(q, 0, 0, 10)), say(fsync(q)), say(write(q, "x", 1));
    mq_unlink("/tab86-queue");
}

static int grow(int kilobytes) {
    volatile char here[1024];
    memset((char *)here, kilobytes, sizeof here);
    return kilobytes <= 0 ? here[0] : grow(kilobytes - 1) + here[1023];
}

/* How a child ends that uses so much stack, under a limit. */
static void stack(long limit, int kilobytes) {
    int status;
    if (!fork()) {
        struct rlimit own = {limit, RLIM_INFINITY};
        setrlimit(RLIMIT_STACK, &own);
        grow(kilobytes);
        _exit(0);
    }
    wait(&status);
    printf("stack of %ld K, %d K used: %d %d\n", limit >> 10, kilobytes, WEXITSTATUS(status), WTERMSIG(status));
}

/* Whether the kernel says that a child has left a core file. */
static void core(long limit, int dumpable) {
    int status;
    if (!fork()) {
        struct rlimit own = {limit, RLIM_INFINITY};
        setrlimit(RLIMIT_CORE, &own);
        prctl(PR_SET_DUMPABLE, dumpable);
        raise(SIGQUIT);
    }
    wait(&status);
    printf("core limit %ld, dumpable %d: signal %d, core %d\n", limit, dumpable, WTERMSIG(status), !!WCOREDUMP(status));
}

/* A program that waits for ever: an ELF file of one segment, and pause(2) in a loop. */
static const unsigned char program[] = {
    0x7f, 'E', 'L', 'F', 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 3, 0, 1, 0, 0, 0, 0x54, 0x80, 4, 8, 52, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 52, 0, 32, 0, 1, 0, 0, 0, 0, 0, 0, 0,
    1, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 4, 8, 0, 0x80, 4, 8, 93, 0, 0, 0, 93, 0, 0, 0, 5, 0, 0, 0, 0, 0x10, 0, 0,
    0xb8, 29, 0, 0, 0, 0xcd, 0x80, 0xeb, 0xf7,
};

static int child;
static int run(const char *path) {
    int status, fd[2];
    pipe2(fd, O_CLOEXEC);
    if (!(child = fork())) { execl(path, path, (char *)0); status = errno, write(fd[1], &status, 4); _exit(1); }
    close(fd[1]), status = 0, read(fd[0], &status, 4), close(fd[0]);
    return status;
}

/* Nobody writes to what is executed, and nobody executes what is written to. */
static void busy(void) {
    int status;
    int fd = open("program", O_CREAT | O_WRONLY, 0755);
    say(write(fd, program, sizeof program));
    printf("written to: %s\n", strerrorname_np(run("program")));
    say(wait(&status) > 0);
    int twice = dup(fd);
    close(fd), printf("still: %s\n", strerrorname_np(run("program"))), wait(&status);
    close(twice), printf("closed: %d\n", run("program"));
    say(open("program", O_WRONLY)), say(open("program", O_RDWR | O_TRUNC)), say(truncate("program", 0)), say(open("program", O_RDONLY) >= 0);
    kill(child, SIGKILL), wait(&status), printf("ended by %d\n", WTERMSIG(status));
    say(open("program", O_WRONLY) >= 0);
    int memory = memfd_create("m", 0);
    write(memory, program, sizeof program);
    char path[32];
    sprintf(path, "/proc/self/fd/%d", memory);
    printf("in memory: %d\n", run(path)), kill(child, SIGKILL), wait(&status);
}

int main(void) {
    char folder[] = "/tmp/tab86-XXXXXX";
    setvbuf(stdout, 0, _IONBF, 0);
    // Who runs this in the background may have it ignored.
    signal(SIGQUIT, SIG_DFL);
    umask(022), mkdtemp(folder), chdir(folder);
    extended(), room(), queues();
    stack(8 << 20, 2000), stack(1 << 20, 2000), stack(1 << 20, 500), stack(32 << 20, 20000), stack(RLIM_INFINITY, 20000);
    core(0, 1), core(RLIM_INFINITY, 0);
    busy();
    static const char *const names[] = {"plain", "link", "fifo", "new", "program", "core"};
    for (int i = 0; i < 6; i++) unlink(names[i]);
    return rmdir("folder") || rmdir(folder);
}
