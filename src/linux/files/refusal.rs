//! What the guest was refused, so that the user learns which option would have granted it.

/// What the guest wanted to do with a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PathAccess {
    /// Look at it or read it.
    Read,
    /// Create, change or remove it.
    Write,
}

/// A path that the guest was refused because no granted directory contains it, or because the
/// directory is granted for reading only.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The absolute path in the guest.
    pub path: String,
    /// What the guest wanted.
    pub wanted: PathAccess,
}
