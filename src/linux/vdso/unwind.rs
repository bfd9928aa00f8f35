//! The unwind tables of the vDSO: `.eh_frame` and its index (Linux Standard Base, "Exception Frames";
//! DWARF, "Call Frame Information").
//!
//! A handler returns to a trampoline that nobody has called. What it interrupted is found in the frame
//! that the kernel wrote: the canonical frame address is the stack pointer saved there, and each
//! register has an expression for the place where it was saved (`vdso32/sigreturn.S`).

use crate::linux::abi::Encoded;
use crate::linux::abi::siginfo::SIGINFO_SIZE;
use crate::linux::abi::signal_frame::{RtSigframeHead, Sigcontext};

use super::functions::Unwinding;

/// The registers' numbers in DWARF, and the fields that hold them; 8 is the return address.
const SAVED: [(u8, &str); 8] = [(0, "ax"), (1, "cx"), (2, "dx"), (3, "bx"), (5, "bp"), (6, "si"), (7, "di"), (8, "ip")];

const ESP: u8 = 4;
const EBX: u8 = 3;
const RETURN_ADDRESS: u8 = 8;

/// How addresses are written: relative to their place, 32 bits with sign.
const RELATIVE: u8 = 0x1b;

/// Instructions of call frames, and operations of expressions.
const DW_CFA_ADVANCE_LOC: u8 = 0x40;
const DW_CFA_OFFSET: u8 = 0x80;
const DW_CFA_RESTORE: u8 = 0xc0;
const DW_CFA_DEF_CFA: u8 = 0x0c;
const DW_CFA_DEF_CFA_OFFSET: u8 = 0x0e;
const DW_CFA_DEF_CFA_EXPRESSION: u8 = 0x0f;
const DW_CFA_EXPRESSION: u8 = 0x10;
const DW_OP_BREG4: u8 = 0x74;
const DW_OP_DEREF: u8 = 0x06;

/// A function in memory.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    /// Its address.
    pub start: u32,
    /// Bytes that it has.
    pub size: u32,
    /// How its caller is found.
    pub unwinding: Unwinding,
}

impl Placed {
    /// What the entry covers. Unwinders look for the instruction before a return address; since nobody
    /// has called a trampoline, that is the byte in front of it.
    fn range(&self) -> (u32, u32) {
        match self.unwinding {
            Unwinding::Sigframe | Unwinding::RtSigframe => (self.start - 1, self.size + 1),
            _ => (self.start, self.size),
        }
    }
}

/// Both sections, the index first, for an index at this address. The functions are in the order of
/// their addresses.
pub fn sections(functions: &[Placed], at: u32) -> Vec<u8> {
    let index_size = 12 + 8 * functions.len() as u32;
    let mut frames = Vec::new();
    let mut table = Vec::new();
    for signal in [false, true] {
        let common = frames.len();
        append(&mut frames, 0, &common_entry(signal));
        for function in functions.iter().filter(|function| is_signal(function) == signal) {
            let (start, size) = function.range();
            let entry = at + index_size + frames.len() as u32;
            table.push([start.wrapping_sub(at), entry.wrapping_sub(at)]);
            let mut body = (start.wrapping_sub(entry + 8)).to_bytes();
            size.encode(&mut body);
            body.push(0);
            body.extend(instructions(function.unwinding));
            let back = (frames.len() + 4 - common) as u32;
            append(&mut frames, back, &body);
        }
    }
    0_u32.encode(&mut frames);
    table.sort_by_key(|[start, _]| *start as i32);
    let mut bytes = vec![1, RELATIVE, 0x03, 0x3b];
    (index_size - 4).encode(&mut bytes);
    (functions.len() as u32).encode(&mut bytes);
    table.iter().for_each(|entry| entry.encode(&mut bytes));
    bytes.extend(frames);
    bytes
}

fn is_signal(function: &Placed) -> bool {
    matches!(function.unwinding, Unwinding::Sigframe | Unwinding::RtSigframe)
}

