//! Whose an object of System V IPC is, and who may do what with it (sysvipc(7), "Resource access
//! permissions").

use crate::linux::abi::capabilities::{CAP_IPC_OWNER, CAP_SYS_ADMIN};
use crate::linux::abi::ipc_status::IpcPerm;
use crate::linux::errno::Errno;
use crate::linux::process::Credentials;

/// Bits of the index in an identifier.
pub const INDEX_BITS: u32 = 15;

/// The bits of a mode that say who may do what.
const PERMISSION_BITS: u32 = 0o777;

/// The right to read, whoever asks.
pub const MAY_READ: u32 = 0o444;
/// The right to write.
pub const MAY_WRITE: u32 = 0o222;
/// The right to execute.
pub const MAY_EXECUTE: u32 = 0o111;

/// To whom an object belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IpcOwner {
    /// The user.
    pub uid: u32,
    /// The group.
    pub gid: u32,
}

impl IpcOwner {
    /// Whoever makes an object.
    pub fn of(who: &Credentials) -> IpcOwner {
        IpcOwner { uid: who.uid, gid: who.gid }
    }
}

/// Owner, creator and permission bits of an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IpcPermissions {
    /// By which other processes find it; 0 if none does.
    pub key: u32,
    /// Its identifier.
    pub id: u32,
    /// Who owns it.
    pub owner: IpcOwner,
    /// Who made it.
    pub creator: IpcOwner,
    /// Permission bits, and what a kind of objects has beside them.
    pub mode: u32,
}

impl IpcPermissions {
    /// Whether somebody may do what these bits say: EACCES if not.
    pub fn check(&self, who: &Credentials, wanted: u32) -> Result<(), Errno> {
        let wanted = wanted >> 6 | wanted >> 3 | wanted;
        let granted = match who {
            who if self.belongs_to(who) => self.mode >> 6,
            who if who.in_group(self.creator.gid) || who.in_group(self.owner.gid) => self.mode >> 3,
            _ => self.mode,
        };
        if wanted & !granted & 7 == 0 || who.can(CAP_IPC_OWNER) { Ok(()) } else { Err(Errno::EACCES) }
    }

    /// Whether somebody may change or remove the object: EPERM if not.
    pub fn check_owner(&self, who: &Credentials) -> Result<(), Errno> {
        if self.belongs_to(who) || who.can(CAP_SYS_ADMIN) { Ok(()) } else { Err(Errno::EPERM) }
    }

    /// Whether somebody is its owner or its creator.
    pub fn belongs_to(&self, who: &Credentials) -> bool {
        who.uid == self.creator.uid || who.uid == self.owner.uid
    }

    /// Sets owner and permission bits (IPC_SET). There is no user or group of number -1: EINVAL.
    pub fn set(&mut self, given: &IpcPerm) -> Result<(), Errno> {
        if given.uid == u32::MAX || given.gid == u32::MAX {
            return Err(Errno::EINVAL);
        }
        self.owner = IpcOwner { uid: given.uid, gid: given.gid };
        self.mode = self.mode & !PERMISSION_BITS | given.mode & PERMISSION_BITS;
        Ok(())
    }

    /// As the status of an object has it.
    pub fn status(&self) -> IpcPerm {
        let (IpcOwner { uid, gid }, creator) = (self.owner, self.creator);
        let seq = self.id >> INDEX_BITS;
        IpcPerm { key: self.key, uid, gid, cuid: creator.uid, cgid: creator.gid, mode: self.mode, seq, unused: [0; 2] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owner_group_and_others_have_their_bits() {
        let owner = IpcOwner { uid: 10, gid: 20 };
        let permissions = IpcPermissions { key: 1, id: 0, owner, creator: owner, mode: 0o640 };
        let check = |uid, gid, wanted| permissions.check(&Credentials::of(uid, gid), wanted);
        assert_eq!(check(10, 99, MAY_READ | MAY_WRITE), Ok(()));
        assert_eq!((check(11, 20, MAY_READ), check(11, 20, MAY_WRITE)), (Ok(()), Err(Errno::EACCES)));
        assert_eq!((check(11, 21, MAY_READ), check(11, 21, 0)), (Err(Errno::EACCES), Ok(())));
        assert_eq!(check(0, 0, MAY_READ | MAY_WRITE), Ok(()));
        assert_eq!(permissions.check_owner(&Credentials::of(11, 20)), Err(Errno::EPERM));
    }
}
