//! Making namespaces (namespaces(7)), for a child or for the running process.

use std::sync::Arc;

use crate::linux::abi::capabilities::{CAP_SETFCAP, CAP_SYS_ADMIN};
use crate::linux::abi::clone::{
    CLONE_NAMESPACES, CLONE_NEWCGROUP, CLONE_NEWIPC, CLONE_NEWNET, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWTIME,
    CLONE_NEWUSER, CLONE_NEWUTS,
};
use crate::linux::errno::Errno;
use crate::linux::files::{MountCopy, Namespace};
use crate::linux::kernel::{Kernel, follow_mounts};
use crate::linux::process::{
    Capabilities, Credentials, NamespaceIdentity, NamespaceKind, Process, ProcessNamespaces, UserNamespace,
};

/// How many of a kind a user may have, unless the settings say otherwise.
const MOST: u64 = 4096;

/// Bytes of the kernel's memory that a namespace takes, and what the objects of IPC in one may take at most, beside what
/// is in them.
const SIZE: u64 = 1024;
const IPC_SIZE: u64 = 16 << 20;

/// What a process gets instead of what it has.
pub struct NewNamespaces {
    credentials: Credentials,
    namespaces: ProcessNamespaces,
    mounts: Option<(Namespace, MountCopy)>,
}

/// Makes the namespaces that flags of clone(2) ask for, with the errors of unshare(2): those of users come first, and who
/// makes one has all privileges in it.
pub fn make(k: &Kernel, flags: u64) -> Result<NewNamespaces, Errno> {
    let has = |flag| flags & flag != 0;
    let credentials = &k.process.credentials;
    let credentials = if has(CLONE_NEWUSER) { with_users(k, credentials)? } else { credentials.clone() };
    let mut new = NewNamespaces { credentials, namespaces: k.process.namespaces.clone(), mounts: None };
    if flags & CLONE_NAMESPACES & !CLONE_NEWUSER == 0 {
        return Ok(new);
    }
    let owner = Arc::clone(&new.credentials.within);
    new.credentials.require_in(&owner, CAP_SYS_ADMIN)?;
    if has(CLONE_NEWNS) {
        let tree = &k.process.namespace;
        let identity = identity(k, NamespaceKind::Mount, &owner, tree.size_of_copy()?)?;
        new.mounts = Some(tree.copied(identity, tree.identity().owner != owner));
    }
    let kinds = [
        (CLONE_NEWUTS, NamespaceKind::Host, SIZE),
        (CLONE_NEWIPC, NamespaceKind::Ipc, IPC_SIZE),
        (CLONE_NEWCGROUP, NamespaceKind::Cgroup, SIZE),
    ];
    for (_, kind, size) in kinds.into_iter().filter(|(flag, ..)| has(*flag)) {
        let identity = identity(k, kind, &owner, size)?;
        new.namespaces = new.namespaces.with_new(identity, &k.world.ipc)?;
    }
    // As in a kernel that was built without them.
    if has(CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWTIME) { Err(Errno::EINVAL) } else { Ok(new) }
}

impl NewNamespaces {
    /// Puts a child into them that has not run yet.
    pub fn give(self, child: &mut Process) {
        child.namespaces = self.namespaces;
        child.credentials = self.credentials;
        if let Some(mounts) = self.mounts {
            follow_mounts(child, mounts);
        }
    }

    /// Puts the running process into them.
    pub fn enter(self, k: &mut Kernel) {
        k.enter(self.namespaces);
        k.process.credentials = self.credentials;
        if let Some(mounts) = self.mounts {
            follow_mounts(&mut k.process, mounts);
        }
    }
}

/// Counts one more namespace of a kind, of the user who has made a namespace of users in the first one.
fn identity(
    k: &Kernel,
    kind: NamespaceKind,
    owner: &Arc<UserNamespace>,
    size: u64,
) -> Result<NamespaceIdentity, Errno> {
    let user = owner.accountable(k.process.credentials.uid);
    let count = k.world.namespace_counts.count(kind, user, most(k, kind))?;
    let charge = k.process.namespace.memory().charge(size)?;
    Ok(NamespaceIdentity::new(kind, number(k), owner, count, charge))
}

/// The number of a new one, beyond those of the first ones, of which that of mounts is the highest.
fn number(k: &Kernel) -> u64 {
    NamespaceKind::Mount.first() + k.process.namespace.number()
}

/// How many of a kind a user may have.
fn most(k: &Kernel, kind: NamespaceKind) -> u64 {
    k.world.settings.number(kind.limit()).map_or(MOST, |most| most.clamp(0, MOST as i64) as u64)
}

/// The credentials of who makes a namespace of users: EPERM for who sees another root than all (chroot(2)), or is nobody
/// where it is; ENOSPC if it lies too deep.
fn with_users(k: &Kernel, own: &Credentials) -> Result<Credentials, Errno> {
    let parent = &own.within;
    let count = k.world.namespace_counts.count(
        NamespaceKind::User,
        parent.accountable(own.uid),
        most(k, NamespaceKind::User),
    )?;
    let strange = parent.user(own.uid).is_none() || parent.group(own.gid).is_none();
    if strange || !Arc::ptr_eq(&k.process.root(), &k.process.namespace.root()) {
        return Err(Errno::EPERM);
    }
    let gives = own.can_here(CAP_SETFCAP);
    let within = UserNamespace::inside(parent, number(k), [own.uid, own.gid], gives, count)?;
    Ok(Credentials { within, capabilities: Capabilities::of_user(0), ..own.clone() })
}
