//! Structures that have grown: the caller says how long his is, and what we do not know of it must be zero.

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::errno::Errno;

/// No structure is longer.
const LARGEST: u32 = 4096;

/// Whether a structure may have a size, where its first version had `first` bytes: E2BIG if it is too long, EINVAL if too
/// short.
pub fn check(size: u32, first: u32) -> Result<(), Errno> {
    match size {
        _ if size > LARGEST => Err(Errno::E2BIG),
        _ if size < first => Err(Errno::EINVAL),
        _ => Ok(()),
    }
}

/// Reads a structure, the fields that an older version does not have as zeros; E2BIG if what we do not know is not zero.
pub fn read<T: Encoded>(m: &mut Machine, [address, size]: [u32; 2], first: u32) -> Result<T, Errno> {
    check(size, first)?;
    let mut bytes = vec![0; size as usize];
    m.memory.read(address, &mut bytes)?;
    if bytes.get(T::SIZE..).is_some_and(|rest| rest.iter().any(|byte| *byte != 0)) {
        return Err(Errno::E2BIG);
    }
    Ok(T::decode(&mut bytes.as_slice()))
}
