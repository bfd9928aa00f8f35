/* Edges of calls that the Linux manual pages describe and few programs meet: what is locked, how much a read must take,
   who keeps set-ID bits, packets in pipes, where pages lie, the oldest calls, devices, which times change. To be run by
   root. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <linux/netlink.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "say.h"

enum { PAGE = 4096, BIND = 2, INTERLEAVE = 3, OF_ADDRESS = 2, MOVE = 2 };

static char *pages(int count, int rights) {
    return mmap(0, count * PAGE, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void locked(void) {
    unsigned char there[4];
    char *memory = pages(4, PROT_READ | PROT_WRITE);
    memory[PAGE] = 1; say(mincore(memory, 4 * PAGE, there)); printf("%d%d\n", there[0] & 1, there[1] & 1);
    say(mlock(memory, 2 * PAGE)); say(mincore(memory, 4 * PAGE, there));
    printf("%d%d%d\n", there[0] & 1, there[1] & 1, there[2] & 1);
    say(madvise(memory, PAGE, MADV_DONTNEED)); say(madvise(memory, PAGE, MADV_FREE)); say(madvise(memory, PAGE, 20));
    say(madvise(memory, PAGE, 21)); say(munlock(memory, PAGE)); say(madvise(memory, PAGE, MADV_DONTNEED));
    say(madvise(pages(1, PROT_NONE), PAGE, 22)); say(madvise(pages(1, PROT_READ), PAGE, 23));
    say(madvise(memory + 2 * PAGE, PAGE, 23)); say(mincore(memory, 4 * PAGE, there)); printf("%d\n", there[2] & 1);
    int file = open("edge", O_RDWR | O_CREAT | O_TRUNC, 0600);
    for (int i = 0; i < 2 * PAGE; i++) write(file, "x", 1);
    char *mapped = mmap(0, 2 * PAGE, PROT_READ, MAP_SHARED, file, 0);
    say(mincore(mapped, 2 * PAGE, there)); printf("%d%d\n", there[0] & 1, there[1] & 1);
}

/* A file that is sent to itself, and names that a filesystem does not admit. */
static void itself(void) {
    char bytes[32] = {0}; off_t from = 0;
    int file = open("itself", O_RDWR | O_CREAT | O_TRUNC, 0600);
    write(file, "hello world", 11);
    say(sendfile(file, file, &from, 5)); say(lseek(file, 0, SEEK_CUR)); lseek(file, 2, SEEK_SET);
    say(sendfile(file, file, 0, 4)); say(lseek(file, 0, SEEK_CUR)); say(pread(file, bytes, 31, 0)); printf("%s\n", bytes);
    from = 100; say(sendfile(file, file, &from, 4)); close(file);
    say(mkdir("/proc/none", 0755)); say(symlink("a", "/proc/none")); say(link("itself", "/proc/none"));
    say(open("/proc/none", O_CREAT | O_RDWR, 0644)); say(mknod("/proc/self/none", S_IFIFO | 0644, 0));
    say(rename("/proc/version", "/proc/none")); say(rename("itself", "/proc/none")); say(mkdir("/proc/sys", 0755));
    say(open("/proc/sys/none", O_CREAT | O_RDWR, 0644)); say(unlink("itself"));
}

/* Handles of files, by which they are opened without their names. */
static void handles(void) {
    struct { unsigned size; int kind; char bytes[136]; } h = {0}, link = {128}, wrong = {129};
    struct file_handle *own = (void *)&h, *of_link = (void *)&link, *large = (void *)&wrong;
    int id, file = open("handled", O_RDWR | O_CREAT | O_TRUNC, 0600), ends[2];
    char bytes[4];
    write(file, "abc", 3); symlink("handled", "handled.link"); close(file);
    say(name_to_handle_at(AT_FDCWD, "handled", own, &id, 0)); printf("%d\n", h.size > 0);
    say(name_to_handle_at(AT_FDCWD, "handled", own, &id, 0)); say(name_to_handle_at(AT_FDCWD, "handled.link", of_link, &id, 0));
    say(name_to_handle_at(AT_FDCWD, "handled", large, &id, 0)); say(name_to_handle_at(AT_FDCWD, "handled", (void *)16, &id, 0));
    say(name_to_handle_at(AT_FDCWD, "handled", own, (void *)16, 0)); say(name_to_handle_at(-1, "handled", own, &id, 0));
    say(name_to_handle_at(AT_FDCWD, "handled", own, &id, -1)); say(name_to_handle_at(AT_FDCWD, "", own, &id, 0));
    file = open_by_handle_at(AT_FDCWD, own, O_RDWR); say(read(file, bytes, 3)); say(write(file, "d", 1)); close(file);
    say(open_by_handle_at(-1, own, O_RDWR)); say(open_by_handle_at(AT_FDCWD, (void *)16, O_RDWR)); say(open_by_handle_at(AT_FDCWD, large, O_RDWR));
    wrong.size = 0; say(open_by_handle_at(AT_FDCWD, large, O_RDWR)); say(open_by_handle_at(AT_FDCWD, of_link, O_RDWR));
    pipe(ends); say(open_by_handle_at(ends[0], own, O_RDWR)); unlink("handled"); unlink("handled.link");
    say(open_by_handle_at(AT_FDCWD, own, O_RDWR)); close(ends[0]); close(ends[1]);
    say(seteuid(65534)); say(open_by_handle_at(AT_FDCWD, own, O_RDWR)); say(seteuid(0));
}

