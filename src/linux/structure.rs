//! Structures that the kernel writes into guest memory, built field by field.

use crate::memory::Memory;

use super::errno::Answer;

/// A structure in the making: little-endian fields in order, without gaps unless asked for.
#[derive(Clone, Default, Debug)]
pub struct Structure(Vec<u8>);

impl Structure {
    /// No fields yet.
    pub fn new() -> Structure {
        Structure::default()
    }

    /// Appends a 16-bit field.
    pub fn half(mut self, value: u32) -> Structure {
        self.0.extend_from_slice(&(value as u16).to_le_bytes());
        self
    }

    /// Appends a 32-bit field.
    pub fn word(mut self, value: u32) -> Structure {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    /// Appends a 64-bit field.
    pub fn long(mut self, value: u64) -> Structure {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    /// Appends bytes as they are.
    pub fn bytes(mut self, bytes: &[u8]) -> Structure {
        self.0.extend_from_slice(bytes);
        self
    }

    /// Appends zeros up to a size.
    pub fn pad_to(mut self, size: usize) -> Structure {
        self.0.resize(size.max(self.0.len()), 0);
        self
    }

    /// What there is so far.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Writes it to the guest; the answer of a call that gives nothing else back.
    pub fn put(&self, memory: &mut Memory, address: u32) -> Answer {
        memory.write(address, &self.0)?;
        Ok(0)
    }
}
