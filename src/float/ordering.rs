//! The outcome of a comparison. How it is shown (EFLAGS, C3 to C0, a mask) is the instruction's
//! business.

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

impl Ordering4 {
    /// How two stand to each other of which neither is a NaN.
    #[inline(always)]
    pub fn of<T: PartialOrd>(a: T, b: T) -> Ordering4 {
        if a < b {
            Ordering4::Less
        } else if a == b {
            Ordering4::Equal
        } else {
            Ordering4::Greater
        }
    }
}
