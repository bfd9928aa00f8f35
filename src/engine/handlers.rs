//! The handlers: every instance of an instruction function that a row of the table needs, generated
//! by `build.rs`, and the index from rows to them.

use crate::instructions::operand::{Aligned, InImmediate, Mm, VexXmm, Xmm, Ymm, mmx};
use crate::instructions::operand::{
    Base, Checked, Fast, Forwarded, ForwardedBase, ForwardedNumber, Gpr, Imm, Indexed, Mem, Reg,
};
use crate::instructions::operand::{St, StackIndex, Ten, Top};
use crate::instructions::*;
use crate::memory::{U128, U256};

use crate::table::handler::{Ending, Shape};

use super::code::{Handler, Links, Rest};
use super::dispatch::{self, Effect};
use super::forwarding::{ForwardedOperand, Forwarding, Gift, Gives, Number0, Passes, Register0, Whole0};
use super::position::Position;
use super::sequence::{Last, Pending, Sequence, Sequences, Step};
use super::variant::{Dead, Live};

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
    /// How it takes part in forwarding, if it does.
    pub forwarding: Option<&'static Forwarding>,
    /// The sequences that begin with it.
    pub sequences: &'static Sequences,
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

/// The handlers of a row (by index) for an operand size in bits and a shape, with the number of the
/// instance; `None` if the row has no handler.
pub fn find(row: u16, operand_size: u8, shape: Shape) -> Option<(u16, &'static Variants)> {
    let at = if operand_size == 16 { 0 } else { 3 } + shape as usize;
    let number = ROW_VARIANTS[usize::from(row)][at];
    Some((number, VARIANTS.get(usize::from(number))?))
}

/// A handler: its variant, what it hands over, the instruction, and its checked copy, which executes the instruction
/// from the start if it misses the fast path. `forwarded` in front of the instruction: some of its operands are one of these results.
macro_rules! handler {
    ($name:ident, Checking, $gives:ty, $instruction:expr) => {
        // Out of line, or the fast copy would save registers for the calls in here.
        #[cold]
        #[inline(never)]
        fn $name<'a>(m: &mut Machine, rest: Rest<'a>, forwarded: Results, links: &Links<'a>) {
            let Some(at) = Position::first(rest, forwarded, links) else { return };
            let result = $instruction(m, &at.entry.op);
            dispatch::checked::<$gives, _, _>(result, m, at)
        }
    };
    ($name:ident, $variant:ty, $gives:ty, ($checked:expr) $($instruction:tt)+) => {
        fn $name<'a>(m: &mut Machine, rest: Rest<'a>, forwarded: Results, links: &Links<'a>) {
            let Some(at) = Position::first(rest, forwarded, links) else { return };
            match perform!(m, at, $($instruction)+) {
                Ok(effect) => dispatch::executed::<$variant, $gives, _>(effect, m, at),
                Err(_) => $checked(m, rest, forwarded, links),
            }
        }
    };
}

/// Performs an instruction on the operands of an entry.
macro_rules! perform {
    ($m:ident, $at:ident, forwarded($($result:ident),+) $instruction:expr) => {{
        $($m.forwarded.$result = $at.forwarded.$result;)+
        $instruction($m, &$at.entry.op)
    }};
    ($m:ident, $at:ident, $instruction:expr) => {
        $instruction($m, &$at.entry.op)
    };
}

/// A sequence: how many steps it has, and for each its checked copy, what it hands over, and the instruction; `flags` in
/// front says that it reads flags, or leaves some of them alone.
macro_rules! sequence {
    ($name:ident, $variant:ty, $length:literal, $($step:tt)+) => {
        fn $name<'a>(m: &mut Machine, rest: Rest<'a>, forwarded: Results, links: &Links<'a>) {
            let Some(entries) = rest.first_chunk::<$length>() else { return dispatch::stale(m, rest, forwarded, links) };
            let pending = ();
            steps!(0, entries, $variant, pending, m, rest, forwarded, links, $($step)+)
        }
    };
}

/// The steps of a sequence from one on; `$at` is its number.
macro_rules! steps {
    ($at:expr, $entries:ident, $variant:ty, $pending:ident, $m:ident, $rest:ident, $forwarded:ident, $links:ident,
     flags $($steps:tt)+) => {{
        $pending.store($m);
        let $pending = ();
        steps!($at, $entries, $variant, $pending, $m, $rest, $forwarded, $links, $($steps)+)
    }};
    ($at:expr, $entries:ident, $variant:ty, $pending:ident, $m:ident, $rest:ident, $forwarded:ident, $links:ident,
     ($checked:expr, $gives:ty, $($instruction:tt)+) $($steps:tt)*) => {{
        let entry = &$entries[$at];
        let at = Position { links: $links, entry, behind: &$rest[$at + 1..], forwarded: $forwarded };
        match perform!($m, at, $($instruction)+) {
            Ok(effect) => behind!(
                $at, $entries, effect, at, $gives, $variant, $pending, $m, $rest, $forwarded, $links, $($steps)*
            ),
            Err(_) => {
                $pending.store($m);
                $checked($m, &$rest[$at..], $forwarded, $links)
            }
        }
    }};
}

/// What comes behind a step: the others, or the end of the sequence.
macro_rules! behind {
    ($number:expr, $entries:ident, $effect:ident, $at:ident, $gives:ty, $variant:ty, $pending:ident, $m:ident,
     $rest:ident, $forwarded:ident, $links:ident,) => {{
        $effect.settle::<$variant, _>($pending, $m);
        dispatch::executed::<$variant, $gives, _>($effect, $m, $at)
    }};
    ($number:expr, $entries:ident, $effect:ident, $at:ident, $gives:ty, $variant:ty, $pending:ident, $m:ident,
     $rest:ident, $forwarded:ident, $links:ident, $($steps:tt)+) => {{
        let $pending = $effect.then($pending);
        let $forwarded = <$gives>::results($m, &$at.entry.op, $at.forwarded);
        steps!($number + 1, $entries, $variant, $pending, $m, $rest, $forwarded, $links, $($steps)+)
    }};
}

include!(concat!(env!("OUT_DIR"), "/handlers.rs"));
