//! The vector registers and MXCSR (SDM Vol. 1, "SSE and AVX Programming Environment").

use std::ops::{Index, IndexMut};

/// YMM0 to YMM7, each as two halves; the low half is the XMM register.
#[derive(Clone, Debug, Default)]
pub struct Vectors([[u128; 2]; 8]);

/// MXCSR after reset: every exception masked, round to nearest.
pub const MXCSR_RESET: u32 = 0x1f80;

/// The bits of MXCSR that exist; setting another raises #GP.
pub const MXCSR_MASK: u32 = 0xffff;

/// MXCSR, kept with PM and PE inverted, so that its usual state shows in a test for zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mxcsr(u32);

impl Mxcsr {
    /// PE and PM: a result was rounded, and that raises no exception.
    const INEXACT: u32 = 1 << 5 | 1 << 12;
    /// RC.
    const ROUNDING: u32 = 3 << 13;

    /// As LDMXCSR and STMXCSR have it.
    #[must_use]
    pub fn word(self) -> u32 {
        self.0 ^ Self::INEXACT
    }

    /// Whether results are rounded to nearest, and that one was rounded is no news.
    #[inline(always)]
    pub fn is_usual(self) -> bool {
        self.0 & (Self::INEXACT | Self::ROUNDING) == 0
    }

    /// Whether results are rounded to nearest.
    #[inline(always)]
    pub fn rounds_to_nearest(self) -> bool {
        self.0 & Self::ROUNDING == 0
    }
}

impl From<u32> for Mxcsr {
    fn from(word: u32) -> Mxcsr {
        Mxcsr(word ^ Self::INEXACT)
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