/* What descriptors of one kind answer to calls that are for others. */
static void strangers(void) {
    int ends[2], file = open("strange", O_RDWR | O_CREAT | O_TRUNC, 0600), here = open(".", O_DIRECTORY);
    int place = open("strange", O_PATH), null = open("/dev/null", O_RDWR), process = syscall(SYS_pidfd_open, getpid(), 0);
    int timer = timerfd_create(CLOCK_MONOTONIC, 0), set = epoll_create(1);
    struct pollfd asked = {place, POLLIN}; long long size = 0; char bytes[16];
    pipe(ends); write(file, "strange", 7);
    say(copy_file_range(file, 0, here, 0, 2, 0)); say(copy_file_range(file, 0, ends[0], 0, 2, 0)); say(copy_file_range(here, 0, file, 0, 2, 0));
    say(pread(ends[1], bytes, 2, 0)); say(pwrite(ends[0], bytes, 2, 0)); say(pread(set, bytes, 2, 0));
    say(fcntl(null, F_SETFL, O_DIRECT)); say(fcntl(timer, F_SETFL, O_DIRECT)); say(fcntl(ends[0], F_SETFL, O_DIRECT));
    say(posix_fadvise(ends[0], 0, 0, 99)); say(posix_fadvise(file, 0, 0, 99)); say(posix_fadvise(file, 0, 0, 0));
    say(poll(&asked, 1, 0)); printf("%x\n", asked.revents); say(ioctl(file, 0x5460, &size)); say(ioctl(null, 0x5460, &size));
    say(write(timer, bytes, 8)); say(sync_file_range(timer, 0, 0, 2)); say(sync_file_range(file, 0, 0, 2));
    say(syscall(SYS_open_tree, place, "", AT_EMPTY_PATH) > 0); say(read(process, bytes, 8)); unlink("strange");
}

static void transfers(void) {
    int ends[2]; char bytes[16]; struct iovec none = {bytes, 0};
    pipe(ends); say(readv(ends[0], &none, 0)); say(readv(ends[0], &none, 1)); say(read(ends[0], bytes, 0));
    signal(SIGPIPE, SIG_IGN); close(ends[0]); say(write(ends[1], "", 0)); say(write(ends[1], "x", 1));
    sigset_t usr; sigemptyset(&usr); sigaddset(&usr, SIGUSR1);
    int timer = timerfd_create(CLOCK_MONOTONIC, 0), signals = signalfd(-1, &usr, 0);
    say(read(timer, bytes, 7)); say(read(signals, bytes, 16));
    pipe2(ends, O_DIRECT); say((fcntl(ends[1], F_GETFL) & O_DIRECT) != 0);
    write(ends[1], "abc", 3); write(ends[1], "de", 2); say(read(ends[0], bytes, 1)); say(read(ends[0], bytes, 16));
    printf("%.2s\n", bytes);
    int one = open("edge", O_RDONLY | O_CREAT, 0600), empty[2]; pipe(empty);
    say(splice(empty[0], 0, timer, 0, 1, 0)); say(splice(timer, 0, empty[1], 0, 1, 0));
    say(sendfile(signals, one, 0, 1)); say(sendfile(empty[1], timer, 0, 1)); say(readahead(timer, 0, 1));
    struct timeval early = {0, -1}, late = {0, 1000001};
    say(syscall(SYS__newselect, 0, 0, 0, 0, &early)); say(syscall(SYS__newselect, 0, 0, 0, 0, &late));
}

