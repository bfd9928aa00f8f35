//! Waiting for descriptors (poll(2), select(2)). Files and host streams count as always ready: a read
//! of a host stream waits itself. Only pipes can be not ready.

use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::poll::{POLLIN, POLLNVAL, POLLOUT, POLLRDNORM, POLLWRNORM, Pollfd};
use crate::linux::abi::time::Timeval;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::objects::Object;
use crate::linux::process::Descriptors;
use crate::linux::sync::lock;

use super::call::Args;
use super::time;

/// The bits for ordinary reading and writing, under all their names.
const READY: u16 = (POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM) as u16;

pub fn poll(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fds, count, milliseconds, ..] = *args;
    let time = (milliseconds as i32 >= 0).then(|| Duration::from_millis(u64::from(milliseconds)));
    wait_any(k, m, fds, count, time)
}

pub fn ppoll(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = optional(args[2], |at| time::read32(&mut m.memory, at))?;
    wait_any(k, m, args[0], args[1], time)
}

pub fn ppoll_time64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = optional(args[2], |at| time::read64(&mut m.memory, at))?;
    wait_any(k, m, args[0], args[1], time)
}

fn wait_any(k: &mut Kernel, m: &mut Machine, fds: u32, count: u32, time: Option<Duration>) -> Answer {
    if count > Descriptors::LIMIT {
        return Err(Errno::EINVAL);
    }
    let mut ready = 0;
    for index in 0..count {
        let at = fds.wrapping_add(index * Pollfd::SIZE as u32);
        let asked: Pollfd = guest::read(&mut m.memory, at)?;
        let revents = u32::try_from(asked.fd).map_or(0, |fd| state(k, fd, asked.events));
        guest::write(&mut m.memory, at, &Pollfd { revents, ..asked })?;
        ready += u32::from(revents != 0);
    }
    pause_unless(k, m, ready, time)
}

fn state(k: &Kernel, fd: u32, wanted: u16) -> u16 {
    let Ok(open) = k.process.open_file(fd) else { return POLLNVAL as u16 };
    match &lock(&open).object {
        Object::Reader(end) if end.must_wait() => 0,
        Object::Reader(..) => wanted & (READY & !(POLLOUT as u16)),
        Object::Writer(..) => wanted & (READY & !(POLLIN as u16)),
        _ => wanted & READY,
    }
}

/// Nothing ever becomes ready while the only thread waits: what is left is to let time pass.
/// Waiting without an end would never end, and comes back at once instead.
fn pause_unless(k: &mut Kernel, m: &mut Machine, ready: u32, time: Option<Duration>) -> Answer {
    if let (0, Some(time)) = (ready, time) {
        k.process.sleep(m, time)?;
    }
    Ok(ready)
}

pub fn select(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = optional(args[4], |at| {
        let Timeval { tv_sec, tv_usec } = guest::read(&mut m.memory, at)?;
        let seconds = u64::try_from(tv_sec).map_err(|_| Errno::EINVAL)?;
        Ok(Duration::from_secs(seconds) + Duration::from_micros(tv_usec.into()))
    })?;
    wait_sets(k, m, args, time)
}

/// The oldest form takes a pointer to its arguments.
pub fn old_select(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [count, read, write, except, time] = guest::words(&mut m.memory, args[0])?;
    select(k, m, &[count, read, write, except, time, 0])
}

pub fn pselect6(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = optional(args[4], |at| time::read32(&mut m.memory, at))?;
    wait_sets(k, m, args, time)
}

pub fn pselect6_time64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = optional(args[4], |at| time::read64(&mut m.memory, at))?;
    wait_sets(k, m, args, time)
}

/// Descriptor sets as bit masks. No descriptor ever has an exceptional condition.
fn wait_sets(k: &mut Kernel, m: &mut Machine, args: &Args, time: Option<Duration>) -> Answer {
    let [count, read, write, except, ..] = *args;
    if count > Descriptors::LIMIT {
        return Err(Errno::EINVAL);
    }
    let mut ready = 0;
    for (set, wanted) in
        [(read, POLLIN as u16), (write, POLLOUT as u16), (except, 0)].into_iter().filter(|(set, _)| *set != 0)
    {
        for index in 0..count.div_ceil(32) {
            let at = set.wrapping_add(4 * index);
            let word = guest::number::<u32>(&mut m.memory, at)?;
            let kept = ready_bits(k, word, 32 * index, count, wanted)?;
            m.memory.store(at, kept)?;
            ready += kept.count_ones();
        }
    }
    pause_unless(k, m, ready, time)
}

fn ready_bits(k: &Kernel, word: u32, first: u32, count: u32, wanted: u16) -> Result<u32, Errno> {
    let mut kept = 0;
    for bit in (0..32).filter(|bit| word >> bit & 1 != 0 && first + bit < count) {
        match state(k, first + bit, wanted) {
            invalid if invalid == POLLNVAL as u16 => return Err(Errno::EBADF),
            0 => {}
            _ => kept |= 1 << bit,
        }
    }
    Ok(kept)
}

/// A null pointer means no time limit.
fn optional<T>(address: u32, read: impl FnOnce(u32) -> Result<T, Errno>) -> Result<Option<T>, Errno> {
    if address == 0 { Ok(None) } else { read(address).map(Some) }
}
