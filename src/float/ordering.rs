//! The outcome of a comparison. How it is shown (EFLAGS, C3 to C0, a mask) is the instruction's
//! business.

/// How one number stands to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relation {
    /// Below it.
    Less,
    /// The same; zeros of either sign are.
    Equal,
    /// Above it.
    Greater,
    /// At least one is a NaN.
    Unordered,
}

impl Relation {
    /// How two stand to each other of which neither is a NaN.
    #[inline(always)]
    pub fn of<T: PartialOrd>(a: T, b: T) -> Relation {
        if a < b {
            Relation::Less
        } else if a == b {
            Relation::Equal
        } else {
            Relation::Greater
        }
    }
}
