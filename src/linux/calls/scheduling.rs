//! Policies and priorities of threads: sched_setscheduler(2), sched_setparam(2), sched_setattr(2),
//! sched_rr_get_interval(2), sched_get_priority_max(2). Nice values are in [`nice`](super::nice).

use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::capabilities::CAP_SYS_NICE;
use crate::linux::abi::process::{
    RLIMIT_RTPRIO, SCHED_BATCH, SCHED_DEADLINE, SCHED_FIFO, SCHED_FLAG, SCHED_FLAG_DL_OVERRUN, SCHED_FLAG_KEEP_PARAMS,
    SCHED_FLAG_KEEP_POLICY, SCHED_FLAG_RECLAIM, SCHED_FLAG_RESET_ON_FORK, SCHED_IDLE, SCHED_OTHER, SCHED_RESET_ON_FORK,
    SCHED_RR, SchedAttr,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::thread::{HIGHEST_PRIORITY, Reservation, Scheduling, Thread, is_normal, is_real_time};

use super::call::Args;
use super::{extended_structure, nice, timespec};

/// How much of the processor may be promised to threads, in millionths (sched_rt_runtime_us).
const MOST_RESERVED: u64 = 950_000;

/// How many milliseconds a thread of `SCHED_RR` runs before another one of its priority does, unless the setting
/// `sched_rr_timeslice_ms` says otherwise.
const ROUND_ROBIN: u64 = 100;

pub fn sched_setscheduler(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [tid, policy, param, ..] = *args;
    if (policy as i32) < 0 {
        return Err(Errno::EINVAL);
    }
    let priority = read_priority(m, tid, param)?;
    let before = k.thread_or_own(tid)?.scheduling;
    let resets_on_fork = policy & SCHED_RESET_ON_FORK != 0;
    let reservation = Reservation::default();
    change(
        k,
        tid,
        Scheduling { policy: policy & !SCHED_RESET_ON_FORK, priority, resets_on_fork, reservation, ..before },
    )
}

pub fn sched_setparam(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [tid, param, ..] = *args;
    let priority = read_priority(m, tid, param)?;
    let before = k.thread_or_own(tid)?.scheduling;
    change(k, tid, Scheduling { priority, ..before })
}

fn read_priority(m: &mut Machine, tid: u32, param: u32) -> Result<u32, Errno> {
    if param == 0 || (tid as i32) < 0 { Err(Errno::EINVAL) } else { guest::number(&mut m.memory, param) }
}

/// Changes how a thread is scheduled, if the running process may do that (sched(7), "Privileges and
/// resource limits").
fn change(k: &mut Kernel, tid: u32, wanted: Scheduling) -> Answer {
    let promised = wanted.policy == SCHED_DEADLINE;
    let known = is_normal(wanted.policy) || is_real_time(wanted.policy) || promised && wanted.reservation.is_sound();
    let fits = (wanted.priority != 0) == is_real_time(wanted.policy) && wanted.priority <= HIGHEST_PRIORITY;
    if !known || !fits {
        return Err(Errno::EINVAL);
    }
    let thread = k.thread_or_own(tid)?;
    let (tid, pid, before) = (thread.tid, thread.pid, thread.scheduling);
    let allowed = nice::owns(k, pid) && permits(k, pid, before, wanted);
    if (!allowed || promised) && !k.process.credentials.can(CAP_SYS_NICE) {
        return Err(Errno::EPERM);
    }
    if promised && wanted.reservation.share() + reserved(k, tid) > MOST_RESERVED {
        return Err(Errno::EBUSY);
    }
    let reservation = if promised { wanted.reservation } else { Reservation::default() };
    k.schedule(tid, Scheduling { reservation, ..wanted });
    Ok(0)
}

/// Which part of the processor other threads are promised, in millionths.
fn reserved(k: &Kernel, tid: u32) -> u64 {
    let threads = k.world.threads.values().map(AsRef::as_ref).chain([&*k.thread]);
    threads.filter(|thread| thread.tid != tid).map(|thread| thread.scheduling.reservation.share()).sum()
}

/// Whether a change needs no privilege: threads may be favoured as far as RLIMIT_RTPRIO and RLIMIT_NICE allow.
fn permits(k: &Kernel, pid: u32, before: Scheduling, wanted: Scheduling) -> bool {
    let limits = k.find_process(pid).map(|process| &process.limits);
    let most = limits.and_then(|limits| limits.get(RLIMIT_RTPRIO).ok()).map_or(0, |[soft, _]| soft);
    let real_time = !is_real_time(wanted.policy)
        || (wanted.policy == before.policy || most > 0)
            && (wanted.priority <= before.priority || u64::from(wanted.priority) <= most);
    let leaves_idle = before.policy == SCHED_IDLE && wanted.policy != SCHED_IDLE;
    let favoured = is_normal(wanted.policy) && wanted.nice < before.nice || leaves_idle;
    let nice = !favoured || nice::permits(k, pid, wanted.nice);
    real_time && nice && (wanted.resets_on_fork || !before.resets_on_fork)
}

pub fn sched_getscheduler(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let Scheduling { policy, resets_on_fork, .. } = k.thread_or_own(args[0])?.scheduling;
    Ok(policy | if resets_on_fork { SCHED_RESET_ON_FORK } else { 0 })
}

pub fn sched_getparam(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [tid, param, ..] = *args;
    if param == 0 {
        return Err(Errno::EINVAL);
    }
    let priority = k.thread_or_own(tid)?.scheduling.priority;
    guest::write(&mut m.memory, param, &priority)
}

/// The attributes may be a version of the structure that is shorter or longer than ours; E2BIG, and our size
/// in its place, for one whose further fields say something.
pub fn sched_setattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [tid, address, flags, ..] = *args;
    if address == 0 || (tid as i32) < 0 || flags != 0 {
        return Err(Errno::EINVAL);
    }
    let attr = match read_attr(m, address) {
        Err(Errno::E2BIG) => {
            m.memory.store(address, SchedAttr::SIZE as u32)?;
            return Err(Errno::E2BIG);
        }
        attr => attr?,
    };
    let unknown = attr.sched_flags & !u64::from(SCHED_FLAG.bits()) != 0;
    if (attr.sched_policy as i32) < 0 || unknown {
        return Err(Errno::EINVAL);
    }
    let before = k.thread_or_own(tid)?.scheduling;
    change(k, tid, asked(before, &attr))
}

