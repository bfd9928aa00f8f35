//! How reads and writes go, by what is behind the descriptor: channels, sockets, files, signals, memory, settings.

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::epoll::SignalfdSiginfo;
use crate::linux::abi::files::O_NONBLOCK;
use crate::linux::abi::inotify::{IN_ACCESS, IN_MODIFY};
use crate::linux::abi::poll::{POLLERR, POLLIN, POLLOUT};
use crate::linux::errno::{Answer, Errno};
use crate::linux::host::Readiness;
use crate::linux::kernel::Kernel;
use crate::linux::net::Socket;
use crate::linux::objects::transfer::{self, GuestRange};
use crate::linux::objects::{Channel, Object, OpenFileHandle};
use crate::linux::sync::lock;
use crate::linux::world::Waiting;

use super::messages::{self, Enclosed};
use super::{
    events, fanotify_events, limits, process_memory, readiness, send_signal, set_id, settings, terminal_input, vectors,
};

/// Most bytes that pass through a channel at once.
const CHUNK: usize = 1 << 20;

/// Reads into ranges of guest memory, at the current position or at `at`.
pub fn read(k: &mut Kernel, m: &mut Machine, fd: u32, ranges: &[GuestRange], at: Option<u64>) -> Answer {
    let handle = k.file(fd)?;
    lock(&handle).readable_at(at)?;
    let answer = read_from(k, m, &handle, ranges, at);
    told(k, &handle, answer, IN_ACCESS)
}

/// Counts what was read (IN_ACCESS) or written (IN_MODIFY), and tells those who watch the file.
fn told(k: &mut Kernel, handle: &OpenFileHandle, answer: Answer, event: u32) -> Answer {
    if let Ok(count) = answer {
        k.process.usage.count_transfer(event == IN_ACCESS, count);
        if count > 0 && !k.process.namespace.watches().is_empty() {
            lock(handle).tell(event);
        }
    }
    answer
}

/// The same of bytes that went from one file to another.
pub fn copied(k: &mut Kernel, [from, to]: [&OpenFileHandle; 2], answer: Answer) -> Answer {
    let answer = told(k, from, answer, IN_ACCESS);
    told(k, to, answer, IN_MODIFY)
}

fn read_from(
    k: &mut Kernel,
    m: &mut Machine,
    handle: &OpenFileHandle,
    ranges: &[GuestRange],
    at: Option<u64>,
) -> Answer {
    let size = ranges.iter().fold(0_u32, |size, range| size.saturating_add(range.size));
    if let Some(socket) = socket_of(handle) {
        // A read of nothing takes nothing, not even a message (read(2)).
        return if size == 0 {
            Ok(0)
        } else {
            messages::receive(k, m, handle, &socket, ranges, 0).map(|(count, _)| count)
        };
    }
    match least_size(handle) {
        least if (size as usize) < least => return Err(Errno::EINVAL),
        _ if size == 0 && matches!(lock(handle).object, Object::Pipe(_)) => return Ok(0),
        _ => {}
    }
    fanotify_events::permit_reading(k, handle)?;
    if !terminal_input::wait(k, m, handle, size)? {
        return Ok(0);
    }
    if lock(handle).object.channel().is_some_and(Channel::blocks) {
        return match fanotify_events::group_of(handle) {
            Some(group) => fanotify_events::read(k, m, &group, ranges),
            None => read_channel(m, handle, ranges),
        };
    }
    scattered(m, ranges, at, |m, range, at| read_range(k, m, handle, range, at))
}

/// How many bytes a read must have room for, and a write must bring: others fail before they wait.
fn least_size(handle: &OpenFileHandle) -> usize {
    match &lock(handle).object {
        Object::Eventfd(_) | Object::Timerfd(_) => size_of::<u64>(),
        Object::Signalfd(_) => SignalfdSiginfo::SIZE,
        _ => 0,
    }
}

/// The socket that an open file is, if it is one.
fn socket_of(handle: &OpenFileHandle) -> Option<Arc<Socket>> {
    if let Object::Socket(socket) = &lock(handle).object { Some(Arc::clone(socket)) } else { None }
}

