//! Keys that the kernel keeps for programs, in keyrings (keyrings(7)).

mod key;
mod store;

pub use key::{Key, KeyKind, LINK, Payload, SEARCH, SETATTR, VIEW, WRITE};
pub use store::{KeyRoots, KeyStore, MAX_BYTES, MAX_KEYS};
