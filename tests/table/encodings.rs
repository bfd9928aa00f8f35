//! Encodings that are no instructions, or only the beginning of one; and no bytes at all that make
//! the decoder panic.

use proptest::prelude::*;
use tab86::decode::{DecodeError, Decoder, MAX_LENGTH};
use tab86::internals::{key, lookup};
use tab86::table;

use crate::encoder;

fn decode(bytes: &[u8]) -> Result<usize, DecodeError> {
    Decoder::new(32).decode(bytes, 0).map(|instruction| usize::from(instruction.length))
}

/// The bytes that lead to an opcode byte of a map.
fn lead(vex: bool, map: u8) -> Vec<u8> {
    match (vex, map) {
        (true, map) => vec![0xc4, 0xe0 | map, 0x78],
        (false, 0) => vec![],
        (false, 1) => vec![0x0f],
        (false, 2) => vec![0x0f, 0x38],
        (false, _) => vec![0x0f, 0x3a],
    }
}

/// Prefixes and escapes are no opcodes.
fn is_opcode(vex: bool, map: u8, byte: u8) -> bool {
    let not: &[u8] = match (vex, map) {
        (false, 0) => &[0x0f, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3],
        (false, 1) => &[0x38, 0x3a],
        _ => &[],
    };
    !not.contains(&byte)
}

#[test]
fn unused_opcodes_are_invalid() {
    let mut unused = 0;
    for (vex, map) in [(false, 0), (false, 1), (false, 2), (false, 3), (true, 1), (true, 2), (true, 3)] {
        for byte in (0..=255).filter(|byte| is_opcode(vex, map, *byte)) {
            if lookup::slot(key::slot(vex, map, byte)).is_none() {
                let bytes = [&lead(vex, map)[..], &[byte, 0xc0, 0, 0, 0, 0, 0]].concat();
                assert_eq!(decode(&bytes), Err(DecodeError::Invalid), "{bytes:02x?}");
                unused += 1;
            }
        }
    }
    assert!(unused > 500, "only {unused} unused opcodes");
}

#[test]
fn vex_maps_and_fields_that_do_not_exist_are_invalid() {
    for map in (0..32).filter(|map| !(1..=3).contains(map)) {
        assert_eq!(decode(&[0xc4, 0xe0 | map, 0x78, 0x58, 0xc0]), Err(DecodeError::Invalid), "map {map}");
    }
    // VADDPS, then with each prefix that VEX forbids, then VMOVUPS with a vvvv that it does not use.
    assert_eq!(decode(&[0xc5, 0xf0, 0x58, 0xc0]), Ok(4));
    for prefix in [0x66, 0xf2, 0xf3] {
        assert_eq!(decode(&[prefix, 0xc5, 0xf0, 0x58, 0xc0]), Err(DecodeError::Invalid), "{prefix:02x}");
    }
    assert_eq!(decode(&[0xc5, 0xf8, 0x10, 0xc0]), Ok(4));
    assert_eq!(decode(&[0xc5, 0xf0, 0x10, 0xc0]), Err(DecodeError::Invalid));
    // A gather needs a SIB byte and 32-bit addresses.
    assert_eq!(decode(&[0xc4, 0xe2, 0x69, 0x90, 0x04, 0x23]), Ok(6));
    assert_eq!(decode(&[0xc4, 0xe2, 0x69, 0x90, 0x00]), Err(DecodeError::Invalid));
    assert_eq!(decode(&[0x67, 0xc4, 0xe2, 0x69, 0x90, 0x04, 0x23]), Err(DecodeError::Invalid));
}

#[test]
fn les_and_lds_keep_their_memory_forms() {
    assert_eq!(decode(&[0xc4, 0x00]), Ok(2));
    assert_eq!(decode(&[0xc5, 0x44, 0x24, 0x04]), Ok(4));
}

#[test]
fn every_instruction_cut_short_is_truncated() {
    for row in table::rows() {
        for memory in [false, true] {
            let bytes = encoder::encode(row, &[], memory);
            let length = decode(&bytes).unwrap_or_else(|error| panic!("{} {bytes:02x?}: {error}", row.instruction));
            for end in 0..length {
                assert_eq!(
                    decode(&bytes[..end]),
                    Err(DecodeError::Truncated),
                    "{} {:02x?}",
                    row.instruction,
                    &bytes[..end]
                );
            }
        }
    }
}

#[test]
fn more_than_fifteen_bytes_are_too_long() {
    for row in table::rows() {
        let bytes = encoder::encode(row, &[], true);
        let length = decode(&bytes).unwrap();
        let padded = |to: usize| [&vec![0x2e; to - length][..], &bytes].concat();
        assert_eq!(decode(&padded(MAX_LENGTH)), Ok(MAX_LENGTH), "{}", row.instruction);
        assert_eq!(decode(&padded(MAX_LENGTH + 1)), Err(DecodeError::TooLong), "{}", row.instruction);
    }
    assert_eq!(decode(&[0x66; 15]), Err(DecodeError::TooLong));
}

#[test]
fn lock_only_where_it_is_legal() {
    for row in table::rows() {
        let register = decode(&encoder::encode(row, &[0xf0], false));
        let memory = decode(&encoder::encode(row, &[0xf0], true));
        let refused = if row.vex { DecodeError::Invalid } else { DecodeError::Lock };
        let only_memory = row.prefixes == "LOCK" && !row.instruction.contains("r/m");
        assert!(if only_memory { register.is_ok() } else { register == Err(refused) }, "{}", row.instruction);
        assert_eq!(memory.is_ok(), row.prefixes == "LOCK", "{}", row.instruction);
        assert!(memory.is_ok() || memory == Err(refused), "{}", row.instruction);
    }
}

#[test]
fn sixteen_bit_code_turns_the_size_prefixes_round() {
    let text = |bytes: &[u8]| Decoder::new(16).decode(bytes, 0).unwrap().to_string();
    assert_eq!(text(&[0x01, 0x42, 0xfe]), "add word ptr [bp+si-2], ax");
    assert_eq!(text(&[0x66, 0x67, 0x01, 0x45, 0xfe]), "add dword ptr [ebp-2], eax");
    assert_eq!(text(&[0x66, 0xe8, 0, 0, 0, 0]), "data32 call 0x6");
    assert_eq!(text(&[0xe9, 0xfd, 0xff]), "jmp 0x0");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5000))]

    #[test]
    fn any_bytes_decode_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..20), eip: u32, size in prop_oneof![Just(16), Just(32)]) {
        if let Ok(instruction) = Decoder::new(size).decode(&bytes, eip) {
            let length = usize::from(instruction.length);
            prop_assert!(length <= MAX_LENGTH && length <= bytes.len());
            prop_assert_eq!(Decoder::new(size).decode(&bytes[..length], eip), Ok(instruction));
            prop_assert!(!instruction.to_string().is_empty());
        }
    }
}