/// One read, whose bytes go into the ranges one after the other.
fn read_channel(m: &mut Machine, handle: &OpenFileHandle, ranges: &[GuestRange]) -> Answer {
    let room = match vectors::room(m, ranges) {
        Err(fault) => return nothing_to_read(handle).unwrap_or(Err(fault)),
        Ok(room) => room.min(CHUNK),
    };
    // Not more than there is, but something, so that the pipe says what is the matter.
    let most = if let Object::Pipe(end) = &lock(handle).object { end.len().max(1) } else { CHUNK };
    let mut bytes = vec![0; room.min(most)];
    let count = lock(handle).object.channel().ok_or(Errno::EBADF)?.read(&mut bytes)?;
    vectors::scatter(m, ranges, 0, &bytes[..count])?;
    Ok(count as u32)
}

/// What reading comes to where there is nothing: that counts before the memory that it would go to.
fn nothing_to_read(handle: &OpenFileHandle) -> Option<Answer> {
    let open = lock(handle);
    let channel = open.object.channel().filter(|channel| channel.state() & POLLIN == 0)?;
    Some(channel.read(&mut [0]).map(|count| count as u32))
}

fn read_range(k: &mut Kernel, m: &mut Machine, handle: &OpenFileHandle, range: GuestRange, at: Option<u64>) -> Answer {
    if let Some(mask) = events::signals_of(handle) {
        return events::read_signals(k, m, mask, range);
    }
    if let Some((pid, position)) = memory_of(handle, at) {
        let count = process_memory::read(k, m, pid, range, position)?;
        advance(handle, at, count);
        return Ok(count);
    }
    refresh(k, m, handle, at);
    let now = k.now(m);
    let mut open = lock(handle);
    transfer::read(m, &mut open, range, at, now)
}

/// The process whose memory an open file gives access to, and the position there.
fn memory_of(handle: &OpenFileHandle, at: Option<u64>) -> Option<(u32, u64)> {
    let open = lock(handle);
    if let Object::Memory(pid) = open.object { Some((pid, at.unwrap_or(open.position))) } else { None }
}

fn advance(handle: &OpenFileHandle, at: Option<u64>, count: u32) {
    if at.is_none() {
        lock(handle).position += u64::from(count);
    }
}

/// Text that the kernel makes up is made anew whenever somebody reads it from the beginning. It may be
/// about this very open file, which must not be locked then.
fn refresh(k: &Kernel, m: &Machine, handle: &OpenFileHandle, at: Option<u64>) {
    let place = {
        let open = lock(handle);
        match (&open.object, at.unwrap_or(open.position)) {
            (Object::Text(_), 0) => Arc::clone(&open.place),
            _ => return,
        }
    };
    if let Some(Ok(text)) = k.asking(m, |asker| place.node().text(asker)) {
        lock(handle).object = Object::Text(text);
    }
}

/// Writes from ranges of guest memory, at the current position or at `at`.
pub fn write(k: &mut Kernel, m: &mut Machine, fd: u32, ranges: &[GuestRange], at: Option<u64>) -> Answer {
    let handle = k.file(fd)?;
    lock(&handle).writable_at(at)?;
    let answer = write_to(k, m, &handle, ranges, at);
    told(k, &handle, answer, IN_MODIFY)
}

fn write_to(
    k: &mut Kernel,
    m: &mut Machine,
    handle: &OpenFileHandle,
    ranges: &[GuestRange],
    at: Option<u64>,
) -> Answer {
    if let Some(socket) = socket_of(handle) {
        return messages::send(k, m, handle, &socket, ranges, &Enclosed::default());
    }
    let total = ranges.iter().fold(0, |size, range| size + range.size as usize);
    if let Some(group) = fanotify_events::group_of(handle) {
        return fanotify_events::answer(m, &group, ranges);
    }
    // What only tells something does not let anybody wait.
    if matches!(lock(handle).object, Object::Timerfd(_) | Object::Inotify(_) | Object::Signalfd(_) | Object::Epoll(_)) {
        return Err(Errno::EINVAL);
    }
    match least_size(handle) {
        least if total < least => return Err(Errno::EINVAL),
        // Nothing goes into a pipe, whether anybody reads it or not.
        _ if total == 0 && matches!(lock(handle).object, Object::Pipe(_)) => return Ok(0),
        _ => {}
    }
    if lock(handle).object.channel().is_some_and(Channel::blocks) {
        return write_channel(k, m, handle, ranges);
    }
    scattered(m, ranges, at, |m, range, at| write_range(k, m, handle, range, at))
}

