//! The handlers: every instance of an instruction function that a row of the table needs, generated
//! by `build.rs`, and the index from rows to them.

use crate::instructions::operand::{Aligned, InImmediate, Mm, VexXmm, Xmm, Ymm, mmx};
use crate::instructions::operand::{Base, Checked, Fast, Gpr, Imm, Indexed, Mem, Reg};
#[cfg(not(unoptimised))]
use crate::instructions::operand::{BaseAt, XmmAt};
use crate::instructions::operand::{St, StackIndex, Ten, Top};
use crate::instructions::*;
use crate::memory::U256;

use crate::table::handler::{Ending, Shape};

use super::code::{Block, Code, Entry, Handler};
use super::dispatch::{self, Dead, Effect, Live};

/// The handlers of one instance.
#[derive(Clone, Copy, Debug)]
pub struct Variants {
    /// Fast path, flags stored.
    pub live: Handler,
    /// Fast path, flags dropped.
    pub dead: Handler,
    /// Every check made.
    pub checked: Handler,
    /// How the instruction ends.
    pub ending: Ending,
    /// Whether it can raise an exception.
    pub faults: bool,
    /// The condition, if it is a conditional jump on flags.
    pub condition: Option<u8>,
    /// Fused with a conditional jump behind it, by condition.
    pub fused: Option<&'static [Handler; 16]>,
    /// Copies with constant registers.
    pub special: Option<&'static Special>,
}

/// The copies of an instance in which the registers are constants.
#[derive(Debug)]
pub struct Special {
    slots: &'static [RegisterSlot],
    /// Live and dead, by register numbers; the first slot changes slowest.
    handlers: &'static [[Handler; 2]],
}

/// Where an operand keeps its register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(unoptimised, expect(dead_code, reason = "an unoptimised build has no copies with constant registers"))]
enum RegisterSlot {
    R0,
    R1,
    Base,
}

impl Special {
    /// The copies for the registers of an instruction; `None` if one of them is none of the eight
    /// general-purpose registers (an address without a base register).
    pub fn find(&self, op: &Op) -> Option<[Handler; 2]> {
        let register = |slot: &RegisterSlot| match slot {
            RegisterSlot::R0 => op.r[0],
            RegisterSlot::R1 => op.r[1],
            RegisterSlot::Base => op.base,
        };
        let index = self
            .slots
            .iter()
            .map(register)
            .try_fold(0, |index, register| (register < 8).then_some(index * 8 + usize::from(register)))?;
        self.handlers.get(index).copied()
    }
}

/// How an instruction function ends, by its return type; `read` is what `build.rs` read of it.
///
/// The function is taken as a value of its own type: a function pointer would be a second use of it,
/// and the compiler inlines a large function only where it is used once.
const fn ending<T: Effect, E, F>(_: F, read: Ending) -> Ending
where
    F: Copy + Fn(&mut Machine, &Op) -> Result<T, E>,
{
    assert!(T::ENDING as u8 == read as u8, "the return type of a handler is not the one that its text names");
    T::ENDING
}

/// Whether an instruction function can fault even where none of its operands can.
const fn raises<T, E: InstructionError, F>(_: F) -> bool
where
    F: Copy + Fn(&mut Machine, &Op) -> Result<T, E>,
{
    E::RAISES
}

/// The handlers of a row (by index) for an operand size in bits and a shape; `None` if the row has
/// no handler.
pub fn find(row: u16, operand_size: u8, shape: Shape) -> Option<&'static Variants> {
    let at = if operand_size == 16 { 0 } else { 3 } + shape as usize;
    VARIANTS.get(usize::from(ROW_VARIANTS[usize::from(row)][at]))
}

macro_rules! handler {
    ($name:ident, Checking, $instruction:expr) => {
        // Out of line, or the fast copy would save registers for the calls in here.
        #[cold]
        #[inline(never)]
        fn $name<'a>(m: &mut Machine, code: &Code<'a>, entry: &'a Entry<'a>, rest: Block<'a>) {
            dispatch::checked($instruction, m, code, entry, rest)
        }
    };
    ($name:ident, Fused<$condition:literal>, $instruction:expr, $checked:expr) => {
        fn $name<'a>(m: &mut Machine, code: &Code<'a>, entry: &'a Entry<'a>, rest: Block<'a>) {
            dispatch::fused::<$condition, _>($instruction, $checked, m, code, entry, rest)
        }
    };
    ($name:ident, $variant:ty, $instruction:expr, $checked:expr) => {
        fn $name<'a>(m: &mut Machine, code: &Code<'a>, entry: &'a Entry<'a>, rest: Block<'a>) {
            dispatch::fast::<$variant, _, _>($instruction, $checked, m, code, entry, rest)
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/handlers.rs"));
