//! Memory of processes from outside: process_vm_readv(2), process_vm_writev(2), `/proc/PID/mem` (proc(5)).

use crate::instructions::Machine;
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;
use crate::linux::objects::transfer::GuestRange;
use crate::memory::Access;

use super::call::Args;
use super::vectors;

/// Bytes that are copied at once.
const CHUNK: u32 = 65_536;

/// Which way bytes go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    FromProcess,
    ToProcess,
}

pub fn process_vm_readv(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    between(k, m, args, Direction::FromProcess)
}

pub fn process_vm_writev(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    between(k, m, args, Direction::ToProcess)
}

/// Both lists of ranges are filled one after the other; what could not be copied ends the call.
fn between(k: &mut Kernel, m: &mut Machine, args: &Args, direction: Direction) -> Answer {
    let [pid, local, local_count, remote, remote_count, flags] = *args;
    if flags != 0 {
        return Err(Errno::EINVAL);
    }
    let (local, remote) = (vectors::buffers(m, local, local_count)?, vectors::buffers(m, remote, remote_count)?);
    let space = space_of(k, pid)?;
    let (mut done, mut local) = (0, local.into_iter().filter(|range| range.size > 0));
    let mut own = local.next();
    for mut other in remote {
        while let (Some(range), true) = (own.as_mut(), other.size > 0) {
            let size = range.size.min(other.size).min(CHUNK);
            let here = GuestRange { size, ..*range };
            match step(k, m, space, other.address, here, direction) {
                Err(error) if done == 0 => return Err(error),
                Err(_) => return Ok(done),
                Ok(()) => {}
            }
            done += size;
            for part in [&mut other, range] {
                part.address = part.address.wrapping_add(size);
                part.size -= size;
            }
            if range.size == 0 {
                own = local.next();
            }
        }
    }
    Ok(done)
}

/// The address space of a process, or of that of a thread, that the asker may look into: ESRCH, EPERM.
pub fn space_of(k: &Kernel, pid: u32) -> Result<u64, Errno> {
    let process = k.find_process_of(pid).or_else(|| k.find_process(pid));
    let process = process.filter(|process| process.is_alive()).ok_or(Errno::ESRCH)?;
    let own = process.pid == k.process.pid || process.may_be_inspected_by(&k.process.credentials);
    if own { Ok(process.space_number) } else { Err(Errno::EPERM) }
}

/// Copies between a range here and an address in another space, as its permissions allow.
fn step(
    k: &mut Kernel,
    m: &mut Machine,
    space: u64,
    other: u32,
    here: GuestRange,
    direction: Direction,
) -> Result<(), Errno> {
    let mut bytes = vec![0; here.size as usize];
    if direction == Direction::ToProcess {
        m.memory.read(here.address, &mut bytes)?;
    } else {
        m.memory.check(here.address, here.size, Access::Write)?;
    }
    let moved = k.with_space(m, space, |memory| match direction {
        Direction::FromProcess => memory.read(other, &mut bytes),
        Direction::ToProcess => memory.write(other, &bytes),
    });
    moved.ok_or(Errno::ESRCH)??;
    if direction == Direction::FromProcess {
        m.memory.write(here.address, &bytes)?;
    }
    Ok(())
}

/// Reads `/proc/PID/mem` at a position, whatever the permissions of the pages are; EIO where nothing is
/// mapped.
pub fn read(k: &mut Kernel, m: &mut Machine, pid: u32, range: GuestRange, at: u64) -> Answer {
    let (address, size) = within(at, range.size)?;
    let space = space_of(k, pid).map_err(|_| Errno::EIO)?;
    let bytes = k.space(m, space).map(|space| space.mapped_bytes(m.memory.pool(), address, size));
    let bytes = bytes.filter(|bytes| !bytes.is_empty() || size == 0).ok_or(Errno::EIO)?;
    m.memory.write(range.address, &bytes)?;
    Ok(bytes.len() as u32)
}

/// Writes it, also where the process itself may not write, but not into what others map too.
pub fn write(k: &mut Kernel, m: &mut Machine, pid: u32, range: GuestRange, at: u64) -> Answer {
    let (address, size) = within(at, range.size)?;
    let mut bytes = vec![0; size as usize];
    m.memory.read(range.address, &mut bytes)?;
    let space = space_of(k, pid).map_err(|_| Errno::EIO)?;
    let written = k.with_space(m, space, |memory| memory.overwrite(address, &bytes)).unwrap_or_default();
    if written == 0 && size > 0 { Err(Errno::EIO) } else { Ok(written as u32) }
}

/// Address and size of a piece; EIO beyond the address space.
fn within(at: u64, size: u32) -> Result<(u32, u32), Errno> {
    let address = u32::try_from(at).map_err(|_| Errno::EIO)?;
    Ok((address, size.min(CHUNK).min(u32::MAX - address)))
}
