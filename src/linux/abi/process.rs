//! The process and the system: uname(2), sysinfo(2), getrlimit(2), futex(2),
//! set_thread_area(2), getrandom(2), personality(2), wait4(2), clone(2), sched_setscheduler(2).

use super::encoding::structures;
use super::meaning::Meaning;
use super::names::{flags, values};

/// The name of the machine.
pub const NODE_NAME: &str = "tab86";
/// The release of the kernel: the oldest one that has all the calls that there are.
pub const RELEASE: &str = "6.1.0";
/// Its version.
pub const VERSION: &str = "#1 tab86";

values! {
    /// Resources with limits.
    RLIMIT "RLIMIT_???" {
        RLIMIT_CPU = 0,
        RLIMIT_FSIZE = 1,
        RLIMIT_DATA = 2,
        RLIMIT_STACK = 3,
        RLIMIT_CORE = 4,
        RLIMIT_RSS = 5,
        RLIMIT_NPROC = 6,
        RLIMIT_NOFILE = 7,
        RLIMIT_MEMLOCK = 8,
        RLIMIT_AS = 9,
        RLIMIT_LOCKS = 10,
        RLIMIT_SIGPENDING = 11,
        RLIMIT_MSGQUEUE = 12,
        RLIMIT_NICE = 13,
        RLIMIT_RTPRIO = 14,
        RLIMIT_RTTIME = 15,
    }

    /// Whose priority it is.
    PRIORITY "PRIO_???" {
        PRIO_PROCESS = 0,
        PRIO_PGRP = 1,
        PRIO_USER = 2,
    }
}

values! {
    /// Whose input and output.
    IOPRIO_WHO "IOPRIO_WHO_???" {
        IOPRIO_WHO_PROCESS = 1,
        IOPRIO_WHO_PGRP = 2,
        IOPRIO_WHO_USER = 3,
    }
}

/// Classes of input and output: none, real time, best effort, idle.
pub const IOPRIO_CLASS_NONE: u32 = 0;
pub const IOPRIO_CLASS_RT: u32 = 1;
pub const IOPRIO_CLASS_BE: u32 = 2;
pub const IOPRIO_CLASS_IDLE: u32 = 3;
/// The bits of a class, and where they are.
pub const IOPRIO_CLASS: u32 = 7;
pub const IOPRIO_CLASS_SHIFT: u32 = 13;
/// The bits of a level.
pub const IOPRIO_LEVEL: u32 = 7;

/// The bits of a futex operation that say what to do.
pub const FUTEX_COMMAND: u32 = 0x7f;

flags! {
    /// Operations of `futex`.
    FUTEX "FUTEX_???" {
        FUTEX_WAIT = 0 within 0x7f,
        FUTEX_WAKE = 1 within 0x7f,
        FUTEX_REQUEUE = 3 within 0x7f,
        FUTEX_CMP_REQUEUE = 4 within 0x7f,
        FUTEX_WAKE_OP = 5 within 0x7f,
        FUTEX_LOCK_PI = 6 within 0x7f,
        FUTEX_UNLOCK_PI = 7 within 0x7f,
        FUTEX_TRYLOCK_PI = 8 within 0x7f,
        FUTEX_WAIT_BITSET = 9 within 0x7f,
        FUTEX_WAKE_BITSET = 10 within 0x7f,
        FUTEX_WAIT_REQUEUE_PI = 11 within 0x7f,
        FUTEX_CMP_REQUEUE_PI = 12 within 0x7f,
        FUTEX_LOCK_PI2 = 13 within 0x7f,
        FUTEX_PRIVATE_FLAG = 0x80,
        FUTEX_CLOCK_REALTIME = 0x100,
    }

    /// Flags of `struct futex_waitv`.
    FUTEX2 "FUTEX2_???" {
        FUTEX_32 = 2,
        FUTEX_PRIVATE_FLAG,
    }

    /// Flags of `getrandom`.
    GRND "GRND_???" {
        GRND_NONBLOCK = 1,
        GRND_RANDOM = 2,
        GRND_INSECURE = 4,
    }

    /// Commands of `membarrier`.
    MEMBARRIER "MEMBARRIER_CMD_???" {
        MEMBARRIER_CMD_QUERY = 0 within 0xffff_ffff,
        MEMBARRIER_CMD_GLOBAL = 1,
        MEMBARRIER_CMD_GLOBAL_EXPEDITED = 2,
        MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED = 4,
        MEMBARRIER_CMD_PRIVATE_EXPEDITED = 8,
        MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED = 0x10,
        MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE = 0x20,
        MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE = 0x40,
    }

    /// Scheduling policies, and what may be added to one.
    SCHED "SCHED_???" {
        SCHED_OTHER = 0 within 0xff,
        SCHED_FIFO = 1 within 0xff,
        SCHED_RR = 2 within 0xff,
        SCHED_BATCH = 3 within 0xff,
        SCHED_IDLE = 5 within 0xff,
        SCHED_DEADLINE = 6 within 0xff,
        SCHED_RESET_ON_FORK = 0x4000_0000,
    }

    /// Flags of `struct sched_attr` (sched_setattr(2)).
    SCHED_FLAG "SCHED_FLAG_???" {
        SCHED_FLAG_RESET_ON_FORK = 1,
        SCHED_FLAG_RECLAIM = 2,
        SCHED_FLAG_DL_OVERRUN = 4,
        SCHED_FLAG_KEEP_POLICY = 8,
        SCHED_FLAG_KEEP_PARAMS = 16,
    }

    /// What a child is waited for.
    WAIT "W???" {
        WNOHANG = 1,
        WUNTRACED = 2,
        WEXITED = 4,
        WCONTINUED = 8,
        WNOWAIT = 0x0100_0000,
        __WNOTHREAD = 0x2000_0000,
        __WALL = 0x4000_0000,
        __WCLONE = 0x8000_0000,
    }

    /// Flags of `struct user_desc` (set_thread_area(2)).
    SEGMENT "SEG_???" {
        SEG_32BIT = 1,
        CONTENTS_EXPAND_DOWN = 2 within 6,
        CONTENTS_CODE = 4 within 6,
        CONTENTS_CONFORMING = 6 within 6,
        READ_EXEC_ONLY = 8,
        LIMIT_IN_PAGES = 0x10,
        SEG_NOT_PRESENT = 0x20,
        USEABLE = 0x40,
    }

    /// Personalities: the plain one, and what may be added to it.
    PERSONALITY "PER_???" {
        PER_LINUX = 0 within 0xff,
        UNAME26 = 0x0002_0000,
        ADDR_NO_RANDOMIZE = 0x0004_0000,
        READ_IMPLIES_EXEC = 0x0040_0000,
        ADDR_COMPAT_LAYOUT = 0x0020_0000,
    }
}

