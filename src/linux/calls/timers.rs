//! Timers that send signals: alarm(2), setitimer(2), timer_create(2) and its family.

use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::signals::{SIGALRM, SIGEV_NONE, SIGEV_SIGNAL, SIGEV_THREAD, SIGEV_THREAD_ID, Sigevent};
use crate::linux::abi::time::{
    CLOCK_BOOTTIME, CLOCK_BOOTTIME_ALARM, CLOCK_MONOTONIC, CLOCK_MONOTONIC_COARSE, CLOCK_MONOTONIC_RAW,
    CLOCK_PROCESS_CPUTIME_ID, CLOCK_REALTIME, CLOCK_REALTIME_ALARM, CLOCK_REALTIME_COARSE, CLOCK_TAI,
    CLOCK_THREAD_CPUTIME_ID, ITIMER_REAL, Itimerspec32, Itimerspec64, Itimerval, TIMER_ABSTIME, Timeval,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::signals::{TimeBase, TimerKind, TimerReceiver, is_signal};
use crate::linux::world::TimerSetting;

use super::call::Args;
use super::timer_setting::{WantedSetting, itimerspec32, itimerspec64};
use super::timespec;

/// The answer is what is left of the alarm before, in seconds, and never 0 if there was one.
pub fn alarm(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let now = k.moment(m);
    let (left, _) = k.process.signals.timers.interval(ITIMER_REAL, now)?;
    let time = Duration::from_secs(args[0].into());
    k.process.signals.timers.set_interval(ITIMER_REAL, time, Duration::ZERO, now)?;
    k.timers_changed(m);
    let left = left.unwrap_or_default();
    let rounds_up = left.subsec_millis() >= 500 || left.as_secs() == 0 && !left.is_zero();
    Ok(left.as_secs() as u32 + u32::from(rounds_up))
}

/// Without a new setting the timer is disarmed.
pub fn setitimer(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [which, new, old, ..] = *args;
    let Itimerval { it_value, it_interval } = match new {
        0 => Itimerval::zeroed(),
        new => guest::read(&mut m.memory, new)?,
    };
    let (time, interval) = (duration(it_value)?, duration(it_interval)?);
    let now = k.moment(m);
    let before = k.process.signals.timers.interval(which, now)?;
    k.process.signals.timers.set_interval(which, time, interval, now)?;
    k.timers_changed(m);
    guest::write_if(&mut m.memory, old, &itimerval(before))
}

pub fn getitimer(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let now = k.moment(m);
    let setting = k.process.signals.timers.interval(args[0], now)?;
    guest::write(&mut m.memory, args[1], &itimerval(setting))
}

fn duration(time: Timeval) -> Result<Duration, Errno> {
    match (u64::try_from(time.tv_sec), time.tv_usec) {
        (Ok(seconds), 0..1_000_000) => Ok(Duration::new(seconds, time.tv_usec * 1000)),
        _ => Err(Errno::EINVAL),
    }
}

/// A timer that is armed never shows zero, which would mean that it is not.
fn itimerval((left, interval): TimerSetting) -> Itimerval {
    let left = left.map_or(Duration::ZERO, |left| left.max(Duration::from_micros(1)));
    Itimerval { it_value: timespec::timeval(left), it_interval: timespec::timeval(interval) }
}

pub fn timer_create(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [clock, event, number, ..] = *args;
    let event = if event == 0 { None } else { Some(guest::read(&mut m.memory, event)?) };
    let base = time_base(clock)?;
    let (receiver, signal, value) = match event {
        None => (TimerReceiver::Process, SIGALRM, None),
        Some(event) => notification(k, event)?,
    };
    let id = k.process.signals.timers.create(TimerKind { base, clock, receiver, signal, value })?;
    if m.memory.store(number, id).is_err() {
        k.process.signals.timers.delete(id)?;
        return Err(Errno::EFAULT);
    }
    Ok(0)
}

/// What a timer of a clock counts. The clocks that are cheap and imprecise have no timers, and there is no device that
/// could wake a sleeping computer. A negative number is the clock of a process or thread, of which there are three kinds
/// (clock_getcpuclockid(3)).
fn time_base(clock: u32) -> Result<TimeBase, Errno> {
    match clock {
        CLOCK_REALTIME | CLOCK_MONOTONIC | CLOCK_BOOTTIME | CLOCK_TAI => Ok(TimeBase::Elapsed),
        CLOCK_PROCESS_CPUTIME_ID | CLOCK_THREAD_CPUTIME_ID => Ok(TimeBase::Cpu),
        CLOCK_MONOTONIC_RAW | CLOCK_REALTIME_COARSE | CLOCK_MONOTONIC_COARSE => Err(Errno::EOPNOTSUPP),
        CLOCK_REALTIME_ALARM | CLOCK_BOOTTIME_ALARM => Err(Errno::EOPNOTSUPP),
        clock if (clock as i32) < 0 && clock & 3 != 3 => Ok(TimeBase::Cpu),
        _ => Err(Errno::EINVAL),
    }
}

/// Who gets which signal, and its value. SIGEV_THREAD is for C libraries, which make it SIGEV_THREAD_ID;
/// the kernel takes it for SIGEV_SIGNAL.
fn notification(k: &Kernel, event: Sigevent) -> Result<(TimerReceiver, u32, Option<u32>), Errno> {
    let Sigevent { sigev_value, sigev_signo, sigev_notify, sigev_notify_thread_id: thread, .. } = event;
    let receiver = match sigev_notify {
        SIGEV_NONE => TimerReceiver::Nobody,
        SIGEV_SIGNAL | SIGEV_THREAD => TimerReceiver::Process,
        SIGEV_THREAD_ID if k.process.threads.contains(&thread) => TimerReceiver::Thread(thread),
        _ => return Err(Errno::EINVAL),
    };
    if receiver != TimerReceiver::Nobody && !is_signal(sigev_signo) {
        return Err(Errno::EINVAL);
    }
    Ok((receiver, sigev_signo, Some(sigev_value)))
}

pub fn timer_settime(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let before = set_time(k, m, args, timespec::read32, Itimerspec32::SIZE / 2)?;
    guest::write_if(&mut m.memory, args[3], &itimerspec32(before))
}

pub fn timer_settime64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let before = set_time(k, m, args, timespec::read64, Itimerspec64::SIZE / 2)?;
    guest::write_if(&mut m.memory, args[3], &itimerspec64(before))
}

