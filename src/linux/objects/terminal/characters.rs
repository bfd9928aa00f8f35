//! Kinds of bytes, as the kernel tells them apart (`_ctype`): ASCII, and Latin-1 above it.

/// Whether a byte is a control character.
pub fn is_control(byte: u8) -> bool {
    byte < 0x20 || byte == 0x7f
}

/// Whether a byte belongs to a word, for the key that erases one.
pub fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0xc0 && !matches!(byte, 0xd7 | 0xf7)
}

/// The small letter of a capital one.
pub fn to_lower(byte: u8) -> u8 {
    if matches!(byte, b'A'..=b'Z' | 0xc0..=0xd6 | 0xd8..=0xde) { byte + 0x20 } else { byte }
}

/// The capital letter of a small one.
pub fn to_upper(byte: u8) -> u8 {
    if matches!(byte, b'a'..=b'z' | 0xe0..=0xf6 | 0xf8..=0xfe) { byte - 0x20 } else { byte }
}

/// Whether a byte goes on with a character of UTF-8.
pub fn is_continuation(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}
