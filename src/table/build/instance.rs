//! Instances: an instruction function with all its generic arguments, as a value, and as Rust.

use super::super::handler::{Ending, Shape};
use super::signature::Signature;

/// One instance of an instruction function, which may serve many rows.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Instance {
    /// The path of the function below `instructions`.
    pub path: String,
    /// Its generic arguments in order.
    pub arguments: Vec<Argument>,
    /// How it ends, as its signature says.
    pub ending: Ending,
}

/// A generic argument.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Argument {
    /// `Fast` or `Checked`, as the copy of the instance is.
    Access,
    /// A width or an element of so many bits.
    Bits(u16),
    /// A signed integer of so many bits, for the FPU.
    Signed(u16),
    /// `Ten`, the ten bytes of an extended real or packed decimal number.
    TenBytes,
    /// `StackIndex`, a register of the FPU's stack.
    StackIndex,
    /// A number: a condition or the number in a mnemonic.
    Number(u16),
    /// An operand.
    Operand(OperandType),
}

impl Argument {
    /// The operand that it is.
    pub fn operand(self) -> Option<OperandType> {
        match self {
            Argument::Operand(operand) => Some(operand),
            _ => None,
        }
    }
}

/// The type of an operand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum OperandType {
    /// A memory operand.
    Memory {
        /// Whether its address must be a multiple of its size.
        aligned: bool,
        /// How its address is computed on the fast path.
        indexed: bool,
    },
    /// The immediate.
    Immediate,
    /// One general-purpose register, by its slot.
    Gpr(u8),
    /// The general-purpose, segment or mask register of the operand at a position.
    Register(usize),
    /// ST(0).
    Top,
    /// The register of the FPU's stack of the operand at a position.
    Stack(usize),
    /// The MMX register of the operand at a position.
    Mm(usize),
    /// The XMM register of the operand at a position; writing it leaves the upper half alone.
    Xmm(usize),
    /// The same in a VEX instruction; writing it clears the upper half.
    VexXmm(usize),
    /// The YMM register of the operand at a position.
    Ymm(usize),
    /// The vector register named by the upper half of the immediate.
    InImmediate,
}

impl OperandType {
    /// A memory operand of a shape other than `Register`.
    pub fn memory(aligned: bool, shape: Shape) -> OperandType {
        OperandType::Memory { aligned, indexed: shape == Shape::Indexed }
    }

    fn rust(self, checked: bool) -> String {
        match self {
            OperandType::Memory { aligned, indexed } => {
                let form = if indexed { "Indexed" } else { "Base" };
                format!("{}<{}>", if aligned { "Aligned" } else { "Mem" }, if checked { "Checked" } else { form })
            }
            OperandType::Immediate => "Imm".to_string(),
            OperandType::Gpr(slot) => format!("Gpr<{slot}>"),
            OperandType::Register(position) => format!("Reg<{position}>"),
            OperandType::Top => "Top".to_string(),
            OperandType::Stack(position) => format!("St<{position}>"),
            OperandType::Mm(position) => format!("Mm<{position}>"),
            OperandType::Xmm(position) => format!("Xmm<{position}>"),
            OperandType::VexXmm(position) => format!("VexXmm<{position}>"),
            OperandType::Ymm(position) => format!("Ymm<{position}>"),
            OperandType::InImmediate => "InImmediate".to_string(),
        }
    }

    /// The same where the value of its register, or base register, is forwarded.
    fn forwarded(self) -> String {
        match self {
            OperandType::Memory { .. } => "Mem<ForwardedBase>".to_string(),
            OperandType::Xmm(_) => format!("ForwardedNumber<{}>", self.rust(false)),
            _ => format!("Forwarded<{}>", self.rust(false)),
        }
    }
}

/// Which copy of an instance is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rendering<'r> {
    /// Memory on the fast path; these operands are forwarded.
    Fast(&'r [OperandType]),
    /// Memory with every check.
    Checked,
}

impl Instance {
    /// The path of a function below `instructions`.
    pub fn path_of(signature: &Signature) -> String {
        format!("{}::{}", signature.module, signature.function)
    }

    /// The name of the variant that drops flags: only instructions that write flags have one.
    pub fn dead(&self) -> &'static str {
        if self.ending == Ending::Flags { "dead" } else { "live" }
    }

    /// Whether an operand is an MMX register, so that the instruction changes the FPU's state too.
    pub fn is_mmx(&self) -> bool {
        self.arguments.iter().any(|argument| matches!(argument, Argument::Operand(OperandType::Mm(_))))
    }

    /// Whether accessing its operands can fault.
    pub fn accesses_memory(&self) -> bool {
        self.arguments.iter().any(|argument| {
            matches!(argument, Argument::Access | Argument::Operand(OperandType::Memory { .. } | OperandType::Mm(_)))
        })
    }

    /// The function of a copy, as a Rust expression without what MMX adds.
    pub fn function(&self, copy: Rendering) -> String {
        let arguments: Vec<String> = self.arguments.iter().map(|argument| self.argument(*argument, copy)).collect();
        if arguments.is_empty() { self.path.clone() } else { format!("{}::<{}>", self.path, arguments.join(", ")) }
    }

    fn argument(&self, argument: Argument, copy: Rendering) -> String {
        match argument {
            Argument::Access => if copy == Rendering::Checked { "Checked" } else { "Fast" }.to_string(),
            Argument::Bits(bits @ (128 | 256)) => format!("U{bits}"),
            Argument::Bits(bits) => format!("u{bits}"),
            Argument::Signed(bits) => format!("i{bits}"),
            Argument::TenBytes => "Ten".to_string(),
            Argument::StackIndex => "StackIndex".to_string(),
            Argument::Number(number) => number.to_string(),
            Argument::Operand(operand) => match copy {
                Rendering::Checked => operand.rust(true),
                Rendering::Fast(forwarded) if forwarded.contains(&operand) => operand.forwarded(),
                Rendering::Fast(_) => operand.rust(false),
            },
        }
    }

    /// The instruction of a copy, as a Rust expression.
    pub fn rust(&self, copy: Rendering) -> String {
        let function = self.function(copy);
        if self.is_mmx() { format!("mmx({function})") } else { function }
    }
}
