//! The two-step look-up of a row: first which discriminators matter for an opcode byte, then the row
//! that those of an instruction mean. Both maps are perfect hashes that `build.rs` generates.

use super::{FORMS, SLOTS, key};

/// Which discriminators matter for an opcode byte; `None` if no row has it.
#[inline]
pub fn slot(slot: u16) -> Option<u32> {
    SLOTS.get(&slot).copied()
}

/// The index of the row that a key means: the key's discriminators beyond `mask` are ignored.
#[inline]
pub fn form(key: u32, mask: u32) -> Option<u16> {
    /// The slot's own part of a key: what lies below the lowest discriminator.
    const SLOT: u32 = key::OPERAND16.mask() - 1;
    FORMS.get(&(key & (mask | SLOT))).copied()
}