/// Arms a timer; gives the setting before.
fn set_time(
    k: &mut Kernel,
    m: &mut Machine,
    args: &Args,
    read: timespec::Reader,
    size: usize,
) -> Result<TimerSetting, Errno> {
    let [id, flags, new, ..] = *args;
    if new == 0 {
        return Err(Errno::EINVAL);
    }
    let wanted = WantedSetting::read(m, new, read, size)?;
    let kind = k.process.signals.timers.kind(id)?;
    let now = k.moment(m);
    let before = k.process.signals.timers.get(id, now)?;
    let wanted = wanted.countdown(k, m, kind.clock, flags & TIMER_ABSTIME != 0, now.of(kind.base))?;
    k.process.signals.timers.set(id, wanted)?;
    k.timers_changed(m);
    k.discard_timer(id);
    Ok(before)
}

pub fn timer_gettime(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let now = k.moment(m);
    let setting = k.process.signals.timers.get(args[0], now)?;
    guest::write(&mut m.memory, args[1], &itimerspec32(setting))
}

pub fn timer_gettime64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let now = k.moment(m);
    let setting = k.process.signals.timers.get(args[0], now)?;
    guest::write(&mut m.memory, args[1], &itimerspec64(setting))
}

pub fn timer_getoverrun(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    k.process.signals.timers.overrun(args[0])
}

pub fn timer_delete(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    k.process.signals.timers.delete(args[0])?;
    k.discard_timer(args[0]);
    k.timers_changed(m);
    Ok(0)
}
