/* What calls answer that need a privilege, or that ask for what a machine may not have. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <linux/keyctl.h>
#include <linux/mempolicy.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include "say.h"

static void all(void) {
    say(syscall(SYS_acct, "/tmp"));
    say(syscall(SYS_acct, 0));
    say(syscall(SYS_quotactl, 0x800007 << 8, "/dev/null", 0, 0));
    say(syscall(SYS_quotactl, 0x800001 << 8, 0, 0, 0));
    say(syscall(SYS_quotactl, 0x80000b << 8, "/dev/null", 0, 0));
    say(syscall(SYS_mount, "none", "/", "tmpfs", 0, 0));
    say(syscall(SYS_mount, "none", "/missing", "tmpfs", 0, 0));
    say(syscall(SYS_mount, "none", 1, "tmpfs", 0, 0));
    say(syscall(SYS_umount2, "/", 0));
    say(syscall(SYS_umount2, "/", 0x100));
    say(syscall(SYS_umount2, "/missing", 0));
    say(syscall(SYS_umount, "/"));
    say(syscall(SYS_pivot_root, "/", "/"));
    say(syscall(SYS_pivot_root, "/missing", "/"));
    say(syscall(SYS_fsopen, "tmpfs", 0));
    say(syscall(SYS_fsopen, "tmpfs", 99));
    say(syscall(SYS_fsmount, 99, 0, 0));
    say(syscall(SYS_fsconfig, 99, 6, 0, 0, 0));
    say(syscall(SYS_fspick, AT_FDCWD, "/", 0));
    say(syscall(SYS_open_tree, AT_FDCWD, "/", 1));
    say(syscall(SYS_open_tree, AT_FDCWD, "/missing", 0));
    say(syscall(SYS_open_tree, AT_FDCWD, "/", 0x7fffffff));
    say(syscall(SYS_move_mount, AT_FDCWD, "/", AT_FDCWD, "/", 0));
    say(syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, 0, 0));
    say(syscall(SYS_swapon, "/", 0));
    say(syscall(SYS_swapoff, "/"));
    say(syscall(SYS_reboot, 1, 2, 3, 0));
    say(syscall(SYS_reboot, 0xfee1dead, 672274793, 0x4321fedc, 0));
    say(syscall(SYS_sethostname, "x", 1));
    say(syscall(SYS_setdomainname, "x", 1));
    say(syscall(SYS_vhangup));
    say(syscall(SYS_syslog, 3, 0, 0));
    say(syscall(SYS_syslog, 5, 0, 0));
    say(syscall(SYS_chroot, "/"));
    say(syscall(SYS_setns, 0, 0));
    say(syscall(SYS_setns, 99, 0));
    say(syscall(SYS_name_to_handle_at, 99, "x", 0, 0, 0));
}
static void keys(void) {
    puts("keys");
    say(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 0));
    say(syscall(SYS_keyctl, 999));
    say(syscall(SYS_keyctl, KEYCTL_READ, 12345678, 0, 0));
    say(syscall(SYS_keyctl, KEYCTL_REVOKE, 12345678));
    say(syscall(SYS_add_key, "no such", "name", "data", 4, KEY_SPEC_PROCESS_KEYRING));
    say(syscall(SYS_add_key, "user", "name", "data", 0, KEY_SPEC_PROCESS_KEYRING));
    say(syscall(SYS_request_key, "user", "other", 0, KEY_SPEC_PROCESS_KEYRING));
    say(syscall(SYS_request_key, "no such", "other", 0, KEY_SPEC_PROCESS_KEYRING));
}
static void protection(void) {
    puts("pkey");
    char *p = mmap(0, 4096, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    say(syscall(SYS_pkey_mprotect, p, 4096, 1, -1));
}
static void policies(void) {
    puts("policies");
    int mode = -7; unsigned long mask[64] = {0}, one = 1, two = 2, none = 0;
    char *p = mmap(0, 8192, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    say(syscall(SYS_get_mempolicy, &mode, 0, 0, 0, 0)); printf("%d\n", mode);
    say(syscall(SYS_get_mempolicy, &mode, mask, 1024, 0, 0)); printf("%d %lx\n", mode, mask[0]);
    say(syscall(SYS_get_mempolicy, &mode, mask, 1, 0, 0));
    say(syscall(SYS_get_mempolicy, &mode, mask, 1024, 0, MPOL_F_MEMS_ALLOWED)); printf("%lx\n", mask[0]);
    say(syscall(SYS_get_mempolicy, &mode, 0, 0, p, 0));
    say(syscall(SYS_get_mempolicy, &mode, 0, 0, p, MPOL_F_ADDR)); printf("%d\n", mode);
    say(syscall(SYS_get_mempolicy, &mode, 0, 0, p, MPOL_F_ADDR | MPOL_F_NODE)); printf("%d\n", mode);
    say(syscall(SYS_get_mempolicy, &mode, 0, 0, 4096, MPOL_F_ADDR));
    say(syscall(SYS_get_mempolicy, &mode, 0, 0, 0, MPOL_F_NODE));
    say(syscall(SYS_get_mempolicy, &mode, 0, 0, 0, 99));
    say(syscall(SYS_set_mempolicy, MPOL_BIND, &one, 2)); 
    say(syscall(SYS_get_mempolicy, &mode, mask, 1024, 0, 0)); printf("%d %lx\n", mode, mask[0]);
    say(syscall(SYS_set_mempolicy, MPOL_BIND, &two, 3));
    say(syscall(SYS_set_mempolicy, MPOL_BIND, &none, 2));
    say(syscall(SYS_set_mempolicy, MPOL_BIND, 0, 0));
    say(syscall(SYS_set_mempolicy, MPOL_PREFERRED, &one, 2));
    say(syscall(SYS_get_mempolicy, &mode, mask, 1024, 0, 0)); printf("%d %lx\n", mode, mask[0]);
    say(syscall(SYS_set_mempolicy, MPOL_PREFERRED, 0, 0));
    say(syscall(SYS_get_mempolicy, &mode, mask, 1024, 0, 0)); printf("%d %lx\n", mode, mask[0]);
    say(syscall(SYS_set_mempolicy, MPOL_INTERLEAVE, &one, 2));
    say(syscall(SYS_get_mempolicy, &mode, 0, 0, 0, MPOL_F_NODE)); printf("%d\n", mode);
    say(syscall(SYS_set_mempolicy, MPOL_DEFAULT, &one, 2));
    say(syscall(SYS_set_mempolicy, MPOL_DEFAULT, 0, 0));
    say(syscall(SYS_set_mempolicy, MPOL_LOCAL, 0, 0));
    say(syscall(SYS_get_mempolicy, &mode, 0, 0, 0, 0)); printf("%d\n", mode);
    say(syscall(SYS_set_mempolicy, MPOL_LOCAL, &one, 2));
    say(syscall(SYS_set_mempolicy, 99, 0, 0));
    say(syscall(SYS_set_mempolicy, MPOL_BIND | MPOL_F_STATIC_NODES, &one, 2));
    say(syscall(SYS_get_mempolicy, &mode, 0, 0, 0, 0)); printf("%x\n", mode);
    say(syscall(SYS_set_mempolicy, MPOL_BIND | MPOL_F_STATIC_NODES | MPOL_F_RELATIVE_NODES, &one, 2));
    say(syscall(SYS_set_mempolicy, MPOL_BIND, 1, 2));
    say(syscall(SYS_set_mempolicy, MPOL_BIND, &one, 1 << 20));
    say(syscall(SYS_set_mempolicy, MPOL_DEFAULT, 0, 0));
    say(syscall(SYS_mbind, p, 4096, MPOL_BIND, &one, 2, 0));
    say(syscall(SYS_mbind, p + 1, 4096, MPOL_BIND, &one, 2, 0));
    say(syscall(SYS_mbind, 4096, 4096, MPOL_BIND, &one, 2, 0));
    say(syscall(SYS_mbind, p, 4096, MPOL_BIND, &two, 3, 0));
    say(syscall(SYS_mbind, p, 4096, MPOL_BIND, &one, 2, MPOL_MF_STRICT));
    say(syscall(SYS_mbind, p, 4096, MPOL_BIND, &one, 2, 99));
    say(syscall(SYS_mbind, p, 4096, MPOL_BIND, &one, 2, MPOL_MF_MOVE_ALL));
    say(syscall(SYS_mbind, p, 0, MPOL_BIND, &one, 2, 0));
    say(syscall(SYS_mbind, p, 8192, MPOL_DEFAULT, 0, 0, 0));
    say(syscall(SYS_set_mempolicy_home_node, p, 4096, 0, 0));
}
static void others(void) {
    puts("others");
    char old[5 * 65]; struct utsname now; uname(&now);
    say(syscall(SYS_olduname, old)); printf("%d %d\n", !strcmp(old, now.sysname), !strcmp(old + 4 * 65, now.machine));
    memset(old, 'x', sizeof old);
    say(syscall(SYS_oldolduname, old)); printf("%.8s %d %d\n", old, !strncmp(old + 18, now.release, 8), old[45]);
    say(syscall(SYS_oldolduname, 1)); say(syscall(SYS_olduname, 1));
    struct timespec t;
    for (int clock = 0; clock < 12; clock++) { t.tv_nsec = t.tv_sec = -1; int r = clock_getres(clock, &t); printf("clock %d: %d %ld %ld\n", clock, r, (long)t.tv_sec, t.tv_nsec); }
    struct timespec fine; int wrong = 0;
    for (int i = 0; i < 20000; i++) { clock_gettime(CLOCK_MONOTONIC_COARSE, &t); clock_gettime(CLOCK_MONOTONIC, &fine);
      wrong += t.tv_sec > fine.tv_sec || (t.tv_sec == fine.tv_sec && t.tv_nsec > fine.tv_nsec); }
    printf("coarse is never later %d\n", wrong);
    errno = 0;
    say(mmap(0, 4 << 20, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0) == MAP_FAILED ? -1 : 0);
    say(mmap(0, 4096, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0) == MAP_FAILED ? -1 : 0);
    say(mmap(0, 4 << 20, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | 12 << 26, -1, 0) == MAP_FAILED ? -1 : 0);
    say(mmap(0, 4 << 20, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | 21 << 26, -1, 0) == MAP_FAILED ? -1 : 0);
    say(mmap(0, 4 << 20, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | 30 << 26, -1, 0) == MAP_FAILED ? -1 : 0);
    say(syscall(SYS_shmget, 0, 4 << 20, 04000 | 01000 | 0600));
}
int main(void) {
    setvbuf(stdout, 0, _IOLBF, 0);
    if (getuid() == 0) { setgroups(0, 0); setresgid(65534, 65534, 65534); setresuid(65534, 65534, 65534); }
    all(); keys(); protection(); policies(); others();
    return 0;
}
