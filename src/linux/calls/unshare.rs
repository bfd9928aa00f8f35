//! Ending what a process shares with others: unshare(2).

use crate::instructions::Machine;
use crate::linux::abi::clone::{
    CLONE_FILES, CLONE_FS, CLONE_NAMESPACES, CLONE_NEWIPC, CLONE_NEWNS, CLONE_NEWUSER, CLONE_SIGHAND, CLONE_SYSVSEM,
    CLONE_THREAD, CLONE_VM,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;

use super::call::Args;
use super::new_namespaces;

/// What threads of a process share always: there is nothing to end if it has one thread.
const OF_THREADS: u64 = CLONE_THREAD | CLONE_SIGHAND | CLONE_VM;

/// Namespaces are those of all threads of a process, but for those of users nobody minds how many it has.
pub fn unshare(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let flags = u64::from(args[0]);
    let has = |flag| flags & flag != 0;
    let unknown = flags & !(OF_THREADS | CLONE_FILES | CLONE_FS | CLONE_SYSVSEM | CLONE_NAMESPACES) != 0;
    if unknown || has(OF_THREADS | CLONE_NEWUSER) && k.process.threads.len() > 1 {
        return Err(Errno::EINVAL);
    }
    if has(CLONE_NAMESPACES) {
        let new = new_namespaces::make(k, flags)?;
        if has(CLONE_NEWIPC) {
            // What was to be undone at the end is undone now: it cannot be reached later.
            k.undo_semaphores(m);
        }
        new.enter(k);
    }
    if has(CLONE_FILES) {
        k.process.unshare_descriptors();
    }
    if has(CLONE_FS | CLONE_NEWNS | CLONE_NEWUSER) {
        k.process.unshare_standing();
    }
    Ok(0)
}
