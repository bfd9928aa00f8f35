//! The SDM's notation, parsed: the opcode column and the instruction column (SDM Vol. 2A,
//! "Interpreting the Instruction Reference Pages").
//!
//! `build.rs` and the library share this file. What a row does not need to say, because the
//! notation says it already, is derived here: opcode map, mandatory prefix, VEX fields, ModR/M
//! form, immediates, and for each operand what it is, how wide, and where the encoding has it.

use std::fmt;

mod decorators;
mod flags;
mod instruction;
mod opcode;
mod tuple;

pub use flags::{FlagEffects, STATUS_FLAGS, flag_effects, flag_mask};
pub use instruction::instruction;
pub use opcode::opcode;
pub use tuple::TupleType;

/// Which table an opcode byte is looked up in (SDM Vol. 2D, "Opcode Map").
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Map {
    /// One-byte opcodes.
    Primary = 0,
    /// Two-byte opcodes, 0F xx.
    Secondary = 1,
    /// Three-byte opcodes, 0F 38 xx.
    Ternary38 = 2,
    /// Three-byte opcodes, 0F 3A xx.
    Ternary3A = 3,
    /// The first of the maps that only EVEX leads to (`MAP5`).
    Map5 = 5,
    /// The second of them (`MAP6`).
    Map6 = 6,
    /// The first of AMD's maps, those that XOP leads to (`X8`).
    Map8 = 8,
    /// The second of them (`X9`).
    Map9 = 9,
    /// The third of them (`XA`).
    MapA = 10,
}

/// Which form of encoding leads to an opcode map: each has opcodes of its own there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EncodingSpace {
    /// Escape bytes and legacy prefixes.
    Legacy = 0,
    /// A VEX prefix.
    Vex = 1,
    /// An EVEX prefix.
    Evex = 2,
    /// AMD's XOP prefix, which only encodings have that the table leaves out.
    Xop = 3,
}

/// A mandatory prefix, or what a row asks of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Mandatory {
    /// The row does not care.
    Any,
    /// None of 66, F2, F3 (`NP`).
    None,
    /// 66.
    P66,
    /// F3.
    PF3,
    /// F2.
    PF2,
    /// Neither F2 nor F3 (`NFx`); 66 has its own meaning.
    NoRepeat,
}

/// The fields of a VEX, EVEX or XOP prefix that a row fixes; `None` where it ignores one (LIG, WIG).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct VexNotation {
    /// Which of the three it is.
    pub space: EncodingSpace,
    /// L, in EVEX L'L: 0 for 128 bits, 1 for 256, 2 for 512.
    pub l: Option<u8>,
    /// W.
    pub w: Option<bool>,
}

/// What a row asks of the ModR/M byte.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ModRm {
    /// There is none.
    Absent,
    /// `/r`.
    Any,
    /// `/digit`: the reg field is part of the opcode.
    Digit(u8),
    /// A byte that is all opcode (`0F 01 D0`); the second value is true for `C0+i`, whose low
    /// three bits name a stack register.
    Fixed(u8, bool),
}

/// The opcode column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpcodeNotation {
    /// The VEX, EVEX or XOP prefix, if the row has one.
    pub vex: Option<VexNotation>,
    /// The prefix that is part of the opcode; with VEX, its pp field.
    pub mandatory: Mandatory,
    /// The table that the opcode byte belongs to.
    pub map: Map,
    /// The opcode byte; the first of eight with a register in it.
    pub byte: u8,
    /// `+rb`, `+rw`, `+rd`: the low three bits name a register.
    pub plus_register: bool,
    /// What it asks of the ModR/M byte.
    pub modrm: ModRm,
    /// Sizes in bytes of the immediates that follow, in order (`ib` 1, `cp` 6).
    pub immediates: Vec<u8>,
}

impl OpcodeNotation {
    /// The form of encoding.
    pub fn space(&self) -> EncodingSpace {
        self.vex.map_or(EncodingSpace::Legacy, |vex| vex.space)
    }
}

/// A class of registers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RegisterClass {
    /// General-purpose, 8 bits.
    Gpr8,
    /// General-purpose, 16 bits.
    Gpr16,
    /// General-purpose, 32 bits.
    Gpr32,
    /// Segment registers.
    Segment,
    /// Control registers.
    Control,
    /// Debug registers.
    Debug,
    /// x87 stack.
    St,
    /// MMX.
    Mm,
    /// SSE, 128 bits.
    Xmm,
    /// AVX, 256 bits.
    Ymm,
    /// AVX-512, 512 bits.
    Zmm,
    /// AVX-512 mask.
    Mask,
}

