//! Memory and registers as PyVM showed them: get, set, fill.

use crate::cpu::{Cpu, Register, Registers};
use crate::memory::{Memory, PageFault};

/// Memory, by address.
#[derive(Debug)]
pub struct MemoryView<'a>(pub(super) &'a mut Memory);

impl MemoryView<'_> {
    /// `length` bytes from `address`.
    ///
    /// # Errors
    /// The first byte that may not be read.
    pub fn get(&mut self, address: u32, length: u32) -> Result<Vec<u8>, PageFault> {
        // Checked first, so that an absurd length allocates nothing.
        self.0.check(address, length, crate::memory::Access::Read)?;
        let mut bytes = vec![0; length as usize];
        self.0.read(address, &mut bytes)?;
        Ok(bytes)
    }

    /// Writes bytes from `address` on.
    ///
    /// # Errors
    /// The first byte that may not be written; nothing has changed then.
    pub fn set(&mut self, address: u32, bytes: &[u8]) -> Result<(), PageFault> {
        self.0.write(address, bytes)
    }

    /// Writes one byte `length` times from `address` on.
    ///
    /// # Errors
    /// The first byte that may not be written; nothing has changed then.
    pub fn fill(&mut self, address: u32, length: u32, byte: u8) -> Result<(), PageFault> {
        self.0.check(address, length, crate::memory::Access::Write)?;
        self.0.write(address, &vec![byte; length as usize])
    }
}

/// Registers, by name and width.
#[derive(Debug)]
pub struct RegisterView<'a>(pub(super) &'a mut Cpu);

impl RegisterView<'_> {
    /// A register by its assembler name (`eax`, `ax`, `al`, `ah` …), zero-extended; `None` if there
    /// is no such register.
    pub fn get(&self, name: &str) -> Option<u32> {
        let regs = &self.0.regs;
        Some(match find(name)? {
            (slot, 8) => u32::from(regs.byte(slot)),
            (slot, 16) => regs[slot] & 0xffff,
            (slot, _) => regs[slot],
        })
    }

    /// Replaces a register by its assembler name; bits that do not fit are dropped, the rest of a
    /// wider register stays. `None` if there is no such register.
    pub fn set(&mut self, name: &str, value: u32) -> Option<()> {
        let regs = &mut self.0.regs;
        match find(name)? {
            (slot, 8) => regs.set_byte(slot, value as u8),
            (slot, 16) => regs[slot] = regs[slot] & 0xffff_0000 | value & 0xffff,
            (slot, _) => regs[slot] = value,
        }
        Some(())
    }

    /// A 32-bit register.
    pub fn read(&self, register: Register) -> u32 {
        self.0.regs[register]
    }

    /// Replaces a 32-bit register.
    pub fn write(&mut self, register: Register, value: u32) {
        self.0.regs[register] = value;
    }
}

const WORDS: [&str; 8] = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"];
const BYTES: [&str; 8] = ["al", "cl", "dl", "bl", "ah", "ch", "dh", "bh"];

/// The slot and width in bits of a register by its name.
fn find(name: &str) -> Option<(u8, u8)> {
    let name = name.to_ascii_lowercase();
    let position = |names: &[&str; 8], name: &str| names.iter().position(|known| *known == name).map(|at| at as u8);
    if let Some(encoding) = position(&BYTES, &name) {
        return Some((Registers::byte_slot(encoding), 8));
    }
    match name.strip_prefix('e') {
        Some(word) => Some((position(&WORDS, word)?, 32)),
        None => Some((position(&WORDS, &name)?, 16)),
    }
}
