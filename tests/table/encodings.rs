//! Encodings that are no instructions, or only the beginning of one; and no bytes at all that make
//! the decoder panic.

use proptest::prelude::*;
use tab86::decode::{DecodeError, Decoder, MAX_LENGTH};
use tab86::internals::{key, lookup};
use tab86::table;
use tab86::table::notation::EncodingSpace;

use crate::encoder;

fn decode(bytes: &[u8]) -> Result<usize, DecodeError> {
    Decoder::new(32).decode(bytes, 0).map(|instruction| usize::from(instruction.length))
}

/// The bytes that lead to an opcode byte of a map.
fn lead(space: EncodingSpace, map: u8) -> Vec<u8> {
    match (space, map) {
        (EncodingSpace::Vex, map) => vec![0xc4, 0xe0 | map, 0x78],
        (EncodingSpace::Evex, map) => vec![0x62, 0xf0 | map, 0x7c, 0x48],
        (EncodingSpace::Xop, map) => vec![0x8f, 0xe0 | map, 0x78],
        (EncodingSpace::Legacy, 0) => vec![],
        (EncodingSpace::Legacy, 1) => vec![0x0f],
        (EncodingSpace::Legacy, 2) => vec![0x0f, 0x38],
        (EncodingSpace::Legacy, _) => vec![0x0f, 0x3a],
    }
}

/// Prefixes and escapes are no opcodes.
fn is_opcode(space: EncodingSpace, map: u8, byte: u8) -> bool {
    let not: &[u8] = match (space, map) {
        (EncodingSpace::Legacy, 0) => &[0x0f, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3],
        (EncodingSpace::Legacy, 1) => &[0x38, 0x3a],
        _ => &[],
    };
    !not.contains(&byte)
}