/// What an operand is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum OperandKind {
    /// A register named by the encoding, or memory of so many bits in its place.
    Register(RegisterClass, Option<u16>),
    /// Memory only, of so many bits; 0 when the size does not matter (LEA) or is not fixed.
    Memory(u16),
    /// Memory addressed by a vector of indices.
    VectorMemory(RegisterClass, u16),
    /// Memory whose address is the immediate.
    Offset(u16),
    /// An immediate of so many bits.
    Immediate(u16),
    /// A branch displacement of so many bits.
    Relative(u16),
    /// A far pointer in the instruction: its offset has so many bits.
    Far(u16),
    /// One register, always the same.
    Fixed(RegisterClass, u8),
    /// A constant (the 1 of `SHL r/m8, 1`).
    Constant(u8),
}

impl OperandKind {
    /// Whether it is a number that stands in the instruction, and so can only be read.
    pub fn is_constant(self) -> bool {
        use OperandKind::{Constant, Far, Immediate, Relative};
        matches!(self, Immediate(_) | Constant(_) | Relative(_) | Far(_))
    }
}

/// Where the encoding names an operand.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum OperandEncoding {
    /// ModR/M reg field.
    Reg,
    /// ModR/M mod and r/m fields.
    Rm,
    /// VEX.vvvv or EVEX.vvvv.
    Vvvv,
    /// Low three bits of the opcode (or of a fixed ModR/M byte).
    Opcode,
    /// Bits 7 to 4 of the last immediate.
    Is4,
    /// An immediate, or nowhere.
    Implied,
}

/// How an encoding of the row names memory.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Addressing {
    /// It cannot: there is no such operand, or ModR/M names a register whatever its mod says (MOV to
    /// and from control and debug registers; SDM Vol. 2B, "MOV—Move to/from Control Registers").
    Never,
    /// By ModR/M, when its mod does not name a register.
    ModRm,
    /// By ModR/M and SIB with a vector of indices (SDM Vol. 2A, "Vector SIB (VSIB) Memory Addressing").
    Vector(RegisterClass),
    /// By an offset in place of ModR/M (moffs).
    Offset,
}

/// How an instruction may depart from the rounding mode and the exception masks of MXCSR when all its
/// operands are registers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub enum EmbeddedRounding {
    /// It cannot.
    #[default]
    Mxcsr,
    /// `{sae}`: it can suppress all exceptions.
    Suppress,
    /// `{er}`: it can have a rounding mode of its own, which suppresses all exceptions as well.
    Static,
}

/// What an EVEX prefix may add to an operand.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct Decorators {
    /// `{k1}`: an opmask register chooses the elements that are written, or that are accessed.
    pub mask: bool,
    /// `{z}`: elements that are not chosen may be set to zero instead of keeping their value.
    pub zeroing: bool,
    /// `m32bcst`: one element in memory, of so many bits, may stand for all; 0 if it may not.
    pub broadcast: u16,
    /// `{er}` or `{sae}`.
    pub rounding: EmbeddedRounding,
}

/// One operand of the instruction column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OperandNotation {
    /// What it is.
    pub kind: OperandKind,
    /// Where the encoding names it.
    pub encoding: OperandEncoding,
    /// In angle brackets: always the same registers, not written in assembly.
    pub hidden: bool,
    /// What EVEX may add to it.
    pub decorators: Decorators,
    /// A signed integer that the FPU converts (`m32int`), not a floating-point number (`m32fp`).
    pub integer: bool,
}

impl OperandNotation {
    /// Bits of the memory that it can be; `None` for what is never memory.
    pub fn memory_bits(&self) -> Option<u16> {
        match self.kind {
            OperandKind::Register(_, memory) => memory,
            OperandKind::Memory(bits) | OperandKind::VectorMemory(_, bits) | OperandKind::Offset(bits) => Some(bits),
            _ => None,
        }
    }
}

/// The instruction column, with the encoding column's placement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InstructionNotation {
    /// The mnemonic, upper case.
    pub mnemonic: String,
    /// The operands in order, those in angle brackets included.
    pub operands: Vec<OperandNotation>,
}

impl InstructionNotation {
    /// How the operands name memory.
    pub fn addressing(&self) -> Addressing {
        let named = |operand: &OperandNotation| match operand.kind {
            OperandKind::Register(RegisterClass::Control | RegisterClass::Debug, _) => Some(Addressing::Never),
            OperandKind::VectorMemory(class, _) => Some(Addressing::Vector(class)),
            OperandKind::Offset(_) => Some(Addressing::Offset),
            _ => None,
        };
        self.operands.iter().find_map(named).unwrap_or(Addressing::ModRm)
    }
}

/// What was wrong with a notation: the token, and what could stand there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotationError {
    /// The part that is not understood.
    pub token: String,
    /// What to write there.
    pub expected: &'static str,
}

impl fmt::Display for NotationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not understood; write {}", self.token, self.expected)
    }
}

fn wrong(token: &str, expected: &'static str) -> NotationError {
    NotationError { token: token.to_string(), expected }
}
