//! Which system calls the code of a program makes: the number in EAX where it enters the kernel.
//!
//! The ways in are those of i386 Linux (syscall(2); vdso(7)): INT 80H, SYSENTER, a call through the pointer at
//! `gs:[0x10]` that glibc keeps, and a call of a function that consists of INT 80H and RET, also through a pointer
//! whose first value is in the file.

use std::collections::BTreeMap;

use crate::cpu::Segment;
use crate::decode::{Decoder, Instruction, MAX_LENGTH};

use super::super::file_code::FileCode;
use super::constants::KnownRegisters;
use super::reach::{self, FoundInstruction, Reached};

/// The interrupt of system calls.
const SYSTEM_CALL: u32 = 0x80;

/// Where glibc keeps the address of the kernel's entry, as an offset in GS (`tcbhead_t.sysinfo`).
const SYSINFO: u32 = 0x10;

/// The calls of a program.
#[derive(Default)]
pub struct SystemCalls {
    /// The number of each call, and at how many places it is made.
    pub calls: BTreeMap<u32, u64>,
    /// Where calls are made whose number is not a constant there.
    pub untold: Vec<u32>,
}

impl SystemCalls {
    /// Those in the instructions that were found.
    pub fn of(reached: &Reached, code: &FileCode) -> SystemCalls {
        let mut found = SystemCalls::default();
        let (mut known, mut next) = (KnownRegisters::default(), None);
        for FoundInstruction { instruction, is_target, .. } in reached.instructions() {
            if is_target || next != Some(instruction.eip) {
                known.forget();
            }
            if enters(&instruction, code) {
                match known.eax() {
                    Some(number) => *found.calls.entry(number).or_default() += 1,
                    // Who calls it has the number.
                    None if is_entry(code, instruction.eip) => {}
                    None => found.untold.push(instruction.eip),
                }
            }
            known.pass(&instruction);
            next = Some(instruction.next()).filter(|_| !reach::ends(&instruction));
        }
        found
    }
}

/// Whether an instruction enters the kernel.
fn enters(instruction: &Instruction, code: &FileCode) -> bool {
    match instruction.row().mnemonic.as_str() {
        "INT" => instruction.immediates[0] == SYSTEM_CALL,
        "SYSENTER" => true,
        "CALL" => match (instruction.memory, instruction.target()) {
            (Some(at), _) if at.base.or(at.index).is_some() => false,
            (Some(at), _) if at.segment == Segment::Gs as u8 => at.displacement == SYSINFO,
            (Some(at), _) => code.word(at.displacement).is_some_and(|target| is_entry(code, target)),
            (None, Some(target)) => is_entry(code, target),
            (None, None) => false,
        },
        _ => false,
    }
}

/// Whether INT 80H and then RET stand at an address.
fn is_entry(code: &FileCode, address: u32) -> bool {
    let decode = |address: u32| {
        let bytes = code.bytes_at(address)?;
        Decoder::new(32).decode(&bytes[..bytes.len().min(MAX_LENGTH)], address).ok()
    };
    let Some(first) = decode(address) else { return false };
    first.row().mnemonic == "INT"
        && first.immediates[0] == SYSTEM_CALL
        && decode(first.next()).is_some_and(|second| second.row().mnemonic == "RET")
}
