//! How a thread becomes traced: PTRACE_TRACEME, PTRACE_ATTACH, PTRACE_SEIZE, and who may trace whom (ptrace(2),
//! "Ptrace access mode checking").

use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;
use crate::linux::process::INIT_PID;
use crate::linux::tracing::Tracee;

use super::tracee;

/// The running thread is traced by the parent of its process. The first process has none that could.
pub fn trace_me(k: &mut Kernel) -> Answer {
    let (tid, pid, parent) = (k.thread.tid, k.process.pid, k.process.parent);
    if k.world.tracees.contains(tid) {
        return Err(Errno::EPERM);
    }
    if parent != INIT_PID {
        k.world.tracees.insert(tid, Tracee::new(parent, pid, 0, false));
    }
    Ok(0)
}

pub fn attach(k: &mut Kernel, tid: u32) -> Answer {
    become_tracer(k, tid, 0, false)
}

pub fn seize(k: &mut Kernel, tid: u32, address: u32, options: u32) -> Answer {
    if address != 0 {
        return Err(Errno::EIO);
    }
    become_tracer(k, tid, tracee::options(options, Errno::EIO)?, true)
}

fn become_tracer(k: &mut Kernel, tid: u32, options: u32, seized: bool) -> Answer {
    let pid = k.find_process_of(tid).map(|process| process.pid).ok_or(Errno::ESRCH)?;
    let ended = k.find_thread(tid).is_none_or(|thread| thread.ended);
    if ended || pid == INIT_PID || k.world.tracees.contains(tid) || pid == k.process.pid || !may_trace(k, pid) {
        return Err(Errno::EPERM);
    }
    k.attach(tid, Tracee::new(k.process.pid, pid, options, seized));
    Ok(0)
}

/// Whether the running process may trace another one: it may look into it, and that one does not hide what it
/// has (prctl(2), PR_SET_DUMPABLE).
pub fn may_trace(k: &Kernel, pid: u32) -> bool {
    let own = &k.process.credentials;
    k.find_process(pid).is_some_and(|other| other.may_be_inspected_by(own))
}
