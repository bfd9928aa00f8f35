//! The vector registers (SDM Vol. 1, "SSE and AVX Programming Environment").

use std::ops::{Index, IndexMut};

use bytemuck::{AnyBitPattern, NoUninit};

/// YMM0 to YMM7, each as two halves; the low half is the XMM register. Indexed by the number of a register, or by slot.
///
/// A slot is a byte that any value may have, so that no index needs a check, and the number of the 64 bits at which a
/// register begins, so that no index needs to be scaled. The registers behind the eighth do not exist.
#[derive(Clone, Debug)]
pub struct Vectors([[u128; 2]; 64]);

impl Default for Vectors {
    fn default() -> Vectors {
        Vectors([[0; 2]; 64])
    }
}

impl Vectors {
    /// The slot of a register.
    #[must_use]
    pub(crate) fn slot(register: u8) -> u8 {
        (register & 7) << 2
    }

    /// The register of a slot.
    #[inline(always)]
    pub(crate) fn at(&self, slot: u8) -> &[u128; 2] {
        &self.0[usize::from(slot >> 2)]
    }

    /// The same to be changed.
    #[inline(always)]
    pub(crate) fn at_mut(&mut self, slot: u8) -> &mut [u128; 2] {
        &mut self.0[usize::from(slot >> 2)]
    }

    /// The low number of the register of a slot, so that a load has just that size.
    #[inline(always)]
    pub(crate) fn low<N: AnyBitPattern + NoUninit>(&self, slot: u8) -> &N {
        &bytemuck::must_cast_slice::<_, N>(&self.0)[low::<N>(slot)]
    }

    /// The same to be changed.
    #[inline(always)]
    pub(crate) fn low_mut<N: AnyBitPattern + NoUninit>(&mut self, slot: u8) -> &mut N {
        &mut bytemuck::must_cast_slice_mut::<_, N>(&mut self.0)[low::<N>(slot)]
    }
}

/// Where the low number of the register of a slot is among numbers of its size.
#[inline(always)]
fn low<N>(slot: u8) -> usize {
    if cfg!(target_endian = "little") {
        usize::from(slot) * 8 / size_of::<N>()
    } else {
        (usize::from(slot & !3) * 8 + 16) / size_of::<N>() - 1
    }
}

impl Index<u8> for Vectors {
    type Output = [u128; 2];
    #[inline(always)]
    fn index(&self, register: u8) -> &[u128; 2] {
        &self.0[usize::from(register & 7)]
    }
}

impl IndexMut<u8> for Vectors {
    #[inline(always)]
    fn index_mut(&mut self, register: u8) -> &mut [u128; 2] {
        &mut self.0[usize::from(register & 7)]
    }
}