fn read_attr(m: &mut Machine, address: u32) -> Result<SchedAttr, Errno> {
    let size = match guest::number(&mut m.memory, address)? {
        0 => SchedAttr::FIRST_SIZE,
        size => size,
    };
    extended_structure::check(size, SchedAttr::FIRST_SIZE).map_err(|_| Errno::E2BIG)?;
    extended_structure::read(m, [address, size], SchedAttr::FIRST_SIZE)
}

/// What attributes ask for: flags may say that policy or parameters stay what they are.
fn asked(before: Scheduling, attr: &SchedAttr) -> Scheduling {
    let has = |flag: u32| attr.sched_flags & u64::from(flag) != 0;
    let policy = if has(SCHED_FLAG_KEEP_POLICY) { before.policy } else { attr.sched_policy };
    let resets_on_fork =
        if has(SCHED_FLAG_KEEP_POLICY) { before.resets_on_fork } else { has(SCHED_FLAG_RESET_ON_FORK) };
    if has(SCHED_FLAG_KEEP_PARAMS) {
        return Scheduling { policy, resets_on_fork, ..before };
    }
    let nice = if is_normal(policy) { attr.sched_nice.clamp(nice::LOWEST, nice::HIGHEST) } else { before.nice };
    let reservation = Reservation {
        runtime: attr.sched_runtime,
        deadline: attr.sched_deadline,
        period: if attr.sched_period == 0 { attr.sched_deadline } else { attr.sched_period },
        flags: attr.sched_flags as u32 & (SCHED_FLAG_RECLAIM | SCHED_FLAG_DL_OVERRUN),
    };
    Scheduling { policy, priority: attr.sched_priority, nice, resets_on_fork, reservation, ..before }
}