static void groups(void) {
    struct stat status; gid_t wrong = -1;
    mkdir("shared", 0777); chown("shared", 0, 5); chmod("shared", 02777); umask(0);
    say(setgroups(1, &wrong)); fflush(stdout);
    if (!fork()) {
        setgroups(0, 0); setresgid(65534, 65534, 65534); setresuid(65534, 65534, 65534);
        close(open("shared/program", O_CREAT | O_WRONLY, 02775)); close(open("shared/data", O_CREAT | O_WRONLY, 02664));
        mknod("shared/node", S_IFREG | 02777, 0); mkdir("shared/directory", 0775);
        unsigned head, size; say(syscall(SYS_get_robust_list, 1, &head, &size)); fflush(stdout);
        _exit(0);
    }
    wait(0);
    const char *names[] = {"shared/program", "shared/data", "shared/node", "shared/directory"};
    for (int i = 0; i < 4; i++) { stat(names[i], &status); printf("%o %d\n", status.st_mode, status.st_gid); }
}

static void nodes(void) {
    int mode; unsigned long first = 1, nodes;
    char *memory = pages(4, PROT_READ | PROT_WRITE);
    say(syscall(SYS_mbind, memory, 3 * PAGE, BIND, &first, 2, 0));
    say(syscall(SYS_mbind, memory + PAGE, PAGE, INTERLEAVE, &first, 2, 0));
    for (int i = 0; i < 4; i++) {
        say(syscall(SYS_get_mempolicy, &mode, &nodes, 33, memory + i * PAGE, OF_ADDRESS)); printf("%d %ld\n", mode, nodes);
    }
    say(syscall(450, memory, PAGE, 0, 0)); say(syscall(450, memory + PAGE, PAGE, 0, 0));
    say(syscall(450, memory + 3 * PAGE, PAGE, 0, 0)); munmap(memory + PAGE, PAGE);
    say(syscall(SYS_mbind, memory, 3 * PAGE, BIND, &first, 2, 0));
    memory[0] = 1;
    void *asked[] = {memory, memory + PAGE, memory + 2 * PAGE}; int told[3], wanted[3] = {0};
    say(syscall(SYS_move_pages, 0, 3, asked, 0, told, MOVE)); printf("%d %d %d\n", told[0], told[1], told[2]);
    say(syscall(SYS_move_pages, 0, 1, asked, wanted, told, MOVE)); wanted[0] = 7;
    say(syscall(SYS_move_pages, 0, 1, asked, wanted, told, MOVE)); say(syscall(SYS_move_pages, 0, 1, asked, 0, told, 8));
    say(syscall(SYS_move_pages, 99999, 1, asked, 0, told, MOVE)); say(syscall(SYS_move_pages, 0, 1, 8, 0, told, MOVE));
    say(syscall(SYS_migrate_pages, 0, 2, &first, &first)); nodes = 0;
    say(syscall(SYS_migrate_pages, 0, 2, &first, &nodes)); say(syscall(SYS_migrate_pages, 0, 2, 8, &first));
    say(syscall(SYS_migrate_pages, 99999, 2, &first, &first));
}

static void oldest(void) {
    unsigned words[8]; char name[64];
    say(syscall(SYS_ustat, 0xffff, words)); say(syscall(SYS_sysfs, 2, syscall(SYS_sysfs, 1, "proc"), name)); puts(name);
    say(syscall(SYS_sysfs, 1, "none")); say(syscall(SYS_sysfs, 2, 1000, name)); say(syscall(SYS_sysfs, 3) > 3);
    say(syscall(SYS_sysfs, 4)); say(syscall(SYS_oldstat, "nowhere", words)); say(syscall(SYS_oldfstat, 99, words));
    say(syscall(SYS_memfd_create, "large", 4 | 63u << 26)); say(syscall(SYS_memfd_create, "plain", 21u << 26));
    struct sigevent event = {.sigev_notify = SIGEV_NONE}; int timer;
    say(syscall(SYS_timer_create, -1, &event, &timer));
}

static void ports(void) {
    struct sockaddr_nl told, wanted = {AF_NETLINK}; socklen_t size = sizeof told;
    for (int i = 0; i < 2; i++) {
        int socket_ = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
        say(bind(socket_, (void *)&wanted, sizeof wanted)); getsockname(socket_, (void *)&told, &size);
        printf("%d %d\n", told.nl_pid == (unsigned)getpid(), (int)told.nl_pid < -4096);
    }
    wanted.nl_pid = getpid(); say(bind(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), (void *)&wanted, sizeof wanted));
    say(bind(socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG), (void *)&wanted, sizeof wanted));
}

static void devices(void) {
    struct stat status; char byte = 1;
    say(mknod("zero", S_IFCHR | 0666, makedev(1, 5))); say(mknod("block", S_IFBLK | 0600, makedev(300, 70000)));
    stat("zero", &status); printf("%o %d %d\n", status.st_mode, major(status.st_rdev), minor(status.st_rdev));
    stat("block", &status); printf("%o %d %d\n", status.st_mode, major(status.st_rdev), minor(status.st_rdev));
    int zero = open("zero", O_RDWR); say(read(zero, &byte, 1)); say(byte); say(write(zero, &byte, 1));
    say(open("block", O_RDONLY)); say(mknod("zero", S_IFCHR, 0)); unlink("zero"); unlink("block");
}

