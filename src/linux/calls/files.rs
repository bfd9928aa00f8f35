//! Calls on descriptors: reading, writing, duplicating and closing them, pipes.

use std::sync::{Arc, Mutex};

use crate::instructions::Machine;
use crate::linux::abi::files::{
    CLOSE_RANGE_CLOEXEC, CLOSE_RANGE_UNSHARE, O_CLOEXEC, O_DIRECT, O_NONBLOCK, RWF_APPEND, RWF_DSYNC, RWF_HIPRI,
    RWF_NOWAIT, RWF_SYNC,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::AnonymousNode;
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::objects::transfer::GuestRange;
use crate::linux::objects::{Object, OpenFile, OpenFileHandle, Pipe, PipeEnd};
use crate::linux::sync::lock;

use super::call::Args;
use super::{pipe_limits, readiness, transfers, vectors};

pub fn read(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, address, size, ..] = *args;
    transfers::read(k, m, fd, &[GuestRange { address, size }], None)
}

pub fn write(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, address, size, ..] = *args;
    transfers::write(k, m, fd, &[GuestRange { address, size }], None)
}

pub fn pread64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, address, size, low, high, _] = *args;
    transfers::read(k, m, fd, &[GuestRange { address, size }], Some(position(low, high)?))
}

pub fn pwrite64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, address, size, low, high, _] = *args;
    transfers::write(k, m, fd, &[GuestRange { address, size }], Some(position(low, high)?))
}

/// The buffers that a transfer goes to or comes from. The descriptor is looked at before them.
fn parts(k: &Kernel, m: &mut Machine, [fd, vector, count]: [u32; 3]) -> Result<Vec<GuestRange>, Errno> {
    k.file(fd)?;
    vectors::buffers(m, vector, count)
}

pub fn readv(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, vector, count, ..] = *args;
    let ranges = parts(k, m, [fd, vector, count])?;
    transfers::read(k, m, fd, &ranges, None)
}

pub fn writev(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, vector, count, ..] = *args;
    let ranges = parts(k, m, [fd, vector, count])?;
    transfers::write(k, m, fd, &ranges, None)
}

pub fn preadv(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, vector, count, low, high, _] = *args;
    let at = Some(position(low, high)?);
    let ranges = parts(k, m, [fd, vector, count])?;
    transfers::read(k, m, fd, &ranges, at)
}

/// Like `preadv`; a position of -1 is the current one, and flags ask for what makes no difference here.
pub fn preadv2(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, vector, count, low, high, flags] = *args;
    let at = position_or_current(low, high)?;
    if flags & !(RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_NOWAIT | RWF_APPEND) != 0 {
        return Err(Errno::EOPNOTSUPP);
    }
    let ranges = parts(k, m, [fd, vector, count])?;
    if flags & RWF_NOWAIT != 0 && at.is_none() && readiness::would_wait(k, m, &k.file(fd)?) {
        return Err(Errno::EAGAIN);
    }
    transfers::read(k, m, fd, &ranges, at)
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
    let ranges = parts(k, m, [fd, vector, count])?;
    transfers::write(k, m, fd, &ranges, at)
}

fn position_or_current(low: u32, high: u32) -> Result<Option<u64>, Errno> {
    if (low, high) == (u32::MAX, u32::MAX) { Ok(None) } else { position(low, high).map(Some) }
}

pub fn pwritev(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, vector, count, low, high, _] = *args;
    let at = Some(position(low, high)?);
    let ranges = parts(k, m, [fd, vector, count])?;
    transfers::write(k, m, fd, &ranges, at)
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
    let kept = flags & (O_NONBLOCK | O_DIRECT);
    let pipe = Pipe::create(k.world.queues.create(), k.process.namespace.memory())?;
    let place = AnonymousNode::pipe(Arc::clone(&pipe), k.process.namespace.number());
    let shared = |reads, kept| -> OpenFileHandle {
        let object = Object::Pipe(PipeEnd::open(&pipe, reads, !reads).apart(flags & O_DIRECT != 0));
        Arc::new(Mutex::new(OpenFile::new(object, Arc::clone(&place), kept)))
    };
    let ends = [shared(true, kept), shared(false, kept | 1)];
    pipe_limits::shrink(k, &ends[0])?;
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
