//! The six floating-point exception flags, one byte for x87 and SSE alike (SDM Vol. 1, "Overview of
//! Floating-Point Exceptions"). Where they accumulate (status word, MXCSR) is the machine's business.

use std::ops::{BitAnd, BitOr, BitOrAssign, Not};

/// A set of exceptions: bits as in the x87 status word and in MXCSR. As a mask (x87 control word,
/// MXCSR shifted right by 7) a set bit means masked.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Flags(pub u8);

impl Flags {
    /// No exception.
    pub const NONE: Flags = Flags(0);
    /// #I: invalid operation.
    pub const INVALID: Flags = Flags(1);
    /// #D: denormal operand.
    pub const DENORMAL: Flags = Flags(2);
    /// #Z: division of a finite number by zero.
    pub const DIVIDE: Flags = Flags(4);
    /// #O: the rounded result is too large.
    pub const OVERFLOW: Flags = Flags(8);
    /// #U: the result is tiny.
    pub const UNDERFLOW: Flags = Flags(16);
    /// #P: the result is inexact.
    pub const PRECISION: Flags = Flags(32);
    /// All six.
    pub const ALL: Flags = Flags(63);
    /// Those found before a result is computed: unmasked, they prevent it.
    pub const BEFORE: Flags = Flags(7);
    /// #O and #U: the exponent of the result is out of range.
    pub const RANGE: Flags = Flags(24);

    /// These flags if `condition` holds, else none.
    #[inline(always)]
    pub fn when(self, condition: bool) -> Flags {
        if condition { self } else { Flags::NONE }
    }

    /// Whether all of `other` are here.
    #[inline(always)]
    pub fn contains(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any of `other` is here.
    #[inline(always)]
    pub fn intersects(self, other: Flags) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether none is here.
    #[inline(always)]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl BitOr for Flags {
    type Output = Flags;
    #[inline(always)]
    fn bitor(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }
}

impl BitOrAssign for Flags {
    #[inline(always)]
    fn bitor_assign(&mut self, other: Flags) {
        self.0 |= other.0;
    }
}

impl BitAnd for Flags {
    type Output = Flags;
    #[inline(always)]
    fn bitand(self, other: Flags) -> Flags {
        Flags(self.0 & other.0)
    }
}

impl Not for Flags {
    type Output = Flags;
    #[inline(always)]
    fn not(self) -> Flags {
        Flags(!self.0 & Flags::ALL.0)
    }
}
