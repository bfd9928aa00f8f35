//! The six floating-point exception flags, one byte for x87 and SSE alike (SDM Vol. 1, "Overview of
//! Floating-Point Exceptions"). Accumulating them in the status word or MXCSR belongs to the
//! instructions.

use std::ops::{BitAnd, BitOr, BitOrAssign, Not};

/// A set of exceptions: bits as in the x87 status word and in MXCSR. As a mask (x87 control word,
/// MXCSR shifted right by 7) a set bit means masked.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct ExceptionFlags(pub u8);

impl ExceptionFlags {
    /// No exception.
    pub const NONE: ExceptionFlags = ExceptionFlags(0);
    /// #I: invalid operation.
    pub const INVALID: ExceptionFlags = ExceptionFlags(1);
    /// #D: denormal operand.
    pub const DENORMAL: ExceptionFlags = ExceptionFlags(2);
    /// #Z: division of a finite number by zero.
    pub const DIVIDE: ExceptionFlags = ExceptionFlags(4);
    /// #O: the rounded result is too large.
    pub const OVERFLOW: ExceptionFlags = ExceptionFlags(8);
    /// #U: the result is tiny.
    pub const UNDERFLOW: ExceptionFlags = ExceptionFlags(16);
    /// #P: the result is inexact.
    pub const PRECISION: ExceptionFlags = ExceptionFlags(32);
    /// All six.
    pub const ALL: ExceptionFlags = ExceptionFlags(63);
    /// The pre-computation exceptions #I, #D and #Z: unmasked, they prevent the result.
    pub const BEFORE: ExceptionFlags = ExceptionFlags(7);
    /// #O and #U: the exponent of the result is out of range.
    pub const RANGE: ExceptionFlags = ExceptionFlags(24);

    /// These flags if `condition` holds, else none.
    #[inline(always)]
    pub fn when(self, condition: bool) -> ExceptionFlags {
        if condition { self } else { ExceptionFlags::NONE }
    }

    /// Whether all of `other` are here.
    #[inline(always)]
    pub fn contains(self, other: ExceptionFlags) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any of `other` is here.
    #[inline(always)]
    pub fn intersects(self, other: ExceptionFlags) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether none is here.
    #[inline(always)]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl BitOr for ExceptionFlags {
    type Output = ExceptionFlags;
    #[inline(always)]
    fn bitor(self, other: ExceptionFlags) -> ExceptionFlags {
        ExceptionFlags(self.0 | other.0)
    }
}

impl BitOrAssign for ExceptionFlags {
    #[inline(always)]
    fn bitor_assign(&mut self, other: ExceptionFlags) {
        self.0 |= other.0;
    }
}

impl BitAnd for ExceptionFlags {
    type Output = ExceptionFlags;
    #[inline(always)]
    fn bitand(self, other: ExceptionFlags) -> ExceptionFlags {
        ExceptionFlags(self.0 & other.0)
    }
}

impl Not for ExceptionFlags {
    type Output = ExceptionFlags;
    #[inline(always)]
    fn not(self) -> ExceptionFlags {
        ExceptionFlags(!self.0 & ExceptionFlags::ALL.0)
    }
}
