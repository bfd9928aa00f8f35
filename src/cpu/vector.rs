//! The vector registers and MXCSR (SDM Vol. 1, "SSE and AVX Programming Environment").

use std::ops::{Index, IndexMut};

/// YMM0 to YMM7, each as two halves; the low half is the XMM register.
#[derive(Clone, Debug, Default)]
pub struct Vectors([[u128; 2]; 8]);

/// MXCSR after reset: every exception masked, round to nearest.
pub const MXCSR_RESET: u32 = 0x1f80;

/// The bits of MXCSR that exist; setting another raises #GP.
pub const MXCSR_MASK: u32 = 0xffff;

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
