//! What an instance does with the low numbers of the XMM registers that are its first two operands, as far as
//! forwarding wants to know.

use super::super::schema::ParsedRow;
use super::instance::{Argument, Instance, OperandType};
use super::signature::{Parameter, Signature};

/// As many bits are forwarded at most.
pub const MOST: u16 = 64;

/// How many low bits it needs and writes: all if it is more than can be forwarded.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct LowNumbers {
    /// Of the first operand, if it is an XMM register that is written.
    pub written: Option<u16>,
    /// Of the first and the second operand, where they are XMM registers that are read.
    pub read: [Option<u16>; 2],
    /// Whether it writes a vector register of another kind.
    pub otherwise: bool,
}

impl LowNumbers {
    /// What the types of its operands and the row say.
    pub fn of(row: &ParsedRow, signature: &Signature, instance: &Instance) -> LowNumbers {
        let mut numbers = LowNumbers::default();
        let access: Vec<&str> = row.raw.access.split_whitespace().collect();
        let reads = |at: usize| access.get(at).is_some_and(|access| access.contains('r'));
        for (parameter, argument) in signature.parameters.iter().zip(&instance.arguments) {
            let (Some(operand), Some(width)) = (argument.operand(), parameter.width()) else { continue };
            let bits = bits(width, signature, instance);
            match (parameter, operand) {
                (Parameter::Place(_), OperandType::Xmm(0)) => {
                    // What is beyond a place is left as it is, and not read. Nothing is forwarded to what writes all.
                    numbers.written = Some(bits);
                    numbers.read[0] = (reads(0) && bits <= MOST).then_some(bits);
                }
                (Parameter::Place(_), OperandType::Xmm(_) | OperandType::VexXmm(_) | OperandType::Ymm(_)) => {
                    numbers.otherwise = true;
                }
                (Parameter::Value(_), OperandType::Xmm(at @ (0 | 1))) if numbers.read[at].is_none() && reads(at) => {
                    numbers.read[at] = Some(bits.min(MOST));
                }
                _ => {}
            }
        }
        numbers
    }
}

/// The width that a name or type of a signature stands for.
fn bits(width: &str, signature: &Signature, instance: &Instance) -> u16 {
    let of_name = |parameter: &Parameter| match parameter {
        Parameter::Width(name) | Parameter::Lane(name) => name == width,
        _ => false,
    };
    match signature.parameters.iter().position(of_name).map(|at| instance.arguments[at]) {
        Some(Argument::Bits(bits)) => bits,
        _ => width.trim_start_matches(['u', 'U']).parse().unwrap_or(u16::MAX),
    }
}
