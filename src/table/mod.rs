//! The instruction table: `opcodes.json`, parsed, checked and made static at build time.
//!
//! Here live the rows as the SDM prints them and the two-step look-up that finds the row of an
//! encoding. Opcode numbers appear in `opcodes.json` and nowhere else.

pub mod coverage;
pub mod features;
mod format;
pub(crate) mod handler;
pub(crate) mod key;
pub mod left_out;
pub(crate) mod lookup;
pub mod notation;
mod sources;
mod text;

pub(crate) use format::{RegisterField, RegisterFields, RowFormat, RowNumber, format};
pub(crate) use lookup::Lookup;
use lookup::Slot;
pub use sources::source_of;
pub use text::Text;

use notation::{
    Addressing, Decorators, EmbeddedRounding, EncodingSpace, FlagEffects, Mandatory, ModRm, OperandEncoding,
    OperandKind, RegisterClass,
};

include!(concat!(env!("OUT_DIR"), "/table.rs"));

/// One row of `opcodes.json`: a line of an SDM opcode table.
#[derive(Debug)]
pub struct Row {
    /// Its line in `opcodes.json`.
    pub line: u32,
    /// The opcode column, as the SDM prints it.
    pub opcode: Text,
    /// The instruction column, as the SDM prints it.
    pub instruction: Text,
    /// The mnemonic, upper case.
    pub mnemonic: Text,
    /// The Op/En column.
    pub encoding: Text,
    /// The operand size the row stands for, where rows of one opcode differ in it.
    pub size: Option<u8>,
    /// The address size the row stands for, where only that tells it from another row.
    pub address: Option<u8>,
    /// The operands, parsed.
    pub operands: &'static [RowOperand],
    /// The prefix that is part of the opcode.
    pub mandatory: Mandatory,
    /// What the row asks of the ModR/M byte.
    pub modrm: ModRm,
    /// How it names memory.
    pub addressing: Addressing,
    /// Sizes in bytes of the immediates; a far pointer counts as two, offset and selector.
    pub immediates: &'static [u8],
    /// Whether the immediate is the short form of one of the operand size, sign-extended.
    pub sign_extended: bool,
    /// Whether vvvv of VEX or EVEX names an operand; it must be 1111 in the encoding of other rows.
    pub vvvv: bool,
    /// The form of encoding: legacy, VEX or EVEX.
    pub space: EncodingSpace,
    /// The tuple type of a memory operand in EVEX, as the SDM prints it; empty if there is none.
    pub tuple: Text,
    /// What a displacement of one byte is multiplied by (disp8*N): 1 but in EVEX.
    pub displacement_scale: u8,
    /// A far transfer: to another code segment.
    pub far: bool,
    /// CPUID features it needs, separated by spaces; empty for what every processor has.
    pub cpuid: Text,
    /// Access to each operand: r, w, rw, with c for conditional, n for none.
    pub access: Text,
    /// The flags column.
    pub flags: Text,
    /// The flags column, parsed.
    pub effects: FlagEffects,
    /// Flags that are undefined under a condition.
    pub undefined: &'static [(Text, Text)],
    /// LOCK, REP, or REPE and REPNE, where they are legal.
    pub prefixes: Text,
    /// The function that executes it; `None` when it is listed but not implemented.
    pub handler: Option<Text>,
    /// Where the manual describes it: volume and page title.
    pub sdm: Text,
    /// An erratum or a remark.
    pub note: Text,
}

/// What the decoder must know of an encoding that the table leaves out.
#[derive(Debug)]
pub(crate) struct LeftOutForm {
    /// The offset of its line in the list.
    pub start: u32,
    /// Whether there is a ModR/M byte.
    pub modrm: bool,
    /// Bytes of the immediates.
    pub immediates: u8,
    /// Whether vvvv names an operand.
    pub vvvv: bool,
}

/// An operand of a row.
#[derive(Clone, Copy, Debug)]
pub struct RowOperand {
    /// What it is.
    pub kind: OperandKind,
    /// Where the encoding names it.
    pub encoding: OperandEncoding,
    /// In angle brackets in the SDM: always the same registers, not written in assembly.
    pub hidden: bool,
    /// What EVEX may add to it.
    pub decorators: Decorators,
    /// r, w, rw, with c for conditional, n for none.
    pub access: Text,
}

impl RowOperand {
    /// Whether the instruction accesses memory with it, if it is memory: LEA only computes an address.
    #[must_use]
    pub fn may_access_memory(&self) -> bool {
        use OperandKind::{Memory, Offset, Register, VectorMemory};
        let may_be_memory = matches!(self.kind, Register(_, Some(_)) | Memory(_) | VectorMemory(..) | Offset(_));
        may_be_memory && self.access != "n"
    }
}

/// All rows, in opcode-map order.
///
/// ```
/// use tab86::table;
/// let add = table::rows().iter().find(|row| row.mnemonic == "ADD").unwrap();
/// assert_eq!((add.opcode.as_str(), add.instruction.as_str()), ("00 /r", "ADD r/m8, r8"));
/// assert_eq!(add.handler.as_deref(), Some("add"));
/// ```
#[must_use]
pub fn rows() -> &'static [Row] {
    &ROWS
}

/// A row by its index in [`rows`], as instructions and exceptions name it.
///
/// # Panics
/// If there are not so many rows.
#[must_use]
pub fn row(index: u16) -> &'static Row {
    &ROWS[usize::from(index)]
}
