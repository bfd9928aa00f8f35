//! Structures that have grown: the caller says how long his is, and what we do not know of it must be zero.

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::errno::Errno;
use crate::linux::guest;

/// No structure is longer.
const LARGEST: u32 = 4096;

/// Whether a structure may have a size, of which we know so much: E2BIG if it is too long, EINVAL if too short.
pub fn check(size: u32, known: usize) -> Result<(), Errno> {
    match size {
        _ if size > LARGEST => Err(Errno::E2BIG),
        _ if (size as usize) < known => Err(Errno::EINVAL),
        _ => Ok(()),
    }
}

/// Reads a structure of at least the size that we know; E2BIG if the rest is not zero.
pub fn read<T: Encoded>(m: &mut Machine, address: u32, size: u32) -> Result<T, Errno> {
    check(size, T::SIZE)?;
    let mut rest = vec![0; size as usize - T::SIZE];
    m.memory.read(address.wrapping_add(T::SIZE as u32), &mut rest)?;
    if rest.iter().any(|byte| *byte != 0) {
        return Err(Errno::E2BIG);
    }
    guest::read(&mut m.memory, address)
}
