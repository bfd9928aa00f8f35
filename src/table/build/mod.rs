//! What `build.rs` makes of `opcodes.json`: the slot and form maps, the static rows, and the
//! instances of the instruction functions. Used at build time and by the tests of the build.

pub mod bind;
pub mod emit;
pub mod maps;
pub mod signature;
pub mod specialise;
