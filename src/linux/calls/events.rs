//! Counters, timers and signals as descriptors: eventfd(2), timerfd_create(2), signalfd(2).

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::capabilities::CAP_WAKE_ALARM;
use crate::linux::abi::epoll::{EFD_SEMAPHORE, SignalfdSiginfo, TFD_TIMER_ABSTIME, TFD_TIMER_CANCEL_ON_SET};
use crate::linux::abi::files::{O_CLOEXEC, O_NONBLOCK, O_RDWR};
use crate::linux::abi::signals::SIGSET_SIZE;
use crate::linux::abi::time::{
    CLOCK_BOOTTIME, CLOCK_BOOTTIME_ALARM, CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_REALTIME_ALARM, Itimerspec32,
    Itimerspec64,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::objects::transfer::GuestRange;
use crate::linux::objects::{Eventfd, Object, OpenFileHandle, Timerfd};
use crate::linux::signals::{Siginfo, SiginfoFields, UNBLOCKABLE};
use crate::linux::sync::lock;
use crate::linux::world::TimerSetting;

use super::call::Args;
use super::timer_setting::{WantedSetting, itimerspec32, itimerspec64};
use super::{nameless, timespec};

/// The flags that these calls share with `open`.
const SHARED: u32 = O_NONBLOCK | O_CLOEXEC;

pub fn eventfd(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    eventfd2(k, m, &[args[0], 0, 0, 0, 0, 0])
}

pub fn eventfd2(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [count, flags, ..] = *args;
    let counter = Eventfd::new(count, flags & EFD_SEMAPHORE != 0, k.world.queues.create());
    nameless::insert(k, Object::Eventfd(counter), "[eventfd]", flags & SHARED | O_RDWR)
}

pub fn timerfd_create(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [clock, flags, ..] = *args;
    match clock {
        CLOCK_REALTIME | CLOCK_MONOTONIC | CLOCK_BOOTTIME => {}
        CLOCK_REALTIME_ALARM | CLOCK_BOOTTIME_ALARM => k.process.credentials.require(CAP_WAKE_ALARM)?,
        _ => return Err(Errno::EINVAL),
    }
    // Nothing sleeps that it could wake.
    let clock = match clock {
        CLOCK_REALTIME_ALARM => CLOCK_REALTIME,
        CLOCK_BOOTTIME_ALARM => CLOCK_BOOTTIME,
        clock => clock,
    };
    let timer = Timerfd::new(clock, k.world.queues.create());
    nameless::insert(k, Object::Timerfd(timer), "[timerfd]", flags & SHARED | O_RDWR)
}

pub fn timerfd_settime(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let before = set_time(k, m, args, timespec::read32, Itimerspec32::SIZE / 2)?;
    guest::write_if(&mut m.memory, args[3], &itimerspec32(before))
}

pub fn timerfd_settime64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
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
    let [fd, flags, new, ..] = *args;
    let wanted = WantedSetting::read(m, new, read, size)?;
    with_timer(k, fd, |k, timer| {
        let now = k.world.clock.elapsed(m);
        let before = timer.setting(now);
        let told = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
        let is_told = timer.clock == CLOCK_REALTIME && flags & told == told;
        timer.set(wanted.countdown(k, m, timer.clock, flags & TFD_TIMER_ABSTIME != 0, now)?, is_told)?;
        Ok(before)
    })
}

pub fn timerfd_gettime(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let setting = with_timer(k, args[0], |k, timer| Ok(timer.setting(k.world.clock.elapsed(m))))?;
    guest::write(&mut m.memory, args[1], &itimerspec32(setting))
}

pub fn timerfd_gettime64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let setting = with_timer(k, args[0], |k, timer| Ok(timer.setting(k.world.clock.elapsed(m))))?;
    guest::write(&mut m.memory, args[1], &itimerspec64(setting))
}

