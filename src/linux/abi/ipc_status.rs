//! Structures of System V IPC: what the calls of [`ipc`](super::ipc) read and store.
//!
//! Each kind of object has its status in two forms: the old one with identifiers of 16 bits, and the one
//! that `ipc` gives if the command has IPC_64, and the calls of their own always.

use super::encoding::structures;
use super::ipc::SEM_OPERATION;
use super::meaning::Meaning;

structures! {
    /// Whose an object is, and who may do what with it.
    IpcPerm {
        key: u32 = Meaning::Hex,
        uid: u32,
        gid: u32,
        cuid: u32,
        cgid: u32,
        mode: u32 = Meaning::Mode,
        seq: u32 = Meaning::Hidden,
        unused: [u32; 2] = Meaning::Hidden,
    }

    /// The old form.
    OldIpcPerm {
        key: u32 = Meaning::Hex,
        uid: u16,
        gid: u16,
        cuid: u16,
        cgid: u16,
        mode: u16 = Meaning::Mode,
        seq: u16 = Meaning::Hidden,
    }

    /// The status of a segment of shared memory (`struct shmid64_ds`).
    ShmStatus {
        shm_perm: IpcPerm,
        shm_segsz: u32,
        shm_atime: u64,
        shm_dtime: u64,
        shm_ctime: u64,
        shm_cpid: u32,
        shm_lpid: u32,
        shm_nattch: u32,
        unused: [u32; 2] = Meaning::Hidden,
    }

    /// The old form (`struct shmid_ds`).
    OldShmStatus {
        shm_perm: OldIpcPerm,
        shm_segsz: u32,
        shm_atime: u32,
        shm_dtime: u32,
        shm_ctime: u32,
        shm_cpid: u16,
        shm_lpid: u16,
        shm_nattch: u16,
        unused: [u16; 5] = Meaning::Hidden,
    }

    /// The limits of shared memory (`struct shminfo64`).
    ShmLimits {
        shmmax: u32,
        shmmin: u32,
        shmmni: u32,
        shmseg: u32,
        shmall: u32,
        unused: [u32; 4] = Meaning::Hidden,
    }

    /// The old form (`struct shminfo`).
    OldShmLimits {
        shmmax: u32,
        shmmin: u32,
        shmmni: u32,
        shmseg: u32,
        shmall: u32,
    }

    /// How much shared memory there is (`struct shm_info`).
    ShmUsage {
        used_ids: u32,
        shm_tot: u32,
        shm_rss: u32,
        shm_swp: u32,
        swap_attempts: u32,
        swap_successes: u32,
    }

    /// An operation on a semaphore.
    Sembuf {
        sem_num: u16,
        sem_op: i16,
        sem_flg: u16 = Meaning::Names(&SEM_OPERATION),
    }

    /// The status of a set of semaphores (`struct semid64_ds`).
    SemStatus {
        sem_perm: IpcPerm,
        sem_otime: u64,
        sem_ctime: u64,
        sem_nsems: u32,
        unused: [u32; 2] = Meaning::Hidden,
    }

    /// The old form (`struct semid_ds`), with pointers of the kernel's own.
    OldSemStatus {
        sem_perm: OldIpcPerm,
        sem_otime: u32,
        sem_ctime: u32,
        pointers: [u32; 4] = Meaning::Hidden,
        sem_nsems: u16,
        padding: u16 = Meaning::Hidden,
    }

    /// The limits of semaphores, and with SEM_INFO how many there are (`struct seminfo`).
    SemLimits {
        semmap: u32,
        semmni: u32,
        semmns: u32,
        semmnu: u32,
        semmsl: u32,
        semopm: u32,
        semume: u32,
        semusz: u32,
        semvmx: u32,
        semaem: u32,
    }

    /// The status of a queue of messages (`struct msqid64_ds`).
    MsgStatus {
        msg_perm: IpcPerm,
        msg_stime: u64,
        msg_rtime: u64,
        msg_ctime: u64,
        msg_cbytes: u32,
        msg_qnum: u32,
        msg_qbytes: u32,
        msg_lspid: u32,
        msg_lrpid: u32,
        unused: [u32; 2] = Meaning::Hidden,
    }

    /// The old form (`struct msqid_ds`), with pointers of the kernel's own.
    OldMsgStatus {
        msg_perm: OldIpcPerm,
        pointers: [u32; 2] = Meaning::Hidden,
        msg_stime: u32,
        msg_rtime: u32,
        msg_ctime: u32,
        msg_lcbytes: u32,
        msg_lqbytes: u32,
        msg_cbytes: u16,
        msg_qnum: u16,
        msg_qbytes: u16,
        msg_lspid: u16,
        msg_lrpid: u16,
        padding: u16 = Meaning::Hidden,
    }

    /// The limits of messages, and with MSG_INFO how many there are (`struct msginfo`).
    MsgLimits {
        msgpool: u32,
        msgmap: u32,
        msgmax: u32,
        msgmnb: u32,
        msgmni: u32,
        msgssz: u32,
        msgtql: u32,
        msgseg: u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::abi::Encoded;

    #[test]
    fn structures_have_the_sizes_of_the_headers() {
        assert_eq!([ShmStatus::SIZE, SemStatus::SIZE, MsgStatus::SIZE], [84, 64, 88]);
        assert_eq!([OldShmStatus::SIZE, OldSemStatus::SIZE, OldMsgStatus::SIZE], [48, 44, 56]);
        assert_eq!([ShmLimits::SIZE, OldShmLimits::SIZE, ShmUsage::SIZE], [36, 20, 24]);
        assert_eq!([SemLimits::SIZE, MsgLimits::SIZE, Sembuf::SIZE], [40, 32, 6]);
    }
}
