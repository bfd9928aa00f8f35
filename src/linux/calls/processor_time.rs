//! Processor time: its clocks (clock_gettime(2), clock_getcpuclockid(3)), times(2), getrusage(2).
//!
//! An executed instruction counts as a nanosecond, of the program's time or of the kernel's.

use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::time::{
    CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, RUSAGE_CHILDREN, RUSAGE_THREAD, Rusage, Tms,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::process::Usage;

use super::call::Args;
use super::timespec::{TICKS, timeval};

/// In the number of a processor-time clock: it is a thread's, not a process's (CPUCLOCK_PERTHREAD_MASK).
const PER_THREAD: u32 = 4;

/// What the lowest two bits of such a number say of a clock that is a device's file (CLOCKFD).
const DEVICE: u32 = 3;

/// Kilobytes in a page.
const PAGE_KILOBYTES: u64 = 4;

/// The time of a clock of processor time; EINVAL if there is no such clock.
pub fn clock(k: &Kernel, m: &Machine, number: u32) -> Result<Duration, Errno> {
    let usage = match number {
        CLOCK_PROCESS_CPUTIME_ID => k.usage_of(m, &k.process),
        CLOCK_THREAD_CPUTIME_ID => k.usage_of_thread(m, &k.thread),
        number if (number as i32) >= 0 || number & DEVICE == DEVICE => return Err(Errno::EINVAL),
        number => usage_by_number(k, m, !((number as i32) >> 3) as u32, number & PER_THREAD != 0)?,
    };
    Ok(usage.time())
}

/// Of a process, or of a thread of the process that asks; number 0 means whoever asks.
fn usage_by_number(k: &Kernel, m: &Machine, id: u32, per_thread: bool) -> Result<Usage, Errno> {
    match (id, per_thread) {
        (0, true) => Ok(k.usage_of_thread(m, &k.thread)),
        (0, false) => Ok(k.usage_of(m, &k.process)),
        (id, true) => {
            let thread = k.find_thread(id).filter(|thread| thread.pid == k.process.pid);
            thread.map(|thread| k.usage_of_thread(m, thread)).ok_or(Errno::EINVAL)
        }
        (id, false) => k.find_process(id).map(|process| k.usage_of(m, process)).ok_or(Errno::EINVAL),
    }
}

/// Answers the ticks since the system started.
pub fn times(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [tms_utime, tms_stime] = k.usage_of(m, &k.process).times().map(ticks);
    let [tms_cutime, tms_cstime] = k.process.children_usage.times().map(ticks);
    guest::write_if(&mut m.memory, args[0], &Tms { tms_utime, tms_stime, tms_cutime, tms_cstime })?;
    Ok(ticks(k.world.clock.monotonic(m)))
}

fn ticks(time: Duration) -> u32 {
    (time.as_millis() / u128::from(1000 / TICKS)) as u32
}

pub fn getrusage(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    k.note_resident(m);
    let usage = match args[0] {
        RUSAGE_CHILDREN => k.process.children_usage,
        RUSAGE_THREAD => Usage { most_resident: k.process.usage.most_resident, ..k.usage_of_thread(m, &k.thread) },
        _ => k.usage_of(m, &k.process),
    };
    guest::write(&mut m.memory, args[1], &rusage(usage))
}

/// How the kernel writes it; what nobody counts is zero.
pub fn rusage(usage: Usage) -> Rusage {
    let word = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    let [user, system] = usage.times();
    Rusage {
        ru_utime: timeval(user),
        ru_stime: timeval(system),
        ru_maxrss: word(usage.most_resident * PAGE_KILOBYTES),
        ru_minflt: word(usage.faults),
        ru_nvcsw: word(usage.waits),
        ru_nivcsw: word(usage.turns_over),
        ..crate::linux::abi::Encoded::zeroed()
    }
}
