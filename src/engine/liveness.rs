//! Flag liveness: which instructions of a block need not store their flags, because every flag they
//! write is overwritten before it can be read.
//!
//! The analysis is conservative: an instruction that may raise an exception or leave the block reads
//! all flags, because the state there must be precise.

use crate::cpu::Flags;
use crate::table::RowFormat;
use crate::table::handler::Ending;
use crate::table::notation::OperandKind;

use super::draft::Draft;

/// Finds out for each instruction whether its flags are dead.
pub fn dead_flags(drafts: &mut [Draft]) {
    let mut live = Flags::MASK;
    for draft in drafts.iter_mut().rev() {
        let format = draft.format();
        let effects = format.effects;
        let written = effects.written & Flags::MASK;
        draft.dead = draft.variants.ending == Ending::Flags && written & live == 0;
        live = live & !killed(draft, format) | effects.tested;
        if draft.variants.faults || matches!(draft.variants.ending, Ending::Conditional | Ending::Always) {
            live = Flags::MASK;
        }
    }
}

/// The flags whose old values an instruction certainly overwrites: those of its row and, for a
/// shift or rotate by a constant that is neither 0 nor a whole turn, those that depend on the count.
fn killed(draft: &Draft, format: &RowFormat) -> u32 {
    if !format.ends_with_constant {
        return format.effects.killed;
    }
    let row = draft.row();
    let width = || match row.operands[0].kind {
        OperandKind::Register(_, bits) => u32::from(bits.unwrap_or(0)),
        _ => 0,
    };
    let counts = || row.undefined.iter().any(|(_, condition)| condition.starts_with("count"));
    if (1..width()).contains(&draft.op.imm) && counts() { row.effects.written } else { row.effects.killed }
}
