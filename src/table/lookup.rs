//! The two-step look-up of a row: first which discriminators matter for an opcode byte, then the row
//! that those of an instruction mean. Both maps are perfect hashes that `build.rs` generates.

use super::key;

/// The two maps.
pub struct Lookup {
    /// Slot to the mask of the discriminators that matter there.
    pub(super) slots: phf::Map<u16, u32>,
    /// Key to the index of what it means.
    pub(super) forms: phf::Map<u32, u16>,
}

impl Lookup {
    /// Which discriminators matter for an opcode byte; `None` if nothing has it.
    #[inline]
    pub fn slot(&self, slot: u16) -> Option<u32> {
        self.slots.get(&slot).copied()
    }

    /// The index of what a key means: the key's discriminators beyond `mask` are ignored.
    #[inline]
    pub fn form(&self, key: u32, mask: u32) -> Option<u16> {
        /// The slot's own part of a key: what lies below the lowest discriminator.
        const SLOT: u32 = key::OPERAND16.mask() - 1;
        self.forms.get(&(key & (mask | SLOT))).copied()
    }
}
