//! Strings as `strace` quotes them.

/// Most bytes of data that a line shows.
pub const SHOWN: usize = 32;

/// All of a string, in quotes.
pub fn whole(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for (index, byte) in bytes.iter().enumerate() {
        escape(&mut text, *byte, bytes.get(index + 1).is_some_and(u8::is_ascii_digit));
    }
    text + "\""
}

/// As much as a line shows, of `total` bytes that there are.
pub fn start(bytes: &[u8], total: usize) -> String {
    let text = whole(&bytes[..bytes.len().min(SHOWN)]);
    if total > SHOWN { text + "..." } else { text }
}

/// An octal escape takes as few digits as the next character allows.
fn escape(text: &mut String, byte: u8, digit_follows: bool) {
    match byte {
        b'\n' => text.push_str("\\n"),
        b'\t' => text.push_str("\\t"),
        b'\r' => text.push_str("\\r"),
        0x0b => text.push_str("\\v"),
        0x0c => text.push_str("\\f"),
        b'"' | b'\\' => text.extend(['\\', char::from(byte)]),
        b' '..=b'~' => text.push(char::from(byte)),
        byte if digit_follows => text.push_str(&format!("\\{byte:03o}")),
        byte => text.push_str(&format!("\\{byte:o}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_printed_is_escaped() {
        assert_eq!(whole(b"a\"b\\c\n\t\x00\x1b[1m\xff"), r#""a\"b\\c\n\t\0\33[1m\377""#);
        assert_eq!(whole(b"\x0012"), r#""\00012""#, "three digits before a digit");
        assert_eq!(start(&[b'x'; 40], 40), format!("\"{}\"...", "x".repeat(32)));
    }
}
