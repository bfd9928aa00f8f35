/* Namespaces of names, of IPC, of mounts and of users (namespaces(7)): making them, entering them, who may, and what is
   told of them. To be run by root, in whose namespaces nothing changes: each part is a process of its own. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <linux/nsfs.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

#define SAY(call) printf("%s: %s\n", #call, told(call))

static void part(const char *name, void (*does)(void)) {
    int status;
    printf("[%s]\n", name); fflush(stdout);
    pid_t child = fork();
    if (child == 0) { does(); fflush(stdout); _exit(0); }
    waitpid(child, &status, 0);
    if (status) printf("status %x\n", status);
}

static void put(const char *path, const char *text) {
    int file = open(path, O_WRONLY);
    if (file < 0) printf("%s: open %s\n", path, told(-1));
    else printf("%s <- %s: %s\n", path, text, told(write(file, text, strlen(text))));
    close(file);
}

static void show(const char *path) {
    char text[256];
    int file = open(path, O_RDONLY);
    int size = read(file, text, sizeof text - 1);
    printf("%s: %.*s\n", path, size < 0 ? 0 : size, text);
    close(file);
}

static int link_of(const char *kind) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/ns/%s", kind);
    return open(path, O_RDONLY);
}

static long number(const char *kind) {
    char path[64]; struct stat status;
    snprintf(path, sizeof path, "/proc/self/ns/%s", kind);
    return stat(path, &status) ? 0 : status.st_ino;
}

static void ids(void) { printf("%d %d %d %d\n", getuid(), geteuid(), getgid(), getegid()); }
static void names(void) { struct utsname u; uname(&u); printf("%s %s\n", u.nodename, u.domainname); }

static void become(int id) {
    setgroups(0, 0); setresgid(id, id, id); setresuid(id, id, id); prctl(PR_SET_DUMPABLE, 1);
}

static void named(void) {
    long before = number("uts");
    SAY(unshare(CLONE_NEWUTS)); printf("%d\n", number("uts") != before);
    SAY(sethostname("inner", 5)); SAY(setdomainname("domain", 6)); names();
    put("/proc/sys/kernel/hostname", "third"); names();
    fflush(stdout);
    pid_t child = fork();
    if (!child) { sethostname("fourth", 6); _exit(0); }
    waitpid(child, 0, 0); names();
    int here = link_of("uts");
    SAY(unshare(CLONE_NEWUTS)); SAY(sethostname("fifth", 5)); names();
    SAY(setns(here, CLONE_NEWIPC)); SAY(setns(here, CLONE_NEWUTS)); names(); SAY(setns(here, 0));
    SAY(setns(0, 0)); SAY(setns(99, 0));
}

static void objects(void) {
    struct { long type; char byte; } message = {1, 'a'};
    SAY(unshare(CLONE_NEWIPC));
    int queue = msgget(4711, IPC_CREAT | 0600), back = link_of("ipc");
    mqd_t posix = mq_open("/namespaces", O_CREAT | O_RDWR, 0600, 0);
    SAY(unshare(CLONE_NEWIPC)); SAY(msgget(4711, 0)); SAY(mq_open("/namespaces", O_RDWR));
    SAY(msgget(4711, IPC_CREAT | 0600)); SAY(msgsnd(0, &message, 1, 0)); SAY(mq_send(posix, "x", 1, 0));
    SAY(mq_unlink("/namespaces")); show("/proc/sys/kernel/msgmni");
    SAY(setns(back, 0)); printf("%d\n", msgget(4711, 0) == queue); SAY(msgrcv(queue, &message, 1, 0, IPC_NOWAIT));
    SAY(mq_unlink("/namespaces"));
    int set = semget(1, 1, IPC_CREAT | 0600);
    pid_t child = fork();
    if (!child) { struct sembuf up = {0, 1, SEM_UNDO}; semop(set, &up, 1); unshare(CLONE_NEWIPC); _exit(0); }
    waitpid(child, 0, 0); printf("%d\n", semctl(set, 0, GETVAL));
}

static void users(void) {
    struct stat status;
    SAY(unshare(CLONE_NEWUSER)); ids(); show("/proc/self/uid_map"); show("/proc/self/setgroups");
    SAY(setuid(0)); SAY(setgroups(0, 0));
    put("/proc/self/setgroups", "maybe"); put("/proc/self/setgroups", "deny"); put("/proc/self/setgroups", "allow");
    put("/proc/self/uid_map", "0 0"); put("/proc/self/uid_map", "0 0 0"); put("/proc/self/uid_map", "0 0 1\n1 0 1");
    put("/proc/self/uid_map", "0 0 1\n"); put("/proc/self/uid_map", "0 0 1\n"); put("/proc/self/gid_map", "0 0 1");
    ids(); show("/proc/self/uid_map"); show("/proc/self/gid_map"); show("/proc/self/setgroups");
    SAY(setgroups(0, 0)); SAY(setuid(5)); SAY(setresuid(-1, 0, -1)); SAY(chown("m", 1, 0)); SAY(chown("m", 0, 0));
    SAY(sethostname("x", 1)); SAY(unshare(CLONE_NEWUTS)); SAY(sethostname("x", 1));
    SAY(mount("none", "m", "tmpfs", 0, 0)); SAY(unshare(CLONE_NEWNS)); SAY(mount("none", "m", "tmpfs", 0, 0));
    SAY(mknod("m/null", S_IFCHR | 0600, 0x103)); SAY(mknod("m/fifo", S_IFIFO | 0600, 0)); SAY(umount("m"));
    SAY(umount("/proc")); SAY(mount(0, "/", 0, MS_REMOUNT | MS_RDONLY, 0));
    SAY(chroot("m")); SAY(unshare(CLONE_NEWUSER)); SAY(setpriority(PRIO_PROCESS, 0, -5));
}

static void common(void) {
    unsigned owner; struct stat status;
    become(1000);
    SAY(unshare(CLONE_NEWUTS)); SAY(unshare(CLONE_NEWNS)); SAY(unshare(CLONE_NEWIPC)); SAY(unshare(CLONE_NEWCGROUP));
    SAY(unshare(CLONE_NEWUSER | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP)); ids();
    put("/proc/self/uid_map", "0 0 1"); put("/proc/self/uid_map", "0 1000 2"); put("/proc/self/uid_map", "7 1000 1");
    put("/proc/self/gid_map", "0 1000 1"); put("/proc/self/setgroups", "deny"); put("/proc/self/gid_map", "9 1000 1");
    ids(); show("/proc/self/uid_map"); show("/proc/self/gid_map"); SAY(setuid(7)); SAY(setuid(0)); SAY(kill(1, 0));
    stat("/etc/passwd", &status); printf("%d %d\n", status.st_uid, status.st_gid);
    SAY(open("/etc/shadow", O_RDONLY)); SAY(chown("/etc/passwd", 7, 9)); SAY(chmod("/etc/passwd", 0600));
    SAY(sethostname("y", 1)); names();
    int own = link_of("user");
    SAY(ioctl(own, NS_GET_OWNER_UID, &owner)); printf("%u\n", owner); printf("%x\n", ioctl(own, NS_GET_NSTYPE));
    SAY(ioctl(own, NS_GET_PARENT)); SAY(ioctl(own, NS_GET_USERNS)); SAY(setns(own, 0));
    int host = link_of("uts"), around = ioctl(host, NS_GET_USERNS);
    printf("%x\n", ioctl(around, NS_GET_NSTYPE)); SAY(ioctl(host, NS_GET_PARENT)); SAY(ioctl(host, NS_GET_OWNER_UID, &owner));
    SAY(setns(host, 0)); SAY(open("/proc/1/ns/uts", O_RDONLY)); SAY(ioctl(link_of("pid"), NS_GET_PARENT));
    SAY(ioctl(link_of("mnt"), NS_GET_USERNS)); SAY(ioctl(0, NS_GET_NSTYPE));
    struct statfs filesystem; fstatfs(own, &filesystem); printf("%lx\n", (long)filesystem.f_type);
    int pair[2]; struct ucred peer; socklen_t size = sizeof peer;
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair); getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &peer, &size);
    printf("%d %d\n", peer.uid, peer.gid);
}

/* Each lies in the one before: there is a deepest. */
static void deep(void) {
    become(1000);
    for (int i = 0; i < 40; i++) {
        const char *row = i ? "0 0 1" : "0 1000 1";
        if (unshare(CLONE_NEWUSER)) { printf("%d: %s\n", i, told(-1)); break; }
        int file = open("/proc/self/setgroups", O_WRONLY); write(file, "deny", 4); close(file);
        file = open("/proc/self/uid_map", O_WRONLY); if (write(file, row, strlen(row)) < 0) printf("%s\n", told(-1)); close(file);
        file = open("/proc/self/gid_map", O_WRONLY); if (write(file, row, strlen(row)) < 0) printf("%s\n", told(-1)); close(file);
    }
    ids();
}

