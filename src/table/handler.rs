//! The words that the build and the engine share about handlers: how an instruction ends, and what
//! its ModR/M operand is.

/// How an instruction ends. A return type of the instruction functions stands for each.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Ending {
    /// `()`: execution continues with the next instruction.
    Plain,
    /// `Flags`: the status flags are written, and execution continues with the next instruction.
    Flags,
    /// `Branch`, `Repeated`: control may be transferred.
    Conditional,
    /// `Direct`, `Jump`, `Leave`: control is always transferred, so that the block ends.
    Always,
}

/// What stands where a row says `r/m32`, `m32` or `moffs32`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Shape {
    /// A register, or the row has no such operand.
    Register,
    /// Memory at a base register and a displacement.
    Base,
    /// Memory with an index register or in a segment whose base is not zero.
    Indexed,
}
