//! The result of a comparison. Its form (EFLAGS, C3 to C0, a mask) belongs to the instructions.

/// The relation of one number to another (IEEE 754, "Details of comparison predicates").
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relation {
    /// It is less than the other.
    Less,
    /// They are equal, as zeros of either sign are.
    Equal,
    /// It is greater than the other.
    Greater,
    /// At least one is a NaN.
    Unordered,
}

impl Relation {
    /// The relation of two numbers of which neither is a NaN.
    #[inline(always)]
    pub fn of<T: PartialOrd>(a: T, b: T) -> Relation {
        if a < b {
            Relation::Less
        } else if a > b {
            Relation::Greater
        } else {
            Relation::Equal
        }
    }
}