static void made(void) { close(open("m/file", O_CREAT | O_RDWR, 0600)); }

static void mounts(void) {
    long before = number("mnt");
    int first = link_of("mnt"), here = open(".", O_RDONLY);
    SAY(unshare(CLONE_NEWNS)); printf("%d\n", number("mnt") != before);
    SAY(mount(0, "/", 0, MS_REC | MS_PRIVATE, 0));
    SAY(mount("none", "m", "tmpfs", 0, "size=1m")); made(); fflush(stdout);
    pid_t child = fork();
    if (!child) {
        SAY(unshare(CLONE_NEWNS)); SAY(access("m/file", 0)); SAY(umount("m")); SAY(access("m/file", 0));
        fflush(stdout); _exit(0);
    }
    fflush(stdout); waitpid(child, 0, 0); SAY(access("m/file", 0));
    chdir("m"); SAY(unshare(CLONE_NEWNS)); SAY(access("file", 0)); SAY(umount2(".", 0)); fchdir(here);
    int second = link_of("mnt");
    SAY(setns(first, CLONE_NEWNS)); SAY(fchdir(here)); SAY(setns(second, CLONE_NEWNS));
    SAY(fchdir(here)); SAY(mount("none", "m", "tmpfs", 0, 0)); SAY(setns(second, CLONE_NEWUTS)); SAY(setns(second, CLONE_FS));
}

