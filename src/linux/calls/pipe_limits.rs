//! How much room pipes may have (pipe(7), "/proc/sys/fs/pipe-max-size").

use crate::linux::abi::capabilities::CAP_SYS_RESOURCE;
use crate::linux::errno::Errno;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Object, OpenFileHandle};
use crate::linux::sync::lock;

/// The most bytes, unless a program has changed the setting.
const PIPE_MAX: u32 = 1 << 20;

/// The most bytes that the running process may let a pipe have room for; the privileged have no limit.
pub fn most(k: &Kernel) -> u32 {
    if k.process.credentials.can(CAP_SYS_RESOURCE) {
        return u32::MAX;
    }
    k.world.settings.number("fs/pipe-max-size").and_then(|size| u32::try_from(size).ok()).unwrap_or(PIPE_MAX)
}

/// A new pipe has no more room than its maker may give one.
pub fn shrink(k: &Kernel, end: &OpenFileHandle) -> Result<(), Errno> {
    let most = most(k) as usize;
    match &lock(end).object {
        Object::Pipe(end) if end.capacity() > most => end.set_capacity(most).map(|_| ()),
        _ => Ok(()),
    }
}
