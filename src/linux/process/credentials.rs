//! Users, groups and capabilities of a process (credentials(7)), and which file accesses the permission bits
//! allow it.

use std::sync::Arc;

use crate::linux::abi::capabilities::{
    CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FSETID, CAP_SYS_ADMIN, CAP_SYS_PTRACE,
};
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::host::{FileStatus, FileType, Host};
use crate::linux::objects::Ruleset;

use super::capabilities::Capabilities;
use super::user_namespace::UserNamespace;

/// Who a process is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Credentials {
    /// Effective user: what permissions depend on.
    pub uid: u32,
    /// Effective group.
    pub gid: u32,
    /// Real user: to whom the process belongs.
    pub real_uid: u32,
    /// Real group.
    pub real_gid: u32,
    /// The user to whom the process may return.
    pub saved_uid: u32,
    /// The group to which it may return.
    pub saved_gid: u32,
    /// The user of file accesses; the effective one unless setfsuid(2) says otherwise.
    pub file_uid: u32,
    /// The group of file accesses.
    pub file_gid: u32,
    /// Supplementary groups.
    pub groups: Arc<[u32]>,
    /// The keyring of its session, 0 for that of its user (keyrings(7)).
    pub session_keyring: u32,
    /// Where keys go that it asks for (KEYCTL_SET_REQKEY_KEYRING).
    pub request_keyring: u32,
    /// What it may do with files at most (landlock(7)): each of these binds it.
    pub rulesets: Vec<Arc<Ruleset>>,
    /// What it may do beyond the common, in its namespace of users and in those that lie in it.
    pub capabilities: Capabilities,
    /// That namespace.
    pub within: Arc<UserNamespace>,
}

impl Credentials {
    /// Those of a user and a group.
    pub fn of(uid: u32, gid: u32) -> Credentials {
        Credentials {
            uid,
            gid,
            real_uid: uid,
            real_gid: gid,
            saved_uid: uid,
            saved_gid: gid,
            file_uid: uid,
            file_gid: gid,
            groups: Arc::default(),
            session_keyring: 0,
            request_keyring: 0,
            rulesets: Vec::new(),
            capabilities: Capabilities::of_user(uid),
            within: UserNamespace::first(),
        }
    }

    /// The credentials of the host process, so that a file's owner is the guest if it is the user.
    pub fn of_host(host: &Host) -> Credentials {
        let (uid, gid) = host.identity();
        Credentials::of(uid, gid)
    }

    /// Real, effective and saved user.
    pub fn users(&self) -> [u32; 3] {
        [self.real_uid, self.uid, self.saved_uid]
    }

    /// Real, effective and saved group.
    pub fn own_groups(&self) -> [u32; 3] {
        [self.real_gid, self.gid, self.saved_gid]
    }

    /// Real, effective and saved user, as they are told who has them.
    pub fn told_users(&self) -> [u32; 3] {
        self.users().map(|user| self.within.told_user(user))
    }

    /// The same of groups.
    pub fn told_groups(&self) -> [u32; 3] {
        self.own_groups().map(|group| self.within.told_group(group))
    }

    /// Changes the users, and with them that of file accesses and what they may do.
    pub fn set_users(&mut self, users: [u32; 3]) {
        let told = |users: [u32; 3]| users.map(|user| self.within.told_user(user));
        self.capabilities.users_changed(told(self.users()), told(users));
        [self.real_uid, self.uid, self.saved_uid] = users;
        self.file_uid = self.uid;
    }

    /// Changes the user of file accesses alone.
    pub fn set_file_user(&mut self, user: u32) {
        let [before, after] = [self.file_uid, user].map(|user| self.within.told_user(user));
        self.capabilities.file_user_changed(before, after);
        self.file_uid = user;
    }

    /// Changes the groups, and with them that of file accesses.
    pub fn set_groups(&mut self, groups: [u32; 3]) {
        [self.real_gid, self.gid, self.saved_gid] = groups;
        self.file_gid = self.gid;
    }

    /// Whether it may look into a process with these (ptrace(2), "Ptrace access mode checking").
    pub fn may_inspect(&self, other: &Credentials) -> bool {
        let same = other.users() == [self.real_uid; 3] && other.own_groups() == [self.real_gid; 3];
        let bound = self.rulesets.len() <= other.rulesets.len()
            && self.rulesets.iter().zip(&other.rulesets).all(|(own, other)| Arc::ptr_eq(own, other));
        // Who is bound looks into those that are bound by the same at least.
        let same = same && self.within == other.within;
        bound && (same || self.can_in(&other.within, CAP_SYS_PTRACE))
    }

    /// EPERM unless they may change what is mounted in a namespace of mounts that belongs to one of users: with the
    /// privilege, and not bound.
    pub fn may_mount(&self, owner: &Arc<UserNamespace>) -> Result<(), Errno> {
        self.require_in(owner, CAP_SYS_ADMIN)?;
        if self.rulesets.is_empty() { Ok(()) } else { Err(Errno::EPERM) }
    }

