//! Waiting for descriptors (poll(2), select(2)).

use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::poll::{POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT, POLLPRI, Pollfd};
use crate::linux::abi::time::Timeval;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::sync::lock;
use crate::linux::world::Waiting;

use super::call::Args;
use super::{readiness, signals, timespec};

pub fn poll(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fds, count, milliseconds, ..] = *args;
    let time = (milliseconds as i32 >= 0).then(|| Duration::from_millis(u64::from(milliseconds)));
    wait_any(k, m, [fds, count], time, Errno::ERESTART_RESTARTBLOCK)
}

pub fn ppoll(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = optional(args[2], |at| timespec::read32(&mut m.memory, at))?;
    signals::set_temporarily(k, m, [args[3], args[4]])?;
    let answer = wait_any(k, m, [args[0], args[1]], time, Errno::ERESTARTNOHAND);
    with_rest(k, m, answer, args[2], timespec::timespec32)
}

pub fn ppoll_time64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = optional(args[2], |at| timespec::read64(&mut m.memory, at))?;
    signals::set_temporarily(k, m, [args[3], args[4]])?;
    let answer = wait_any(k, m, [args[0], args[1]], time, Errno::ERESTARTNOHAND);
    with_rest(k, m, answer, args[2], timespec::timespec64)
}

fn wait_any(
    k: &mut Kernel,
    m: &mut Machine,
    [fds, count]: [u32; 2],
    time: Option<Duration>,
    interrupted: Errno,
) -> Answer {
    if count > k.process.limits.descriptors() {
        return Err(Errno::EINVAL);
    }
    let (mut ready, mut waiting) = (0, Waiting::default());
    for index in 0..count {
        let at = fds.wrapping_add(index * Pollfd::SIZE as u32);
        let asked: Pollfd = guest::read(&mut m.memory, at)?;
        let revents = u32::try_from(asked.fd).map_or(0, |fd| state(k, m, fd, asked.events, &mut waiting));
        guest::write(&mut m.memory, at, &Pollfd { revents, ..asked })?;
        ready += u32::from(revents != 0);
    }
    wait_unless(k, m, ready, waiting, time, interrupted)
}

/// What is ready of what is wanted, and what to wait for if nothing is.
fn state(k: &Kernel, m: &Machine, fd: u32, wanted: u16, waiting: &mut Waiting) -> u16 {
    let Ok(handle) = k.file(fd) else { return POLLNVAL as u16 };
    let state = readiness::state(k, m, &lock(&handle)) as u16;
    let change = readiness::for_change(k, &handle, wanted.into());
    *waiting = std::mem::take(waiting).and(change);
    state & (wanted | (POLLERR | POLLHUP) as u16)
}

/// Waits for a change, but no longer than a time, unless something is ready.
fn wait_unless(
    k: &mut Kernel,
    m: &mut Machine,
    ready: u32,
    waiting: Waiting,
    time: Option<Duration>,
    interrupted: Errno,
) -> Answer {
    let until = time.map(|time| k.deadline(m, time));
    let late = until.is_some_and(|until| k.world.clock.elapsed(m) >= until);
    if ready > 0 || late { Ok(ready) } else { Err(k.wait_or(waiting.or_until(until), interrupted)) }
}

/// When the call is over, or a signal interrupts it, the program finds in place of the time limit what is left of
/// it (select(2), "The timeout"); where it cannot be stored, it is not.
fn with_rest<T: Encoded>(k: &Kernel, m: &mut Machine, answer: Answer, at: u32, form: fn(Duration) -> T) -> Answer {
    let until = k.thread.call.as_ref().and_then(|call| call.deadline);
    if let (Some(until), true) = (until.filter(|_| at != 0), k.thread.wait.is_none() || k.is_interrupted()) {
        let left = until.saturating_sub(k.world.clock.elapsed(m));
        let _ = guest::write(&mut m.memory, at, &form(left));
    }
    answer
}

