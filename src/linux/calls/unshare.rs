//! Ending what a process shares with others, and sharing it with somebody else: unshare(2), setns(2).

use crate::instructions::Machine;
use crate::linux::abi::clone::{
    CLONE_FILES, CLONE_FS, CLONE_NAMESPACES, CLONE_SIGHAND, CLONE_SYSVSEM, CLONE_THREAD, CLONE_VM,
};
use crate::linux::abi::status::NSFS_MAGIC;
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;

use super::call::Args;

/// What threads of a process share always: there is nothing to end if it has one thread.
const OF_THREADS: u64 = CLONE_THREAD | CLONE_SIGHAND | CLONE_VM;

/// There are no namespaces but those of the world.
pub fn unshare(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let flags = u64::from(args[0]);
    let has = |flag| flags & flag != 0;
    let unknown = flags & !(OF_THREADS | CLONE_FILES | CLONE_FS | CLONE_SYSVSEM | CLONE_NAMESPACES) != 0;
    if unknown || has(OF_THREADS) && k.process.threads.len() > 1 {
        return Err(Errno::EINVAL);
    }
    if has(CLONE_NAMESPACES) {
        return Err(Errno::EPERM);
    }
    if has(CLONE_FILES) {
        k.process.unshare_descriptors();
    }
    if has(CLONE_FS) {
        k.process.unshare_standing();
    }
    Ok(0)
}

/// Nobody has the privilege to enter a namespace: there are only the first ones, where everybody is.
pub fn setns(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let place = k.place_of(args[0])?;
    if place.node().filesystem().magic == NSFS_MAGIC { Err(Errno::EPERM) } else { Err(Errno::EINVAL) }
}