    /// EPERM unless they may do what a capability allows, for the whole world.
    pub fn require(&self, capability: u32) -> Result<(), Errno> {
        if self.can(capability) { Ok(()) } else { Err(Errno::EPERM) }
    }

    /// EPERM unless they may do what a capability allows with what belongs to a namespace of users.
    pub fn require_in(&self, owner: &Arc<UserNamespace>, capability: u32) -> Result<(), Errno> {
        if self.can_in(owner, capability) { Ok(()) } else { Err(Errno::EPERM) }
    }

    /// Whether they may do what a capability allows, for the whole world: who is in another namespace of users than the
    /// first one may not.
    pub fn can(&self, capability: u32) -> bool {
        self.capabilities.has(capability) && self.within.is_first()
    }

    /// Whether they may do what a capability allows with what belongs to their own namespace of users.
    pub fn can_here(&self, capability: u32) -> bool {
        self.capabilities.has(capability)
    }

    /// Whether they may do what a capability allows with what belongs to a namespace of users: those in it, those around
    /// it, and who has made it (user_namespaces(7), "Capabilities").
    pub fn can_in(&self, owner: &Arc<UserNamespace>, capability: u32) -> bool {
        let made = |one: &UserNamespace| {
            one.owner[0] == self.uid && one.parent.as_ref().is_some_and(|parent| *parent == self.within)
        };
        let has = self.capabilities.has(capability) && owner.is_within(&self.within);
        has || owner.outwards().any(|one| made(&one))
    }

    /// Whether they may do what a capability allows with a file: its owners must be somebody where they are.
    pub fn can_with(&self, status: &FileStatus, capability: u32) -> bool {
        let known = || self.within.user(status.uid).is_some() && self.within.group(status.gid).is_some();
        self.capabilities.has(capability) && (self.within.is_first() || known())
    }

    /// Whether they belong to a group, as far as accesses to files are concerned.
    pub fn in_group(&self, group: u32) -> bool {
        group == self.file_gid || self.groups.contains(&group)
    }

    /// Whether they may make programs that run with the rights of a group (chmod(2)).
    pub fn may_give_group(&self, status: &FileStatus) -> bool {
        self.in_group(status.gid) || self.can_with(status, CAP_FSETID)
    }

    /// Whether the permission bits of a file allow every access in `wanted` (4 read, 2 write,
    /// 1 execute or search).
    pub fn may(&self, status: &FileStatus, wanted: u32) -> bool {
        let shift = match status {
            status if status.uid == self.file_uid => 6,
            status if self.in_group(status.gid) => 3,
            _ => 0,
        };
        let directory = status.file_type() == FileType::Directory;
        let runs = wanted & 1 == 0 || directory || status.mode & 0o111 != 0;
        let reads = wanted == 4 || directory && wanted & 2 == 0;
        status.mode >> shift & wanted == wanted
            || self.can_with(status, CAP_DAC_OVERRIDE) && runs
            || self.can_with(status, CAP_DAC_READ_SEARCH) && reads
    }

    /// Follows the execution of a program: where the process may return to is where it is (execve(2)).
    pub fn executed(&mut self) {
        self.capabilities =
            self.capabilities.after_execution([self.real_uid, self.uid].map(|user| self.within.told_user(user)));
        [self.saved_uid, self.file_uid] = [self.uid; 2];
        [self.saved_gid, self.file_gid] = [self.gid; 2];
    }

    /// Those with which faccessat(2) asks: the real user and group.
    pub fn of_real_user(&self) -> Credentials {
        let mut real = Credentials { file_uid: self.real_uid, file_gid: self.real_gid, ..self.clone() };
        real.capabilities.effective =
            if self.within.told_user(self.real_uid) == 0 { self.capabilities.permitted } else { 0 };
        real
    }
}

copied!(Credentials: clone {
    uid, gid, real_uid, real_gid, saved_uid, saved_gid, file_uid, file_gid, groups, session_keyring, request_keyring,
    rulesets, capabilities,
} duplicate { within });

#[cfg(test)]
mod tests {
    use super::*;

    fn status(mode: u32, uid: u32, gid: u32) -> FileStatus {
        FileStatus { uid, gid, ..FileStatus::synthetic(mode, 1) }
    }

    #[test]
    fn the_first_class_that_fits_decides() {
        let mut user = Credentials::of(7, 8);
        user.groups = [9].into();
        let file = FileType::File.mode();
        assert!(!user.may(&status(file | 0o077, 7, 8), 4), "the owner has less than others");
        assert!(!user.may(&status(file | 0o707, 1, 9), 4), "members of a group as well");
        assert!(user.may(&status(file | 0o060, 1, 9), 6) && user.may(&status(file | 0o004, 1, 1), 4));
    }

    #[test]
    fn user_0_executes_what_somebody_may_execute() {
        let (root, file) = (Credentials::of(0, 0), FileType::File.mode());
        assert!(root.may(&status(file, 7, 7), 6) && !root.may(&status(file | 0o666, 7, 7), 1));
        assert!(root.may(&status(file | 0o001, 7, 7), 7) && root.may(&status(FileType::Directory.mode(), 7, 7), 7));
    }
}
