//! The choices that the engine leaves to its caller.

use super::code::LONGEST;

/// How the engine executes. Every choice yields the same states; tests compare them with each other.
///
/// Write `Options { block: 1, ..Options::default() }`: a later version may have more choices.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// The longest block, in instructions, of which there are at most 64; 1 steps.
    pub block: u8,
    /// Whether exits lead straight to the next block.
    pub link: bool,
    /// Whether dead flags are dropped.
    pub liveness: bool,
    /// Whether sequences are used, and copies with forwarded operands.
    pub fuse: bool,
    /// Whether every instruction is executed by the checked copy of its handler.
    pub checked: bool,
}

impl Default for Options {
    /// Full speed.
    fn default() -> Self {
        Options { block: LONGEST, link: true, liveness: true, fuse: true, checked: false }
    }
}

impl Options {
    /// The longest block that is translated.
    pub(super) fn longest(&self) -> u8 {
        self.block.min(LONGEST)
    }
}
