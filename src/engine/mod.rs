//! The engine: runs a [`Machine`](crate::instructions::Machine) by translating blocks and dispatching from handler to handler.
//!
//! Here live blocks, their cache, flag liveness, dispatch and budgets. What an instruction does is
//! in `instructions/`; what an interrupt means is the caller's business.

mod code;
mod dispatch;
mod handlers;
mod liveness;
mod model;
mod run;
mod translate;

pub use model::{WrongProcessor, generations, processor};
pub use run::{Environment, run};
pub use translate::decode;

use code::Block;

/// How the engine works. Every choice gives the same states; tests hold them against each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// The longest block, in instructions; 1 steps.
    pub block: u8,
    /// Whether exits lead straight to the next block.
    pub link: bool,
    /// Whether flags that nobody reads are dropped.
    pub liveness: bool,
    /// Whether common pairs of instructions are done in one go.
    pub fuse: bool,
    /// Whether every access is checked the long way.
    pub checked: bool,
}

impl Default for Options {
    /// Full speed.
    fn default() -> Self {
        Options { block: 64, link: true, liveness: true, fuse: true, checked: false }
    }
}
