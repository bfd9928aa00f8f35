//! A hash for small numbers that are looked up while a program runs.

use std::hash::{BuildHasherDefault, Hasher};

/// Makes a hasher for each look-up.
pub type NumberHash = BuildHasherDefault<NumberHasher>;

/// Multiplies, and mixes the high bits in (Knuth, The Art of Computer Programming, section 6.4).
#[derive(Default)]
pub struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64((*byte).into()));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }
}
