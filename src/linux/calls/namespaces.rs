//! What is around a namespace (ioctl_ns(2)). There are the first ones only: nobody may see what is around those.

use std::sync::{Arc, Mutex};

use crate::instructions::Machine;
use crate::linux::abi::files::O_RDONLY;
use crate::linux::abi::terminal::{NS_GET_NSTYPE, NS_GET_OWNER_UID, NS_GET_PARENT};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{AnonymousNode, NamespaceKind, PlaceHandle};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Object, OpenFile};

/// The kinds of namespaces, by the beginnings of their names, and the flags of clone(2) that ask for one.
const KINDS: [(&[u8], u32); 8] = [
    (b"time:", 0x80),
    (b"mnt:", 0x2_0000),
    (b"cgroup:", 0x200_0000),
    (b"uts:", 0x400_0000),
    (b"ipc:", 0x800_0000),
    (b"user:", USER),
    (b"pid:", PROCESS),
    (b"net:", 0x4000_0000),
];
const USER: u32 = 0x1000_0000;
const PROCESS: u32 = 0x2000_0000;

pub fn request(k: &mut Kernel, m: &mut Machine, place: &PlaceHandle, [asked, address]: [u32; 2]) -> Answer {
    let name = place.name();
    let (_, kind) = KINDS.into_iter().find(|(start, _)| name.starts_with(start)).ok_or(Errno::ENOTTY)?;
    match (asked, kind) {
        (NS_GET_NSTYPE, kind) => Ok(kind),
        (NS_GET_OWNER_UID, USER) => guest::write(&mut m.memory, address, &0_u32),
        // Only those of users and of processes are in one another.
        (NS_GET_PARENT, USER | PROCESS) => Err(Errno::EPERM),
        (NS_GET_OWNER_UID | NS_GET_PARENT, _) => Err(Errno::EINVAL),
        (_, USER) => Err(Errno::EPERM),
        _ => {
            let open = OpenFile::new(Object::Place, AnonymousNode::namespace(NamespaceKind::User), O_RDONLY);
            k.process.add_descriptor(Arc::new(Mutex::new(open)), 0, true)
        }
    }
}
