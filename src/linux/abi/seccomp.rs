//! Confining a thread to some system calls: seccomp(2).

use super::encoding::structures;
use super::meaning::Meaning;
use super::names::{flags, values};

values! {
    /// Operations of `seccomp`.
    SECCOMP "SECCOMP_???" {
        SECCOMP_SET_MODE_STRICT = 0,
        SECCOMP_SET_MODE_FILTER = 1,
        SECCOMP_GET_ACTION_AVAIL = 2,
        SECCOMP_GET_NOTIF_SIZES = 3,
    }
}

flags! {
    /// Flags of a filter.
    SECCOMP_FILTER "SECCOMP_FILTER_FLAG_???" {
        SECCOMP_FILTER_FLAG_TSYNC = 1,
        SECCOMP_FILTER_FLAG_LOG = 2,
        SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4,
        SECCOMP_FILTER_FLAG_TSYNC_ESRCH = 0x10,
    }
}

/// What a filter returns: what is to be done, and a number.
pub const SECCOMP_RET_ACTION: u32 = 0xffff_0000;
pub const SECCOMP_RET_DATA: u32 = 0xffff;
pub const SECCOMP_RET_KILL_PROCESS: u32 = 0x8000_0000;
pub const SECCOMP_RET_KILL_THREAD: u32 = 0;
pub const SECCOMP_RET_TRAP: u32 = 0x0003_0000;
pub const SECCOMP_RET_ERRNO: u32 = 0x0005_0000;
pub const SECCOMP_RET_USER_NOTIF: u32 = 0x7fc0_0000;
pub const SECCOMP_RET_TRACE: u32 = 0x7ff0_0000;
pub const SECCOMP_RET_LOG: u32 = 0x7ffc_0000;
pub const SECCOMP_RET_ALLOW: u32 = 0x7fff_0000;

/// The machine, as filters are told (`AUDIT_ARCH_I386`).
pub const AUDIT_ARCH_I386: u32 = 0x4000_0003;

structures! {
    /// A filter: how many instructions, and where they are.
    SockFprog {
        len: u16,
        padding: u16 = Meaning::Hidden,
        filter: u32 = Meaning::Address,
    }
    /// An instruction.
    SockFilter {
        code: u16 = Meaning::Hex,
        jt: u8,
        jf: u8,
        k: u32 = Meaning::Hex,
    }
    /// What a filter sees of a call.
    SeccompData {
        nr: u32,
        arch: u32 = Meaning::Hex,
        instruction_pointer: u64,
        args: [u64; 6],
    }
}
