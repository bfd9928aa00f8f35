//! The outcome of a comparison. How it is shown (EFLAGS, C3 to C0, a mask) is the instruction's
//! business.

use std::cmp::Ordering;

/// How one number stands to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ordering4 {
    /// Below it.
    Less,
    /// The same; zeros of either sign are.
    Equal,
    /// Above it.
    Greater,
    /// At least one is a NaN.
    Unordered,
}

impl From<Ordering> for Ordering4 {
    #[inline(always)]
    fn from(ordering: Ordering) -> Ordering4 {
        match ordering {
            Ordering::Less => Ordering4::Less,
            Ordering::Equal => Ordering4::Equal,
            Ordering::Greater => Ordering4::Greater,
        }
    }
}
