//! Giving up system calls: seccomp(2).

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::capabilities::CAP_SYS_ADMIN;
use crate::linux::abi::seccomp::{
    SECCOMP_FILTER, SECCOMP_FILTER_FLAG_TSYNC, SECCOMP_FILTER_FLAG_TSYNC_ESRCH, SECCOMP_GET_ACTION_AVAIL,
    SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO, SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_LOG,
    SECCOMP_RET_TRACE, SECCOMP_RET_TRAP, SECCOMP_SET_MODE_FILTER, SECCOMP_SET_MODE_STRICT, SockFilter, SockFprog,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::thread::{Filter, FilterStep, MAX_STEPS, check_filter};

use super::call::Args;

/// Most instructions of all filters of a thread (`MAX_INSNS_PER_PATH`).
const MAX_TOTAL: usize = 32_768;

/// What filters may return here: a tracer can be asked about a call, and nobody else (SECCOMP_RET_USER_NOTIF).
const ACTIONS: [u32; 7] = [
    SECCOMP_RET_KILL_PROCESS,
    SECCOMP_RET_KILL_THREAD,
    SECCOMP_RET_TRAP,
    SECCOMP_RET_ERRNO,
    SECCOMP_RET_TRACE,
    SECCOMP_RET_LOG,
    SECCOMP_RET_ALLOW,
];

pub fn seccomp(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [operation, flags, address, ..] = *args;
    match operation {
        SECCOMP_SET_MODE_STRICT if flags == 0 && address == 0 => set_strict(k),
        SECCOMP_SET_MODE_FILTER => add_filter(k, m, flags, address),
        SECCOMP_GET_ACTION_AVAIL if flags == 0 => {
            let action = guest::number::<u32>(&mut m.memory, address)?;
            if ACTIONS.contains(&action) { Ok(0) } else { Err(Errno::EOPNOTSUPP) }
        }
        _ => Err(Errno::EINVAL),
    }
}

/// Nothing but reading, writing, returning from handlers and ending from now on.
pub fn set_strict(k: &mut Kernel) -> Answer {
    let confinement = &mut k.thread.confinement;
    if confinement.filters.is_some() {
        return Err(Errno::EINVAL);
    }
    confinement.strict = true;
    Ok(0)
}

/// Adds a filter in front of those that there are. Without a privilege only who gains none by executing may.
pub fn add_filter(k: &mut Kernel, m: &mut Machine, flags: u32, address: u32) -> Answer {
    if flags & !SECCOMP_FILTER.bits() != 0 {
        return Err(Errno::EINVAL);
    }
    let given: SockFprog = guest::read(&mut m.memory, address)?;
    let size = usize::from(given.len);
    if size == 0 || size > MAX_STEPS {
        return Err(Errno::EINVAL);
    }
    if !k.thread.confinement.no_new_privileges && !k.process.credentials.can_here(CAP_SYS_ADMIN) {
        return Err(Errno::EACCES);
    }
    let program = read_program(m, given.filter, size)?;
    check_filter(&program)?;
    if k.thread.confinement.strict {
        return Err(Errno::EINVAL);
    }
    let earlier = k.thread.confinement.filters.clone();
    let filter = Arc::new(Filter { program, earlier });
    if filter.size() > MAX_TOTAL {
        return Err(Errno::ENOMEM);
    }
    if flags & SECCOMP_FILTER_FLAG_TSYNC != 0 {
        if let Some(tid) = synchronize(k, &filter) {
            return if flags & SECCOMP_FILTER_FLAG_TSYNC_ESRCH != 0 { Err(Errno::ESRCH) } else { Ok(tid) };
        }
    }
    k.thread.confinement.filters = Some(filter);
    Ok(0)
}

fn read_program(m: &mut Machine, address: u32, size: usize) -> Result<Vec<FilterStep>, Errno> {
    let step = |index: usize| {
        let at = address.wrapping_add((index * SockFilter::SIZE) as u32);
        let SockFilter { code, jt, jf, k } = guest::read(&mut m.memory, at)?;
        Ok(FilterStep { code, jumps: [jt, jf], operand: k })
    };
    (0..size).map(step).collect()
}

/// Gives a filter to every thread of the process, if each has none but such as the running one has. The thread that
/// has another, otherwise.
fn synchronize(k: &mut Kernel, filter: &Arc<Filter>) -> Option<u32> {
    let others: Vec<u32> = k.process.threads.iter().copied().filter(|tid| *tid != k.thread.tid).collect();
    let is_ancestor = |own: &Arc<Filter>| filter.chain().any(|one| std::ptr::eq(one, Arc::as_ptr(own)));
    let strange = |tid: &u32| {
        let own = k.find_thread(*tid).map(|thread| &thread.confinement);
        own.is_some_and(|own| own.strict || own.filters.as_ref().is_some_and(|own| !is_ancestor(own)))
    };
    if let Some(tid) = others.iter().copied().find(strange) {
        return Some(tid);
    }
    let no_new_privileges = k.thread.confinement.no_new_privileges;
    for tid in others {
        if let Some(thread) = k.find_thread_mut(tid) {
            thread.confinement.filters = Some(Arc::clone(filter));
            thread.confinement.no_new_privileges |= no_new_privileges;
        }
    }
    None
}
