//! The engine: runs a [`Machine`] by translating blocks and dispatching from handler to handler.
//!
//! Here live blocks, their cache, flag liveness, dispatch and budgets. What an instruction does is
//! in `instructions/`; what an interrupt means is the caller's business.

mod assumptions;
mod code;
mod cover;
mod dispatch;
mod draft;
mod forwarding;
mod handlers;
mod held;
mod liveness;
mod model;
mod options;
mod pages;
mod run;
mod sequence;
mod translate;
mod translations;

pub use crate::instructions::{Event, Exception, Machine};
pub use draft::decode;
pub use model::{WrongProcessor, generations, processor};
pub use options::Options;
pub use run::{Environment, run};

#[cfg(all(test, target_pointer_width = "64"))]
mod tests {
    use super::code::{Entry, Handler};
    use crate::instructions::Op;

    /// An entry is read for every instruction that is executed: the smaller, the more of them the caches hold.
    #[test]
    fn what_is_read_for_each_instruction_keeps_its_size() {
        assert_eq!((size_of::<Op>(), size_of::<Handler>(), size_of::<Entry>()), (24, 8, 48));
    }
}