/// Writes what the ranges hold together, after what an interrupted call has written already. A stream takes it
/// piece by piece, and the call is over when it has taken all.
fn write_channel(k: &mut Kernel, m: &mut Machine, handle: &OpenFileHandle, ranges: &[GuestRange]) -> Answer {
    let total = ranges.iter().map(|range| range.size as usize).sum::<usize>();
    let mut done = k.thread.call.as_ref().map_or(0, |call| call.progress) as usize;
    loop {
        readiness::wait(k, m, handle, Readiness::Writable)?;
        let bytes = match vectors::gathered(m, ranges, done, CHUNK) {
            // That nothing could be written counts before the memory that it would come from.
            Err(fault) => return send_signal::broken_pipe(k, Err(refused(handle).unwrap_or(fault))),
            Ok(bytes) => bytes,
        };
        let (answer, goes_on) = {
            let open = lock(handle);
            let channel = open.object.channel().ok_or(Errno::EBADF)?;
            (channel.write(&bytes), channel.is_stream() && open.flags & O_NONBLOCK == 0)
        };
        match answer {
            Ok(count) => done += count,
            Err(Errno::EAGAIN) if goes_on => return Err(write_on(k, handle, done)),
            Err(_) if done > 0 => return Ok(done as u32),
            Err(error) => return send_signal::broken_pipe(k, Err(error)),
        }
        if done >= total || !goes_on || bytes.is_empty() {
            return Ok(done as u32);
        }
        k.thread.call.get_or_insert_default().progress = done as u32;
    }
}

fn write_range(k: &mut Kernel, m: &mut Machine, handle: &OpenFileHandle, range: GuestRange, at: Option<u64>) -> Answer {
    if let Some((pid, position)) = memory_of(handle, at) {
        let count = process_memory::write(k, m, pid, range, position)?;
        advance(handle, at, count);
        return Ok(count);
    }
    let setting = lock(handle).place.node().setting();
    if let Some(setting) = setting {
        return settings::write(k, m, setting, range);
    }
    readiness::wait(k, m, handle, Readiness::Writable)?;
    let size = limits::writable_size(k, handle, range.size, at)?;
    if size > 0 {
        let place = Arc::clone(&lock(handle).place);
        set_id::writing(k, m, &place)?;
    }
    let now = k.now(m);
    let answer = transfer::write(m, &mut lock(handle), GuestRange { size, ..range }, at, now);
    send_signal::broken_pipe(k, answer)
}

/// What writing comes to where nobody reads any more, or there is no room.
fn refused(handle: &OpenFileHandle) -> Option<Errno> {
    let open = lock(handle);
    let channel = open.object.channel()?;
    let state = channel.state();
    if state & POLLERR == 0 && state & POLLOUT != 0 { None } else { channel.write(&[0]).err() }
}

/// Remembers how much has been written, and waits for room.
fn write_on(k: &mut Kernel, handle: &OpenFileHandle, done: usize) -> Errno {
    k.thread.call.get_or_insert_default().progress = done as u32;
    let queue = lock(handle).queue().cloned();
    k.wait(queue.map(|queue| Waiting::on(&queue)).unwrap_or_default())
}

/// Calls `step` for each range until one is transferred only in part.
fn scattered(
    m: &mut Machine,
    ranges: &[GuestRange],
    mut at: Option<u64>,
    mut step: impl FnMut(&mut Machine, GuestRange, Option<u64>) -> Answer,
) -> Answer {
    let mut done = 0_u32;
    for range in ranges {
        match step(m, *range, at) {
            Err(error) if done == 0 => return Err(error),
            Err(_) => break,
            Ok(moved) => {
                done = done.saturating_add(moved);
                at = at.map(|at| at + u64::from(moved));
                if moved < range.size {
                    break;
                }
            }
        }
    }
    Ok(done)
}
