//! What the file of a recording begins with.

/// The version of the format that is written, and the only one that is read.
pub const VERSION: u32 = 1;

/// The first bytes.
pub const MAGIC: &[u8; 16] = b"tab86 recording\n";
