//! Which EVEX encodings are compared: every map, pp, W, L'L, b and opcode byte, with opmasks, vvvv and the
//! reserved bits.

use tab86::decode::Decoder;
use tab86::internals::{key, lookup};
use tab86::table::notation::EncodingSpace;

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
            let used = lookup::slot(key::slot(EncodingSpace::Evex, map, opcode)).is_some();
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

/// Every reg field, plain and with an opmask, where there is an instruction; there the other fields too.
fn used_slot(head: &Head, visit: &mut impl FnMut(&[u8])) {
    let masked = [head[0], head[1], head[2], head[3] | 1, head[4]];
    let exists = |head: &Head, modrm: u8| Decoder::new(32).decode(&with_tail(head, modrm), 0).is_ok();
    // Gathers need an opmask, and moves between classes of registers have none.
    let found = |kind: &[u8]| {
        let modrm = kind.iter().copied();
        modrm.flat_map(|modrm| [(*head, modrm), (masked, modrm)]).find(|(head, modrm)| exists(head, *modrm))
    };
    let found = [found(&MEMORY), found(&REGISTER)];
    if found.iter().all(Option::is_none) {
        return few(head, visit);
    }
    for modrm in MEMORY.into_iter().chain(REGISTER) {
        visit(&with_tail(head, modrm));
        visit(&with_tail(&masked, modrm));
    }
    for (head, modrm) in found.into_iter().flatten() {
        fields(&head, modrm, visit);
    }
}

/// Other opmasks, merging and zeroing, and other vvvv. Each bit that has to have one value, or that 32-bit
/// mode ignores; R and X make it BOUND. Prefixes that EVEX forbids, and those that it does not.
fn fields(head: &Head, modrm: u8, visit: &mut impl FnMut(&[u8])) {
    let mut with = |byte: usize, bits: u8| {
        let mut changed = *head;
        changed[byte] ^= bits;
        visit(&with_tail(&changed, modrm));
    };
    [1, 2, 7, 0x80, 0x81, 0x86].iter().for_each(|mask| with(3, *mask));
    [1, 2, 5, 8, 15].iter().for_each(|vvvv| with(2, vvvv << 3));
    [0x08, 0x10, 0x20, 0x40, 0x80].iter().for_each(|bit| with(1, *bit));
    with(2, 0x04);
    with(3, 0x08);
    for prefix in [0x66, 0xf2, 0xf3, 0xf0, 0x67, 0x64] {
        visit(&with_tail(&[&[prefix], &head[..]].concat(), modrm));
    }
}
