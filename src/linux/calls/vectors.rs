//! Lists of buffers, as readv(2) and its kin take them.

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::files::Iovec;
use crate::linux::errno::Errno;
use crate::linux::guest;
use crate::linux::objects::transfer::GuestRange;

/// Most buffers of one list.
const IOV_MAX: u32 = 1024;

/// The buffers of a vector; EINVAL if there are too many of them, or if they are too large (readv(2)).
pub fn buffers(m: &mut Machine, vector: u32, count: u32) -> Result<Vec<GuestRange>, Errno> {
    if count > IOV_MAX {
        return Err(Errno::EINVAL);
    }
    let mut ranges = Vec::new();
    let mut total = 0_u32;
    for index in 0..count {
        let at = vector.wrapping_add(index * Iovec::SIZE as u32);
        let Iovec { iov_base: address, iov_len: size } = guest::read(&mut m.memory, at)?;
        total = total.checked_add(size).filter(|total| *total <= i32::MAX as u32).ok_or(Errno::EINVAL)?;
        ranges.push(GuestRange { address, size });
    }
    // Without any bytes the descriptor counts all the same.
    if ranges.is_empty() {
        ranges.push(GuestRange { address: 0, size: 0 });
    }
    Ok(ranges)
}
