//! Waiting until open files are ready: one readiness behind reads, writes, poll and select.

use std::time::Duration;

use crate::linux::abi::files::O_NONBLOCK;
use crate::linux::abi::poll::{POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM};
use crate::linux::errno::Errno;
use crate::linux::host::Readiness;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Channel, Object, OpenFile, OpenFileHandle};
use crate::linux::sync::lock;
use crate::linux::world::Waiting;

use super::job_control;

/// The bits for reading, under all their names.
const READ: u32 = POLLIN | POLLRDNORM;
/// The bits for writing.
const WRITE: u32 = POLLOUT | POLLWRNORM;

/// Lets the call wait unless a read or write need not, and may take place; EAGAIN if the file must not block.
pub fn wait(k: &mut Kernel, handle: &OpenFileHandle, wanted: Readiness) -> Result<(), Errno> {
    job_control::before(k, handle, wanted)?;
    let wanted_bits = if wanted == Readiness::Readable { READ | POLLHUP } else { WRITE | POLLERR };
    let (state, blocks) = {
        let open = lock(handle);
        if open.stream().is_none() && !open.object.channel().is_some_and(Channel::blocks) {
            return Ok(());
        }
        (state(k, &open), open.flags & O_NONBLOCK == 0)
    };
    match state & wanted_bits {
        0 if blocks => {
            let waiting = for_change(handle, wanted);
            Err(k.wait(waiting))
        }
        0 if lock(handle).stream().is_some() => Err(Errno::EAGAIN),
        // The read or write itself says what is the matter.
        _ => Ok(()),
    }
}

/// What poll tells of an open file.
pub fn state(k: &Kernel, open: &OpenFile) -> u32 {
    match &open.object {
        Object::Stream(stream) if !stream.is_regular => {
            let file = &stream.file;
            let asked = [(file, Readiness::Readable), (file, Readiness::Writable)];
            let ready = k.world.interrupt.wait_any(&asked, Some(Duration::ZERO));
            [READ, WRITE].iter().zip(ready).filter(|(_, ready)| *ready).fold(0, |all, (bits, _)| all | bits)
        }
        object => object.channel().map_or(READ | WRITE, Channel::state),
    }
}

/// What to wait for until an open file may have become ready.
pub fn for_change(handle: &OpenFileHandle, wanted: Readiness) -> Waiting {
    let open = lock(handle);
    match open.queue() {
        Some(queue) => Waiting::on(queue),
        None if open.stream().is_some() => {
            Waiting { streams: vec![(OpenFileHandle::clone(handle), wanted)], ..Waiting::default() }
        }
        None => Waiting::default(),
    }
}
