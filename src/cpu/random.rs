//! The generator behind RDRAND and RDSEED, and behind everything random that Linux gives the guest.

/// A generator of numbers that look random and repeat with the seed (SplitMix64): runs can be
/// reproduced. A guest that needs secrets must not run here.
#[derive(Clone, Debug)]
pub struct Random(pub u64);

impl Default for Random {
    /// From the seed that is used when nobody gives one.
    fn default() -> Self {
        Random(86)
    }
}

impl Random {
    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// Fills bytes.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(8) {
            let number = self.number().to_le_bytes();
            part.copy_from_slice(&number[..part.len()]);
        }
    }
}
