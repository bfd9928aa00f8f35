//! The namespaces that a process is in, but for that of its mounts, which is its file tree, and that of its users, which
//! belongs to its credentials (namespaces(7)).

use std::sync::{Arc, Mutex};

use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::ipc::Ipc;
use crate::linux::sync::lock;
use crate::linux::world::SystemNames;

use super::namespace_identity::NamespaceIdentity;
use super::namespace_kind::NamespaceKind;

/// Where a system has its name.
#[derive(Debug)]
pub struct HostNamespace {
    /// Which one it is.
    pub identity: NamespaceIdentity,
    /// The names.
    pub names: Mutex<SystemNames>,
}

/// Where objects of IPC are.
#[derive(Debug)]
pub struct IpcNamespace {
    /// Which one it is.
    pub identity: NamespaceIdentity,
    /// The objects, while none of its processes runs: the running one has its own at hand.
    pub aside: Mutex<Ipc>,
}

/// Those of a process.
#[derive(Clone, Debug)]
pub struct ProcessNamespaces {
    /// Names of the system.
    pub host: Arc<HostNamespace>,
    /// Objects of IPC.
    pub ipc: Arc<IpcNamespace>,
    /// Cgroups, of which there is one, so that it is the root of all in each.
    pub cgroup: Arc<NamespaceIdentity>,
}

impl Default for ProcessNamespaces {
    /// The first ones.
    fn default() -> ProcessNamespaces {
        let identity = NamespaceIdentity::first;
        ProcessNamespaces {
            host: Arc::new(HostNamespace { identity: identity(NamespaceKind::Host), names: Mutex::default() }),
            ipc: Arc::new(IpcNamespace { identity: identity(NamespaceKind::Ipc), aside: Mutex::default() }),
            cgroup: Arc::new(identity(NamespaceKind::Cgroup)),
        }
    }
}

impl ProcessNamespaces {
    /// These, but for one of a kind that is new, and which `objects` are in if it is for IPC.
    pub fn with_new(self, identity: NamespaceIdentity, objects: &Ipc) -> Result<ProcessNamespaces, Errno> {
        match identity.kind {
            NamespaceKind::Host => {
                let names = Mutex::new(lock(&self.host.names).clone());
                Ok(ProcessNamespaces { host: Arc::new(HostNamespace { identity, names }), ..self })
            }
            NamespaceKind::Ipc => {
                let aside = Mutex::new(objects.beside());
                Ok(ProcessNamespaces { ipc: Arc::new(IpcNamespace { identity, aside }), ..self })
            }
            NamespaceKind::Cgroup => Ok(ProcessNamespaces { cgroup: Arc::new(identity), ..self }),
            _ => Err(Errno::EINVAL),
        }
    }
}

copied!(HostNamespace: clone {} duplicate { identity, names });
copied!(IpcNamespace: clone {} duplicate { identity, aside });
copied!(ProcessNamespaces: clone {} duplicate { host, ipc, cgroup });
