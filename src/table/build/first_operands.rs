//! What a row says about its first two operands, as far as forwarding wants to know.

use super::super::handler::Shape;
use super::super::notation::{OperandEncoding, OperandKind, RegisterClass};
use super::super::schema::ParsedRow;

/// What a row says about its first two operands, where its `r/m` operand has a shape.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct FirstOperands {
    /// Whether the first is a general-purpose register that is written as a whole.
    pub written: bool,
    /// Whether it is one that is written in part.
    pub partly: bool,
    /// Whether the first and the second are registers that are read.
    pub read: [bool; 2],
    /// Which one is in memory.
    pub memory: Option<usize>,
}

impl FirstOperands {
    /// What a row says.
    pub fn of(row: &ParsedRow, shape: Shape) -> FirstOperands {
        let access: Vec<&str> = row.raw.access.split_whitespace().collect();
        let register = |at: usize| {
            let operand = row.instruction.operands.get(at)?;
            let in_memory = operand.encoding == OperandEncoding::Rm && shape != Shape::Register;
            match operand.kind {
                OperandKind::Register(class, _) | OperandKind::Fixed(class, _) if !in_memory => Some(class),
                _ => None,
            }
        };
        let general =
            |at| matches!(register(at), Some(RegisterClass::Gpr8 | RegisterClass::Gpr16 | RegisterClass::Gpr32));
        let accessed = |at: usize, how| access.get(at).is_some_and(|access| access.contains(how));
        let whole = register(0) == Some(RegisterClass::Gpr32);
        FirstOperands {
            written: whole && accessed(0, 'w'),
            partly: general(0) && !whole && accessed(0, 'w'),
            read: [0, 1].map(|at| general(at) && accessed(at, 'r')),
            memory: row.instruction.operands.iter().position(|operand| match operand.kind {
                OperandKind::Register(_, Some(_)) => {
                    operand.encoding == OperandEncoding::Rm && shape != Shape::Register
                }
                OperandKind::Memory(_) | OperandKind::Offset(_) => true,
                _ => false,
            }),
        }
    }
}
