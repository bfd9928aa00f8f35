//! Waiting until open files are ready: one readiness behind reads, writes, poll, select and epoll.

use std::sync::Mutex;
use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::epoll::{EPOLLET, EPOLLONESHOT};
use crate::linux::abi::files::O_NONBLOCK;
use crate::linux::abi::poll::{POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM};
use crate::linux::errno::Errno;
use crate::linux::host::Readiness;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Channel, Epoll, Interest, Object, OpenFile, OpenFileHandle};
use crate::linux::sync::lock;
use crate::linux::world::Waiting;

use super::job_control;

/// The bits for reading, under all their names.
const READ: u32 = POLLIN | POLLRDNORM;
/// The bits for writing.
const WRITE: u32 = POLLOUT | POLLWRNORM;
/// What is told whether somebody asks for it or not.
const ALWAYS: u32 = POLLERR | POLLHUP;

/// Lets the call wait unless a read or write need not, and may take place; EAGAIN if the file must not block.
pub fn wait(k: &mut Kernel, m: &Machine, handle: &OpenFileHandle, wanted: Readiness) -> Result<(), Errno> {
    job_control::before(k, handle, wanted)?;
    let wanted_bits = if wanted == Readiness::Readable { READ | POLLHUP } else { WRITE | POLLERR };
    let (state, blocks) = {
        let open = lock(handle);
        if !blocks(&open) {
            return Ok(());
        }
        (state(k, m, &open), open.flags & O_NONBLOCK == 0)
    };
    match state & wanted_bits {
        0 if blocks => {
            let waiting = for_change(k, handle, wanted);
            Err(k.wait(waiting))
        }
        0 if lock(handle).stream().is_some() => Err(Errno::EAGAIN),
        // The read or write itself says what is the matter.
        _ => Ok(()),
    }
}

/// Whether read(2) and write(2) may have to wait.
fn blocks(open: &OpenFile) -> bool {
    let channel = open.object.channel().is_some_and(Channel::blocks);
    channel || open.stream().is_some() || matches!(open.object, Object::Signalfd(_))
}

/// Whether an open file has a state that somebody could wait for.
pub fn may_wait(open: &OpenFile) -> bool {
    open.queue().is_some() || open.stream().is_some() || matches!(open.object, Object::Signalfd(_) | Object::Epoll(_))
}

/// What poll tells of an open file.
pub fn state(k: &Kernel, m: &Machine, open: &OpenFile) -> u32 {
    match &open.object {
        Object::Stream(stream) if !stream.is_regular => {
            let file = &stream.file;
            let asked = [(file, Readiness::Readable), (file, Readiness::Writable)];
            let ready = k.world.interrupt.wait_any(&asked, Some(Duration::ZERO));
            [READ, WRITE].iter().zip(ready).filter(|(_, ready)| *ready).fold(0, |all, (bits, _)| all | bits)
        }
        Object::Signalfd(mask) => {
            let pending = k.thread.signals.pending.set() | k.process.signals.pending.set();
            if pending & mask != 0 { READ } else { 0 }
        }
        Object::Epoll(epoll) => {
            let ready = epoll.set().interests.values().any(|interest| events(k, m, interest) != 0);
            if ready { READ } else { 0 }
        }
        object => object.channel().map_or(READ | WRITE, |channel| {
            channel.elapse(k.world.clock.elapsed(m));
            channel.state()
        }),
    }
}

/// What to wait for until an open file may have become ready.
pub fn for_change(k: &Kernel, handle: &OpenFileHandle, wanted: Readiness) -> Waiting {
    let open = lock(handle);
    match &open.object {
        Object::Signalfd(_) => Waiting::on(&k.world.signal_arrivals),
        Object::Epoll(epoll) => for_any(k, epoll),
        object => match object.channel() {
            Some(channel) => Waiting::on(channel.queue()).or_until(channel.next_change()),
            None if open.stream().is_some() => {
                Waiting { streams: vec![(OpenFileHandle::clone(handle), wanted)], ..Waiting::default() }
            }
            None => Waiting::default(),
        },
    }
}

/// What to wait for until something of a watched set may have become ready, or the set has changed.
pub fn for_any(k: &Kernel, epoll: &Epoll) -> Waiting {
    let mut waiting = Waiting::on(epoll.queue());
    for interest in epoll.set().interests.values().filter(|interest| !interest.spent) {
        let Some(open) = watched(interest) else { continue };
        for (bits, wanted) in [(READ, Readiness::Readable), (WRITE, Readiness::Writable)] {
            if interest.events & bits != 0 {
                waiting = waiting.and(for_change(k, &open, wanted));
            }
        }
    }
    waiting
}

/// The open file that an interest is about, unless it is closed.
pub fn watched(interest: &Interest) -> Option<OpenFileHandle> {
    interest.open.upgrade()?.downcast::<Mutex<OpenFile>>().ok()
}

/// The events of a watched open file that are to be reported now.
fn events(k: &Kernel, m: &Machine, interest: &Interest) -> u32 {
    let Some(open) = watched(interest).filter(|_| !interest.spent) else { return 0 };
    let open = lock(&open);
    let ready = state(k, m, &open) & (interest.events | ALWAYS);
    let (Some(seen), Some(queue)) = (interest.seen.filter(|_| interest.events & EPOLLET != 0), open.queue()) else {
        return ready;
    };
    let news = queue.changes();
    let readable = ready & (READ | ALWAYS) != 0 && news[0] != seen[0];
    let writable = ready & WRITE != 0 && news[1] != seen[1];
    if readable || writable { ready } else { 0 }
}

/// Takes at most so many reports of a watched set: the events of each, and what its program wants back. What
/// reports changes only, or once, is silent afterwards.
pub fn take_reports(k: &Kernel, m: &Machine, epoll: &Epoll, most: usize) -> Vec<(u32, u64)> {
    let mut reports = Vec::new();
    let mut set = epoll.set();
    for key in set.in_turn() {
        if reports.len() == most {
            break;
        }
        let Some(interest) = set.interests.get_mut(&key) else { continue };
        let events = events(k, m, interest);
        if events == 0 {
            continue;
        }
        let open = watched(interest);
        interest.seen = open.and_then(|open| lock(&open).queue().map(|queue| queue.changes()));
        interest.spent = interest.events & EPOLLONESHOT != 0;
        reports.push((events, interest.data));
        set.last = key;
    }
    reports
}
