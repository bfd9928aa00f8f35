//! What the package's own tests, its benchmarks and the command line's counts look into. This is no part of the library's interface:
//! anything here may change or go in any release.

pub use crate::instructions::{Outcome, flags};

/// What the engine tells apart among instructions.
pub mod form {
    pub use crate::engine::form::*;
    pub use crate::table::handler::Ending;
}

/// Counting what is executed.
pub mod counting {
    pub use crate::engine::counter::*;
    pub use crate::engine::number_hash::NumberHash;
    pub use crate::engine::run::count;
}

/// Floating-point numbers from numbers.
pub mod float {
    pub use crate::float::*;
}

/// How the discriminators of an encoding are packed.
pub mod key {
    pub use crate::table::key::*;
}

/// The look-up of a row by its key.
pub mod lookup {
    /// Which discriminators matter for an opcode byte; `None` if no row has it.
    pub fn slot(slot: u16) -> Option<u32> {
        crate::table::LOOKUP.slot(slot).map(|slot| slot.mask)
    }
}

/// The state of a machine and its whole world, as text, for comparing.
pub fn state(vm: &crate::vm::Vm) -> String {
    let (cpu, memory) = (vm.cpu(), vm.memory());
    let space: &crate::memory::AddressSpace = memory;
    format!("{cpu:?} {space:?} {:08x}\n{}", memory.checksum(memory.pool()), vm.kernel().state(memory.pool()))
}
