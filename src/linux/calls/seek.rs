//! File positions: `lseek`, `_llseek`.

use std::io::{Seek, SeekFrom};

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
    match object {
        Object::Regular(contents) => {
            *position = match whence {
                SEEK_SET => target(0, offset)?,
                SEEK_CUR => target(*position, offset)?,
                SEEK_END => target(contents.size()?, offset)?,
                _ => {
                    let from = u64::try_from(offset).map_err(|_| Errno::ENXIO)?;
                    contents.seek(from, whence == SEEK_DATA)?
                }
            };
            Ok(*position)
        }
        // What is made up has no end to count from.
        Object::Text(_) | Object::Memory(_) | Object::Queue(_) => {
            *position = match whence {
                SEEK_SET => target(0, offset)?,
                SEEK_CUR => target(*position, offset)?,
                _ => return Err(Errno::EINVAL),
            };
            Ok(*position)
        }
        Object::Directory(listing) => {
            let index = match whence {
                SEEK_SET => target(0, offset)?,
                SEEK_CUR => target(listing.next as u64, offset)?,
                _ => return Err(Errno::EINVAL),
            };
            listing.seek(usize::try_from(index).unwrap_or(usize::MAX));
            Ok(index)
        }
        // There are no positions, and no complaint either.
        Object::Device(_)
        | Object::Eventfd(_)
        | Object::Timerfd(_)
        | Object::Signalfd(_)
        | Object::Epoll(_)
        | Object::Inotify(_) => Ok(0),
        Object::Stream(stream) => seek_stream(stream, offset, whence),
        _ => Err(Errno::ESPIPE),
    }
}

/// A position that is counted from another; EINVAL if there is no such position.
fn target(from: u64, offset: i64) -> Result<u64, Errno> {
    from.checked_add_signed(offset).filter(|position| *position <= i64::MAX as u64).ok_or(Errno::EINVAL)
}

/// The whole of a file of the host counts as data, with a hole at its end (lseek(2), "Seeking file data
/// and holes").
fn seek_stream(stream: &mut HostStream, offset: i64, whence: u32) -> Result<u64, Errno> {
    if !stream.is_regular {
        return Err(Errno::ESPIPE);
    }
    let size = stream.file.metadata()?.len();
    let target = match whence {
        SEEK_SET => SeekFrom::Start(u64::try_from(offset).map_err(|_| Errno::EINVAL)?),
        SEEK_CUR => SeekFrom::Current(offset),
        SEEK_END => SeekFrom::End(offset),
        _ => {
            let from = u64::try_from(offset).ok().filter(|from| *from < size).ok_or(Errno::ENXIO)?;
            SeekFrom::Start(if whence == SEEK_DATA { from } else { size })
        }
    };
    Ok(stream.file.seek(target)?)
}
