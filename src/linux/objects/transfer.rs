//! Copies between open files and guest memory.
//!
//! The bytes pass through a buffer of bounded size, so that a transfer of any size needs little
//! memory. Guest addresses are checked before the host is asked for data.

use crate::instructions::Machine;
use crate::linux::errno::{Answer, Errno};
use crate::linux::host::FileTime;
use crate::memory::{Access, Memory};

use super::object::{Object, Surroundings};
use super::open_file::OpenFile;

/// Size of the buffer.
const CHUNK: u32 = 65_536;

/// Most bytes that one call transfers (read(2)).
const MAX: u32 = 0x7fff_f000;

/// A range of guest memory.
#[derive(Clone, Copy, Debug)]
pub struct GuestRange {
    /// First address.
    pub address: u32,
    /// Length in bytes.
    pub size: u32,
}

/// Reads into guest memory, at the current position or at `at`.
pub fn read(m: &mut Machine, open: &mut OpenFile, range: GuestRange, mut at: Option<u64>, now: FileTime) -> Answer {
    open.readable()?;
    if range.size > 0 && accessible(&mut m.memory, range.address, 1, Access::Write) == 0 {
        return read_nowhere(m, open, at, now);
    }
    let mut buffer = Vec::new();
    in_chunks(m, range, Access::Write, open.is_regular(), |m, address, size| {
        buffer.resize(size as usize, 0);
        let count = open.read(&mut surroundings(m, now), &mut buffer, at)?;
        m.memory.write(address, &buffer[..count])?;
        at = at.map(|at| at + count as u64);
        Ok(count as u32)
    })
}

/// What a read comes to that has nowhere to put anything: what does not come to the bytes counts first.
fn read_nowhere(m: &mut Machine, open: &mut OpenFile, at: Option<u64>, now: FileTime) -> Answer {
    if matches!(open.object, Object::Stream(_) | Object::Buffer(_)) {
        return Err(Errno::EFAULT);
    }
    match open.object.read(&mut surroundings(m, now), &mut [0], at.unwrap_or(open.position), at.is_some())? {
        0 => Ok(0),
        _ => Err(Errno::EFAULT),
    }
}

/// Writes from guest memory, at the current position or at `at`.
pub fn write(m: &mut Machine, open: &mut OpenFile, range: GuestRange, mut at: Option<u64>, now: FileTime) -> Answer {
    open.writable()?;
    match &open.object {
        Object::Device(device) if !device.looks() => {
            return Ok(device.write(range.size.min(MAX) as usize)? as u32);
        }
        _ => {}
    }
    let mut buffer = Vec::new();
    in_chunks(m, range, Access::Read, true, |m, address, size| {
        buffer.resize(size as usize, 0);
        m.memory.read(address, &mut buffer)?;
        let count = open.write(&mut surroundings(m, now), &buffer, at)?;
        at = at.map(|at| at + count as u64);
        Ok(count as u32)
    })
}

/// What objects need of a machine.
pub fn surroundings(m: &mut Machine, now: FileTime) -> Surroundings<'_> {
    Surroundings { pool: m.memory.pool_mut(), random: &mut m.cpu.random, now }
}

/// Calls `step` for one chunk of a range after another, and gives the number of bytes transferred.
/// Ends early before a page that the guest may not access, after a short transfer, after an error
/// (which is returned only if nothing was transferred before), and after one chunk unless `all`.
fn in_chunks(
    m: &mut Machine,
    range: GuestRange,
    access: Access,
    all: bool,
    mut step: impl FnMut(&mut Machine, u32, u32) -> Answer,
) -> Answer {
    let total = range.size.min(MAX);
    let mut done = 0;
    loop {
        let address = range.address.wrapping_add(done);
        let wanted = (total - done).min(CHUNK);
        let size = accessible(&mut m.memory, address, wanted, access);
        let moved = if size == 0 && wanted > 0 { Err(Errno::EFAULT) } else { step(m, address, size) };
        match moved {
            Err(error) if done == 0 => return Err(error),
            Err(_) => return Ok(done),
            Ok(count) => {
                done += count;
                if count < wanted || done == total || !all {
                    return Ok(done);
                }
            }
        }
    }
}

/// How many bytes from `address` on, of at most `size`, the guest may access.
fn accessible(memory: &mut Memory, address: u32, size: u32, access: Access) -> u32 {
    let mut known = 0;
    while known < size {
        match memory.run_of(address.wrapping_add(known), access) {
            Ok(run) => known += run,
            Err(_) => break,
        }
    }
    known.min(size)
}

/// Copies from one position of an open file to its own, at most `size` bytes. Without the first, the file's own is both.
pub fn copy_within(m: &mut Machine, open: &mut OpenFile, size: u32, at: Option<u64>, now: FileTime) -> Answer {
    let (mut source, mut target) = (at.unwrap_or(open.position), open.position);
    let (mut done, mut buffer) = (0, Vec::new());
    while done < size.min(MAX) {
        buffer.resize((size.min(MAX) - done).min(CHUNK) as usize, 0);
        let count = open.read(&mut surroundings(m, now), &mut buffer, Some(source))?;
        let written = match open.write(&mut surroundings(m, now), &buffer[..count], Some(target)) {
            Err(error) if done == 0 => return Err(error),
            written => written.unwrap_or_default(),
        };
        (source, target) = (source + written as u64, target + written as u64);
        done += written as u32;
        if written == 0 {
            break;
        }
    }
    open.position = target;
    Ok(done)
}

/// Copies from one open file to another, at most `size` bytes. What has positions is read again where the
/// other end took no more, so that nothing is lost.
pub fn copy(
    m: &mut Machine,
    from: &mut OpenFile,
    to: &mut OpenFile,
    size: u32,
    [mut source, mut target]: [Option<u64>; 2],
    now: FileTime,
) -> Answer {
    from.readable()?;
    to.writable()?;
    let (mut done, mut buffer) = (0, Vec::new());
    while done < size.min(MAX) {
        buffer.resize((size.min(MAX) - done).min(CHUNK) as usize, 0);
        let at = source.or(from.object.has_position().then_some(from.position));
        let count = from.read(&mut surroundings(m, now), &mut buffer, at)?;
        if count == 0 {
            break;
        }
        let written = match to.write(&mut surroundings(m, now), &buffer[..count], target) {
            Err(error) if done == 0 => return Err(error),
            written => written.unwrap_or_default(),
        };
        match &mut source {
            Some(at) => *at += written as u64,
            None if at.is_some() => from.position += written as u64,
            None => {}
        }
        target = target.map(|at| at + written as u64);
        done += written as u32;
        if written == 0 {
            break;
        }
    }
    Ok(done)
}