/* What is mounted in a mount that is shared is mounted in the others of its group. */
static void shared(void) {
    int to_child[2], to_parent[2]; char byte;
    mkdir("a", 0700); mkdir("b", 0700); mkdir("m/x", 0700);
    SAY(unshare(CLONE_NEWNS)); SAY(mount(0, "/", 0, MS_REC | MS_PRIVATE, 0));
    SAY(mount("none", "m", "tmpfs", 0, 0)); SAY(mount(0, "m", 0, MS_SHARED, 0)); mkdir("m/x", 0700);
    SAY(mount("m", "a", 0, MS_BIND, 0)); SAY(mount("m", "b", 0, MS_BIND, 0)); SAY(mount(0, "b", 0, MS_SLAVE, 0));
    SAY(mount("none", "m/x", "tmpfs", 0, 0)); close(open("m/x/one", O_CREAT | O_RDWR, 0600));
    SAY(access("a/x/one", 0)); SAY(access("b/x/one", 0)); SAY(umount("a/x")); SAY(access("m/x/one", 0)); SAY(access("b/x/one", 0));
    SAY(mount("none", "b/x", "tmpfs", 0, 0)); close(open("b/x/two", O_CREAT | O_RDWR, 0600));
    SAY(access("m/x/two", 0)); SAY(umount("b/x"));
    SAY(mount("none", "a/x", "tmpfs", 0, 0)); SAY(mount("a/x", "b", 0, MS_MOVE, 0)); SAY(umount("m/x"));
    pipe(to_child); pipe(to_parent); fflush(stdout);
    pid_t child = fork();
    if (!child) {
        unshare(CLONE_NEWNS); write(to_parent[1], "x", 1); read(to_child[0], &byte, 1);
        SAY(access("m/x/three", 0)); SAY(access("a/x/three", 0)); SAY(umount("m/x")); fflush(stdout); _exit(0);
    }
    read(to_parent[0], &byte, 1);
    SAY(mount("none", "m/x", "tmpfs", 0, 0)); close(open("m/x/three", O_CREAT | O_RDWR, 0600)); fflush(stdout);
    write(to_child[1], "x", 1); waitpid(child, 0, 0); SAY(access("m/x/three", 0)); SAY(access("a/x/three", 0));
    SAY(mount(0, "a", 0, MS_PRIVATE, 0)); SAY(mount("none", "m/x", "tmpfs", 0, 0)); close(open("m/x/four", O_CREAT | O_RDWR, 0600));
    SAY(access("a/x/four", 0)); SAY(access("b/x/four", 0)); SAY(mount(0, "m", 0, MS_UNBINDABLE, 0)); SAY(mount("m", "a", 0, MS_BIND, 0));
    SAY(mount(0, "m", 0, MS_SHARED | MS_PRIVATE, 0)); SAY(mount(0, "m/nothing", 0, MS_SHARED, 0)); SAY(mount(0, "m/x/four", 0, MS_SHARED, 0));
    umount2("b", MNT_DETACH); umount("a"); umount2("m", MNT_DETACH); rmdir("a"); rmdir("b");
}

static int pivot(const char *root, const char *old) { return syscall(SYS_pivot_root, root, old); }

