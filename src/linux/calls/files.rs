//! Calls on descriptors: reading, writing, duplicating and closing them, pipes.

use std::sync::{Arc, Mutex};

use crate::instructions::Machine;
use crate::linux::abi::files::{
    CLOSE_RANGE_CLOEXEC, CLOSE_RANGE_UNSHARE, O_CLOEXEC, O_NONBLOCK, RWF_APPEND, RWF_DSYNC, RWF_HIPRI, RWF_NOWAIT,
    RWF_SYNC,
};
use crate::linux::abi::signals::SIGPIPE;
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::AnonymousNode;
use crate::linux::guest;
use crate::linux::host::Readiness;
use crate::linux::kernel::Kernel;
use crate::linux::objects::transfer::{self, GuestRange};
use crate::linux::objects::{Object, OpenFile, OpenFileHandle, Pipe, PipeEnd};
use crate::linux::signals::Siginfo;
use crate::linux::sync::lock;
use crate::linux::world::Waiting;

use super::call::Args;
use super::{limits, process_memory, readiness, settings, terminal_input, vectors};

pub fn read(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, address, size, ..] = *args;
    read_range(k, m, fd, GuestRange { address, size }, None)
}

pub fn write(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, address, size, ..] = *args;
    write_range(k, m, fd, GuestRange { address, size }, None)
}

pub fn pread64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, address, size, low, high, _] = *args;
    read_range(k, m, fd, GuestRange { address, size }, Some(position(low, high)?))
}

pub fn pwrite64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, address, size, low, high, _] = *args;
    write_range(k, m, fd, GuestRange { address, size }, Some(position(low, high)?))
}

pub fn readv(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, vector, count, ..] = *args;
    scattered(m, vector, count, None, |m, range, at| read_range(k, m, fd, range, at))
}

pub fn writev(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, vector, count, ..] = *args;
    scattered(m, vector, count, None, |m, range, at| write_range(k, m, fd, range, at))
}

pub fn preadv(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, vector, count, low, high, _] = *args;
    let at = Some(position(low, high)?);
    scattered(m, vector, count, at, |m, range, at| read_range(k, m, fd, range, at))
}

/// Like `preadv`; a position of -1 is the current one, and flags ask for what makes no difference here.
pub fn preadv2(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, vector, count, low, high, flags] = *args;
    let at = position_or_current(low, high)?;
    if flags & !(RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_NOWAIT) != 0 {
        return Err(Errno::EOPNOTSUPP);
    }
    scattered(m, vector, count, at, |m, range, at| read_range(k, m, fd, range, at))
}

/// RWF_APPEND writes at the end, whatever the position (pwritev2(2)).
pub fn pwritev2(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, vector, count, low, high, flags] = *args;
    let mut at = position_or_current(low, high)?;
    if flags & !(RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_APPEND) != 0 {
        return Err(Errno::EOPNOTSUPP);
    }
    if flags & RWF_APPEND != 0 {
        let open = k.file(fd)?;
        let open = lock(&open);
        if let Ok(contents) = open.contents() {
            at = Some(contents.size()?);
        }
    }
    scattered(m, vector, count, at, |m, range, at| write_range(k, m, fd, range, at))
}

fn position_or_current(low: u32, high: u32) -> Result<Option<u64>, Errno> {
    if (low, high) == (u32::MAX, u32::MAX) { Ok(None) } else { position(low, high).map(Some) }
}

pub fn pwritev(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, vector, count, low, high, _] = *args;
    let at = Some(position(low, high)?);
    scattered(m, vector, count, at, |m, range, at| write_range(k, m, fd, range, at))
}

