//! Being told by a signal what happens in a directory: fcntl(2), F_NOTIFY. What inotify(7) sees of it is seen here.

use crate::linux::abi::files::DN_MULTISHOT;
use crate::linux::errno::{Answer, Errno};
use crate::linux::host::FileType;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Inotify, OpenFileHandle};
use crate::linux::sync::lock;
use crate::linux::world::DIRECTORY_EVENTS;

/// The running process is told of events in an open directory, beside those that it is told of already; of none, if it
/// names none.
pub fn notify(k: &mut Kernel, fd: u32, open: &OpenFileHandle, asked: u32) -> Answer {
    if asked & !DN_MULTISHOT == 0 {
        k.world.asynchronous.forget_directory(open);
        return Ok(0);
    }
    if lock(open).place.file_type() != FileType::Directory {
        return Err(Errno::ENOTDIR);
    }
    let wanted = asked | k.world.asynchronous.wanted_of(open);
    let mask = DIRECTORY_EVENTS.iter().filter(|(bit, _)| wanted & bit != 0).fold(0, |mask, (_, events)| mask | events);
    let (namespace, queue) = (&k.process.namespace, k.world.queues.create());
    let events = Inotify::new(namespace.watches(), queue, namespace.memory())?;
    let node = lock(open).place.node().identity();
    events.watch(node, mask, namespace.memory())?;
    k.world.asynchronous.forget_directory(open);
    k.world.asynchronous.add_directory(fd, open, events, wanted);
    lock(open).owner = k.process.pid as i32;
    Ok(0)
}