/// Calls `work` with the timer behind a descriptor; EINVAL if it is none.
fn with_timer<T>(
    k: &mut Kernel,
    fd: u32,
    work: impl FnOnce(&mut Kernel, &Timerfd) -> Result<T, Errno>,
) -> Result<T, Errno> {
    let handle = k.file(fd)?;
    let open = lock(&handle);
    let Object::Timerfd(timer) = &open.object else { return Err(Errno::EINVAL) };
    work(k, timer)
}

pub fn signalfd(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    signalfd4(k, m, &[args[0], args[1], args[2], 0, 0, 0])
}

/// Makes a descriptor for a set of signals, or changes the set of one.
pub fn signalfd4(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, set, size, flags, ..] = *args;
    if size != SIGSET_SIZE {
        return Err(Errno::EINVAL);
    }
    let mask = guest::number::<u64>(&mut m.memory, set)? & !UNBLOCKABLE;
    if fd == u32::MAX {
        return nameless::insert(k, Object::Signalfd(mask), "[signalfd]", flags & SHARED | O_RDWR);
    }
    let handle = k.file(fd)?;
    let Object::Signalfd(known) = &mut lock(&handle).object else { return Err(Errno::EINVAL) };
    *known = mask;
    k.world.signal_arrivals.notify();
    Ok(fd)
}

/// The signals that an open file stands for, if it stands for signals.
pub fn signals_of(handle: &OpenFileHandle) -> Option<u64> {
    if let Object::Signalfd(mask) = lock(handle).object { Some(mask) } else { None }
}

/// Takes as many of these signals as there are and there is room for; EAGAIN if there are none.
pub fn read_signals(k: &mut Kernel, m: &mut Machine, mask: u64, range: GuestRange) -> Answer {
    let room = range.size / SignalfdSiginfo::SIZE as u32;
    if room == 0 {
        return Err(Errno::EINVAL);
    }
    let mut done = 0;
    while done / (SignalfdSiginfo::SIZE as u32) < room {
        let Some(taken) = k.process.signals.dequeue(&mut k.thread.signals, !mask) else { break };
        guest::write(&mut m.memory, range.address.wrapping_add(done), &told(&taken))?;
        done += SignalfdSiginfo::SIZE as u32;
    }
    if done == 0 { Err(Errno::EAGAIN) } else { Ok(done) }
}

/// What a descriptor tells of a signal.
fn told(info: &Siginfo) -> SignalfdSiginfo {
    let common = SignalfdSiginfo {
        ssi_signo: info.signal,
        ssi_errno: info.error,
        ssi_code: info.code,
        ..SignalfdSiginfo::zeroed()
    };
    match info.fields {
        SiginfoFields::Kill { pid, uid } => SignalfdSiginfo { ssi_pid: pid, ssi_uid: uid, ..common },
        SiginfoFields::Timer { id, overrun, value } => {
            SignalfdSiginfo { ssi_tid: id, ssi_overrun: overrun, ssi_int: value, ssi_ptr: value.into(), ..common }
        }
        SiginfoFields::Queue { pid, uid, value } => {
            SignalfdSiginfo { ssi_pid: pid, ssi_uid: uid, ssi_int: value, ssi_ptr: value.into(), ..common }
        }
        SiginfoFields::Child { pid, uid, status, user_time, system_time } => SignalfdSiginfo {
            ssi_pid: pid,
            ssi_uid: uid,
            ssi_status: status,
            ssi_utime: user_time.into(),
            ssi_stime: system_time.into(),
            ..common
        },
        SiginfoFields::Fault { address } => SignalfdSiginfo { ssi_addr: address.into(), ..common },
        SiginfoFields::Poll { band, descriptor } => SignalfdSiginfo { ssi_band: band, ssi_fd: descriptor, ..common },
        SiginfoFields::System { address, number, architecture } => {
            SignalfdSiginfo { ssi_call_addr: address.into(), ssi_syscall: number, ssi_arch: architecture, ..common }
        }
    }
}
