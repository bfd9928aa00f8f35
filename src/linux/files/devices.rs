//! What the devices of `/dev` do: `null`, `zero`, `full`, and random numbers.

use crate::cpu::Random;
use crate::linux::errno::Errno;

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
    /// The same under its other number.
    Urandom,
}

impl Device {
    /// The one with a number.
    pub fn with_number(number: u64) -> Option<Device> {
        let all = [Device::Null, Device::Zero, Device::Full, Device::Random, Device::Urandom];
        all.into_iter().find(|device| device.number() == number)
    }

    /// Its device number: the major one is 1, for memory devices.
    pub fn number(self) -> u64 {
        1 << 8
            | match self {
                Device::Null => 3,
                Device::Zero => 5,
                Device::Full => 7,
                Device::Random => 8,
                Device::Urandom => 9,
            }
    }

    /// Reads.
    pub fn read(self, bytes: &mut [u8], random: &mut Random) -> usize {
        match self {
            Device::Null => return 0,
            Device::Zero | Device::Full => bytes.fill(0),
            Device::Random | Device::Urandom => random.fill(bytes),
        }
        bytes.len()
    }

    /// Writes so many bytes, whatever they are.
    pub fn write(self, size: usize) -> Result<usize, Errno> {
        if self == Device::Full { Err(Errno::ENOSPC) } else { Ok(size) }
    }

    /// Whether it looks at what is written to it.
    pub fn looks(self) -> bool {
        matches!(self, Device::Random | Device::Urandom)
    }
}
