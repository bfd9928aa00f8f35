//! The capability sets of a process (capabilities(7)).

use crate::linux::abi::capabilities::{
    CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER, CAP_FSETID, CAP_IPC_LOCK, CAP_IPC_OWNER, CAP_KILL,
    CAP_LEASE, CAP_MKNOD, CAP_NET_BIND_SERVICE, CAP_SETGID, CAP_SETPCAP, CAP_SETUID, CAP_SYS_ADMIN, CAP_SYS_BOOT,
    CAP_SYS_CHROOT, CAP_SYS_NICE, CAP_SYS_PACCT, CAP_SYS_RESOURCE, CAP_SYS_TIME, CAP_SYS_TTY_CONFIG, CAP_SYSLOG,
};

/// The capabilities that mean something in a world. Nobody has the others: there is nothing that they would allow.
const GRANTED: [u32; 23] = [
    CAP_CHOWN,
    CAP_DAC_OVERRIDE,
    CAP_DAC_READ_SEARCH,
    CAP_FOWNER,
    CAP_FSETID,
    CAP_KILL,
    CAP_SETGID,
    CAP_SETUID,
    CAP_SETPCAP,
    CAP_NET_BIND_SERVICE,
    CAP_IPC_LOCK,
    CAP_IPC_OWNER,
    CAP_SYS_ADMIN,
    CAP_SYS_CHROOT,
    CAP_SYS_PACCT,
    CAP_SYS_BOOT,
    CAP_SYS_NICE,
    CAP_SYS_RESOURCE,
    CAP_SYS_TIME,
    CAP_SYS_TTY_CONFIG,
    CAP_SYSLOG,
    CAP_MKNOD,
    CAP_LEASE,
];

/// The capabilities of accesses to files, which setfsuid(2) takes away and gives back.
const OF_FILES: u64 = 1 << CAP_CHOWN
    | 1 << CAP_DAC_OVERRIDE
    | 1 << CAP_DAC_READ_SEARCH
    | 1 << CAP_FOWNER
    | 1 << CAP_FSETID
    | 1 << CAP_MKNOD;

/// The sets of a process, a bit for each capability.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Capabilities {
    /// What it may do.
    pub effective: u64,
    /// What it may allow itself.
    pub permitted: u64,
    /// What programs that it executes may get.
    pub inheritable: u64,
    /// What nothing that it executes goes beyond.
    pub bounding: u64,
    /// Whether they outlive a change of all user identifiers from 0 (`PR_SET_KEEPCAPS`).
    pub kept: bool,
}

impl Capabilities {
    /// Those of user 0, or of anybody else.
    pub fn of_user(uid: u32) -> Capabilities {
        let bounding = GRANTED.iter().fold(0, |all, capability| all | 1 << capability);
        let own = if uid == 0 { bounding } else { 0 };
        Capabilities { effective: own, permitted: own, inheritable: 0, bounding, kept: false }
    }

    /// Whether one is effective.
    pub fn has(&self, capability: u32) -> bool {
        self.effective >> capability & 1 != 0
    }

    /// Follows a change of the real, effective and saved user (capabilities(7), "Effect of user ID changes
    /// on capabilities").
    pub fn users_changed(&mut self, before: [u32; 3], after: [u32; 3]) {
        if before.contains(&0) && !after.contains(&0) && !self.kept {
            (self.permitted, self.effective) = (0, 0);
        }
        match (before[1], after[1]) {
            (0, 1..) => self.effective = 0,
            (1.., 0) => self.effective = self.permitted,
            _ => {}
        }
    }

    /// Follows a change of the user of file accesses.
    pub fn file_user_changed(&mut self, before: u32, after: u32) {
        match (before, after) {
            (0, 1..) => self.effective &= !OF_FILES,
            (1.., 0) => self.effective |= self.permitted & OF_FILES,
            _ => {}
        }
    }

    /// What a program gets that the real and effective user execute.
    pub fn after_execution(self, [real, effective]: [u32; 2]) -> Capabilities {
        let permitted = if real == 0 || effective == 0 { self.inheritable | self.bounding } else { 0 };
        Capabilities { permitted, effective: if effective == 0 { permitted } else { 0 }, kept: false, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_follow_the_user() {
        let root = Capabilities::of_user(0);
        let mut own = root;
        own.users_changed([0, 0, 0], [0, 7, 0]);
        assert_eq!((own.has(CAP_KILL), own.permitted), (false, root.permitted));
        own.users_changed([0, 7, 0], [0, 0, 0]);
        assert_eq!(own, root);
        own.users_changed([0, 0, 0], [7, 7, 7]);
        assert_eq!((own.effective, own.permitted), (0, 0));
        let mut kept = Capabilities { kept: true, ..root };
        kept.users_changed([0, 0, 0], [7, 7, 7]);
        assert_eq!((kept.effective, kept.permitted), (0, root.permitted));
    }

    #[test]
    fn programs_of_user_0_get_what_is_within_bounds() {
        let bounded = Capabilities { bounding: 1 << CAP_KILL, ..Capabilities::of_user(0) };
        assert_eq!(bounded.after_execution([0, 0]).effective, 1 << CAP_KILL);
        assert_eq!(bounded.after_execution([0, 7]).effective, 0);
        assert_eq!(bounded.after_execution([7, 7]).permitted, 0);
    }
}
