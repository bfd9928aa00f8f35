//! What is around a namespace (ioctl_ns(2)). There are the first ones only: nobody may see what is around those.

use std::sync::{Arc, Mutex};

use crate::instructions::Machine;
use crate::linux::abi::clone::{
    CLONE_NEWCGROUP, CLONE_NEWIPC, CLONE_NEWNET, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWTIME, CLONE_NEWUSER, CLONE_NEWUTS,
};
use crate::linux::abi::files::O_RDONLY;
use crate::linux::abi::terminal::{NS_GET_NSTYPE, NS_GET_OWNER_UID, NS_GET_PARENT};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{AnonymousNode, NamespaceKind, PlaceHandle};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Object, OpenFile};

/// The kinds of namespaces, by the beginnings of their names, and the flags of clone(2) that ask for one.
const KINDS: [(&[u8], u64); 8] = [
    (b"time:", CLONE_NEWTIME),
    (b"mnt:", CLONE_NEWNS),
    (b"cgroup:", CLONE_NEWCGROUP),
    (b"uts:", CLONE_NEWUTS),
    (b"ipc:", CLONE_NEWIPC),
    (b"user:", CLONE_NEWUSER),
    (b"pid:", CLONE_NEWPID),
    (b"net:", CLONE_NEWNET),
];

pub fn request(k: &mut Kernel, m: &mut Machine, place: &PlaceHandle, [asked, address]: [u32; 2]) -> Answer {
    let name = place.name();
    let (_, kind) = KINDS.into_iter().find(|(start, _)| name.starts_with(start)).ok_or(Errno::ENOTTY)?;
    match (asked, kind) {
        (NS_GET_NSTYPE, kind) => Ok(kind as u32),
        (NS_GET_OWNER_UID, CLONE_NEWUSER) => guest::write(&mut m.memory, address, &0_u32),
        // Only those of users and of processes are in one another.
        (NS_GET_PARENT, CLONE_NEWUSER | CLONE_NEWPID) => Err(Errno::EPERM),
        (NS_GET_OWNER_UID | NS_GET_PARENT, _) => Err(Errno::EINVAL),
        (_, CLONE_NEWUSER) => Err(Errno::EPERM),
        _ => {
            let open = OpenFile::new(Object::Place, AnonymousNode::namespace(NamespaceKind::User), O_RDONLY);
            k.process.add_descriptor(Arc::new(Mutex::new(open)), 0, true)
        }
    }
}
