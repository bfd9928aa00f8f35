//! Lists of buffers, as readv(2) and its kin take them.

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::files::Iovec;
use crate::linux::errno::Errno;
use crate::linux::guest;
use crate::linux::objects::transfer::GuestRange;
use crate::memory::Access;

/// Most buffers of one list.
const IOV_MAX: u32 = 1024;

/// Most bytes of one transfer (`MAX_RW_COUNT`).
const MAX_TOTAL: u32 = 0x7fff_f000;

/// The buffers of a vector; EINVAL if there are too many of them, or if one is too large (readv(2)). What is more
/// than a transfer can move together is left out.
pub fn buffers(m: &mut Machine, vector: u32, count: u32) -> Result<Vec<GuestRange>, Errno> {
    if count > IOV_MAX {
        return Err(Errno::EINVAL);
    }
    let mut ranges = Vec::new();
    let mut total = 0_u32;
    for index in 0..count {
        let at = vector.wrapping_add(index * Iovec::SIZE as u32);
        let Iovec { iov_base: address, iov_len: size } = guest::read(&mut m.memory, at)?;
        if size > i32::MAX as u32 {
            return Err(Errno::EINVAL);
        }
        let size = size.min(MAX_TOTAL - total);
        total += size;
        ranges.push(GuestRange { address, size });
    }
    // Without any bytes the descriptor counts all the same.
    if ranges.is_empty() {
        ranges.push(GuestRange { address: 0, size: 0 });
    }
    Ok(ranges)
}

/// Bytes that ranges have room for: nothing is taken that has no place to go.
pub fn room(m: &mut Machine, ranges: &[GuestRange]) -> Result<usize, Errno> {
    let mut room = 0_usize;
    for range in ranges {
        if m.memory.check(range.address, range.size, Access::Write).is_err() {
            if room == 0 {
                return Err(Errno::EFAULT);
            }
            break;
        }
        room = room.saturating_add(range.size as usize);
    }
    Ok(room)
}

/// Stores bytes in ranges, one after the other, from a place in them on.
pub fn scatter(m: &mut Machine, ranges: &[GuestRange], skipped: usize, bytes: &[u8]) -> Result<(), Errno> {
    let (mut rest, mut skip) = (bytes, skipped);
    for range in ranges {
        let start = skip.min(range.size as usize);
        skip -= start;
        let (part, after) = rest.split_at(rest.len().min(range.size as usize - start));
        m.memory.write(range.address.wrapping_add(start as u32), part)?;
        rest = after;
    }
    Ok(())
}

/// The bytes of ranges from a place in them on, at most so many; as many as can be read, if the first can.
pub fn gathered(m: &mut Machine, ranges: &[GuestRange], skipped: usize, most: usize) -> Result<Vec<u8>, Errno> {
    let (mut bytes, mut skip): (Vec<u8>, usize) = (Vec::new(), skipped);
    for range in ranges {
        let size = range.size as usize;
        let start = skip.min(size);
        skip -= start;
        let before = bytes.len();
        let wanted = (size - start).min(most - before);
        if let Err(error) = m.memory.append(range.address.wrapping_add(start as u32), wanted, &mut bytes) {
            bytes.truncate(before);
            return if before == 0 { Err(error.into()) } else { Ok(bytes) };
        }
    }
    Ok(bytes)
}