static void bits(void) {
    struct stat status; int file = open("bits", O_RDWR | O_CREAT, 0); write(file, "abc", 3);
    for (int i = 0; i < 3; i++) {
        fchmod(file, 06777); fflush(stdout);
        if (!fork()) {
            setgroups(0, 0); setresgid(65534, 65534, 65534); setresuid(65534, 65534, 65534);
            if (i == 0) write(open("bits", O_WRONLY), "", 0);
            if (i == 1) write(open("bits", O_WRONLY), "x", 1);
            if (i == 2) truncate("bits", 1);
            _exit(0);
        }
        wait(0); fstat(file, &status); printf("%o\n", status.st_mode);
    }
    unlink("bits"); char link[32]; sprintf(link, "/proc/self/fd/%d", file);
    say(linkat(AT_FDCWD, link, AT_FDCWD, "again", AT_SYMLINK_FOLLOW));
}

static void times(void) {
    struct timespec old[2] = {{1, 0}, {1, 0}}, older[2] = {{1, 0}, {2, 0}}; struct stat status; char byte;
    int file = open("times", O_RDWR | O_CREAT, 0600), quiet = open("times", O_RDONLY | O_NOATIME);
    write(file, "abc", 3);
    futimens(file, old); write(file, "", 0); fstat(file, &status); printf("%d\n", status.st_mtime == 1);
    pread(quiet, &byte, 1, 0); fstat(file, &status); printf("%d\n", status.st_atime == 1);
    futimens(file, older); pread(file, &byte, 1, 0); fstat(file, &status); printf("%d\n", status.st_atime > 2);
    unlink("times");
}

static void late(void) {
    struct itimerspec past = {{0, 1}, {0, 1}}, slow = {{1, 0}, {0, 1}};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2}; siginfo_t told; timer_t timer;
    sigset_t usr; sigemptyset(&usr); sigaddset(&usr, SIGUSR2); sigprocmask(SIG_BLOCK, &usr, 0);
    timer_create(CLOCK_REALTIME, &event, &timer); say(timer_settime(timer, TIMER_ABSTIME, &past, 0));
    say(sigwaitinfo(&usr, &told)); say(told.si_overrun); timer_delete(timer);
    unsigned long long count = 0; int file = timerfd_create(CLOCK_REALTIME, 0);
    say(timerfd_settime(file, TFD_TIMER_ABSTIME, &slow, 0)); say(read(file, &count, 8));
    say(count > 1000000000 && count < 10000000000);
}

static void refused(void) {
    static char page[65536]; int ends[2], size = -1; socklen_t length = sizeof size;
    char *nowhere = mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    const char *told[] = {"/proc/self/stat", "/proc/self/maps", "/proc/self/cmdline", "/proc/self/mounts", "/proc/version"};
    pipe2(ends, O_NONBLOCK); say(write(ends[1], nowhere, 10)); say(write(ends[1], page, sizeof page)); say(write(ends[1], nowhere, 10));
    say(read(ends[0], page, sizeof page));
    for (int i = 0; i < 5; i++) {
        int from = open(told[i], O_RDONLY); say(splice(from, 0, ends[1], 0, 4, 0)); close(from);
    }
    int full = open("/dev/full", O_RDWR); say(splice(ends[0], 0, full, 0, 4, 0)); say(splice(full, 0, ends[1], 0, 4, 0)); close(full);
    signal(SIGPIPE, SIG_IGN); close(ends[0]); say(write(ends[1], nowhere, 10)); close(ends[1]);
    int large = socket(AF_UNIX, SOCK_STREAM, 0); setsockopt(large, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    getsockopt(large, SOL_SOCKET, SO_SNDBUF, &size, &length); say(size > 100000); close(large);
}

static void old_release(void) {
    struct utsname names;
    personality(UNAME26); uname(&names); printf("%.4s\n", names.release); personality(PER_LINUX);
}

int main(void) {
    char place[] = "/tmp/edgesXXXXXX"; const char *left[] = {"shared/program", "shared/data", "shared/node", "edge"};
    chdir(mkdtemp(place)); chmod(".", 0777);
    locked(); transfers(); itself(); handles(); strangers(); groups(); nodes(); oldest(); ports(); devices(); bits(); times(); late(); refused(); old_release();
    for (int i = 0; i < 4; i++) unlink(left[i]);
    rmdir("shared/directory"); rmdir("shared"); say(rmdir(place));
    return 0;
}
