//! Which operands of the instructions of a block can be forwarded: those that are the register whose value is
//! held at that point.

use crate::cpu::Register;
use crate::table::notation::{OperandKind, RegisterClass};

use super::draft::Draft;
use super::forwarding::{ForwardedOperand, Forwarding};

/// Finds out for each instruction which of its operands are forwarded: a bit for each of [`Forwarding::operands`].
pub fn operands(drafts: &mut [Draft]) {
    let mut held = None;
    for draft in drafts {
        let forwarding = draft.variants.forwarding;
        let matching = |forwarding: &Forwarding| {
            let operands = forwarding.operands.iter().enumerate();
            operands
                .filter(|(_, operand)| held.is_some_and(|held| is(**operand, draft, held)))
                .map(|(at, _)| 1 << at)
                .sum()
        };
        draft.forwarded = forwarding.map_or(0, matching);
        held = match forwarding {
            Some(Forwarding { gives: true, .. }) => Some(draft.op.r[0]).filter(|slot| *slot != Register::Esp as u8),
            Some(_) => held,
            None => None,
        };
    }
}

/// Whether an operand is this register, or the low part of it.
fn is(operand: ForwardedOperand, draft: &Draft, register: u8) -> bool {
    let at = |position: usize| match draft.instruction.row().operands[position].kind {
        OperandKind::Register(RegisterClass::Gpr8, _) | OperandKind::Fixed(RegisterClass::Gpr8, _) => {
            draft.op.r[position] == register << 2
        }
        _ => draft.op.r[position] == register,
    };
    match operand {
        ForwardedOperand::First => at(0),
        ForwardedOperand::Second => at(1),
        ForwardedOperand::Base => draft.op.base == register,
    }
}
