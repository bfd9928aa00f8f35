//! File positions: `lseek`, `_llseek`.

use std::io::SeekFrom;

use crate::instructions::Machine;
use crate::linux::abi::files::{SEEK_CUR, SEEK_DATA, SEEK_END, SEEK_HOLE, SEEK_SET};
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;
use crate::linux::objects::{HostStream, Object, OpenFile};
use crate::linux::sync::lock;

use super::call::Args;

pub fn lseek(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [fd, offset, whence, ..] = *args;
    // What does not fit in is cut off, as 64-bit Linux does for 32-bit programs.
    seek(k, fd, i64::from(offset as i32), whence).map(|position| position as u32)
}

pub fn llseek(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, high, low, result, whence, _] = *args;
    let offset = (u64::from(high) << 32 | u64::from(low)) as i64;
    let position = seek(k, fd, offset, whence)?;
    m.memory.store(result, position)?;
    Ok(0)
}

fn seek(k: &mut Kernel, fd: u32, offset: i64, whence: u32) -> Result<u64, Errno> {
    let open = k.file(fd)?;
    let mut open = lock(&open);
    if whence > SEEK_HOLE {
        return Err(Errno::EINVAL);
    }
    let OpenFile { object, position, .. } = &mut *open;
    let from = match object {
        Object::Directory(listing) => listing.next as u64,
        _ => *position,
    };
    let there = match (&mut *object, whence) {
        // There are no positions, and no complaint either.
        (Object::Device(_) | Object::Inotify(_) | Object::Fanotify(_) | Object::Eventfd(_) | Object::Timerfd(_), _) => {
            0
        }
        (Object::Signalfd(_) | Object::Epoll(_), _) => 0,
        (Object::Stream(stream), _) => return seek_stream(stream, offset, whence),
        (object, _) if !object.has_position() => return Err(Errno::ESPIPE),
        (_, SEEK_SET) => target(0, offset)?,
        (_, SEEK_CUR) => target(from, offset)?,
        (Object::Regular(contents), SEEK_END) => target(contents.size()?, offset)?,
        (Object::Regular(contents), _) => {
            contents.seek(u64::try_from(offset).map_err(|_| Errno::ENXIO)?, whence == SEEK_DATA)?
        }
        (Object::Queue(queue), SEEK_END) => target(lock(&queue.shared).size, offset)?,
        (Object::Queue(queue), _) => data_or_hole(offset, lock(&queue.shared).size, whence)?,
        // What is made up has no end to count from.
        _ => return Err(Errno::EINVAL),
    };
    match object {
        Object::Directory(listing) => listing.seek(usize::try_from(there).unwrap_or(usize::MAX)),
        _ => *position = there,
    }
    Ok(there)
}

/// A position that is counted from another; EINVAL if there is no such position.
fn target(from: u64, offset: i64) -> Result<u64, Errno> {
    from.checked_add_signed(offset).filter(|position| *position <= i64::MAX as u64).ok_or(Errno::EINVAL)
}

/// The whole of a file of the host counts as data (lseek(2), "Seeking file data and holes").
fn seek_stream(stream: &mut HostStream, offset: i64, whence: u32) -> Result<u64, Errno> {
    if !stream.is_regular {
        return Err(Errno::ESPIPE);
    }
    let size = stream.file.size()?;
    let target = match whence {
        SEEK_SET => SeekFrom::Start(u64::try_from(offset).map_err(|_| Errno::EINVAL)?),
        SEEK_CUR => SeekFrom::Current(offset),
        SEEK_END => SeekFrom::End(offset),
        _ => SeekFrom::Start(data_or_hole(offset, size, whence)?),
    };
    stream.file.seek(target)
}

/// Data or a hole from an offset on, where all is data up to the end.
fn data_or_hole(offset: i64, size: u64, whence: u32) -> Result<u64, Errno> {
    let from = u64::try_from(offset).ok().filter(|from| *from < size).ok_or(Errno::ENXIO)?;
    Ok(if whence == SEEK_DATA { from } else { size })
}
