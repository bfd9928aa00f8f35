//! Which EVEX encodings are compared: every map, pp, W, L'L, b and opcode byte, with opmasks, vvvv and the
//! reserved bits.

use tab86::decode::Decoder;
use tab86::table::notation::EncodingSpace;
use tab86::table::{self, key};

use super::sweep::with_tail;

/// The bytes up to the opcode.
type Head = [u8; 5];

/// ModR/M bytes of each reg field that name memory, with a SIB byte and without.
const MEMORY: [u8; 11] = [0x04, 0x4c, 0x94, 0x1c, 0x64, 0xac, 0x34, 0x7c, 0x00, 0x4d, 0xaa];
/// And those that name a register.
const REGISTER: [u8; 8] = [0xc0, 0xcb, 0xd6, 0xdd, 0xe4, 0xef, 0xf2, 0xf9];

/// Every encoding that is compared.
pub fn sweep(mut visit: impl FnMut(&[u8])) {
    for map in 0..=7 {
        for opcode in 0..=255 {
            let used = table::slot(key::slot(EncodingSpace::Evex, map, opcode)).is_some();
            heads(map, opcode)
                .for_each(|head| if used { used_slot(&head, &mut visit) } else { few(&head, &mut visit) });
        }
    }
}

/// Every pp, W, L'L and b, without an opmask.
fn heads(map: u8, opcode: u8) -> impl Iterator<Item = Head> {
    let third = (0..8).map(|bits| (bits & 4) << 5 | 0x7c | bits & 3);
    let fourth = |bits: u8| bits << 4 | 0x08;
    third.flat_map(move |third| (0..8).map(move |bits| [0x62, 0xf0 | map, third, fourth(bits), opcode]))
}

/// A few ModR/M bytes, where there should be no instruction.
fn few(head: &Head, visit: &mut impl FnMut(&[u8])) {
    [0x4c, 0xd1].iter().for_each(|modrm| visit(&with_tail(head, *modrm)));
}

/// Every reg field, plain and with an opmask; where there is an instruction the other fields too.
fn used_slot(head: &Head, visit: &mut impl FnMut(&[u8])) {
    let exists = |fourth: u8, modrm: u8| {
        Decoder::new(32).decode(&with_tail(&[head[0], head[1], head[2], fourth, head[4]], modrm), 0).is_ok()
    };
    for modrm in MEMORY.into_iter().chain(REGISTER) {
        visit(&with_tail(head, modrm));
        visit(&with_tail(&[head[0], head[1], head[2], head[3] | 1, head[4]], modrm));
    }
    let of_each_kind = [&MEMORY[..], &REGISTER];
    for modrm in of_each_kind
        .iter()
        .filter_map(|kind| kind.iter().find(|modrm| exists(head[3] | 1, **modrm) || exists(head[3], **modrm)))
    {
        opmasks(head, *modrm, visit);
        vvvv(head, *modrm, visit);
        fixed_bits(head, *modrm, visit);
    }
}

/// Every opmask, merging and zeroing.
fn opmasks(&[first, second, third, fourth, opcode]: &Head, modrm: u8, visit: &mut impl FnMut(&[u8])) {
    for mask in [0, 1, 2, 7, 0x80, 0x81, 0x86] {
        visit(&with_tail(&[first, second, third, fourth | mask, opcode], modrm));
    }
}

/// Every other vvvv.
fn vvvv(&[first, second, third, fourth, opcode]: &Head, modrm: u8, visit: &mut impl FnMut(&[u8])) {
    for mask in 0..=1 {
        for vvvv in [1, 2, 5, 8, 15] {
            visit(&with_tail(&[first, second, third ^ vvvv << 3, fourth | mask, opcode], modrm));
        }
    }
}

/// Each bit that has to have one value, or that 32-bit mode ignores; R and X make it BOUND. Prefixes that
/// EVEX forbids, and those that it does not.
fn fixed_bits(head: &Head, modrm: u8, visit: &mut impl FnMut(&[u8])) {
    for (byte, bit) in [(1, 0x08), (1, 0x10), (1, 0x20), (1, 0x40), (1, 0x80), (2, 0x04), (3, 0x08)] {
        for mask in 0..=1 {
            let mut changed = *head;
            changed[3] |= mask;
            changed[byte] ^= bit;
            visit(&with_tail(&changed, modrm));
        }
    }
    for prefix in [0x66, 0xf2, 0xf3, 0xf0, 0x67, 0x64] {
        visit(&with_tail(&[&[prefix], &head[..]].concat(), modrm));
    }
}
