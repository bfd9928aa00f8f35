//! The status of objects, in the form of today and in the old one.

use crate::linux::abi::ipc_status::{
    IpcPerm, MsgStatus, OldIpcPerm, OldMsgStatus, OldSemStatus, OldShmLimits, OldShmStatus, SemStatus, ShmLimits,
    ShmStatus,
};

use super::identifiers::IpcObject;
use super::messages::MessageQueue;
use super::semaphores::SemaphoreSet;
use super::shared_memory::SharedSegment;

/// An identifier of 16 bits for one that does not fit in (`overflowuid`).
const OVERFLOW: u16 = 65_534;

impl From<&IpcObject<SharedSegment>> for ShmStatus {
    fn from(object: &IpcObject<SharedSegment>) -> ShmStatus {
        let segment = &object.what;
        let [shm_atime, shm_dtime, shm_ctime] = segment.times;
        ShmStatus {
            shm_perm: object.permissions.status(),
            shm_segsz: segment.size,
            shm_atime,
            shm_dtime,
            shm_ctime,
            shm_cpid: segment.creator,
            shm_lpid: segment.last,
            shm_nattch: segment.attachments as u32,
            unused: [0; 2],
        }
    }
}

impl From<&IpcObject<SemaphoreSet>> for SemStatus {
    fn from(object: &IpcObject<SemaphoreSet>) -> SemStatus {
        let [sem_otime, sem_ctime] = object.what.times;
        let sem_nsems = object.what.semaphores.len() as u32;
        SemStatus { sem_perm: object.permissions.status(), sem_otime, sem_ctime, sem_nsems, unused: [0; 2] }
    }
}

impl From<&IpcObject<MessageQueue>> for MsgStatus {
    fn from(object: &IpcObject<MessageQueue>) -> MsgStatus {
        let queue = &object.what;
        let ([msg_stime, msg_rtime, msg_ctime], [msg_lspid, msg_lrpid]) = (queue.times, queue.pids);
        MsgStatus {
            msg_perm: object.permissions.status(),
            msg_stime,
            msg_rtime,
            msg_ctime,
            msg_cbytes: queue.bytes,
            msg_qnum: queue.len() as u32,
            msg_qbytes: queue.limit,
            msg_lspid,
            msg_lrpid,
            unused: [0; 2],
        }
    }
}

impl From<IpcPerm> for OldIpcPerm {
    fn from(new: IpcPerm) -> OldIpcPerm {
        let short = |identifier: u32| u16::try_from(identifier).unwrap_or(OVERFLOW);
        OldIpcPerm {
            key: new.key,
            uid: short(new.uid),
            gid: short(new.gid),
            cuid: short(new.cuid),
            cgid: short(new.cgid),
            mode: new.mode as u16,
            seq: new.seq as u16,
        }
    }
}

impl From<OldIpcPerm> for IpcPerm {
    fn from(old: OldIpcPerm) -> IpcPerm {
        let [uid, gid, cuid, cgid] = [old.uid, old.gid, old.cuid, old.cgid].map(u32::from);
        IpcPerm { key: old.key, uid, gid, cuid, cgid, mode: old.mode.into(), seq: old.seq.into(), unused: [0; 2] }
    }
}

impl From<ShmStatus> for OldShmStatus {
    fn from(new: ShmStatus) -> OldShmStatus {
        OldShmStatus {
            shm_perm: new.shm_perm.into(),
            shm_segsz: new.shm_segsz,
            shm_atime: new.shm_atime as u32,
            shm_dtime: new.shm_dtime as u32,
            shm_ctime: new.shm_ctime as u32,
            shm_cpid: new.shm_cpid as u16,
            shm_lpid: new.shm_lpid as u16,
            shm_nattch: new.shm_nattch as u16,
            unused: [0; 5],
        }
    }
}

impl From<ShmLimits> for OldShmLimits {
    fn from(new: ShmLimits) -> OldShmLimits {
        let ShmLimits { shmmax, shmmin, shmmni, shmseg, shmall, .. } = new;
        OldShmLimits { shmmax: shmmax.min(i32::MAX as u32), shmmin, shmmni, shmseg, shmall }
    }
}

impl From<SemStatus> for OldSemStatus {
    fn from(new: SemStatus) -> OldSemStatus {
        OldSemStatus {
            sem_perm: new.sem_perm.into(),
            sem_otime: new.sem_otime as u32,
            sem_ctime: new.sem_ctime as u32,
            pointers: [0; 4],
            sem_nsems: new.sem_nsems as u16,
            padding: 0,
        }
    }
}

impl From<MsgStatus> for OldMsgStatus {
    fn from(new: MsgStatus) -> OldMsgStatus {
        let most = |count: u32| u16::try_from(count).unwrap_or(u16::MAX);
        OldMsgStatus {
            msg_perm: new.msg_perm.into(),
            pointers: [0; 2],
            msg_stime: new.msg_stime as u32,
            msg_rtime: new.msg_rtime as u32,
            msg_ctime: new.msg_ctime as u32,
            msg_lcbytes: new.msg_cbytes,
            msg_lqbytes: new.msg_qbytes,
            msg_cbytes: most(new.msg_cbytes),
            msg_qnum: most(new.msg_qnum),
            msg_qbytes: most(new.msg_qbytes),
            msg_lspid: new.msg_lspid as u16,
            msg_lrpid: new.msg_lrpid as u16,
            padding: 0,
        }
    }
}

impl From<OldMsgStatus> for (IpcPerm, u32) {
    /// Owner and permissions to be set, and the most bytes.
    fn from(old: OldMsgStatus) -> (IpcPerm, u32) {
        let bytes = if old.msg_qbytes == 0 { old.msg_lqbytes } else { old.msg_qbytes.into() };
        (old.msg_perm.into(), bytes)
    }
}