/// Appends an entry: length, where its common entry is, and the rest, filled up to whole words.
fn append(frames: &mut Vec<u8>, back: u32, body: &[u8]) {
    let size = (4 + body.len()).next_multiple_of(4);
    (size as u32).encode(frames);
    back.encode(frames);
    frames.extend_from_slice(body);
    frames.resize(frames.len() + size - 4 - body.len(), 0);
}

/// A common entry: version, augmentation (S says that the frame is a signal's), alignment factors 1 and
/// -4, the column of the return address, how addresses are written.
fn common_entry(signal: bool) -> Vec<u8> {
    let mut body = vec![1];
    body.extend_from_slice(if signal { b"zRS\0" } else { b"zR\0" });
    body.extend([1, 0x7c, RETURN_ADDRESS, 1, RELATIVE]);
    if !signal {
        body.extend([DW_CFA_DEF_CFA, ESP, 4, DW_CFA_OFFSET | RETURN_ADDRESS, 1]);
    }
    body
}

fn instructions(unwinding: Unwinding) -> Vec<u8> {
    match unwinding {
        Unwinding::Leaf => Vec::new(),
        // Behind `push ebx`, one byte, and before `ret`, the last.
        Unwinding::SavesEbx => vec![
            DW_CFA_ADVANCE_LOC | 1,
            DW_CFA_DEF_CFA_OFFSET,
            8,
            DW_CFA_OFFSET | EBX,
            2,
            DW_CFA_ADVANCE_LOC | 20,
            DW_CFA_DEF_CFA_OFFSET,
            4,
            DW_CFA_RESTORE | EBX,
        ],
        // The signal's number is in front of the registers until the first instruction has popped it,
        // two bytes from the start of the entry.
        Unwinding::Sigframe => [registers(4), vec![DW_CFA_ADVANCE_LOC | 2], registers(0)].concat(),
        // The return has popped the first word of the frame.
        Unwinding::RtSigframe => {
            let flags_link_and_stack = 20;
            registers((RtSigframeHead::SIZE + SIGINFO_SIZE + flags_link_and_stack) as i32 - 4)
        }
    }
}

/// Where everything is, given how far above the stack pointer the registers were saved.
fn registers(distance: i32) -> Vec<u8> {
    let place = |field: &str| [vec![DW_OP_BREG4], signed(distance + offset(field))].concat();
    let address = [place("sp"), vec![DW_OP_DEREF]].concat();
    let mut bytes = vec![DW_CFA_DEF_CFA_EXPRESSION, address.len() as u8];
    bytes.extend(address);
    for (register, field) in SAVED {
        let place = place(field);
        bytes.extend([DW_CFA_EXPRESSION, register, place.len() as u8]);
        bytes.extend(place);
    }
    bytes
}

/// The offset of a field in the saved registers.
fn offset(field: &str) -> i32 {
    let before = Sigcontext::LAYOUT.fields.iter().take_while(|known| known.name != field);
    before.map(|known| known.size as i32).sum()
}

/// A signed number in LEB128.
fn signed(mut value: i32) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        let sign = byte & 0x40 != 0;
        if value == 0 && !sign || value == -1 && sign {
            bytes.push(byte);
            return bytes;
        }
        bytes.push(byte | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_sign() {
        assert_eq!((signed(2), signed(-2), signed(127)), (vec![2], vec![0x7e], vec![0xff, 0]));
        assert_eq!((signed(128), signed(-129)), (vec![0x80, 1], vec![0xff, 0x7e]));
    }

    #[test]
    fn the_stack_pointer_is_where_frames_have_it() {
        // breg4 4 + 28, deref: what `sigreturn.S` has.
        assert_eq!(registers(4)[..5], [DW_CFA_DEF_CFA_EXPRESSION, 3, DW_OP_BREG4, 32, DW_OP_DEREF]);
        assert_eq!(instructions(Unwinding::RtSigframe)[..6], [15, 4, DW_OP_BREG4, 0xbc, 1, DW_OP_DEREF]);
    }
}
