//! Watching many descriptors at once: epoll_create(2), epoll_ctl(2), epoll_wait(2).

use std::sync::Arc;
use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::epoll::{
    EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD, EPOLLERR, EPOLLET, EPOLLEXCLUSIVE, EPOLLHUP, EPOLLIN,
    EPOLLOUT, EPOLLWAKEUP, EpollEvent,
};
use crate::linux::abi::files::{O_CLOEXEC, O_RDWR};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Epoll, Object, OpenFileHandle, WatchedFile};
use crate::linux::sync::lock;

use super::call::Args;
use super::{nameless, readiness, signals, timespec};

/// How deep sets may watch sets (epoll_ctl(2), ELOOP).
const MAX_NESTING: u32 = 4;

/// Most events of one call.
const MAX_EVENTS: u32 = i32::MAX as u32 / EpollEvent::SIZE as u32;

/// What may be watched by one watcher of several (epoll_ctl(2), EPOLLEXCLUSIVE).
const EXCLUSIVE_KNOWN: u32 = EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE;

/// The size says nothing any more, but must be positive.
pub fn epoll_create(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    if args[0] as i32 <= 0 { Err(Errno::EINVAL) } else { epoll_create1(k, m, &[0; 6]) }
}

pub fn epoll_create1(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let object = Object::Epoll(Epoll::new(k.world.queues.create()));
    let closes = if args[0] & EPOLL_CLOEXEC != 0 { O_CLOEXEC } else { 0 };
    nameless::insert(k, object, "[eventpoll]", O_RDWR | closes)
}

pub fn epoll_ctl(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [set, operation, fd, event, ..] = *args;
    let event = match operation {
        EPOLL_CTL_DEL => EpollEvent::zeroed(),
        _ => guest::read(&mut m.memory, event)?,
    };
    let (set, open) = (k.file(set)?, k.file(fd)?);
    if !readiness::may_wait(&lock(&open)) {
        return Err(Errno::EPERM);
    }
    if Arc::ptr_eq(&set, &open) {
        return Err(Errno::EINVAL);
    }
    let set_file = lock(&set);
    let Object::Epoll(epoll) = &set_file.object else { return Err(Errno::EINVAL) };
    let EpollEvent { events, data } = event;
    let exclusive = events & EPOLLEXCLUSIVE != 0;
    let is_set = matches!(lock(&open).object, Object::Epoll(_));
    if exclusive && (operation == EPOLL_CTL_MOD || is_set || events & !EXCLUSIVE_KNOWN != 0) {
        return Err(Errno::EINVAL);
    }
    let file: Arc<WatchedFile> = Arc::clone(&open) as Arc<WatchedFile>;
    match operation {
        EPOLL_CTL_ADD => {
            if is_set {
                check_depth(&open, &set, 1)?;
            }
            epoll.add(fd, (&file, lock(&open).queue()), events, data)?;
        }
        EPOLL_CTL_MOD => epoll.modify(fd, &file, [events, EPOLLEXCLUSIVE], data)?,
        EPOLL_CTL_DEL => epoll.remove(fd, &file)?,
        _ => return Err(Errno::EINVAL),
    }
    Ok(0)
}

/// ELOOP if a set watches `above`, which is about to watch it at a level, or sets that would be too deep then.
fn check_depth(open: &OpenFileHandle, above: &OpenFileHandle, level: u32) -> Result<(), Errno> {
    if Arc::ptr_eq(open, above) {
        return Err(Errno::ELOOP);
    }
    let watched: Vec<OpenFileHandle> = match &lock(open).object {
        Object::Epoll(epoll) => epoll.set().interests.values().filter_map(readiness::watched).collect(),
        _ => return Ok(()),
    };
    if level > MAX_NESTING {
        return Err(Errno::ELOOP);
    }
    watched.iter().try_for_each(|open| check_depth(open, above, level + 1))
}

pub fn epoll_wait(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    wait(k, m, args, milliseconds(args[3]))
}

pub fn epoll_pwait(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    signals::set_temporarily(k, m, [args[4], args[5]])?;
    wait(k, m, args, milliseconds(args[3]))
}

pub fn epoll_pwait2(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = if args[3] == 0 { None } else { Some(timespec::read64(&mut m.memory, args[3])?) };
    signals::set_temporarily(k, m, [args[4], args[5]])?;
    wait(k, m, args, time)
}

/// A negative number of them is no limit.
fn milliseconds(time: u32) -> Option<Duration> {
    (time as i32 >= 0).then(|| Duration::from_millis(time.into()))
}

fn wait(k: &mut Kernel, m: &mut Machine, args: &Args, time: Option<Duration>) -> Answer {
    let [set, address, most, ..] = *args;
    if !(1..=MAX_EVENTS).contains(&most) {
        return Err(Errno::EINVAL);
    }
    let handle = k.file(set)?;
    let open = lock(&handle);
    let Object::Epoll(epoll) = &open.object else { return Err(Errno::EINVAL) };
    m.memory.check(address, EpollEvent::SIZE as u32, crate::memory::Access::Write)?;
    let reports = readiness::take_reports(k, m, epoll, most as usize);
    if reports.is_empty() {
        let until = time.map(|time| k.deadline(m, time));
        if until.is_some_and(|until| k.world.clock.elapsed(m) >= until) {
            return Ok(0);
        }
        let waiting = readiness::for_any(k, epoll).or_until(until);
        return Err(k.wait_or(waiting, Errno::EINTR));
    }
    for (index, (events, data)) in reports.iter().enumerate() {
        let at = address.wrapping_add((index * EpollEvent::SIZE) as u32);
        guest::write(&mut m.memory, at, &EpollEvent { events: *events, data: *data })?;
    }
    Ok(reports.len() as u32)
}
