//! The words that the build and the engine share about handlers: how an instruction ends, and what
//! its ModR/M operand is.

/// How an instruction ends. A return type of the instruction functions stands for each.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
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

impl Shape {
    /// How an instruction is written where its `r/m` operand has this shape: as its row prints it, with `r/m32`
    /// resolved to the register or memory that it is there. `(sib)` behind a memory operand says that its address
    /// has an index, or that its segment has a base. Behind the mnemonic of a far transfer stands `far`, as in its
    /// disassembly.
    pub fn name(self, instruction: &str, far: bool) -> String {
        let (mnemonic, operands) = instruction.split_once(' ').unwrap_or((instruction, ""));
        let far = if far { " far" } else { "" };
        let operands: Vec<String> = operands.split(',').map(|operand| self.resolve(operand.trim())).collect();
        format!("{mnemonic}{far} {}", operands.join(", ")).trim_end().to_string()
    }

    fn resolve(self, operand: &str) -> String {
        let text = match operand.split_once('/') {
            Some((register, memory)) if memory.starts_with('m') => match (self, register) {
                (Shape::Register, "r") => memory.replacen('m', "r", 1),
                (Shape::Register, register) => register.to_string(),
                _ => memory.to_string(),
            },
            _ => operand.to_string(),
        };
        let in_memory = text.starts_with('m') && !text.starts_with("mm");
        if self == Shape::Indexed && in_memory { text + "(sib)" } else { text }
    }
}
