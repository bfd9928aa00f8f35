//! Calls on open files: reading, writing, positions, duplicating descriptors, pipes.

use std::io::{Seek, SeekFrom};
use std::sync::{Arc, Mutex};

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::files::{
    CLOSE_RANGE_CLOEXEC, Iovec, O_CLOEXEC, O_NONBLOCK, SEEK_CUR, SEEK_DATA, SEEK_END, SEEK_HOLE, SEEK_SET,
};
use crate::linux::abi::signals::SIGPIPE;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::host::Readiness;
use crate::linux::kernel::Kernel;
use crate::linux::objects::transfer::{self, GuestRange};
use crate::linux::objects::{Object, OpenFile, OpenFileHandle, PipeEnd};
use crate::linux::process::Descriptors;
use crate::linux::signals::Siginfo;
use crate::linux::sync::lock;
use crate::linux::world::Waiting;

use super::call::Args;
use super::readiness;

/// Most buffers of one vectored read or write.
const IOV_MAX: u32 = 1024;

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

pub fn pwritev(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, vector, count, low, high, _] = *args;
    let at = Some(position(low, high)?);
    scattered(m, vector, count, at, |m, range, at| write_range(k, m, fd, range, at))
}

fn read_range(k: &mut Kernel, m: &mut Machine, fd: u32, range: GuestRange, at: Option<u64>) -> Answer {
    let handle = k.process.open_file(fd)?;
    lock(&handle).readable()?;
    readiness::wait(k, &handle, Readiness::Readable)?;
    let mut open = lock(&handle);
    transfer::read(&mut m.memory, &mut open, range, at, &mut m.cpu.random)
}

