//! `/proc/config.gz`: what the kernel was configured with, in the names of Linux.

use std::io::Write;

use flate2::write::GzEncoder;

use crate::linux::abi::process::RELEASE;
use crate::linux::errno::Errno;

use super::super::pseudo::{Numbers, Told};
use super::super::view::View;

/// What there is.
const PRESENT: &[&str] = &[
    "ADVISE_SYSCALLS",
    "AIO",
    "BINFMT_ELF",
    "BINFMT_SCRIPT",
    "BSD_PROCESS_ACCT",
    "BSD_PROCESS_ACCT_V3",
    "CHECKPOINT_RESTORE",
    "COREDUMP",
    "CROSS_MEMORY_ATTACH",
    "DEVPTS_FS",
    "DNOTIFY",
    "ELF_CORE",
    "EPOLL",
    "EVENTFD",
    "FANOTIFY",
    "FANOTIFY_ACCESS_PERMISSIONS",
    "FILE_LOCKING",
    "FUTEX",
    "FUTEX_PI",
    "HIGH_RES_TIMERS",
    "INET",
    "INET_DIAG",
    "INET_TCP_DIAG",
    "INET_UDP_DIAG",
    "INOTIFY_USER",
    "IP_MULTICAST",
    "IPC_NS",
    "IPV6",
    "KCMP",
    "KEYS",
    "MEMBARRIER",
    "MEMFD_CREATE",
    "MMU",
    "MODIFY_LDT_SYSCALL",
    "MULTIUSER",
    "NAMESPACES",
    "NET",
    "NETLINK_DIAG",
    "POSIX_MQUEUE",
    "POSIX_TIMERS",
    "PROC_FS",
    "PROC_PAGE_MONITOR",
    "PROC_SYSCTL",
    "SECCOMP",
    "SECCOMP_FILTER",
    "SHMEM",
    "SIGNALFD",
    "SYSFS",
    "SYSFS_SYSCALL",
    "SYSVIPC",
    "TIMERFD",
    "TMPFS",
    "TMPFS_XATTR",
    "TTY",
    "UID16",
    "UNIX",
    "UNIX98_PTYS",
    "UNIX_DIAG",
    "USER_NS",
    "UTS_NS",
    "X86",
    "X86_32",
    "X86_IOPL_IOPERM",
];

/// What programs ask for, and there is not.
const ABSENT: &[&str] = &[
    "AUDIT",
    "BINFMT_MISC",
    "BLOCK",
    "BPF_SYSCALL",
    "CGROUPS",
    "EXT4_FS",
    "HUGETLBFS",
    "IO_URING",
    "KSM",
    "MODULES",
    "NET_NS",
    "NUMA",
    "PACKET",
    "PERF_EVENTS",
    "PID_NS",
    "QUOTA",
    "RSEQ",
    "SECRETMEM",
    "SECURITY",
    "SMP",
    "SWAP",
    "TASKSTATS",
    "TIME_NS",
    "TRANSPARENT_HUGEPAGE",
    "TUN",
    "USERFAULTFD",
    "VM86",
];

/// What has a value.
const VALUES: [(&str, &str); 3] = [("HZ", "250"), ("LOCALVERSION", "\"\""), ("NR_CPUS", "1")];

pub fn config(_: &dyn View, _: Numbers) -> Told {
    let mut packed = GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(plain().as_bytes()).and_then(|()| packed.finish()).map_err(|_| Errno::EIO)
}

/// The file as `zcat` shows it.
fn plain() -> String {
    let mut text = format!("#\n# Linux/x86 {RELEASE} Kernel Configuration\n#\n");
    for name in PRESENT {
        text += &format!("CONFIG_{name}=y\n");
    }
    for (name, value) in VALUES {
        text += &format!("CONFIG_{name}={value}\n");
    }
    for name in ABSENT {
        text += &format!("# CONFIG_{name} is not set\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_said_twice() {
        let text = plain();
        let mut names: Vec<&str> =
            text.lines().filter_map(|line| line.split([' ', '=']).find(|word| word.starts_with("CONFIG_"))).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(text.contains("\nCONFIG_FUTEX=y\n") && text.contains("\n# CONFIG_IO_URING is not set\n"));
    }
}
