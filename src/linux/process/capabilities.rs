//! The capability sets of a process (capabilities(7)).

use crate::linux::abi::capabilities::{
    CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER, CAP_FSETID, CAP_IPC_LOCK, CAP_IPC_OWNER, CAP_KILL,
    CAP_LEASE, CAP_LINUX_IMMUTABLE, CAP_MKNOD, CAP_NET_ADMIN, CAP_NET_BIND_SERVICE, CAP_NET_RAW, CAP_SETFCAP,
    CAP_SETGID, CAP_SETPCAP, CAP_SETUID, CAP_SYS_ADMIN, CAP_SYS_BOOT, CAP_SYS_CHROOT, CAP_SYS_NICE, CAP_SYS_PACCT,
    CAP_SYS_PTRACE, CAP_SYS_RESOURCE, CAP_SYS_TIME, CAP_SYS_TTY_CONFIG, CAP_SYSLOG, CAP_WAKE_ALARM, SECBIT_KEEP_CAPS,
    SECBIT_NO_SETUID_FIXUP, SECBIT_NOROOT,
};

/// The capabilities that mean something in a world, and those that programs have which ask for something that there is
/// not. Nobody has the others: there is nothing that they would allow.
const GRANTED: [u32; 29] = [
    CAP_CHOWN,
    CAP_DAC_OVERRIDE,
    CAP_DAC_READ_SEARCH,
    CAP_FOWNER,
    CAP_FSETID,
    CAP_KILL,
    CAP_SETGID,
    CAP_SETUID,
    CAP_SETPCAP,
    CAP_LINUX_IMMUTABLE,
    CAP_NET_BIND_SERVICE,
    CAP_NET_ADMIN,
    CAP_NET_RAW,
    CAP_IPC_LOCK,
    CAP_IPC_OWNER,
    CAP_SYS_CHROOT,
    CAP_SYS_PTRACE,
    CAP_SYS_PACCT,
    CAP_SYS_ADMIN,
    CAP_SYS_BOOT,
    CAP_SYS_NICE,
    CAP_SYS_RESOURCE,
    CAP_SYS_TIME,
    CAP_SYS_TTY_CONFIG,
    CAP_MKNOD,
    CAP_LEASE,
    CAP_SYSLOG,
    CAP_WAKE_ALARM,
    CAP_SETFCAP,
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
    /// What programs that it executes get in any case.
    pub ambient: u64,
    /// How user 0 is treated (`SECBIT_` flags).
    pub secure_bits: u32,
}

impl Capabilities {
    /// Those of user 0, or of anybody else.
    pub fn of_user(uid: u32) -> Capabilities {
        let bounding = GRANTED.iter().fold(0, |all, capability| all | 1 << capability);
        let own = if uid == 0 { bounding } else { 0 };
        Capabilities { effective: own, permitted: own, bounding, ..Capabilities::default() }
    }

    /// Whether one is effective.
    pub fn has(&self, capability: u32) -> bool {
        self.effective >> capability & 1 != 0
    }

    /// Follows a change of the real, effective and saved user (capabilities(7), "Effect of user ID changes
    /// on capabilities").
    pub fn users_changed(&mut self, before: [u32; 3], after: [u32; 3]) {
        if self.secure_bits & SECBIT_NO_SETUID_FIXUP != 0 {
            return;
        }
        if before.contains(&0) && !after.contains(&0) {
            if self.secure_bits & SECBIT_KEEP_CAPS == 0 {
                (self.permitted, self.effective) = (0, 0);
            }
            self.ambient = 0;
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
        let is_root = |user| user == 0 && self.secure_bits & SECBIT_NOROOT == 0;
        let own = if is_root(real) || is_root(effective) { self.inheritable | self.bounding } else { 0 };
        let permitted = own | self.ambient;
        let effective = if is_root(effective) { permitted } else { self.ambient };
        Capabilities { permitted, effective, secure_bits: self.secure_bits & !SECBIT_KEEP_CAPS, ..self }
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
        let mut kept = Capabilities { secure_bits: SECBIT_KEEP_CAPS, ..root };
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

    #[test]
    fn ambient_capabilities_reach_programs_of_others_until_user_0_is_left() {
        let given = 1 << CAP_KILL;
        let user = Capabilities { permitted: given, inheritable: given, ambient: given, ..Capabilities::of_user(7) };
        assert_eq!(user.after_execution([7, 7]).effective, given);
        let mut root = Capabilities { ambient: given, secure_bits: SECBIT_KEEP_CAPS, ..Capabilities::of_user(0) };
        root.users_changed([0; 3], [7; 3]);
        assert_eq!((root.ambient, root.has(CAP_KILL), root.permitted != 0), (0, false, true));
        let bare = Capabilities { secure_bits: SECBIT_NOROOT, ..Capabilities::of_user(0) };
        assert_eq!(bare.after_execution([0, 0]).permitted, 0);
    }
}