/// All flags of `struct user_desc`.
pub const SEGMENT_BITS: u32 = SEGMENT.bits();

structures! {
    /// The names of the system.
    Utsname {
        sysname: [u8; 65] = Meaning::Text,
        nodename: [u8; 65] = Meaning::Text,
        release: [u8; 65] = Meaning::Text,
        version: [u8; 65] = Meaning::Text,
        machine: [u8; 65] = Meaning::Text,
        domainname: [u8; 65] = Meaning::Text,
    }

    /// What the system has.
    Sysinfo {
        uptime: u32,
        loads: [u32; 3],
        totalram: u32,
        freeram: u32,
        sharedram: u32,
        bufferram: u32,
        totalswap: u32,
        freeswap: u32,
        procs: u16,
        padding: u16 = Meaning::Hidden,
        totalhigh: u32,
        freehigh: u32,
        mem_unit: u32,
        more_padding: [u8; 8] = Meaning::Hidden,
    }

    /// A limit as `getrlimit` gives it.
    Rlimit32 {
        rlim_cur: u32 = Meaning::Limit,
        rlim_max: u32 = Meaning::Limit,
    }

    /// A limit as `prlimit64` gives it.
    Rlimit64 {
        rlim_cur: u64 = Meaning::Limit,
        rlim_max: u64 = Meaning::Limit,
    }

    /// A futex to wait at (futex_waitv(2)).
    FutexWaitv {
        val: u64,
        uaddr: u64,
        flags: u32 = Meaning::Names(&FUTEX2),
        reserved: u32 = Meaning::Hidden,
    }

    /// How a thread is scheduled (sched_setattr(2)).
    SchedAttr {
        size: u32,
        sched_policy: u32 = Meaning::Names(&SCHED),
        sched_flags: u64,
        sched_nice: i32,
        sched_priority: u32,
        sched_runtime: u64,
        sched_deadline: u64,
        sched_period: u64,
        sched_util_min: u32,
        sched_util_max: u32,
    }

    /// What a thread says about a segment of its own.
    UserDesc {
        entry_number: i32,
        base_addr: u32 = Meaning::Address,
        limit: u32 = Meaning::Hex,
        flags: u32 = Meaning::Names(&SEGMENT),
    }
}

impl SchedAttr {
    /// The size of its first version.
    pub const FIRST_SIZE: u32 = 48;
}

/// Whom `waitid` waits for.
pub const P_ALL: u32 = 0;
pub const P_PID: u32 = 1;
pub const P_PGID: u32 = 2;
pub const P_PIDFD: u32 = 3;

/// Another name of WUNTRACED.
pub const WSTOPPED: u32 = WUNTRACED;
/// Options about children that are threads of their own.
const WAIT_THREADS: u32 = __WNOTHREAD | __WALL | __WCLONE;
/// The options that `wait4` knows.
pub const WAIT_KNOWN: u32 = WNOHANG | WUNTRACED | WCONTINUED | WAIT_THREADS;
/// The options that `waitid` knows.
pub const WAITID_KNOWN: u32 = WAIT_KNOWN | WEXITED | WNOWAIT;
