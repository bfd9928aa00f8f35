//! The namespaces of processes (namespaces(7)), and who is who in that of users.

use std::sync::Arc;

use crate::linux::copy::Opaque;
use crate::linux::files::{AnonymousNode, PlaceHandle};
use crate::linux::process::{IdKind, IdRange, NamespaceKind, Process, UserNamespace};

use super::KernelView;

/// The place of the namespace of a kind that a process is in.
pub fn namespace_of(process: &Process, kind: NamespaceKind) -> PlaceHandle {
    let others = &process.namespaces;
    let (inode, namespace): (u64, Option<Arc<dyn Opaque>>) = match kind {
        NamespaceKind::User => return of_users(&process.credentials.within),
        NamespaceKind::Host => (others.host.identity.inode, Some(Arc::clone(&others.host) as _)),
        NamespaceKind::Ipc => (others.ipc.identity.inode, Some(Arc::clone(&others.ipc) as _)),
        NamespaceKind::Cgroup => (others.cgroup.inode, Some(Arc::clone(&others.cgroup) as _)),
        NamespaceKind::Mount => (process.namespace.identity().inode, Some(Arc::new(process.namespace.clone()) as _)),
        NamespaceKind::Network | NamespaceKind::Process | NamespaceKind::Time => (kind.first(), None),
    };
    AnonymousNode::namespace(kind, inode, namespace)
}

/// The place of a namespace of users.
pub fn of_users(namespace: &Arc<UserNamespace>) -> PlaceHandle {
    AnonymousNode::namespace(NamespaceKind::User, namespace.inode, Some(Arc::clone(namespace) as _))
}

impl KernelView<'_> {
    /// A map as the running process is told it: outside is where that is, or, if it is inside, what is around.
    pub(super) fn told_map(&self, process: &Process, kind: IdKind) -> String {
        let (of, reader) = (&process.credentials.within, &self.kernel.process.credentials.within);
        let outside = if of == reader { of.parent.as_ref().unwrap_or(of) } else { reader };
        let line = |range: IdRange| {
            let told = if outside.is_first() { Some(range.outside) } else { outside.map(kind).inwards(range.outside) };
            format!("{:>10} {:>10} {:>10}\n", range.inside, told.unwrap_or(u32::MAX), range.count)
        };
        of.map(kind).ranges.into_iter().map(line).collect()
    }
}
