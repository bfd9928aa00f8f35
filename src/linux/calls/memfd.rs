//! Files in memory that have no names: memfd_create(2).

use std::sync::{Arc, Mutex};

use crate::instructions::Machine;
use crate::linux::abi::capabilities::CAP_IPC_LOCK;
use crate::linux::abi::files::{MFD_ALLOW_SEALING, MFD_CLOEXEC, MFD_HUGE_MASK, MFD_HUGETLB, O_LARGEFILE, O_RDWR};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::FilePlace;
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Object, OpenFile};

use super::call::Args;

/// The longest name.
const MEMFD_NAME_MAX: usize = 249;

pub fn memfd_create(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [name, flags, ..] = *args;
    let large = flags & MFD_HUGETLB != 0;
    let known = MFD_CLOEXEC | MFD_ALLOW_SEALING | if large { MFD_HUGETLB | MFD_HUGE_MASK } else { 0 };
    if flags & !known != 0 {
        return Err(Errno::EINVAL);
    }
    let name = guest::string(&mut m.memory, name).map_err(|error| match error {
        Errno::ENAMETOOLONG => Errno::EINVAL,
        error => error,
    })?;
    if name.len() > MEMFD_NAME_MAX {
        return Err(Errno::EINVAL);
    }
    if large {
        return Err(no_large_pages(k, flags));
    }
    let node = k.asking(m, |asker| k.process.namespace.nameless().create_nameless(asker, 0o777, false))?;
    let place = FilePlace::nameless(node, &[b"/memfd:", name.as_slice(), b" (deleted)"].concat());
    let object = k.asking(m, |asker| place.node().open(asker, O_RDWR))?;
    if let (Object::Regular(contents), true) = (&object, flags & MFD_ALLOW_SEALING != 0) {
        contents.allow_sealing();
    }
    let mut open = OpenFile::new(object, place, O_RDWR | O_LARGEFILE);
    // It is open for writing from the beginning, and may be executed all the same.
    open.writes = None;
    k.process.add_descriptor(Arc::new(Mutex::new(open)), 0, flags & MFD_CLOEXEC != 0)
}

/// There are no large pages, not even of the size that there could be: of 2^21 bytes.
fn no_large_pages(k: &Kernel, flags: u32) -> Errno {
    match (flags & MFD_HUGE_MASK) >> 26 {
        0 | 21 if k.process.credentials.can(CAP_IPC_LOCK) => Errno::ENOMEM,
        0 | 21 => Errno::EPERM,
        _ => Errno::ENODEV,
    }
}
