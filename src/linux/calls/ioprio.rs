//! Priorities of input and output (ioprio_set(2)). They are kept and told; the host decides who comes first.

use crate::instructions::Machine;
use crate::linux::abi::capabilities::{CAP_SYS_ADMIN, CAP_SYS_NICE};
use crate::linux::abi::process::{
    IOPRIO_CLASS, IOPRIO_CLASS_BE, IOPRIO_CLASS_IDLE, IOPRIO_CLASS_NONE, IOPRIO_CLASS_RT, IOPRIO_CLASS_SHIFT,
    IOPRIO_LEVEL, IOPRIO_WHO_PROCESS,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;
use crate::linux::thread::Scheduling;

use super::call::Args;
use super::nice;

/// The class and below it the level; of several threads the best, where a thread that has none counts by its nice
/// value.
pub fn ioprio_get(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [which, who, ..] = *args;
    let told = |scheduling: Scheduling| match scheduling.io_priority {
        0 if which != IOPRIO_WHO_PROCESS => IOPRIO_CLASS_BE << IOPRIO_CLASS_SHIFT | level(scheduling.nice),
        priority => priority,
    };
    let threads = nice::meant(k, which - IOPRIO_WHO_PROCESS, who).into_iter();
    threads.filter_map(|tid| Some(told(k.find_thread(tid)?.scheduling))).min().ok_or(Errno::ESRCH)
}

/// The level of a nice value, from 0 to 7.
fn level(nice: i32) -> u32 {
    (nice - nice::LOWEST) as u32 / 5
}

pub fn ioprio_set(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [which, who, priority, ..] = *args;
    let io_priority = priority & 0xffff;
    let credentials = &k.process.credentials;
    match io_priority >> IOPRIO_CLASS_SHIFT & IOPRIO_CLASS {
        IOPRIO_CLASS_RT if !credentials.can(CAP_SYS_ADMIN) && !credentials.can(CAP_SYS_NICE) => {
            return Err(Errno::EPERM);
        }
        IOPRIO_CLASS_NONE if io_priority & IOPRIO_LEVEL != 0 => return Err(Errno::EINVAL),
        IOPRIO_CLASS_NONE | IOPRIO_CLASS_RT | IOPRIO_CLASS_BE | IOPRIO_CLASS_IDLE => {}
        _ => return Err(Errno::EINVAL),
    }
    let threads = nice::meant(k, which - IOPRIO_WHO_PROCESS, who);
    if threads.is_empty() {
        return Err(Errno::ESRCH);
    }
    for tid in threads {
        let pid = k.find_thread(tid).map_or(0, |thread| thread.pid);
        if !nice::owns(k, pid) && !k.process.credentials.can(CAP_SYS_NICE) {
            return Err(Errno::EPERM);
        }
        if let Some(thread) = k.find_thread_mut(tid) {
            thread.scheduling.io_priority = io_priority;
        }
    }
    Ok(0)
}
