//! Whom a request is about, and which options there are.

use crate::linux::abi::ptrace::PTRACE_OPTION;
use crate::linux::errno::Errno;
use crate::linux::kernel::Kernel;
use crate::linux::tracing::Tracee;

/// A tracee of the running process; ESRCH if it is none.
pub fn tracee(k: &mut Kernel, tid: u32) -> Result<&mut Tracee, Errno> {
    let own = k.process.pid;
    k.world.tracees.get_mut(tid).filter(|tracee| tracee.tracer == own).ok_or(Errno::ESRCH)
}

/// The options that are asked for; an error for those that there are not.
pub fn options(wanted: u32, unknown: Errno) -> Result<u32, Errno> {
    if wanted & !PTRACE_OPTION.bits() == 0 { Ok(wanted) } else { Err(unknown) }
}
