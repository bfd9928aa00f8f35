//! What an instruction changed: the registers of every kind before and after it, and the memory that
//! it wrote.

use crate::cli::text;
use crate::cpu::{Cpu, Extended, Register, Segment, Vectors};
use crate::engine::Machine;

/// Bytes of a write that are shown.
const MAX_BYTES: usize = 32;

/// The exponent that MMX instructions leave in an x87 register (SDM Vol. 1, "The MMX State and MMX
/// Register Aliasing").
const MMX_EXPONENT: u16 = 0xffff;

/// The registers at one point in time.
pub struct StateBefore {
    general: [u32; 8],
    eflags: u32,
    selectors: [u16; 6],
    vectors: Vectors,
    mxcsr: u32,
    /// R0 to R7, by physical number, also where they are empty.
    x87: [Extended; 8],
    /// Bit i: R(i) is not empty.
    x87_tags: u8,
    x87_control: u16,
    x87_status: u16,
}

impl StateBefore {
    /// The registers as they are.
    pub fn of(cpu: &Cpu) -> StateBefore {
        StateBefore {
            general: Register::ALL.map(|register| cpu.regs[register]),
            eflags: cpu.eflags(),
            selectors: Segment::ALL.map(|segment| cpu.segments[segment as usize].selector),
            vectors: cpu.vectors.clone(),
            mxcsr: cpu.mxcsr.word(),
            x87: [0, 1, 2, 3, 4, 5, 6, 7].map(|physical| cpu.x87.register(physical)),
            x87_tags: cpu.x87.tags(),
            x87_control: cpu.x87.control(),
            x87_status: cpu.x87.status(),
        }
    }

    /// Each register and flag that has another value now, as `name=value`.
    pub fn changes(&self, cpu: &Cpu) -> Vec<String> {
        let now = StateBefore::of(cpu);
        let mut changes = Vec::new();
        for (index, register) in Register::ALL.into_iter().enumerate() {
            if self.general[index] != now.general[index] {
                changes.push(format!("{}={:08x}", text::register(register), now.general[index]));
            }
        }
        let flags = text::changed_flags(self.eflags, now.eflags);
        changes.extend(flags.map(|(name, set)| format!("{name}={}", u8::from(set))));
        for (index, segment) in Segment::ALL.into_iter().enumerate() {
            if self.selectors[index] != now.selectors[index] {
                changes.push(format!("{}={:04x}", text::segment(segment), now.selectors[index]));
            }
        }
        self.vector_changes(&now, &mut changes);
        self.x87_changes(&now, &mut changes);
        changes
    }

    /// XMM registers, or YMM registers whose upper halves changed, and MXCSR.
    fn vector_changes(&self, now: &StateBefore, changes: &mut Vec<String>) {
        for number in 0..8 {
            let ([low_before, high_before], [low, high]) = (self.vectors[number], now.vectors[number]);
            if high != high_before {
                changes.push(format!("ymm{number}={high:032x}{low:032x}"));
            } else if low != low_before {
                changes.push(format!("xmm{number}={low:032x}"));
            }
        }
        if self.mxcsr != now.mxcsr {
            changes.push(format!("mxcsr={:08x}", now.mxcsr));
        }
    }

    /// The x87 registers by their places on the stack after the instruction, or the MMX registers,
    /// then the words that go with them.
    fn x87_changes(&self, now: &StateBefore, changes: &mut Vec<String>) {
        let top = usize::from(now.x87_status >> 11 & 7);
        let retagged = self.x87_tags ^ now.x87_tags;
        // A push or a pop changes one; what changes more, such as the first MMX instruction or EMMS,
        // changes no values by that.
        let at_once = retagged.count_ones() > 1;
        for (physical, (before, after)) in self.x87.iter().zip(&now.x87).enumerate() {
            let is_retagged = !at_once && retagged >> physical & 1 != 0;
            if is_retagged && now.x87_tags >> physical & 1 == 0 {
                changes.push(format!("r{physical}=empty"));
            } else if is_retagged || before != after {
                changes.push(x87_register(physical, top, *after));
            }
        }
        if at_once {
            changes.push(format!("fpu-tags={:02x}", now.x87_tags));
        }
        if self.x87_control != now.x87_control {
            changes.push(format!("fpu-control={:04x}", now.x87_control));
        }
        if self.x87_status != now.x87_status {
            changes.push(format!("fpu-status={:04x}", now.x87_status));
        }
    }
}

/// A register under the name by which instructions have used it: as an MMX register, or by its place
/// on the stack.
fn x87_register(physical: usize, top: usize, value: Extended) -> String {
    if value.sign_exponent == MMX_EXPONENT {
        format!("mm{physical}={:016x}", value.significand)
    } else {
        format!("st({})={}", (physical + 8 - top) & 7, number(value))
    }
}

/// An 80-bit number: its value, rounded to 64 bits, then sign, exponent and significand as they are.
fn number(value: Extended) -> String {
    let Extended { significand, sign_exponent } = value;
    let sign = if sign_exponent & 0x8000 != 0 { -1.0 } else { 1.0 };
    let exponent = i32::from(sign_exponent & 0x7fff) - 16383;
    let magnitude = match (exponent, significand << 1) {
        (16384, 0) => f64::INFINITY,
        (16384, _) => f64::NAN,
        // In two steps, because the power alone may be too small to be a number.
        _ => significand as f64 * 2f64.powi(-63) * 2f64.powi(exponent),
    };
    format!("{:?} ({sign_exponent:04x}:{significand:016x})", sign * magnitude)
}

/// Each stretch of memory that was written, as `[address] before -> after`.
pub fn of_memory(machine: &mut Machine, writes: &[(u32, Vec<u8>)]) -> Vec<String> {
    merge(writes).into_iter().map(|(address, before)| of_bytes(machine, address, &before)).collect()
}

/// Writes that follow each other in memory as one, as repeated string instructions and system calls
/// make them.
fn merge(writes: &[(u32, Vec<u8>)]) -> Vec<(u32, Vec<u8>)> {
    let mut merged: Vec<(u32, Vec<u8>)> = Vec::new();
    for (address, before) in writes {
        match merged.last_mut() {
            Some((start, bytes)) if start.wrapping_add(bytes.len() as u32) == *address => bytes.extend(before),
            _ => merged.push((*address, before.clone())),
        }
    }
    merged
}

fn of_bytes(machine: &mut Machine, address: u32, before: &[u8]) -> String {
    let shown = &before[..before.len().min(MAX_BYTES)];
    let mut after = vec![0; shown.len()];
    // What was written may be unreadable or unmapped by now.
    let after = match machine.memory.read(address, &mut after) {
        Ok(()) => bytes(&after),
        Err(_) => "?".into(),
    };
    let more = if before.len() > shown.len() { format!(" … ({} bytes)", before.len()) } else { String::new() };
    format!("[{address:08x}] {} -> {after}{more}", bytes(shown))
}

/// As a number where the size is that of one, else byte by byte.
fn bytes(bytes: &[u8]) -> String {
    match bytes.len() {
        1 | 2 | 4 | 8 => bytes.iter().rev().map(|byte| format!("{byte:02x}")).collect(),
        _ => text::bytes(bytes),
    }
}
