//! Flag liveness: which instructions of a block need not store their flags, because every flag
//! they write is overwritten before anybody can look.
//!
//! Whatever may raise an exception or leave the block looks at all of them: state is precise.

use crate::cpu::Flags;

use super::handlers::Ending;
use super::translate::Draft;

/// For each instruction, whether its flags are dead.
pub fn dead_flags(drafts: &[Draft], enabled: bool) -> Vec<bool> {
    let mut live = Flags::MASK;
    let mut dead = vec![false; drafts.len()];
    for (draft, dead) in drafts.iter().zip(&mut dead).rev() {
        let effects = draft.instruction.row().effects;
        let written = effects.written & Flags::MASK;
        *dead = enabled && draft.variants.ending == Ending::Flags && written & live == 0;
        live = live & !effects.killed | effects.tested;
        if draft.variants.faults || matches!(draft.variants.ending, Ending::Conditional | Ending::Always) {
            live = Flags::MASK;
        }
    }
    dead
}