pub fn sched_getattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [tid, address, size, flags, ..] = *args;
    if address == 0 || extended_structure::check(size, SchedAttr::FIRST_SIZE).is_err() || flags != 0 {
        return Err(Errno::EINVAL);
    }
    let Scheduling { policy, priority, nice, resets_on_fork, reservation, .. } = k.thread_or_own(tid)?.scheduling;
    let resets = if resets_on_fork { SCHED_FLAG_RESET_ON_FORK } else { 0 };
    let size = size.min(SchedAttr::SIZE as u32);
    let attr = SchedAttr {
        size,
        sched_policy: policy,
        sched_flags: (resets | reservation.flags).into(),
        sched_nice: if is_normal(policy) { nice } else { 0 },
        sched_priority: priority,
        sched_runtime: reservation.runtime,
        sched_deadline: reservation.deadline,
        sched_period: reservation.period,
        ..SchedAttr::zeroed()
    };
    m.memory.write(address, &attr.to_bytes()[..size as usize])?;
    Ok(0)
}

pub fn sched_rr_get_interval(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let interval = interval(k, args[0])?;
    guest::write(&mut m.memory, args[1], &timespec::timespec32(interval))
}

pub fn sched_rr_get_interval64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let interval = interval(k, args[0])?;
    guest::write(&mut m.memory, args[1], &timespec::timespec64(interval))
}

/// The turn of a thread; threads of other policies than `SCHED_RR` have none of fixed length.
fn interval(k: &Kernel, tid: u32) -> Result<Duration, Errno> {
    let round_robin = k.thread_or_own(tid)?.scheduling.policy == SCHED_RR;
    let set = k.world.settings.number("kernel/sched_rr_timeslice_ms").and_then(|turn| u64::try_from(turn).ok());
    let turn = Duration::from_millis(set.filter(|turn| *turn > 0).unwrap_or(ROUND_ROBIN));
    Ok(if round_robin { turn } else { Duration::ZERO })
}

/// The highest priority of a policy: the normal ones have only 0 (sched_get_priority_max(2)).
pub fn sched_get_priority_max(_: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    priority(args[0], HIGHEST_PRIORITY)
}

/// The lowest priority of a policy.
pub fn sched_get_priority_min(_: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    priority(args[0], 1)
}

fn priority(policy: u32, real_time: u32) -> Answer {
    match policy {
        SCHED_FIFO | SCHED_RR => Ok(real_time),
        SCHED_OTHER | SCHED_BATCH | SCHED_IDLE | SCHED_DEADLINE => Ok(0),
        _ => Err(Errno::EINVAL),
    }
}

/// There is one processor: a set without it is refused.
pub fn sched_setaffinity(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [tid, size, address, ..] = *args;
    let mut mask = [0];
    if size > 0 {
        m.memory.read(address, &mut mask)?;
    }
    let pid = affine_thread(k, tid)?.pid;
    if !nice::owns(k, pid) && !k.process.credentials.can(CAP_SYS_NICE) {
        return Err(Errno::EPERM);
    }
    if mask[0] & 1 == 0 { Err(Errno::EINVAL) } else { Ok(0) }
}

/// A mask with processor 0, the only one.
pub fn sched_getaffinity(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [tid, size, address, ..] = *args;
    if size < 4 || size % 4 != 0 {
        return Err(Errno::EINVAL);
    }
    affine_thread(k, tid)?;
    m.memory.store(address, 1_u32)?;
    Ok(4)
}

/// These calls say of every number that no thread has that there is no such thread.
fn affine_thread(k: &Kernel, tid: u32) -> Result<&Thread, Errno> {
    k.thread_or_own(tid).map_err(|_| Errno::ESRCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_may_keep_what_they_do_not_say() {
        let before =
            Scheduling { policy: SCHED_RR, priority: 5, nice: 3, resets_on_fork: true, ..Scheduling::default() };
        let attr = SchedAttr { sched_policy: SCHED_BATCH, sched_nice: 40, ..SchedAttr::zeroed() };
        let batch = Scheduling { policy: SCHED_BATCH, priority: 0, nice: 19, ..Scheduling::default() };
        assert_eq!(asked(before, &attr), batch);
        let flags = u64::from(SCHED_FLAG_KEEP_POLICY | SCHED_FLAG_KEEP_PARAMS);
        assert_eq!(asked(before, &SchedAttr { sched_flags: flags, ..attr }), before);
    }
}
