//! MXCSR (SDM Vol. 1, "MXCSR Control and Status Register").

/// MXCSR after reset: every exception masked, round to nearest.
pub const MXCSR_RESET: u32 = 0x1f80;

/// The bits of MXCSR that exist; setting another raises #GP.
pub const MXCSR_MASK: u32 = 0xffff;

/// MXCSR, with what the fast path of floating-point instructions asks of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mxcsr {
    word: u32,
    limit: u64,
}

impl Mxcsr {
    /// PE and PM: a result was rounded, and that raises no exception.
    const INEXACT: u32 = 1 << 5 | 1 << 12;
    /// RC.
    const ROUNDING: u32 = 3 << 13;

    /// As LDMXCSR and STMXCSR have it.
    #[must_use]
    pub fn word(self) -> u32 {
        self.word
    }

    /// Whether results are rounded to nearest, and that one was rounded is no news.
    #[inline(always)]
    pub fn is_usual(self) -> bool {
        self.limit != 0
    }

    /// 2^62 if MXCSR [is usual](Self::is_usual), else 0: as a limit of what operands are compared with, so that the
    /// fast path asks for both in one comparison.
    #[inline(always)]
    pub(crate) fn limit(self) -> u64 {
        self.limit
    }

    /// Whether results are rounded to nearest.
    #[inline(always)]
    pub fn rounds_to_nearest(self) -> bool {
        self.word & Self::ROUNDING == 0
    }
}

impl From<u32> for Mxcsr {
    fn from(word: u32) -> Mxcsr {
        let usual = word & (Self::INEXACT | Self::ROUNDING) == Self::INEXACT;
        Mxcsr { word, limit: u64::from(usual) << 62 }
    }
}
