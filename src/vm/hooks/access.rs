//! Accesses to memory as hooks see them, with the bytes that were read or written.

use crate::instructions::Machine;
use crate::memory::Access;

/// An access to memory that an instruction has made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MemoryAccess {
    /// The first linear address.
    pub address: u32,
    /// What was done. Who changes memory in place writes.
    pub access: Access,
    /// The bytes that were read, or written.
    pub bytes: Vec<u8>,
    /// The bytes that were there before they were written over; empty for reads.
    pub replaced: Vec<u8>,
}

impl MemoryAccess {
    /// How many bytes.
    #[must_use]
    pub fn length(&self) -> u32 {
        self.bytes.len() as u32
    }

    /// The bytes as a number, lowest byte first: the first 16 of them.
    #[must_use]
    pub fn value(&self) -> u128 {
        self.bytes.iter().take(16).rev().fold(0, |value, byte| value << 8 | u128::from(*byte))
    }
}

/// The accesses recorded since the last call, in their order.
///
/// They are told after the instruction, which may have written over what it read: what later writes replaced is put
/// back, from the last to the first.
pub fn take_accesses(m: &mut Machine) -> Vec<MemoryAccess> {
    let (events, replaced) = m.memory.take_record();
    let mut rest = replaced.into_iter();
    let mut told = |(address, length, access): (u32, u32, Access)| MemoryAccess {
        address,
        access,
        bytes: m.memory.get(address, length).unwrap_or_else(|_| vec![0; length as usize]),
        replaced: if access == Access::Write { rest.by_ref().take(length as usize).collect() } else { Vec::new() },
    };
    let mut accesses: Vec<MemoryAccess> = events.into_iter().map(&mut told).collect();
    for at in 0..accesses.len() {
        let (before, after) = accesses.split_at_mut(at + 1);
        after.iter().rev().for_each(|later| put_back(&mut before[at], later));
    }
    accesses
}

/// Undoes a later write in the bytes of an earlier access.
fn put_back(earlier: &mut MemoryAccess, later: &MemoryAccess) {
    for (at, byte) in earlier.bytes.iter_mut().enumerate() {
        let offset = earlier.address.wrapping_add(at as u32).wrapping_sub(later.address);
        if let Some(former) = later.replaced.get(offset as usize) {
            *byte = *former;
        }
    }
}
