//! The two-step look-up of a row: first which discriminators matter for an opcode byte, then the row
//! that those of an instruction mean. `build.rs` generates both tables; looking up is indexing by the slot, and
//! a search among the few keys of that slot.

use super::key;

/// The slots of all encodings, and the rows behind them.
pub struct Lookup {
    /// By number; those beyond the last are of no row.
    pub(super) slots: &'static [Slot],
    /// Keys with the indices of what they mean: those of a slot lie together, in ascending order.
    pub(super) forms: &'static [(u32, u16)],
}

/// What is known of an opcode byte.
pub struct Slot {
    /// The discriminators that matter for it.
    pub mask: u32,
    /// Where its keys begin.
    pub(super) first: u16,
    /// How many there are; 0 if nothing has this opcode byte.
    pub(super) count: u16,
}

impl Lookup {
    /// What is known of an opcode byte; `None` if nothing has it.
    #[inline]
    pub fn slot(&self, slot: u16) -> Option<&Slot> {
        self.slots.get(usize::from(slot)).filter(|slot| slot.count > 0)
    }

    /// The index of what a key of a slot means: the key's discriminators beyond those of the slot are ignored.
    #[inline]
    pub fn form(&self, slot: &Slot, key: u32) -> Option<u16> {
        let keys = &self.forms[usize::from(slot.first)..][..usize::from(slot.count)];
        let wanted = key & (slot.mask | key::SLOT);
        let at = keys.binary_search_by_key(&wanted, |(key, _)| *key).ok()?;
        Some(keys[at].1)
    }
}