#[test]
fn unused_opcodes_are_invalid() {
    let mut unused = 0;
    let spaces: [(EncodingSpace, &[u8]); 4] = [
        (EncodingSpace::Legacy, &[0, 1, 2, 3]),
        (EncodingSpace::Vex, &[1, 2, 3]),
        (EncodingSpace::Evex, &[1, 2, 3, 5, 6]),
        (EncodingSpace::Xop, &[8, 9, 10]),
    ];
    for (space, map) in spaces.iter().flat_map(|(space, maps)| maps.iter().map(|map| (*space, *map))) {
        for byte in (0..=255).filter(|byte| is_opcode(space, map, *byte)) {
            if lookup::slot(key::slot(space, map, byte)).is_none() {
                let bytes = [&lead(space, map)[..], &[byte, 0xc0, 0, 0, 0, 0, 0]].concat();
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

/// VADDPS zmm0, zmm1, zmm2 with some bits of its five bytes changed.
fn vaddps(changes: [u8; 4]) -> Result<usize, DecodeError> {
    let [second, third, fourth, modrm] = changes;
    decode(&[0x62, 0xf1 ^ second, 0x74 ^ third, 0x48 ^ fourth, 0x58, 0xc2 ^ modrm, 0, 0, 0, 0])
}

#[test]
fn evex_maps_and_fields_that_do_not_exist_are_invalid() {
    let (valid, invalid) = (Ok(6), Err(DecodeError::Invalid));
    assert_eq!(vaddps([0, 0, 0, 0]), valid);
    for map in [0, 4, 7] {
        assert_eq!(vaddps([1 ^ map, 0, 0, 0]), invalid, "map {map}");
    }
    // Bits that are always the same: bit 3 of the second byte, bit 2 of the third, V'.
    assert_eq!(vaddps([0x08, 0, 0, 0]), invalid);
    assert_eq!(vaddps([0, 0x04, 0, 0]), invalid);
    assert_eq!(vaddps([0, 0, 0x08, 0]), invalid);
    // B and R' are ignored outside 64-bit mode.
    assert_eq!(vaddps([0x30, 0, 0, 0]), valid);
    // Zeroing needs an opmask; b stands for embedded rounding, and with memory for a broadcast.
    assert_eq!(vaddps([0, 0, 0x80, 0]), invalid);
    assert_eq!(vaddps([0, 0, 0x81, 0]), valid);
    assert_eq!(vaddps([0, 0, 0x10, 0]), valid);
    assert_eq!(vaddps([0, 0, 0x10, 0xc0]), valid);
    // A vector length of 3 is none, but with embedded rounding it is a rounding mode.
    assert_eq!(vaddps([0, 0, 0x20, 0]), invalid);
    assert_eq!(vaddps([0, 0, 0x30, 0]), valid);
}

#[test]
fn evex_asks_only_for_what_the_row_allows() {
    // VPADDB has neither broadcast nor rounding; VMOVUPS to memory no zeroing; VMOVUPS no vvvv.
    assert_eq!(decode(&[0x62, 0xf1, 0x75, 0x48, 0xfc, 0xc2]), Ok(6));
    assert_eq!(decode(&[0x62, 0xf1, 0x75, 0x58, 0xfc, 0xc2]), Err(DecodeError::Invalid));
    assert_eq!(decode(&[0x62, 0xf1, 0x75, 0x58, 0xfc, 0x02]), Err(DecodeError::Invalid));
    assert_eq!(decode(&[0x62, 0xf1, 0x7c, 0x49, 0x11, 0x02]), Ok(6));
    assert_eq!(decode(&[0x62, 0xf1, 0x7c, 0xc9, 0x11, 0x02]), Err(DecodeError::Invalid));
    assert_eq!(decode(&[0x62, 0xf1, 0x74, 0x48, 0x10, 0x02]), Err(DecodeError::Invalid));
    // A gather needs an opmask, a SIB byte and 32-bit addresses; VMOVD takes no opmask.
    assert_eq!(decode(&[0x62, 0xf2, 0x7d, 0x49, 0x90, 0x04, 0x23]), Ok(7));
    assert_eq!(decode(&[0x62, 0xf2, 0x7d, 0x48, 0x90, 0x04, 0x23]), Err(DecodeError::Invalid));
    assert_eq!(decode(&[0x62, 0xf2, 0x7d, 0x49, 0x90, 0x00, 0x23]), Err(DecodeError::Invalid));
    assert_eq!(decode(&[0x67, 0x62, 0xf2, 0x7d, 0x49, 0x90, 0x04, 0x23]), Err(DecodeError::Invalid));
    assert_eq!(decode(&[0x62, 0xf1, 0x7d, 0x09, 0x6e, 0xc2]), Err(DecodeError::Invalid));
    for prefix in [0x66, 0xf2, 0xf3] {
        assert_eq!(decode(&[prefix, 0x62, 0xf1, 0x75, 0x48, 0xfc, 0xc2]), Err(DecodeError::Invalid));
    }
}

#[test]
fn a_displacement_of_one_byte_counts_memory_operands() {
    let text = |bytes: &[u8]| Decoder::new(32).decode(bytes, 0).unwrap().to_string();
    assert_eq!(text(&[0x62, 0xf1, 0x74, 0x48, 0x58, 0x42, 0x01]), "vaddps zmm0, zmm1, zmmword ptr [edx+0x40]");
    assert_eq!(text(&[0x62, 0xf1, 0x74, 0x58, 0x58, 0x42, 0xff]), "vaddps zmm0, zmm1, dword ptr [edx-4]{1to16}");
    assert_eq!(text(&[0x62, 0xf1, 0x74, 0x48, 0x58, 0x82, 1, 0, 0, 0]), "vaddps zmm0, zmm1, zmmword ptr [edx+1]");
    assert_eq!(text(&[0x62, 0xf1, 0x76, 0x0a, 0x58, 0x42, 0x02]), "vaddss xmm0{k2}, xmm1, dword ptr [edx+8]");
    assert_eq!(text(&[0x62, 0xf2, 0x7d, 0x49, 0x90, 0x4c, 0x23, 0x01]), "vpgatherdd zmm1{k1}, dword ptr [ebx+zmm4+4]");
    assert_eq!(text(&[0x62, 0xf1, 0x74, 0x78, 0x58, 0xc2]), "vaddps zmm0, zmm1, zmm2{rz-sae}");
}

#[test]
fn bound_keeps_its_memory_forms() {
    assert_eq!(decode(&[0x62, 0x00]), Ok(2));
    // R or X of an EVEX prefix clear: the byte is a ModR/M byte that names memory.
    assert_eq!(decode(&[0x62, 0x71, 0x74, 0x48, 0x58, 0xc2]), Ok(3));
    assert_eq!(decode(&[0x62, 0xb1, 0x74, 0x48, 0x58, 0xc2]), Ok(6));
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
        let refused = if row.space != EncodingSpace::Legacy { DecodeError::Invalid } else { DecodeError::Lock };
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
