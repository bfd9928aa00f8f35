//! Which encodings are compared.

use tab86::decode::Decoder;

/// Prefixes in front of every opcode byte with every ModR/M byte.
const EVERY_MODRM: [&[u8]; 5] = [&[], &[0x66], &[0xf3], &[0xf2], &[0x67]];

/// Prefixes in front of every opcode byte with some ModR/M bytes.
const SOME_MODRM: [&[u8]; 16] = [
    &[0x66, 0xf3],
    &[0xf3, 0x66],
    &[0x66, 0xf2],
    &[0xf2, 0xf3],
    &[0xf3, 0xf2],
    &[0x66, 0x67],
    &[0xf3, 0x67],
    &[0xf2, 0x67],
    &[0x2e],
    &[0x3e],
    &[0x64],
    &[0x67, 0x65],
    &[0xf0],
    &[0xf0, 0x66],
    &[0xf2, 0xf0],
    &[0xf0, 0xf3],
];

/// What leads to the legacy maps.
pub const MAPS: [&[u8]; 4] = [&[], &[0x0f], &[0x0f, 0x38], &[0x0f, 0x3a]];

/// Bytes that stand where an opcode could, but are prefixes or lead to another map.
fn is_opcode(map: &[u8], byte: u8) -> bool {
    let not: &[u8] = match map {
        [] => &[0x0f, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3],
        [_] => &[0x38, 0x3a],
        _ => &[],
    };
    !not.contains(&byte)
}

/// Every opcode byte of the legacy maps with some ModR/M bytes and the size prefixes, for code in
/// which those mean the opposite.
pub fn sixteen(mut visit: impl FnMut(&[u8])) {
    for map in MAPS {
        for opcode in (0..=255).filter(|byte| is_opcode(map, *byte)) {
            for prefixes in [&[][..], &[0x66], &[0x67], &[0x66, 0x67]] {
                let head = [prefixes, map, &[opcode]].concat();
                modrm_bytes(&head, 11).for_each(|modrm| visit(&with_tail(&head, modrm)));
            }
        }
    }
}

/// Every opcode byte of a legacy map, with prefixes and ModR/M bytes.
pub fn legacy(map: &[u8], mut visit: impl FnMut(&[u8])) {
    for opcode in (0..=255).filter(|byte| is_opcode(map, *byte)) {
        let mut each = |prefixes: &[u8], step: usize| {
            let head = [prefixes, map, &[opcode]].concat();
            modrm_bytes(&head, step).for_each(|modrm| visit(&with_tail(&head, modrm)));
        };
        EVERY_MODRM.iter().for_each(|prefixes| each(prefixes, 1));
        SOME_MODRM.iter().for_each(|prefixes| each(prefixes, 11));
    }
}

/// Every `step`th ModR/M byte, and fewer where the byte is no ModR/M byte.
fn modrm_bytes(head: &[u8], step: usize) -> impl Iterator<Item = u8> {
    let without = Decoder::new(32).decode(&with_tail(head, 0), 0).is_ok_and(|instruction| instruction.modrm.is_none());
    (0..=255).step_by(if without { 51 } else { step })
}

/// What follows: a SIB byte where ModR/M wants one, displacement, immediates. It varies with the
/// head and the ModR/M byte, so that all SIB bytes and both signs of displacement come up.
pub fn with_tail(head: &[u8], modrm: u8) -> Vec<u8> {
    let vary = head.iter().fold(modrm.wrapping_mul(37), |sum, byte| sum.wrapping_mul(5) ^ byte);
    let tail = [modrm, vary, vary.wrapping_mul(3), 0x83, 0x04, vary ^ 0x85, 0x06, 0x07, 0x08, 0x09, 0x0a];
    [head, &tail].concat()
}

/// First bytes of VEX and XOP, and the maps that they lead to.
const PREFIXED_MAPS: [(u8, u8); 6] = [(0xc4, 1), (0xc4, 2), (0xc4, 3), (0x8f, 8), (0x8f, 9), (0x8f, 10)];

