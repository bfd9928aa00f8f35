//! Descriptors of what the kernel keeps for a program and what has no name in any directory.

use std::sync::{Arc, Mutex};

use crate::linux::abi::files::O_CLOEXEC;
use crate::linux::errno::Answer;
use crate::linux::files::AnonymousNode;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Object, OpenFile};

/// Gives an object a descriptor; `name` is what `/proc/PID/fd` shows of it.
pub fn insert(k: &mut Kernel, object: Object, name: &str, flags: u32) -> Answer {
    let place = AnonymousNode::inode(name, k.process.namespace.number());
    let open = Arc::new(Mutex::new(OpenFile::new(object, place, flags & !O_CLOEXEC)));
    k.process.add_descriptor(open, 0, flags & O_CLOEXEC != 0)
}
