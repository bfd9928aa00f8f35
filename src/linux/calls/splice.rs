//! Moving bytes between pipes and other files inside the kernel: splice(2), tee(2), vmsplice(2).
//!
//! A call moves what there is, as far as there is room for it, and waits only if that is nothing.

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::files::{O_APPEND, O_NONBLOCK, SPLICE_F_NONBLOCK};
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;
use crate::linux::objects::transfer::{GuestRange, surroundings};
use crate::linux::objects::{Object, OpenFile, OpenFileHandle, PipeEnd};
use crate::linux::sync::lock;
use crate::linux::world::Waiting;

use super::call::Args;
use super::{copy, send_signal, transfers, vectors};

/// Most bytes that one call moves.
const MOST: u32 = 1 << 20;

/// One end of a movement.
struct End {
    open: OpenFileHandle,
    /// The guest's pointer to a position; 0 for the file's own.
    pointer: u32,
    at: Option<u64>,
}

impl End {
    fn of(k: &Kernel, m: &mut Machine, fd: u32, pointer: u32) -> Result<End, Errno> {
        let open = k.file(fd)?;
        let is_pipe = pipe(&lock(&open)).is_some();
        if is_pipe && pointer != 0 {
            return Err(Errno::ESPIPE);
        }
        let at = copy::given(m, pointer)?;
        Ok(End { open, pointer, at })
    }

    /// The position has moved on.
    fn moved(&self, m: &mut Machine, count: u32) -> Result<(), Errno> {
        match self.at {
            Some(at) => Ok(m.memory.store(self.pointer, at + u64::from(count))?),
            None => Ok(()),
        }
    }
}

fn pipe(open: &OpenFile) -> Option<&PipeEnd> {
    if let Object::Pipe(end) = &open.object { Some(end) } else { None }
}

pub fn splice(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd_in, off_in, fd_out, off_out, size, flags] = *args;
    if size == 0 {
        return Ok(0);
    }
    let (from, to) = (End::of(k, m, fd_in, off_in)?, End::of(k, m, fd_out, off_out)?);
    lock(&from.open).readable()?;
    lock(&to.open).writable()?;
    let moves = lock(&from.open).gives_bytes() && lock(&to.open).takes_bytes();
    if Arc::ptr_eq(&from.open, &to.open) || !moves {
        return Err(Errno::EINVAL);
    }
    let answer = match transfer(k, m, &from, &to, size.min(MOST)) {
        Err(Errno::EAGAIN) => return wait(k, &from.open, &to.open, flags),
        answer => answer,
    };
    if let Ok(count) = answer {
        from.moved(m, count)?;
        to.moved(m, count)?;
    }
    let answer = transfers::copied(k, [&from.open, &to.open], answer);
    send_signal::broken_pipe(k, answer)
}

fn transfer(k: &Kernel, m: &mut Machine, from: &End, to: &End, size: u32) -> Answer {
    let now = k.now(m);
    let (mut input, mut output) = (lock(&from.open), lock(&to.open));
    if output.flags & O_APPEND != 0 {
        return Err(Errno::EINVAL);
    }
    let mut bytes = vec![0; size as usize];
    match (pipe(&input), pipe(&output)) {
        (Some(source), Some(target)) if source.is_same(target) => Err(Errno::EINVAL),
        (Some(source), Some(target)) => {
            let room = target.room()?.min(size as usize);
            let bytes = source.peek(room)?;
            target.append(&bytes);
            source.consume(bytes.len());
            Ok(bytes.len() as u32)
        }
        (Some(source), None) => {
            let bytes = source.peek(size as usize)?;
            if bytes.is_empty() {
                return Ok(0);
            }
            let count = output.write(&mut surroundings(m, now), &bytes, to.at)?;
            source.consume(count);
            Ok(count as u32)
        }
        (None, Some(target)) => {
            bytes.truncate(target.room()?);
            let count = input.read(&mut surroundings(m, now), &mut bytes, from.at)?;
            pipe(&output).ok_or(Errno::EINVAL)?.append(&bytes[..count]);
            Ok(count as u32)
        }
        (None, None) => Err(Errno::EINVAL),
    }
}

/// Waits for either end, unless the call or a pipe says not to.
fn wait(k: &mut Kernel, from: &OpenFileHandle, to: &OpenFileHandle, flags: u32) -> Answer {
    let refuses = |open: &OpenFileHandle| lock(open).flags & O_NONBLOCK != 0;
    if flags & SPLICE_F_NONBLOCK != 0 || refuses(from) || refuses(to) {
        return Err(Errno::EAGAIN);
    }
    let queues = [from, to].into_iter().filter_map(|open| lock(open).queue().map(|queue| queue.number()));
    let waiting = Waiting { queues: queues.collect(), ..Waiting::default() };
    Err(k.wait(waiting))
}

/// Copies from one pipe to another; what was copied stays in the first.
pub fn tee(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [fd_in, fd_out, size, flags, ..] = *args;
    if size == 0 {
        return Ok(0);
    }
    let (from, to) = (k.file(fd_in)?, k.file(fd_out)?);
    lock(&from).readable()?;
    lock(&to).writable()?;
    if Arc::ptr_eq(&from, &to) {
        return Err(Errno::EINVAL);
    }
    let answer = {
        let (input, output) = (lock(&from), lock(&to));
        let (source, target) = pipe(&input).zip(pipe(&output)).ok_or(Errno::EINVAL)?;
        if source.is_same(target) {
            return Err(Errno::EINVAL);
        }
        target.room().and_then(|room| source.peek(room.min(size as usize))).map(|bytes| {
            target.append(&bytes);
            bytes.len() as u32
        })
    };
    match answer {
        Err(Errno::EAGAIN) => wait(k, &from, &to, flags),
        answer => send_signal::broken_pipe(k, answer),
    }
}

/// Moves guest memory into a pipe as far as there is room, or what is in a pipe into guest memory. Pages are
/// copied here; the guest cannot tell.
pub fn vmsplice(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, vector, count, flags, ..] = *args;
    let handle = k.file(fd)?;
    let ranges = vectors::buffers(m, vector, count)?;
    let answer = {
        let open = lock(&handle);
        let end = pipe(&open).ok_or(Errno::EBADF)?;
        match ranges.iter().all(|range| range.size == 0) {
            true => return Ok(0),
            false if end.writes => fill(m, end, &ranges),
            false => drain(m, end, &ranges),
        }
    };
    match answer {
        Err(Errno::EAGAIN) => wait(k, &handle, &handle, flags),
        answer => send_signal::broken_pipe(k, answer),
    }
}

fn fill(m: &mut Machine, end: &PipeEnd, ranges: &[GuestRange]) -> Answer {
    let mut room = end.room()?;
    let mut done = 0;
    for range in ranges {
        let mut bytes = vec![0; room.min(range.size as usize)];
        m.memory.read(range.address, &mut bytes)?;
        end.append(&bytes);
        room -= bytes.len();
        done += bytes.len();
    }
    Ok(done as u32)
}

fn drain(m: &mut Machine, end: &PipeEnd, ranges: &[GuestRange]) -> Answer {
    let mut done = 0;
    for range in ranges {
        let bytes = match end.peek(range.size as usize) {
            Err(error) if done == 0 => return Err(error),
            bytes => bytes.unwrap_or_default(),
        };
        m.memory.write(range.address, &bytes)?;
        end.consume(bytes.len());
        done += bytes.len();
    }
    Ok(done as u32)
}