/// Every VEX and XOP map, pp, L, W and opcode byte; ModR/M and vvvv whole where the opcode exists.
pub fn vex(mut visit: impl FnMut(&[u8])) {
    for (first, map) in PREFIXED_MAPS {
        for last in (0..=255_u8).filter(|last| last & 0x78 == 0x78) {
            for opcode in 0..=255 {
                let head = [first, 0xe0 | map, last, opcode];
                let exists = exists(&head);
                let step = if exists { 1 } else { 17 };
                (0..=255).step_by(step).for_each(|modrm| visit(&with_tail(&head, modrm)));
                if exists {
                    vvvv(&head, &mut visit);
                }
            }
        }
    }
    vex_heads(&mut visit);
}

/// Whether a VEX or XOP opcode has a row for any ModR/M byte, or is one that the table leaves out.
fn exists(head: &[u8]) -> bool {
    let decoder = Decoder::new(32);
    let decodes = |bytes: Vec<u8>| decoder.decode(&bytes, 0).is_ok() || decoder.left_out(&bytes).is_some();
    (0..=255).step_by(4).any(|modrm| decodes(with_tail(head, modrm)))
}

/// Every vvvv, and the short form of the prefix.
fn vvvv(head: &[u8; 4], visit: &mut impl FnMut(&[u8])) {
    for vvvv in 0..16 {
        let last = head[2] & 0x87 | vvvv << 3;
        for modrm in [0x05, 0x4c, 0xd1, 0xfe] {
            visit(&with_tail(&[head[0], head[1], last, head[3]], modrm));
            visit(&with_tail(&[0xc5, last | 0x80, head[3]], modrm));
        }
    }
}

/// Prefixes in front of VEX, the ignored bit B, and the maps that do not exist.
fn vex_heads(visit: &mut impl FnMut(&[u8])) {
    for prefix in [0x66, 0xf2, 0xf3, 0xf0, 0x67, 0x2e, 0x64] {
        for opcode in [0x58, 0x77, 0xf5, 0x6e] {
            visit(&with_tail(&[prefix, 0xc5, 0xf8, opcode], 0x44));
            visit(&with_tail(&[prefix, 0xc4, 0xe2, 0x78, opcode], 0x44));
        }
    }
    for second in 0xc0..=255 {
        for opcode in [0x00, 0x0f, 0x58, 0x90, 0xf5] {
            visit(&with_tail(&[0xc4, second, 0x79, opcode], 0xc1));
        }
    }
}

/// Every byte that tells operations of 3DNow! apart, behind ModR/M bytes for a register and for memory.
pub fn three_d_now(mut visit: impl FnMut(&[u8])) {
    for suffix in 0..=255 {
        visit(&[0x0f, 0x0f, 0xc1, suffix]);
        visit(&[0x67, 0x0f, 0x0f, 0x42, 0x10, suffix]);
        visit(&[0x0f, 0x0f, 0x84, 0x88, 0x10, 0x20, 0x30, 0x40, suffix]);
    }
}

/// Every SIB byte with every mod, for general, vector, gather and scatter instructions.
pub fn sib(mut visit: impl FnMut(&[u8])) {
    let heads: [&[u8]; 9] = [
        &[0x8b],
        &[0x65, 0x66, 0x01],
        &[0x0f, 0x58],
        &[0xc5, 0xf8, 0x58],
        &[0xc4, 0xe2, 0x69, 0x90],
        &[0xc4, 0xe2, 0xe9, 0x93],
        &[0x62, 0xf1, 0x6c, 0x58, 0x58],
        &[0x62, 0xf2, 0x7d, 0x49, 0x92],
        &[0x62, 0xf2, 0xfd, 0x29, 0xa1],
    ];
    for head in heads {
        for modrm in [0x04, 0x44, 0x84, 0x3c] {
            for sib in 0..=255 {
                for displacement in [[0x00, 0, 0, 0], [0x10, 0, 0, 0], [0xf0, 0xff, 0xff, 0xff]] {
                    visit(&[head, &[modrm, sib], &displacement].concat());
                }
            }
        }
    }
}
