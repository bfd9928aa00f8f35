//! The devices that every guest has: `/dev/null`, `/dev/zero`, `/dev/full`, and random numbers.

use super::errno::Errno;

/// A character device of the kernel's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Device {
    /// Reads nothing, swallows everything.
    Null,
    /// Reads zeros, swallows everything.
    Zero,
    /// Reads zeros, has no room for anything.
    Full,
    /// Reads numbers from the kernel's seeded generator.
    Random,
}

impl Device {
    /// The names in `/dev`.
    pub const NAMES: [(&str, Device); 5] = [
        ("null", Device::Null),
        ("zero", Device::Zero),
        ("full", Device::Full),
        ("random", Device::Random),
        ("urandom", Device::Random),
    ];

    /// The device with this name in `/dev`.
    pub fn by_name(name: &[u8]) -> Option<Device> {
        Device::NAMES.iter().find(|(known, _)| known.as_bytes() == name).map(|(_, device)| *device)
    }

    /// Its device number: the major one is 1, for memory devices.
    pub fn number(self) -> u64 {
        1 << 8
            | match self {
                Device::Null => 3,
                Device::Zero => 5,
                Device::Full => 7,
                Device::Random => 9,
            }
    }

    /// Reads.
    pub fn read(self, bytes: &mut [u8], random: &mut Random) -> usize {
        match self {
            Device::Null => return 0,
            Device::Zero | Device::Full => bytes.fill(0),
            Device::Random => random.fill(bytes),
        }
        bytes.len()
    }

    /// Writes.
    pub fn write(self, bytes: &[u8]) -> Result<usize, Errno> {
        if self == Device::Full { Err(Errno::ENOSPC) } else { Ok(bytes.len()) }
    }
}

/// A generator of numbers that look random and repeat with the seed (splitmix64): runs can be
/// reproduced. A guest that needs secrets must not run here.
#[derive(Clone, Debug)]
pub struct Random(pub u64);

impl Random {
    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// Fills bytes.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(8) {
            let number = self.next().to_le_bytes();
            part.copy_from_slice(&number[..part.len()]);
        }
    }
}
