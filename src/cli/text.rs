//! How numbers and bytes are written, wherever they are shown.

use std::fmt::Write;

/// Bytes in hex, a space between them.
pub fn bytes(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(3 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x} ");
    }
    text.truncate(text.trim_end().len());
    text
}