/* What is mounted below is bound as well if that is wanted, and a mount becomes the root of all. */
static void roots(void) {
    int here = open(".", O_RDONLY);
    mkdir("c", 0700);
    SAY(unshare(CLONE_NEWNS)); SAY(mount(0, "/", 0, MS_REC | MS_PRIVATE, 0)); SAY(mount("none", "m", "tmpfs", 0, 0)); made();
    mkdir("m/old", 0700); mkdir("m/sub", 0700);
    SAY(mount("none", "m/sub", "tmpfs", 0, 0)); close(open("m/sub/file", O_CREAT | O_RDWR, 0600));
    SAY(mount("m", "c", 0, MS_BIND, 0)); SAY(access("c/sub/file", 0)); SAY(umount("c"));
    SAY(mount("m", "c", 0, MS_BIND | MS_REC, 0)); SAY(access("c/sub/file", 0)); SAY(umount("c")); SAY(umount2("c", MNT_DETACH));
    SAY(access("m/sub/file", 0));
    SAY(pivot("m", "/")); SAY(pivot("/", "m/old")); SAY(pivot("m/old", "m/old")); SAY(pivot("m", "m/nothing"));
    SAY(pivot("m", "m/file")); SAY(pivot("m/sub", "m/old"));
    fflush(stdout);
    pid_t child = fork();
    if (!child) {
        SAY(unshare(CLONE_NEWNS)); int root = open("/", O_RDONLY);
        SAY(chdir("m")); SAY(pivot(".", ".")); SAY(fchdir(root)); SAY(umount2(".", MNT_DETACH)); SAY(chdir("/"));
        SAY(access("sub/file", 0)); SAY(access("/etc/passwd", 0)); SAY(access("..", 0)); fflush(stdout); _exit(0);
    }
    waitpid(child, 0, 0); SAY(access("/etc/passwd", 0));
    SAY(mount(0, "m", 0, MS_SHARED, 0)); SAY(pivot("m", "m/old")); SAY(mount(0, "m", 0, MS_PRIVATE, 0));
    SAY(pivot("m", "m/old")); SAY(access("/sub/file", 0)); SAY(access("/old/etc/passwd", 0)); SAY(access("/etc/passwd", 0));
    SAY(fchdir(here)); SAY(chdir("/")); SAY(umount("/old")); SAY(umount2("/old", MNT_DETACH)); SAY(access("/old/etc", 0));
    SAY(access("/old", 0)); SAY(unshare(CLONE_NEWUSER | CLONE_NEWNS)); SAY(access("/sub/file", 0)); SAY(umount("/sub"));
    fchdir(here); SAY(access("c", 0)); SAY(rmdir("c"));
}

static int cloned(long flags) { return syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0); }

static void children(void) {
    char path[64], byte; int status, ready[2], go[2];
    fflush(stdout);
    pid_t child = cloned(CLONE_NEWUTS);
    if (!child) { sethostname("clone", 5); names(); fflush(stdout); _exit(0); }
    waitpid(child, 0, 0);
    SAY(cloned(CLONE_NEWNS | CLONE_FS)); SAY(cloned(CLONE_NEWUSER | CLONE_FS)); SAY(cloned(CLONE_NEWIPC | CLONE_SYSVSEM));
    SAY(cloned(CLONE_NEWUSER | CLONE_THREAD | CLONE_SIGHAND | CLONE_VM));
    pipe(ready); pipe(go); fflush(stdout);
    child = cloned(CLONE_NEWUSER);
    if (!child) { read(go[0], &byte, 1); ids(); SAY(setuid(0)); SAY(setgid(3)); SAY(setgroups(0, 0)); ids(); fflush(stdout); _exit(0); }
    snprintf(path, sizeof path, "/proc/%d/uid_map", child); int file = open(path, O_WRONLY);
    SAY(write(file, "0 100 10", 8)); close(file);
    snprintf(path, sizeof path, "/proc/%d/gid_map", child); file = open(path, O_WRONLY);
    SAY(write(file, "0 100 10\n5 0 1\n", 15)); SAY(write(file, "0 100 10\n", 9)); close(file);
    fflush(stdout); write(go[1], "x", 1); waitpid(child, &status, 0);
    child = cloned(CLONE_NEWUTS);
    if (!child) { sethostname("held", 4); write(ready[1], "x", 1); pause(); }
    read(ready[0], &byte, 1);
    int process = syscall(SYS_pidfd_open, child, 0);
    SAY(setns(process, 0)); SAY(setns(process, CLONE_FS)); SAY(setns(process, CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNS));
    names(); kill(child, SIGKILL); waitpid(child, 0, 0); SAY(setns(process, CLONE_NEWUTS));
}

static void flags(void) {
    SAY(unshare(0)); SAY(unshare(1)); SAY(unshare(CLONE_SIGHAND)); SAY(unshare(CLONE_SYSVSEM)); SAY(unshare(CLONE_FS));
}

int main(void) {
    umask(022);
    mkdir("m", 0755);
    part("names", named); part("objects", objects); part("users", users); part("common", common); part("deep", deep);
    part("mounts", mounts); part("shared", shared); part("roots", roots); part("children", children); part("flags", flags);
    rmdir("m/x"); rmdir("m");
    return 0;
}
