//! The engine: runs a [`Machine`] by translating blocks and dispatching from handler to handler.
//!
//! Here live blocks, their cache, flag liveness, dispatch and budgets. What an instruction does is
//! in `instructions/`; what an interrupt means is the caller's business.

mod assumptions;
mod code;
mod dispatch;
mod draft;
mod handlers;
mod liveness;
mod model;
mod options;
mod pages;
mod run;
mod translate;
mod translations;

pub use crate::instructions::{Event, Exception, Machine};
pub use draft::decode;
pub use model::{WrongProcessor, generations, processor};
pub use options::Options;
pub use run::{Environment, run};
