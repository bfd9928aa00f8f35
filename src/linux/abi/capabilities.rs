//! What a process may do beyond the common (capabilities(7)).

use super::encoding::structures;
use super::meaning::Meaning;
use super::names::values;

values! {
    /// Capabilities, by the numbers of their bits.
    CAP "CAP_???" {
        CAP_CHOWN = 0,
        CAP_DAC_OVERRIDE = 1,
        CAP_DAC_READ_SEARCH = 2,
        CAP_FOWNER = 3,
        CAP_FSETID = 4,
        CAP_KILL = 5,
        CAP_SETGID = 6,
        CAP_SETUID = 7,
        CAP_SETPCAP = 8,
        CAP_LINUX_IMMUTABLE = 9,
        CAP_NET_BIND_SERVICE = 10,
        CAP_NET_BROADCAST = 11,
        CAP_NET_ADMIN = 12,
        CAP_NET_RAW = 13,
        CAP_IPC_LOCK = 14,
        CAP_IPC_OWNER = 15,
        CAP_SYS_MODULE = 16,
        CAP_SYS_RAWIO = 17,
        CAP_SYS_CHROOT = 18,
        CAP_SYS_PTRACE = 19,
        CAP_SYS_PACCT = 20,
        CAP_SYS_ADMIN = 21,
        CAP_SYS_BOOT = 22,
        CAP_SYS_NICE = 23,
        CAP_SYS_RESOURCE = 24,
        CAP_SYS_TIME = 25,
        CAP_SYS_TTY_CONFIG = 26,
        CAP_MKNOD = 27,
        CAP_LEASE = 28,
        CAP_AUDIT_WRITE = 29,
        CAP_AUDIT_CONTROL = 30,
        CAP_SETFCAP = 31,
        CAP_MAC_OVERRIDE = 32,
        CAP_MAC_ADMIN = 33,
        CAP_SYSLOG = 34,
        CAP_WAKE_ALARM = 35,
        CAP_BLOCK_SUSPEND = 36,
        CAP_AUDIT_READ = 37,
        CAP_PERFMON = 38,
        CAP_BPF = 39,
        CAP_CHECKPOINT_RESTORE = 40,
    }
}

/// How user 0 is treated: it has no capabilities by itself, changes of users change none, they are kept when user 0 is
/// left, none is raised to be ambient. Each flag has a lock, the bit above it.
pub const SECBIT_NOROOT: u32 = 1;
pub const SECBIT_NO_SETUID_FIXUP: u32 = 4;
pub const SECBIT_KEEP_CAPS: u32 = 0x10;
pub const SECBIT_NO_CAP_AMBIENT_RAISE: u32 = 0x40;
/// All of them, and all locks.
pub const SECURE_BITS: u32 = 0x55;
pub const SECURE_LOCKS: u32 = 0xaa;

values! {
    /// Versions of the structures of capget(2).
    CAPABILITY_VERSION "_LINUX_CAPABILITY_VERSION_???" {
        _LINUX_CAPABILITY_VERSION_1 = 0x1998_0330,
        _LINUX_CAPABILITY_VERSION_2 = 0x2007_1026,
        _LINUX_CAPABILITY_VERSION_3 = 0x2008_0522,
    }
}

structures! {
    /// Which version is meant, and which process.
    CapUserHeader {
        version: u32 = Meaning::Names(&CAPABILITY_VERSION),
        pid: i32,
    }

    /// 32 bits of each set.
    CapUserData {
        effective: u32 = Meaning::Hex,
        permitted: u32 = Meaning::Hex,
        inheritable: u32 = Meaning::Hex,
    }
}
