//! The handlers: every instance of an instruction function that a row of the table needs, generated
//! by `build.rs`, and the index from rows to them.

use crate::instructions::operand::{Aligned, InImmediate, Mm, VexXmm, Xmm, Ymm, mmx};
use crate::instructions::operand::{Base, Checked, Fast, Forwarded, ForwardedBase, Gpr, Imm, Indexed, Mem, Reg};
use crate::instructions::operand::{St, StackIndex, Ten, Top};
use crate::instructions::*;
use crate::memory::{U128, U256};

use crate::table::handler::{Ending, Shape};

use super::code::{Entry, Handler, Links, Rest};
use super::dispatch::{self, Effect};
use super::forwarding::{ForwardedOperand, Forwarding, Gives, Passes, Result0};
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

/// A handler: its variant, what it hands over, the instruction, and its checked copy. `forwarded` in front of the
/// instruction: some of its operands are.
macro_rules! handler {
    ($name:ident, Checking, $gives:ty, $instruction:expr) => {
        // Out of line, or the fast copy would save registers for the calls in here.
        #[cold]
        #[inline(never)]
        fn $name<'a>(m: &mut Machine, links: &Links<'a>, entry: &'a Entry<'a>, rest: Rest<'a>, forwarded: u32) {
            let result = $instruction(m, &entry.op);
            dispatch::checked::<$gives, _, _>(result, m, links, entry, rest, forwarded)
        }
    };
    ($name:ident, $variant:ty, $gives:ty, $($instruction:tt)+) => {
        handler!(@ $name, $variant, $gives, ($($instruction)+));
    };
    (@ $name:ident, $variant:ty, $gives:ty, (($checked:expr) $($instruction:tt)+)) => {
        fn $name<'a>(m: &mut Machine, links: &Links<'a>, entry: &'a Entry<'a>, rest: Rest<'a>, forwarded: u32) {
            let result = perform!(m, entry, forwarded, $($instruction)+);
            dispatch::fast::<$variant, $gives, _, _>(result, $checked, m, links, entry, rest, forwarded)
        }
    };
}

/// Performs an instruction on the operands of an entry.
macro_rules! perform {
    ($m:ident, $entry:ident, $forwarded:ident, forwarded $instruction:expr) => {{
        $m.forwarded = $forwarded;
        $instruction($m, &$entry.op)
    }};
    ($m:ident, $entry:ident, $forwarded:ident, $instruction:expr) => {
        $instruction($m, &$entry.op)
    };
}

/// A sequence: for each step its checked copy, what it hands over, and the instruction; `flags` in front says
/// that it reads flags, or leaves some of them alone.
macro_rules! sequence {
    ($name:ident, $variant:ty, $($step:tt)+) => {
        fn $name<'a>(m: &mut Machine, links: &Links<'a>, entry: &'a Entry<'a>, rest: Rest<'a>, forwarded: u32) {
            let (pending, mut rest) = ((), rest);
            steps!($variant, pending, m, links, entry, rest, forwarded, $($step)+)
        }
    };
}

macro_rules! steps {
    ($variant:ty, $pending:ident, $m:ident, $links:ident, $entry:ident, $rest:ident, $forwarded:ident,
     flags $($steps:tt)+) => {{
        $pending.store($m);
        let $pending = ();
        steps!($variant, $pending, $m, $links, $entry, $rest, $forwarded, $($steps)+)
    }};
    ($variant:ty, $pending:ident, $m:ident, $links:ident, $entry:ident, $rest:ident, $forwarded:ident,
     ($checked:expr, $gives:ty, $($instruction:tt)+)) => {
        match perform!($m, $entry, $forwarded, $($instruction)+) {
            Ok(effect) => {
                let forwarded = <$gives>::value($m, &$entry.op, $forwarded);
                effect.settle::<$variant, _>($pending, $m);
                effect.go::<$variant>($m, $links, $entry, $rest, forwarded)
            }
            Err(_) => {
                $pending.store($m);
                $checked($m, $links, $entry, $rest, $forwarded)
            }
        }
    };
    ($variant:ty, $pending:ident, $m:ident, $links:ident, $entry:ident, $rest:ident, $forwarded:ident,
     ($checked:expr, $gives:ty, $($instruction:tt)+) $($steps:tt)+) => {
        match perform!($m, $entry, $forwarded, $($instruction)+) {
            Ok(effect) => {
                let $pending = effect.then($pending);
                let $forwarded = <$gives>::value($m, &$entry.op, $forwarded);
                let Some($entry) = $rest.next() else { return };
                steps!($variant, $pending, $m, $links, $entry, $rest, $forwarded, $($steps)+)
            }
            Err(_) => {
                $pending.store($m);
                $checked($m, $links, $entry, $rest, $forwarded)
            }
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/handlers.rs"));
