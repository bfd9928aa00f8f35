//! Names that somebody may have meant, found as the build finds them in its messages about `opcodes.json`.

#[path = "../table/schema/near.rs"]
#[expect(dead_code, reason = "the build asks for distances as well")]
mod shared;

pub use shared::did_you_mean;