fn write_range(k: &mut Kernel, m: &mut Machine, fd: u32, range: GuestRange, at: Option<u64>) -> Answer {
    let handle = k.process.open_file(fd)?;
    lock(&handle).writable()?;
    let done = k.thread.call.as_ref().map_or(0, |call| call.progress);
    readiness::wait(k, &handle, Readiness::Writable)?;
    let rest = GuestRange { address: range.address.wrapping_add(done), size: range.size - done.min(range.size) };
    let answer = transfer::write(&mut m.memory, &mut lock(&handle), rest, at);
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
fn broken_pipe(k: &mut Kernel, answer: Answer) -> Answer {
    if answer == Err(Errno::EPIPE) {
        k.post_to_thread(k.thread.tid, Siginfo::user(SIGPIPE, k.process.pid, k.process.credentials.uid))?;
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
    if count > IOV_MAX {
        return Err(Errno::EINVAL);
    }
    let mut done = 0_u32;
    for index in 0..count {
        let at_part = vector.wrapping_add(index * Iovec::SIZE as u32);
        let Iovec { iov_base: address, iov_len: size } = guest::read(&mut m.memory, at_part)?;
        match step(m, GuestRange { address, size }, at) {
            Err(error) if done == 0 => return Err(error),
            Err(_) => break,
            Ok(moved) => {
                done = done.saturating_add(moved);
                at = at.map(|at| at + u64::from(moved));
                if moved < size {
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

pub fn lseek(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [fd, offset, whence, ..] = *args;
    u32::try_from(seek(k, fd, i64::from(offset as i32), whence)?).map_err(|_| Errno::EOVERFLOW)
}

pub fn llseek(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, high, low, result, whence, _] = *args;
    let offset = (u64::from(high) << 32 | u64::from(low)) as i64;
    let position = seek(k, fd, offset, whence)?;
    m.memory.store(result, position)?;
    Ok(0)
}

fn seek(k: &mut Kernel, fd: u32, offset: i64, whence: u32) -> Result<u64, Errno> {
    let open = k.process.open_file(fd)?;
    if let SEEK_DATA | SEEK_HOLE = whence {
        return seek_data(&mut lock(&open), offset, whence);
    }
    let target = match whence {
        SEEK_SET => SeekFrom::Start(u64::try_from(offset).map_err(|_| Errno::EINVAL)?),
        SEEK_CUR => SeekFrom::Current(offset),
        SEEK_END => SeekFrom::End(offset),
        _ => return Err(Errno::EINVAL),
    };
    match &mut lock(&open).object {
        Object::File(file, _) => Ok(file.seek(target)?),
        Object::Directory(entries, next) => {
            let SeekFrom::Start(index) = target else { return Ok(*next as u64) };
            *next = index as usize;
            if index == 0 {
                *entries = None;
            }
            Ok(index)
        }
        Object::Device(_) => Ok(0),
        _ => Err(Errno::ESPIPE),
    }
}

/// The whole of a regular file counts as data, with a hole at its end (lseek(2), "Seeking file data
/// and holes").
fn seek_data(open: &mut OpenFile, offset: i64, whence: u32) -> Result<u64, Errno> {
    let Object::File(file, true) = &mut open.object else { return Err(Errno::EINVAL) };
    let size = file.metadata()?.len();
    let offset = u64::try_from(offset).ok().filter(|offset| *offset < size).ok_or(Errno::ENXIO)?;
    Ok(file.seek(SeekFrom::Start(if whence == SEEK_DATA { offset } else { size }))?)
}

pub fn close(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    k.process.descriptors().close(args[0])?;
    Ok(0)
}

pub fn dup(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let open = k.process.open_file(args[0])?;
    k.process.descriptors().insert(open, 0, false)
}

pub fn dup2(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [from, to, ..] = *args;
    let open = k.process.open_file(from)?;
    if from == to { Ok(to) } else { k.process.descriptors().replace(to, open, false) }
}

pub fn dup3(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [from, to, flags, ..] = *args;
    if from == to {
        return Err(Errno::EINVAL);
    }
    let open = k.process.open_file(from)?;
    k.process.descriptors().replace(to, open, flags & O_CLOEXEC != 0)
}

pub fn pipe(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    pipe2(k, m, &[args[0], 0, 0, 0, 0, 0])
}

pub fn pipe2(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [address, flags, ..] = *args;
    let kept = flags & O_NONBLOCK;
    let shared = |object, flags| -> OpenFileHandle { Arc::new(Mutex::new(OpenFile::new(object, b"", flags))) };
    let [reader, writer] = PipeEnd::pair(&k.world.queues.create());
    let ends = [shared(Object::Reader(reader), kept), shared(Object::Writer(writer), kept | 1)];
    let mut numbers = [0; 2];
    for (number, end) in numbers.iter_mut().zip(ends) {
        *number = k.process.descriptors().insert(end, 0, flags & O_CLOEXEC != 0)?;
    }
    guest::write(&mut m.memory, address, &numbers)
}

pub fn sendfile(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [to, from, offset, size, ..] = *args;
    let at = match offset {
        0 => None,
        offset => Some(u64::from(guest::number::<u32>(&mut m.memory, offset)?)),
    };
    let count = copy(k, m, from, to, size, [at, None])?;
    if let Some(at) = at {
        m.memory.store(offset, at as u32 + count)?;
    }
    Ok(count)
}

pub fn sendfile64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [to, from, offset, size, ..] = *args;
    copy_at(k, m, [from, offset], [to, 0], size)
}

pub fn copy_file_range(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [from, source, to, target, size, _] = *args;
    copy_at(k, m, [from, source], [to, target], size)
}

/// Copies between files. A pointer that is not null refers to a position that is used instead of the
/// file's own, and updated.
fn copy_at(k: &mut Kernel, m: &mut Machine, from: [u32; 2], to: [u32; 2], size: u32) -> Answer {
    let mut at = [None, None];
    for (at, pointer) in at.iter_mut().zip([from[1], to[1]]).filter(|(_, pointer)| *pointer != 0) {
        *at = Some(guest::number::<u64>(&mut m.memory, pointer)?);
    }
    let count = copy(k, m, from[0], to[0], size, at)?;
    for (at, pointer) in at.into_iter().zip([from[1], to[1]]) {
        if let Some(at) = at {
            m.memory.store(pointer, at + u64::from(count))?;
        }
    }
    Ok(count)
}

fn copy(k: &mut Kernel, m: &mut Machine, from: u32, to: u32, size: u32, at: [Option<u64>; 2]) -> Answer {
    let (from, to) = (k.process.open_file(from)?, k.process.open_file(to)?);
    if Arc::ptr_eq(&from, &to) {
        return Err(Errno::EINVAL);
    }
    let answer = {
        readiness::wait(k, &from, Readiness::Readable)?;
        readiness::wait(k, &to, Readiness::Writable)?;
        let (mut from, mut to) = (lock(&from), lock(&to));
        transfer::copy(&mut from, &mut to, size, at, &mut m.cpu.random)
    };
    broken_pipe(k, answer)
}

pub fn fsync(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let open = k.process.open_file(args[0])?;
    if let Object::File(file, true) = &lock(&open).object {
        file.sync_all()?;
    }
    Ok(0)
}

/// Calls that only give advice, or that have no effect here: 0 for a valid descriptor.
pub fn advise(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    k.process.open_file(args[0])?;
    Ok(0)
}

pub fn close_range(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [first, last, flags, ..] = *args;
    if first > last {
        return Err(Errno::EINVAL);
    }
    for fd in first..=last.min(Descriptors::LIMIT) {
        let _ = if flags & CLOSE_RANGE_CLOEXEC != 0 {
            k.process.descriptors().set_close_on_exec(fd, true)
        } else {
            k.process.descriptors().close(fd)
        };
    }
    Ok(0)
}
