//! Copying between open files inside the kernel: `sendfile`, `copy_file_range`.

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::files::O_APPEND;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::host::{FileType, Readiness};
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Object, OpenFile, transfer};
use crate::linux::sync::lock;

use super::call::Args;
use super::{readiness, send_signal, transfers};

/// Bytes that are copied at once.
const CHUNK: u64 = 65_536;

pub fn sendfile(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [to, from, offset, size, ..] = *args;
    let at = match offset {
        0 => None,
        offset => Some(u64::try_from(guest::number::<u32>(&mut m.memory, offset)? as i32).map_err(|_| Errno::EINVAL)?),
    };
    let count = send(k, m, from, to, size, at)?;
    if let Some(at) = at {
        m.memory.store(offset, at as u32 + count)?;
    }
    Ok(count)
}

pub fn sendfile64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [to, from, offset, size, ..] = *args;
    let at = given(m, offset)?;
    let count = send(k, m, from, to, size, at)?;
    if let Some(at) = at {
        m.memory.store(offset, at + u64::from(count))?;
    }
    Ok(count)
}

/// The position that a pointer refers to, which is used instead of the file's own; none if it is null.
pub fn given(m: &mut Machine, pointer: u32) -> Result<Option<u64>, Errno> {
    if pointer == 0 {
        return Ok(None);
    }
    let at = guest::number::<u64>(&mut m.memory, pointer)?;
    if (at as i64) < 0 { Err(Errno::EINVAL) } else { Ok(Some(at)) }
}

fn send(k: &mut Kernel, m: &mut Machine, from: u32, to: u32, size: u32, at: Option<u64>) -> Answer {
    let (from, to) = (k.file(from)?, k.file(to)?);
    lock(&from).readable()?;
    lock(&to).writable()?;
    let moves = lock(&from).gives_bytes() && lock(&to).has_bytes();
    if !moves && (at.is_none() || matches!(lock(&from).object, Object::Device(_))) {
        return Err(Errno::EINVAL);
    }
    let now = k.now(m);
    let answer = if Arc::ptr_eq(&from, &to) {
        // A file can be its own target: it is read at one position and written at the other.
        let mut open = lock(&from);
        open.contents()?;
        if open.flags & O_APPEND != 0 {
            return Err(Errno::EINVAL);
        }
        transfer::copy_within(m, &mut open, size, at, now)
    } else {
        readiness::wait(k, m, &from, Readiness::Readable)?;
        readiness::wait(k, m, &to, Readiness::Writable)?;
        let (mut from, mut to) = (lock(&from), lock(&to));
        from.readable()?;
        to.writable()?;
        match &from.object {
            Object::Buffer(_) if at.is_some() => return Err(Errno::ESPIPE),
            object if at.is_some() && object.channel().is_some() => return Err(Errno::ESPIPE),
            Object::Buffer(_) | Object::Directory(_) => return Err(Errno::EINVAL),
            object if object.channel().is_some() => return Err(Errno::EINVAL),
            _ => {}
        }
        if to.flags & O_APPEND != 0 || matches!(to.object, Object::Directory(_)) {
            return Err(Errno::EINVAL);
        }
        match transfer::copy(m, &mut from, &mut to, size, [at, None], now) {
            // The device that is always full takes what is written alone.
            Err(Errno::ENOSPC) if !to.takes_bytes() => Err(Errno::EINVAL),
            sent => sent,
        }
    };
    let answer = transfers::copied(k, [&from, &to], answer);
    send_signal::broken_pipe(k, answer)
}

/// Copies from one regular file to another, or within one (copy_file_range(2)).
pub fn copy_file_range(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [from, source, to, target, size, flags] = *args;
    let (input, output) = (k.file(from)?, k.file(to)?);
    let (source_at, target_at) = (given(m, source)?, given(m, target)?);
    if flags != 0 {
        return Err(Errno::EINVAL);
    }
    for open in [&input, &output] {
        if lock(open).place.file_type() == FileType::Directory {
            return Err(Errno::EISDIR);
        }
        lock(open).contents()?;
    }
    let (contents_from, from_at) = end(&lock(&input), source_at, false)?;
    let (contents_to, to_at) = end(&lock(&output), target_at, true)?;
    let size = u64::from(size.min(0x7fff_f000));
    let apart = from_at + size <= to_at || to_at.checked_add(size).ok_or(Errno::EOVERFLOW)? <= from_at;
    if Arc::ptr_eq(&contents_from, &contents_to) && !apart {
        return Err(Errno::EINVAL);
    }
    let (mut done, mut buffer, now) = (0, Vec::new(), k.now(m));
    while done < size {
        buffer.resize((size - done).min(CHUNK) as usize, 0);
        let count = contents_from.read(m.memory.pool_mut(), &mut buffer, from_at + done)?;
        let written = match contents_to.write(m.memory.pool_mut(), &buffer[..count], to_at + done, now) {
            Err(error) if done == 0 => return Err(error),
            written => written.unwrap_or_default(),
        };
        done += written as u64;
        if written < buffer.len() {
            break;
        }
    }
    for (pointer, open, at) in [(source, &input, from_at), (target, &output, to_at)] {
        match pointer {
            0 => lock(open).position = at + done,
            pointer => m.memory.store(pointer, at + done)?,
        }
    }
    transfers::copied(k, [&input, &output], Ok(done as u32))
}

/// The contents at one end of a copy between regular files, and the position in them.
fn end(
    open: &OpenFile,
    at: Option<u64>,
    writes: bool,
) -> Result<(Arc<crate::linux::objects::FileContents>, u64), Errno> {
    if writes {
        open.writable()?
    } else {
        open.readable()?
    }
    if writes && open.flags & O_APPEND != 0 {
        return Err(Errno::EBADF);
    }
    Ok((Arc::clone(open.contents()?), at.unwrap_or(open.position)))
}
