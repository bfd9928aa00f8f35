//! What is around a namespace, and whose it is (ioctl_ns(2)).

use std::sync::{Arc, Mutex};

use crate::instructions::Machine;
use crate::linux::abi::files::O_RDONLY;
use crate::linux::abi::terminal::{NS_GET_NSTYPE, NS_GET_OWNER_UID, NS_GET_PARENT};
use crate::linux::copy::Opaque;
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{AnonymousNode, Namespace, PlaceHandle};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Object, OpenFile};
use crate::linux::process::{
    HostNamespace, IpcNamespace, NamespaceIdentity, NamespaceKind, ProcessNamespaces, UserNamespace,
};
use crate::linux::view::of_users;

/// A namespace, as a descriptor of it gives it.
#[derive(Clone)]
pub enum AnyNamespace {
    /// Names of the system.
    Host(Arc<HostNamespace>),
    /// Objects of IPC.
    Ipc(Arc<IpcNamespace>),
    /// Cgroups.
    Cgroup(Arc<NamespaceIdentity>),
    /// Mounts.
    Mount(Arc<Namespace>),
    /// Users.
    User(Arc<UserNamespace>),
    /// Of a kind of which there is one.
    Only(NamespaceKind),
}

impl AnyNamespace {
    /// The one that a place stands for, if it does for one.
    pub fn at(place: &PlaceHandle) -> Option<AnyNamespace> {
        let (kind, held) = place.node().as_any().downcast_ref::<AnonymousNode>()?.as_namespace()?;
        fn of<T: Send + Sync + 'static>(held: Option<&Arc<dyn Opaque>>) -> Option<Arc<T>> {
            Arc::clone(held?).into_any().downcast().ok()
        }
        match kind {
            NamespaceKind::Host => of(held).map(AnyNamespace::Host),
            NamespaceKind::Ipc => of(held).map(AnyNamespace::Ipc),
            NamespaceKind::Cgroup => of(held).map(AnyNamespace::Cgroup),
            NamespaceKind::Mount => of(held).map(AnyNamespace::Mount),
            NamespaceKind::User => of(held).map(AnyNamespace::User),
            only => Some(AnyNamespace::Only(only)),
        }
    }

    /// Its kind.
    pub fn kind(&self) -> NamespaceKind {
        match self {
            AnyNamespace::Host(_) => NamespaceKind::Host,
            AnyNamespace::Ipc(_) => NamespaceKind::Ipc,
            AnyNamespace::Cgroup(_) => NamespaceKind::Cgroup,
            AnyNamespace::Mount(_) => NamespaceKind::Mount,
            AnyNamespace::User(_) => NamespaceKind::User,
            AnyNamespace::Only(kind) => *kind,
        }
    }

    /// The namespace of users that it belongs to: of one of users, the one around it.
    pub fn owner(&self) -> Option<Arc<UserNamespace>> {
        Some(match self {
            AnyNamespace::Host(host) => Arc::clone(&host.identity.owner),
            AnyNamespace::Ipc(ipc) => Arc::clone(&ipc.identity.owner),
            AnyNamespace::Cgroup(identity) => Arc::clone(&identity.owner),
            AnyNamespace::Mount(tree) => Arc::clone(&tree.identity().owner),
            AnyNamespace::User(users) => Arc::clone(users.parent.as_ref()?),
            AnyNamespace::Only(_) => UserNamespace::first(),
        })
    }

    /// These namespaces, but for this one, unless it is of mounts or users.
    pub fn among(self, others: ProcessNamespaces) -> ProcessNamespaces {
        match self {
            AnyNamespace::Host(host) => ProcessNamespaces { host, ..others },
            AnyNamespace::Ipc(ipc) => ProcessNamespaces { ipc, ..others },
            AnyNamespace::Cgroup(cgroup) => ProcessNamespaces { cgroup, ..others },
            AnyNamespace::Mount(_) | AnyNamespace::User(_) | AnyNamespace::Only(_) => others,
        }
    }
}

pub fn request(k: &mut Kernel, m: &mut Machine, place: &PlaceHandle, [asked, address]: [u32; 2]) -> Answer {
    let namespace = AnyNamespace::at(place).ok_or(Errno::ENOTTY)?;
    match (asked, namespace.kind()) {
        (NS_GET_NSTYPE, kind) => Ok(kind.flag() as u32),
        (NS_GET_OWNER_UID, _) => {
            let AnyNamespace::User(users) = namespace else { return Err(Errno::EINVAL) };
            guest::write(&mut m.memory, address, &k.process.credentials.within.told_user(users.owner[0]))
        }
        // Only those of users and of processes are in one another.
        (NS_GET_PARENT, NamespaceKind::User) => insert(k, namespace.owner()),
        (NS_GET_PARENT, NamespaceKind::Process) => Err(Errno::EPERM),
        (NS_GET_PARENT, _) => Err(Errno::EINVAL),
        _ => insert(k, namespace.owner()),
    }
}

/// A descriptor of a namespace of users: EPERM unless the process is in it or around it.
fn insert(k: &Kernel, users: Option<Arc<UserNamespace>>) -> Answer {
    let users = users.filter(|users| users.is_within(&k.process.credentials.within)).ok_or(Errno::EPERM)?;
    let open = OpenFile::new(Object::Place, of_users(&users), O_RDONLY);
    k.process.add_descriptor(Arc::new(Mutex::new(open)), 0, true)
}
