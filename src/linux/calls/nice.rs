//! Nice values: nice(2), getpriority(2), setpriority(2).

use crate::instructions::Machine;
use crate::linux::abi::capabilities::CAP_SYS_NICE;
use crate::linux::abi::process::{PRIO_PGRP, PRIO_PROCESS, RLIMIT_NICE};
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;
use crate::linux::thread::Scheduling;

use super::call::Args;

/// The nice value of the most favoured threads.
pub const LOWEST: i32 = -20;
/// That of the least favoured ones.
pub const HIGHEST: i32 = 19;

/// Changes the nice value of the running thread by an increment.
pub fn nice(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let before = k.thread.scheduling;
    let increment = (args[0] as i32).clamp(-40, 40);
    let nice = (before.nice + increment).clamp(LOWEST, HIGHEST);
    if increment < 0 && !permits(k, k.process.pid, nice) {
        return Err(Errno::EPERM);
    }
    k.schedule(k.thread.tid, Scheduling { nice, ..before });
    Ok(0)
}

/// The most favoured of the threads that are meant. The answer of the kernel is 20 less the nice value.
pub fn getpriority(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let threads = meant(k, args[0], args[1]).into_iter();
    let lowest = threads.filter_map(|tid| Some(k.find_thread(tid)?.scheduling.nice)).min();
    lowest.map(|nice| (20 - nice) as u32).ok_or(Errno::ESRCH)
}

/// Of several threads it is the last failure that counts.
pub fn setpriority(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [which, who, value, ..] = *args;
    let nice = (value as i32).clamp(LOWEST, HIGHEST);
    let answers: Vec<Result<(), Errno>> = meant(k, which, who).into_iter().map(|tid| set(k, tid, nice)).collect();
    match answers.iter().rev().find_map(|one| one.err()) {
        Some(error) => Err(error),
        None if answers.is_empty() => Err(Errno::ESRCH),
        None => Ok(0),
    }
}

fn set(k: &mut Kernel, tid: u32, nice: i32) -> Result<(), Errno> {
    let thread = k.find_thread(tid).ok_or(Errno::ESRCH)?;
    let (pid, before) = (thread.pid, thread.scheduling);
    if !owns(k, pid) && !k.process.credentials.can(CAP_SYS_NICE) {
        return Err(Errno::EPERM);
    }
    if nice < before.nice && !permits(k, pid, nice) {
        return Err(Errno::EACCES);
    }
    k.schedule(tid, Scheduling { nice, ..before });
    Ok(())
}

/// The threads that a number means: one, or all those of a process group or of a user.
pub fn meant(k: &Kernel, which: u32, who: u32) -> Vec<u32> {
    if which == PRIO_PROCESS {
        return k.thread_or_own(who).map(|thread| thread.tid).into_iter().collect();
    }
    let group = if who == 0 { k.process.group } else { who };
    let user = if who == 0 { k.process.credentials.real_uid } else { who };
    let processes = k.all_processes().filter(|process| match which {
        PRIO_PGRP => process.group == group,
        _ => process.credentials.real_uid == user,
    });
    processes.flat_map(|process| process.threads.iter().copied()).collect()
}

/// Whether the running process may change how the threads of another one are scheduled: it has the same user.
pub fn owns(k: &Kernel, pid: u32) -> bool {
    let own = k.process.credentials.uid;
    let credentials = k.find_process(pid).map(|process| &process.credentials);
    credentials.is_some_and(|other| other.real_uid == own || other.uid == own)
}

/// Whether the threads of a process may have a nice value: RLIMIT_NICE says how far they may be favoured
/// (getrlimit(2)).
pub fn permits(k: &Kernel, pid: u32, nice: i32) -> bool {
    let limit = k.find_process(pid).and_then(|process| process.limits.get(RLIMIT_NICE).ok());
    limit.is_some_and(|[soft, _]| (20 - nice) as u64 <= soft) || k.process.credentials.can(CAP_SYS_NICE)
}