pub fn select(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = optional(args[4], |at| {
        let Timeval { tv_sec, tv_usec } = guest::read(&mut m.memory, at)?;
        let seconds = u64::try_from(tv_sec).map_err(|_| Errno::EINVAL)?;
        // A million of microseconds and more are seconds.
        let microseconds = u64::try_from(tv_usec as i32).map_err(|_| Errno::EINVAL)?;
        Ok(Duration::from_secs(seconds) + Duration::from_micros(microseconds))
    })?;
    let answer = wait_sets(k, m, args, time);
    with_rest(k, m, answer, args[4], timespec::timeval)
}

/// The oldest form takes a pointer to its arguments.
pub fn old_select(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [count, read, write, except, time] = guest::words(&mut m.memory, args[0])?;
    select(k, m, &[count, read, write, except, time, 0])
}

pub fn pselect6(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = optional(args[4], |at| timespec::read32(&mut m.memory, at))?;
    set_mask(k, m, args[5])?;
    let answer = wait_sets(k, m, args, time);
    with_rest(k, m, answer, args[4], timespec::timespec32)
}

pub fn pselect6_time64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = optional(args[4], |at| timespec::read64(&mut m.memory, at))?;
    set_mask(k, m, args[5])?;
    let answer = wait_sets(k, m, args, time);
    with_rest(k, m, answer, args[4], timespec::timespec64)
}

/// The mask for the time of the call is behind one more pointer, because a call has six arguments.
fn set_mask(k: &mut Kernel, m: &mut Machine, address: u32) -> Result<(), Errno> {
    if address == 0 {
        return Ok(());
    }
    let set = guest::words(&mut m.memory, address)?;
    signals::set_temporarily(k, m, set)
}

/// Descriptor sets as bit masks. An error counts as readable and writable, as a read or write would not wait (select(2),
/// "Correspondence between select() and poll() notifications"). The sets are stored when the call has an answer: until
/// then it is made again with those that were asked for.
fn wait_sets(k: &mut Kernel, m: &mut Machine, args: &Args, time: Option<Duration>) -> Answer {
    let [count, read, write, except, ..] = *args;
    if count > i32::MAX as u32 {
        return Err(Errno::EINVAL);
    }
    let count = count.min(k.process.descriptors().room());
    let (mut ready, mut waiting, mut stored) = (0, Waiting::default(), Vec::new());
    let sets =
        [(read, (POLLIN | POLLHUP | POLLERR) as u16), (write, (POLLOUT | POLLERR) as u16), (except, POLLPRI as u16)];
    for (set, wanted) in sets.into_iter().filter(|(set, _)| *set != 0) {
        for index in 0..count.div_ceil(32) {
            let at = set.wrapping_add(4 * index);
            let word = guest::number::<u32>(&mut m.memory, at)?;
            let kept = ready_bits(k, m, word, [32 * index, count], wanted, &mut waiting)?;
            stored.push((at, kept));
            ready += kept.count_ones();
        }
    }
    let answer = wait_unless(k, m, ready, waiting, time, Errno::ERESTARTNOHAND)?;
    stored.into_iter().try_for_each(|(at, kept)| m.memory.store(at, kept))?;
    Ok(answer)
}

fn ready_bits(
    k: &Kernel,
    m: &Machine,
    word: u32,
    [first, count]: [u32; 2],
    wanted: u16,
    waiting: &mut Waiting,
) -> Result<u32, Errno> {
    let mut kept = 0;
    for bit in (0..32).filter(|bit| word >> bit & 1 != 0 && first + bit < count) {
        match state(k, m, first + bit, wanted, waiting) {
            invalid if invalid == POLLNVAL as u16 => return Err(Errno::EBADF),
            state if state & wanted != 0 => kept |= 1 << bit,
            _ => {}
        }
    }
    Ok(kept)
}

/// A null pointer means no time limit.
fn optional<T>(address: u32, read: impl FnOnce(u32) -> Result<T, Errno>) -> Result<Option<T>, Errno> {
    if address == 0 { Ok(None) } else { read(address).map(Some) }
}