fn read_range(k: &mut Kernel, m: &mut Machine, fd: u32, range: GuestRange, at: Option<u64>) -> Answer {
    let handle = k.file(fd)?;
    lock(&handle).readable_at(at)?;
    if !terminal_input::wait(k, m, &handle, range.size)? {
        return Ok(0);
    }
    if let Some((pid, position)) = memory_of(&handle, at) {
        let count = process_memory::read(k, m, pid, range, position)?;
        advance(&handle, at, count);
        return Ok(count);
    }
    refresh(k, m, &handle, at);
    let now = k.now(m);
    let mut open = lock(&handle);
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

fn write_range(k: &mut Kernel, m: &mut Machine, fd: u32, range: GuestRange, at: Option<u64>) -> Answer {
    let handle = k.file(fd)?;
    lock(&handle).writable_at(at)?;
    if let Some((pid, position)) = memory_of(&handle, at) {
        let count = process_memory::write(k, m, pid, range, position)?;
        advance(&handle, at, count);
        return Ok(count);
    }
    let setting = lock(&handle).place.node().setting();
    if let Some(setting) = setting {
        return settings::write(k, m, setting, range);
    }
    let done = k.thread.call.as_ref().map_or(0, |call| call.progress);
    readiness::wait(k, &handle, Readiness::Writable)?;
    let rest = GuestRange { address: range.address.wrapping_add(done), size: range.size - done.min(range.size) };
    let rest = GuestRange { size: limits::writable_size(k, &handle, rest.size, at)?, ..rest };
    let now = k.now(m);
    let answer = transfer::write(m, &mut lock(&handle), rest, at, now);
    let waits = lock(&handle).flags & O_NONBLOCK == 0 && lock(&handle).queue().is_some();
    match answer {
        // A pipe took a part: the call is over when it has taken all.
        Ok(count) if waits && count < rest.size => Err(write_on(k, &handle, done + count)),
        Err(Errno::EAGAIN) if waits => Err(write_on(k, &handle, done)),
        Ok(count) => Ok(done + count),
        answer => broken_pipe(k, answer),
    }
}

/// Remembers how much has been written, and waits for room.
fn write_on(k: &mut Kernel, handle: &OpenFileHandle, done: u32) -> Errno {
    k.thread.call.get_or_insert_default().progress = done;
    let queue = lock(handle).queue().cloned();
    k.wait(queue.map(|queue| Waiting::on(&queue)).unwrap_or_default())
}

/// Writing where nobody reads any more also raises SIGPIPE.
pub fn broken_pipe(k: &mut Kernel, answer: Answer) -> Answer {
    if answer == Err(Errno::EPIPE) {
        k.post_to_thread(k.thread.tid, Siginfo::user(SIGPIPE, k.process.pid, k.process.credentials.real_uid))?;
    }
    answer
}

/// Calls `step` for each buffer of a vector until one is transferred only in part.
fn scattered(
    m: &mut Machine,
    vector: u32,
    count: u32,
    mut at: Option<u64>,
    mut step: impl FnMut(&mut Machine, GuestRange, Option<u64>) -> Answer,
) -> Answer {
    let mut done = 0_u32;
    for range in vectors::buffers(m, vector, count)? {
        match step(m, range, at) {
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

/// A 64-bit file position from its two halves; EINVAL if it is negative.
pub fn position(low: u32, high: u32) -> Result<u64, Errno> {
    let position = u64::from(high) << 32 | u64::from(low);
    if (position as i64) < 0 { Err(Errno::EINVAL) } else { Ok(position) }
}

pub fn close(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    k.closing(&k.process.open_file(args[0])?);
    k.process.descriptors().close(args[0])?;
    Ok(0)
}

pub fn dup(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let open = k.process.open_file(args[0])?;
    k.process.add_descriptor(open, 0, false)
}

pub fn dup2(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [from, to, ..] = *args;
    let open = k.process.open_file(from)?;
    if from == to { Ok(to) } else { replace(k, to, open, false) }
}

pub fn dup3(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [from, to, flags, ..] = *args;
    if from == to {
        return Err(Errno::EINVAL);
    }
    let open = k.process.open_file(from)?;
    replace(k, to, open, flags & O_CLOEXEC != 0)
}

/// Makes a number refer to an open file, and closes what it referred to.
fn replace(k: &mut Kernel, to: u32, open: OpenFileHandle, close_on_exec: bool) -> Answer {
    if to >= k.process.limits.descriptors() {
        return Err(Errno::EBADF);
    }
    if let Ok(before) = k.process.open_file(to) {
        k.closing(&before);
    }
    k.process.descriptors().replace(to, open, close_on_exec)
}

pub fn pipe(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    pipe2(k, m, &[args[0], 0, 0, 0, 0, 0])
}

pub fn pipe2(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [address, flags, ..] = *args;
    let kept = flags & O_NONBLOCK;
    let pipe = Pipe::create(k.world.queues.create());
    let place = AnonymousNode::pipe(Arc::clone(&pipe), k.process.namespace.number());
    let shared = |reads, flags| -> OpenFileHandle {
        let object = Object::Pipe(PipeEnd::open(&pipe, reads, !reads));
        Arc::new(Mutex::new(OpenFile::new(object, Arc::clone(&place), flags)))
    };
    let ends = [shared(true, kept), shared(false, kept | 1)];
    let mut numbers = [0; 2];
    for (index, end) in ends.into_iter().enumerate() {
        let inserted = k.process.add_descriptor(end, 0, flags & O_CLOEXEC != 0);
        match inserted {
            Ok(number) => numbers[index] = number,
            Err(error) => {
                undo(k, &numbers[..index]);
                return Err(error);
            }
        }
    }
    guest::write(&mut m.memory, address, &numbers).inspect_err(|_| undo(k, &numbers))
}

/// Closes descriptors that the guest will not learn of.
fn undo(k: &mut Kernel, numbers: &[u32]) {
    for number in numbers {
        let _ = k.process.descriptors().close(*number);
    }
}

pub fn close_range(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [first, last, flags, ..] = *args;
    if first > last {
        return Err(Errno::EINVAL);
    }
    if flags & CLOSE_RANGE_UNSHARE != 0 {
        k.process.unshare_descriptors();
    }
    let open = k.process.descriptors().numbers();
    for fd in open.into_iter().filter(|fd| (first..=last).contains(fd)) {
        match flags & CLOSE_RANGE_CLOEXEC != 0 {
            true => k.process.descriptors().set_close_on_exec(fd, true)?,
            false => drop(close(k, m, &[fd, 0, 0, 0, 0, 0])?),
        }
    }
    Ok(0)
}
