//! System V IPC: ipc(2), shmget(2), semget(2), msgget(2): limits, commands and flags.

use super::names::{flags, values};

/// The key of objects that no other process finds by a key.
pub const IPC_PRIVATE: u32 = 0;
/// The longest message (`msgmax`).
pub const MSGMAX: u32 = 8192;
/// Bytes that a queue holds unless somebody changes that (`msgmnb`).
pub const MSGMNB: u32 = 16_384;
/// Most queues (`msgmni`).
pub const MSGMNI: u32 = 32_000;
/// The smallest segment of shared memory.
pub const SHMMIN: u32 = 1;
/// The largest one, of a kernel with 32-bit sizes (`shmmax`).
pub const SHMMAX: u32 = u32::MAX - (1 << 24);
/// Most pages in all segments (`shmall`).
pub const SHMALL: u32 = u32::MAX - (1 << 24);
/// Most segments (`shmmni`).
pub const SHMMNI: u32 = 4096;
/// Most semaphores in a set (`sem`, as the next three).
pub const SEMMSL: u32 = 32_000;
/// Most semaphores.
pub const SEMMNS: u32 = SEMMNI * SEMMSL;
/// Most operations of a call.
pub const SEMOPM: u32 = 500;
/// Most sets of semaphores.
pub const SEMMNI: u32 = 32_000;
/// The largest value of a semaphore, and the largest adjustment of one.
pub const SEMVMX: u32 = 32_767;

/// Bit of a segment's mode: it goes with its last attachment.
pub const SHM_DEST: u32 = 0o1000;
/// Bit of a segment's mode: it is kept in memory.
pub const SHM_LOCKED: u32 = 0o2000;

values! {
    /// What `ipc` does, in the lower half of its first argument.
    IPC_CALL "IPC_???" {
        SEMOP = 1,
        SEMGET = 2,
        SEMCTL = 3,
        SEMTIMEDOP = 4,
        MSGSND = 11,
        MSGRCV = 12,
        MSGGET = 13,
        MSGCTL = 14,
        SHMAT = 21,
        SHMDT = 22,
        SHMGET = 23,
        SHMCTL = 24,
    }
}

flags! {
    /// Flags of the calls that find or create an object, beside the permission bits.
    IPC_GET "IPC_???" {
        IPC_CREAT = 0o1000,
        IPC_EXCL = 0o2000,
    }

    /// Flags of `shmget`.
    SHM_GET "SHM_???" {
        IPC_CREAT,
        IPC_EXCL,
        SHM_HUGETLB = 0o4000,
        SHM_NORESERVE = 0o10000,
    }

    /// Flags of `shmat`.
    SHM_ATTACH "SHM_???" {
        SHM_RDONLY = 0o10000,
        SHM_RND = 0o20000,
        SHM_REMAP = 0o40000,
        SHM_EXEC = 0o100000,
    }

    /// Flags of an operation on a semaphore.
    SEM_OPERATION "SEM_???" {
        SEM_UNDO = 0x1000,
        IPC_NOWAIT = 0o4000,
    }

    /// Flags of `msgsnd` and `msgrcv`.
    MSG_TRANSFER "MSG_???" {
        IPC_NOWAIT,
        MSG_NOERROR = 0o10000,
        MSG_EXCEPT = 0o20000,
        MSG_COPY = 0o40000,
    }

    /// Commands of `shmctl`.
    SHM_COMMAND "SHM_???" {
        IPC_RMID = 0 within 0xff,
        IPC_SET = 1 within 0xff,
        IPC_STAT = 2 within 0xff,
        IPC_INFO = 3 within 0xff,
        SHM_LOCK = 11 within 0xff,
        SHM_UNLOCK = 12 within 0xff,
        SHM_STAT = 13 within 0xff,
        SHM_INFO = 14 within 0xff,
        SHM_STAT_ANY = 15 within 0xff,
        IPC_64 = 0x100,
    }

    /// Commands of `semctl`.
    SEM_COMMAND "SEM_???" {
        IPC_RMID within 0xff,
        IPC_SET within 0xff,
        IPC_STAT within 0xff,
        IPC_INFO within 0xff,
        GETPID = 11 within 0xff,
        GETVAL = 12 within 0xff,
        GETALL = 13 within 0xff,
        GETNCNT = 14 within 0xff,
        GETZCNT = 15 within 0xff,
        SETVAL = 16 within 0xff,
        SETALL = 17 within 0xff,
        SEM_STAT = 18 within 0xff,
        SEM_INFO = 19 within 0xff,
        SEM_STAT_ANY = 20 within 0xff,
        IPC_64,
    }

    /// Commands of `msgctl`.
    MSG_COMMAND "MSG_???" {
        IPC_RMID within 0xff,
        IPC_SET within 0xff,
        IPC_STAT within 0xff,
        IPC_INFO within 0xff,
        MSG_STAT = 11 within 0xff,
        MSG_INFO = 12 within 0xff,
        MSG_STAT_ANY = 13 within 0xff,
        IPC_64,
    }
}
