//! Variants: the copies that every instruction has.

/// What differs between the copies of a handler.
pub trait Variant {
    /// Whether flags are stored.
    const FLAGS: bool;
    /// Whether control returns to the run loop after a write to translated code, and after an access that is watched.
    /// Only checked handlers can perform such accesses.
    const CHECKING: bool;
}

/// The fast path, storing the flags.
pub struct Live;
/// The fast path, dropping the flags because they are dead.
pub struct Dead;
/// The general path: every access is checked.
pub struct Checking;

impl Variant for Live {
    const FLAGS: bool = true;
    const CHECKING: bool = false;
}
impl Variant for Dead {
    const FLAGS: bool = false;
    const CHECKING: bool = false;
}
impl Variant for Checking {
    const FLAGS: bool = true;
    const CHECKING: bool = true;
}
