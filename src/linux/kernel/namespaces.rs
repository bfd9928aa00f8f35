//! The namespaces that the running process is in (namespaces(7)), and how it comes into others.

use std::sync::Arc;

use crate::linux::abi::capabilities::CAP_SYS_ADMIN;
use crate::linux::errno::Errno;
use crate::linux::files::{MountCopy, Namespace, SystemName};
use crate::linux::process::{INIT_PID, IpcNamespace, Process, ProcessNamespaces};
use crate::linux::sync::lock;
use crate::linux::world::SystemNames;

use super::Kernel;

impl Kernel {
    /// What the system is called where the running process is.
    pub(in crate::linux) fn names(&self) -> SystemNames {
        lock(&self.process.namespaces.host.names).clone()
    }

    /// Gives it another name there.
    pub(in crate::linux) fn set_name(&self, which: SystemName, name: Vec<u8>) {
        lock(&self.process.namespaces.host.names).set(which, name);
    }

    /// EPERM unless the running process may change what is mounted where it is.
    pub(in crate::linux) fn may_mount(&self) -> Result<(), Errno> {
        self.process.credentials.may_mount(&self.process.namespace.identity().owner)
    }

    /// The same, whatever rules it is bound by.
    pub(in crate::linux) fn may_administer_mounts(&self) -> Result<(), Errno> {
        self.process.credentials.require_in(&self.process.namespace.identity().owner, CAP_SYS_ADMIN)
    }

    /// Puts the running process into others.
    pub(in crate::linux) fn enter(&mut self, namespaces: ProcessNamespaces) {
        let before = std::mem::replace(&mut self.process.namespaces, namespaces);
        self.exchange_ipc(&before.ipc);
    }

    /// The running process is in another namespace of IPC now, maybe: the world has the objects of that at hand.
    pub(super) fn exchange_ipc(&mut self, before: &Arc<IpcNamespace>) {
        let now = Arc::clone(&self.process.namespaces.ipc);
        if !Arc::ptr_eq(before, &now) {
            std::mem::swap(&mut self.world.ipc, &mut lock(&before.aside));
            std::mem::swap(&mut self.world.ipc, &mut lock(&now.aside));
        }
    }

    /// The running process has ended: it keeps no namespace any more, nor a place in one.
    pub(super) fn leave_namespaces(&mut self) {
        let Some(init) = self.world.processes.get(&INIT_PID) else { return };
        let (namespaces, namespace, standing) =
            (init.namespaces.clone(), init.namespace.clone(), init.standing.clone());
        self.process.namespace = namespace;
        self.process.standing = standing;
        self.enter(namespaces);
    }
}

/// Puts a process into a copy of its namespace of mounts.
pub fn follow_mounts(process: &mut Process, (namespace, copy): (Namespace, MountCopy)) {
    process.unshare_standing();
    {
        let mut standing = process.standing();
        let [directory, root] = [&standing.directory, &standing.root].map(|place| copy.counterpart(place));
        standing.directory = directory.unwrap_or_else(|| Arc::clone(&standing.directory));
        standing.root = root.unwrap_or_else(|| Arc::clone(&standing.root));
    }
    process.namespace = namespace;
}
