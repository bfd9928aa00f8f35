//! Watching files: inotify_init(2), inotify_add_watch(2), inotify_rm_watch(2).

use crate::instructions::Machine;
use crate::linux::abi::files::{AT_FDCWD, O_CLOEXEC, O_NONBLOCK};
use crate::linux::abi::inotify::{IN_DONT_FOLLOW, IN_MASK_ADD, IN_MASK_CREATE, IN_ONLYDIR};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Manner, PathAccess};
use crate::linux::host::FileType;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Inotify, Object};
use crate::linux::sync::lock;

use super::call::Args;
use super::nameless;

pub fn inotify_init(k: &mut Kernel, m: &mut Machine, _: &Args) -> Answer {
    inotify_init1(k, m, &[0; 6])
}

pub fn inotify_init1(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    k.process.has_descriptor()?;
    let (namespace, queue) = (&k.process.namespace, k.world.queues.create());
    let inotify = Inotify::new(namespace.watches(), queue, namespace.memory())?;
    nameless::insert(k, Object::Inotify(inotify), "inotify", args[0] & (O_NONBLOCK | O_CLOEXEC))
}

/// What is watched must be readable; the table checks that no bit is unknown.
pub fn inotify_add_watch(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, path, mask, ..] = *args;
    if mask == 0 || mask & IN_MASK_ADD != 0 && mask & IN_MASK_CREATE != 0 {
        return Err(Errno::EINVAL);
    }
    with_watches(k, fd, |_, _| Ok(()))?;
    let manner = Manner::new(mask & IN_DONT_FOLLOW == 0, PathAccess::Read);
    let place = k.place_at(m, [AT_FDCWD, path], manner, false)?;
    if mask & IN_ONLYDIR != 0 && place.file_type() != FileType::Directory {
        return Err(Errno::ENOTDIR);
    }
    k.may(m, place.node(), 4)?;
    let wd =
        with_watches(k, fd, |k, watches| watches.watch(place.node().identity(), mask, k.process.namespace.memory()))?;
    Ok(wd as u32)
}

pub fn inotify_rm_watch(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    with_watches(k, args[0], |_, watches| watches.unwatch(args[1] as i32)).map(|()| 0)
}

/// Calls `work` with the watches behind a descriptor; EINVAL if it is for something else.
fn with_watches<T>(k: &Kernel, fd: u32, work: impl FnOnce(&Kernel, &Inotify) -> Result<T, Errno>) -> Result<T, Errno> {
    let handle = k.file(fd)?;
    let open = lock(&handle);
    let Object::Inotify(watches) = &open.object else { return Err(Errno::EINVAL) };
    work(k, watches)
}
