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
use crate::linux::world::{WaitQueue, Waiting};

use super::job_control;

/// The bits for reading, under all their names.
const READ: u32 = POLLIN | POLLRDNORM;
/// The bits for writing.
const WRITE: u32 = POLLOUT | POLLWRNORM;
/// Both directions, and their bits.
const DIRECTIONS: [(Readiness, u32); 2] = [(Readiness::Readable, READ), (Readiness::Writable, WRITE)];
/// What is told whether somebody asks for it or not.
const ALWAYS: u32 = POLLERR | POLLHUP;

/// Lets the call wait unless a read or write need not, and may take place; EAGAIN if the file must not block.
pub fn wait(k: &mut Kernel, m: &Machine, handle: &OpenFileHandle, wanted: Readiness) -> Result<(), Errno> {
    job_control::before(k, handle, wanted)?;
    let bits = if wanted == Readiness::Readable { READ | POLLHUP } else { WRITE | POLLERR };
    let (state, blocks) = {
        let open = lock(handle);
        if !blocks(&open) {
            return Ok(());
        }
        (state(k, m, &open), open.flags & O_NONBLOCK == 0)
    };
    match state & bits {
        0 if blocks => {
            let waiting = for_change(k, handle, bits);
            Err(k.wait(waiting))
        }
        0 if lock(handle).stream().is_some() => Err(Errno::EAGAIN),
        // The read or write itself says what is the matter.
        _ => Ok(()),
    }
}

/// Whether a read would have to wait.
pub fn would_wait(k: &Kernel, m: &Machine, handle: &OpenFileHandle) -> bool {
    let open = lock(handle);
    blocks(&open) && state(k, m, &open) & (READ | POLLHUP) == 0
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
            let asked = DIRECTIONS.map(|(direction, _)| (file, direction));
            let ready = k.world.host.wait_any(&k.world.interrupt, &asked, Some(Duration::ZERO));
            DIRECTIONS.iter().zip(ready).filter(|(_, ready)| *ready).fold(0, |all, ((_, bits), _)| all | bits)
        }
        Object::Signalfd(mask) => {
            let pending = k.thread.signals.pending.set() | k.process.signals.pending.set();
            if pending & mask != 0 { READ } else { 0 }
        }
        Object::Epoll(epoll) => {
            let set = epoll.set();
            let mut marked = epoll.marks().after(set.last).into_iter().filter_map(|key| set.interests.get(&key));
            if marked.any(|interest| report(k, m, interest).is_some()) { READ } else { 0 }
        }
        object => object.channel().map_or(READ | WRITE, |channel| {
            channel.elapse(k.world.clock.elapsed(m));
            channel.state()
        }),
    }
}

/// What to wait for until an open file may have become ready for what is `wanted`, in bits of poll(2). Streams of
/// the host are waited for only in the directions that are asked for: one that is ready for anything else would
/// end the wait at once, and it would begin again.
pub fn for_change(k: &Kernel, handle: &OpenFileHandle, wanted: u32) -> Waiting {
    let open = lock(handle);
    match &open.object {
        Object::Signalfd(_) => Waiting::on(&k.world.signal_arrivals),
        Object::Epoll(epoll) => for_any(k, epoll),
        object => match object.channel() {
            Some(channel) => Waiting::on(channel.queue()).or_until(channel.next_change()),
            None if open.stream().is_some() => {
                let asked = DIRECTIONS.iter().filter(|(_, bits)| wanted & bits != 0);
                let streams = asked.map(|(direction, _)| (OpenFileHandle::clone(handle), *direction));
                Waiting { streams: streams.collect(), ..Waiting::default() }
            }
            None => Waiting::default(),
        },
    }
}

/// What to wait for until something of a watched set may have become ready, or the set has changed: until something is
/// marked, or what has no queue to mark it becomes ready.
pub fn for_any(k: &Kernel, epoll: &Epoll) -> Waiting {
    let set = epoll.set();
    let interests = epoll.marks().after(set.last).into_iter().filter_map(|key| set.interests.get(&key));
    let open =
        interests.filter(|interest| !interest.spent).filter_map(|interest| Some((watched(interest)?, interest.events)));
    open.fold(Waiting::on(epoll.marks().queue()), |all, (open, events)| all.and(for_change(k, &open, events)))
}

/// The open file that an interest is about, unless it is closed.
pub fn watched(interest: &Interest) -> Option<OpenFileHandle> {
    interest.open.upgrade()?.into_any().downcast::<Mutex<OpenFile>>().ok()
}

/// The events of a watched open file that are to be reported now, and the changes that they tell of.
fn report(k: &Kernel, m: &Machine, interest: &Interest) -> Option<(u32, Option<[u64; 2]>)> {
    let open = watched(interest).filter(|_| !interest.spent)?;
    let open = lock(&open);
    let ready = state(k, m, &open) & (interest.events | ALWAYS);
    let changes = open.queue().map(WaitQueue::changes);
    let is_news = match interest.seen.zip(changes).filter(|_| interest.events & EPOLLET != 0) {
        Some((seen, now)) => {
            ready & (READ | ALWAYS) != 0 && now[0] != seen[0] || ready & WRITE != 0 && now[1] != seen[1]
        }
        None => ready != 0,
    };
    is_news.then_some((ready, changes))
}

/// Takes at most so many reports of a watched set: the events of each, and what its program wants back. What
/// reports changes only, or once, is silent afterwards. What has nothing to report loses its mark.
pub fn take_reports(k: &Kernel, m: &Machine, epoll: &Epoll, most: usize) -> Vec<(u32, u64)> {
    let mut reports = Vec::new();
    let mut set = epoll.set();
    for key in epoll.marks().after(set.last) {
        if reports.len() == most {
            break;
        }
        let reported = set.interests.get_mut(&key).and_then(|interest| {
            let (events, changes) = report(k, m, interest)?;
            interest.seen = changes;
            interest.spent = interest.events & EPOLLONESHOT != 0;
            Some((events, interest.data))
        });
        match reported {
            Some(reported) => {
                reports.push(reported);
                set.last = key;
            }
            None if set.interests.get(&key).is_none_or(tells_changes) => epoll.marks().unmark(key),
            None => {}
        }
    }
    reports
}

/// Whether an interest is marked when it may have something to report again, so that nobody need ask before.
fn tells_changes(interest: &Interest) -> bool {
    let Some(open) = watched(interest).filter(|_| !interest.spent) else { return true };
    let open = lock(&open);
    let by_itself = open.object.channel().and_then(Channel::next_change);
    open.queue().is_some() && open.stream().is_none() && by_itself.is_none()
}
