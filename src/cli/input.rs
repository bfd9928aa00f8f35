//! What users hand over: files to run or to disassemble, bytes in hex, addresses and sizes.
//!
//! Each function that reads one refuses a wrong one with a message that quotes it and shows a right one.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::failure::Failure;

/// The largest program that is read, in bytes.
const MAX_FILE: u64 = 1 << 30;

/// The most bytes that are read from a pipe or a device, which may never end.
const MAX_STREAM: u64 = 64 << 20;

/// Reads a program.
///
/// # Errors
/// 127 when there is no such file, 126 when it cannot be read or cannot be a program.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let failure = |error: io::Error| Failure::file(path, &error);
    let file = File::open(path).map_err(failure)?;
    let metadata = file.metadata().map_err(failure)?;
    let limit = if metadata.is_file() { MAX_FILE } else { MAX_STREAM };
    let mut bytes = Vec::new();
    if metadata.len() <= limit {
        // For one read: a buffer that grows is copied several times.
        bytes.reserve_exact(metadata.len() as usize + 1);
        file.take(limit + 1).read_to_end(&mut bytes).map_err(failure)?;
    }
    match bytes.len() as u64 {
        0 if metadata.len() == 0 => Err(Failure::not_runnable(format_args!("{}: the file is empty", path.display()))),
        length if length > limit || length == 0 => Err(Failure::not_runnable(format_args!(
            "{}: larger than {} MiB, too large for a program",
            path.display(),
            limit >> 20
        ))),
        _ => Ok(bytes),
    }
}

/// Reads pairs of hex digits. White space, commas and `0x` between them do not count.
///
/// # Errors
/// 126 for anything else, or for nothing.
pub fn hex(text: &str) -> Result<Vec<u8>, Failure> {
    let words =
        text.split(|character: char| character.is_whitespace() || character == ',').filter(|word| !word.is_empty());
    let bytes: Vec<u8> = words.map(pairs).collect::<Result<Vec<_>, _>>()?.concat();
    if bytes.is_empty() {
        Err(Failure::not_runnable("--hex: there are no bytes; write pairs of hex digits"))
    } else {
        Ok(bytes)
    }
}

fn pairs(word: &str) -> Result<Vec<u8>, Failure> {
    let digits = word.strip_prefix("0x").or(word.strip_prefix("0X")).unwrap_or(word);
    if let Some(wrong) = digits.chars().find(|digit| !digit.is_ascii_hexdigit()) {
        return Err(Failure::not_runnable(format_args!("--hex: `{wrong}` in `{word}` is no hex digit")));
    }
    if digits.len() % 2 != 0 || digits.is_empty() {
        return Err(Failure::not_runnable(format_args!(
            "--hex: `{word}` has an odd number of digits; write two for each byte"
        )));
    }
    let byte =
        |pair: &[u8]| pair.iter().fold(0, |byte, &digit| byte << 4 | char::from(digit).to_digit(16).unwrap_or(0) as u8);
    Ok(digits.as_bytes().chunks(2).map(byte).collect())
}

/// An address: decimal, or hex with `0x`.
///
/// # Errors
/// 126 for anything else, or beyond 4 GiB.
pub fn address(option: &str, text: &str) -> Result<u32, Failure> {
    let number = number(text)
        .ok_or_else(|| Failure::not_runnable(format_args!("{option}: `{text}` is no address; write 4096 or 0x1000")))?;
    u32::try_from(number)
        .map_err(|_| Failure::not_runnable(format_args!("{option}: {text} is beyond the 4 GiB of a 32-bit program")))
}

/// Refuses a load address for a file that says itself where it goes.
///
/// # Errors
/// There is one.
pub fn refuse_load_address(text: Option<&str>) -> Result<(), Failure> {
    text.map_or(Ok(()), |_| {
        Err(Failure::failed("--load-address: only a flat image has one; give --flat or --hex, or leave it away"))
    })
}

/// A size in bytes: decimal or hex, with K, M or G for units of 1024.
///
/// # Errors
/// 126 for anything else, for nothing, or for more than 4 GiB.
pub fn size(option: &str, text: &str) -> Result<u64, Failure> {
    let upper = text.to_ascii_uppercase();
    let digits = upper.trim_end_matches('B').trim_end_matches('I');
    let (digits, shift) = match digits.chars().last() {
        Some('K') => (&digits[..digits.len() - 1], 10),
        Some('M') => (&digits[..digits.len() - 1], 20),
        Some('G') => (&digits[..digits.len() - 1], 30),
        _ => (upper.as_str(), 0),
    };
    let number = number(&digits.to_ascii_lowercase());
    let number = number.ok_or_else(|| {
        Failure::not_runnable(format_args!("{option}: `{text}` is no size; write 65536, 64K, 16M or 1G"))
    })?;
    match number.checked_mul(1 << shift) {
        Some(1..=0x1_0000_0000) => Ok(number << shift),
        Some(0) => Err(Failure::not_runnable(format_args!("{option}: a program needs memory"))),
        _ => Err(Failure::not_runnable(format_args!("{option}: {text} is more than the 4 GiB of a 32-bit program"))),
    }
}

fn number(text: &str) -> Option<u64> {
    // The parser would take a sign; a number that is too large is still a number.
    let hex = text.strip_prefix("0x").or(text.strip_prefix("0X"));
    let (digits, radix) = hex.map_or((text, 10), |digits| (digits, 16));
    let valid = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
    valid.then(|| u64::from_str_radix(digits, radix).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_in_every_spelling() {
        for text in ["b80400", "B8 04 00", "0xb8,0x04, 00", "b8\n04\t00"] {
            assert_eq!(hex(text).unwrap(), [0xb8, 4, 0], "{text}");
        }
        for text in ["", " ", "b", "b8 4", "xy", "b8-04", "0x", "é0"] {
            assert!(hex(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_have_units() {
        for (text, bytes) in
            [("128", 128), ("0x80", 128), ("64K", 65536), ("64k", 65536), ("16MiB", 16 << 20), ("4G", 1 << 32)]
        {
            assert_eq!(size("--memory", text).unwrap(), bytes, "{text}");
        }
        for text in ["", "0", "K", "5G", "-1", "1.5M", "99999999999999999999999G", "0xg", "é", "12Q"] {
            assert!(size("--memory", text).is_err(), "{text}");
        }
    }

    #[test]
    fn addresses_are_32_bits() {
        assert_eq!(address("--entry", "0xffffffff").unwrap(), u32::MAX);
        for text in ["0x100000000", "", "+1", "12h", "99999999999999999999999"] {
            assert!(address("--entry", text).is_err(), "{text}");
        }
    }
}
