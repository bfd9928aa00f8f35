//! Moving data between the kernel and the guest: strings, numbers and structures. A bad guest
//! pointer is EFAULT.

use crate::memory::{Access, Memory, Scalar};

use super::abi::Encoded;
use super::errno::{Answer, Errno};

/// The longest path, with its terminating zero.
const PATH_MAX: usize = 4096;

/// Reads a zero-terminated path or name.
pub fn string(memory: &mut Memory, address: u32) -> Result<Vec<u8>, Errno> {
    string_of(memory, address, PATH_MAX)?.ok_or(Errno::ENAMETOOLONG)
}

/// Reads a zero-terminated string; `None` if it is longer than `limit`, its zero included.
pub fn string_of(memory: &mut Memory, address: u32, limit: usize) -> Result<Option<Vec<u8>>, Errno> {
    let mut string = Vec::new();
    let mut at = address;
    while string.len() < limit {
        let size = memory.run_of(at, Access::Read)?;
        let bytes = memory.page_bytes(at, size);
        match bytes.iter().position(|byte| *byte == 0) {
            Some(end) => {
                string.extend_from_slice(&bytes[..end]);
                break;
            }
            None => string.extend_from_slice(bytes),
        }
        at = at.wrapping_add(size);
    }
    Ok(Some(string).filter(|string| string.len() < limit))
}

/// Reads a number.
pub fn number<T: Scalar>(memory: &mut Memory, address: u32) -> Result<T, Errno> {
    Ok(memory.load(address)?)
}

/// Reads `N` consecutive words.
pub fn words<const N: usize>(memory: &mut Memory, address: u32) -> Result<[u32; N], Errno> {
    let mut words = [0; N];
    for (index, word) in words.iter_mut().enumerate() {
        *word = memory.load(address.wrapping_add(4 * index as u32))?;
    }
    Ok(words)
}

/// Reads a structure.
pub fn read<T: Encoded>(memory: &mut Memory, address: u32) -> Result<T, Errno> {
    let mut bytes = vec![0; T::SIZE];
    memory.read(address, &mut bytes)?;
    Ok(T::decode(&mut bytes.as_slice()))
}

/// Writes a structure; the answer of a call that gives nothing else back.
pub fn write<T: Encoded>(memory: &mut Memory, address: u32, value: &T) -> Answer {
    memory.write(address, &value.to_bytes())?;
    Ok(0)
}

/// Writes a structure, unless the pointer is null, which means that the guest does not want it.
pub fn write_if<T: Encoded>(memory: &mut Memory, address: u32, value: &T) -> Answer {
    if address == 0 { Ok(0) } else { write(memory, address, value) }
}

/// Writes bytes, unless the pointer is null, which means that the guest does not want them.
pub fn put_if(memory: &mut Memory, address: u32, bytes: &[u8]) -> Result<(), Errno> {
    if address == 0 { Ok(()) } else { Ok(memory.write(address, bytes)?) }
}
