//! Which operands of the instructions of a block can be forwarded: those that are a register whose value is held at
//! that point.

use crate::cpu::Register;
use crate::table::notation::{OperandKind, RegisterClass};

use super::draft::Draft;
use super::forwarding::{ForwardedOperand, Forwarding, Gift};

/// Whose values are held at a point of a block.
#[derive(Default)]
struct Held {
    /// A general-purpose register.
    register: Option<u8>,
    /// An XMM register, and how many of its low bits.
    number: Option<(u8, u8)>,
}

/// Finds out for each instruction which of its operands are forwarded: a bit for each of [`Forwarding::operands`].
pub fn operands(drafts: &mut [Draft]) {
    let mut held = Held::default();
    for draft in drafts {
        let forwarding = draft.variants.forwarding;
        let matching = |forwarding: &Forwarding| {
            let operands = forwarding.operands.iter().enumerate();
            operands.filter(|(_, operand)| held.has(**operand, draft)).map(|(at, _)| 1 << at).sum()
        };
        draft.forwarded = forwarding.map_or(0, matching);
        match forwarding.map(|forwarding| forwarding.gives) {
            Some(Gift::Register) => held.register = Some(draft.op.r[0]).filter(|slot| *slot != Register::Esp as u8),
            Some(Gift::Number(bits)) => held.number = Some((draft.op.r[0], bits)),
            Some(Gift::Nothing) => {}
            None => held.forget(draft),
        }
    }
}

impl Held {
    /// Forgets what an instruction that does not take part may have written. One that every processor has
    /// writes no XMM register: a row with one names the feature that it needs.
    fn forget(&mut self, draft: &Draft) {
        self.register = None;
        if !draft.format().on_every_processor {
            self.number = None;
        }
    }

    /// Whether what an operand needs is held.
    fn has(&self, operand: ForwardedOperand, draft: &Draft) -> bool {
        match operand {
            ForwardedOperand::Register(position) => self.register.is_some_and(|held| is(position, draft, held)),
            ForwardedOperand::Base => self.register == Some(draft.op.base),
            ForwardedOperand::Number(position, bits) => {
                self.number.is_some_and(|(register, held)| register == draft.op.r[position] && bits <= held)
            }
        }
    }
}

/// Whether an operand is this general-purpose register, or the low part of it.
fn is(position: usize, draft: &Draft, register: u8) -> bool {
    match draft.row().operands[position].kind {
        OperandKind::Register(RegisterClass::Gpr8, _) | OperandKind::Fixed(RegisterClass::Gpr8, _) => {
            draft.op.r[position] == register << 2
        }
        _ => draft.op.r[position] == register,
    }
}
