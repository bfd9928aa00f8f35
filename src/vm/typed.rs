//! Numbers and strings in the memory of a virtual machine.

use crate::memory::{PageFault, Scalar};

use super::Vm;
use super::memory::MemoryError;

impl Vm {
    /// A number at `address`, lowest byte first, if the guest may read it: `u8` to `u128`, `i16` to `i64`, and the
    /// types of [`memory`](crate::memory) for wider ones.
    ///
    /// ```
    /// use tab86::vm::Vm;
    /// let mut vm = Vm::new(4096);
    /// vm.write_value(0x100, 0x1234_5678_u32)?;
    /// assert_eq!(vm.read_value::<u16>(0x102)?, 0x1234);
    /// vm.write_value(0x200, -5_i64)?;
    /// assert_eq!(vm.read_value::<i64>(0x200)?, -5);
    /// assert!(vm.read_value::<u32>(4094).is_err());
    /// # Ok::<(), tab86::vm::MemoryError>(())
    /// ```
    ///
    /// # Errors
    /// The first byte that may not be read.
    pub fn read_value<T: Scalar>(&self, address: u32) -> Result<T, MemoryError> {
        let mut bytes = [0; 32];
        let read = self.read(address, T::SIZE)?;
        bytes[..read.len()].copy_from_slice(&read);
        Ok(T::from_bytes(&bytes))
    }

    /// Writes a number to `address`, lowest byte first, if the guest may write it.
    ///
    /// # Errors
    /// The first byte that may not be written; nothing has changed then.
    pub fn write_value<T: Scalar>(&mut self, address: u32, value: T) -> Result<(), MemoryError> {
        self.write(address, &value.to_bytes()[..T::SIZE as usize])
    }

    /// The bytes from `address` up to the first zero, which is not among them, if the guest may read all of them.
    ///
    /// ```
    /// use tab86::vm::{MemoryError, Vm};
    /// let mut vm = Vm::new(4096);
    /// vm.write_c_string(0x100, b"hello")?;
    /// assert_eq!(vm.read_c_string(0x100, 64)?, b"hello");
    /// assert!(matches!(vm.read_c_string(0x100, 3), Err(MemoryError::NoEnd { .. })));
    /// # Ok::<(), MemoryError>(())
    /// ```
    ///
    /// # Errors
    /// A byte that may not be read, or no zero among the first `limit` bytes.
    pub fn read_c_string(&self, address: u32, limit: u32) -> Result<Vec<u8>, MemoryError> {
        let mut string = Vec::new();
        while (string.len() as u32) < limit {
            let at = address.wrapping_add(string.len() as u32);
            // Up to the end of the page: what follows need not be mapped.
            let part = (0x1000 - at % 0x1000).min(limit - string.len() as u32);
            match self.read_up_to(at, part)? {
                bytes if bytes.contains(&0) => {
                    string.extend(bytes.into_iter().take_while(|byte| *byte != 0));
                    return Ok(string);
                }
                bytes => string.extend(bytes),
            }
        }
        Err(MemoryError::NoEnd { address, limit })
    }

    /// Writes bytes and a zero behind them, if the guest may write there.
    ///
    /// # Errors
    /// The first byte that may not be written; nothing has changed then.
    pub fn write_c_string(&mut self, address: u32, string: &[u8]) -> Result<(), MemoryError> {
        self.write(address, &[string, &[0]].concat())
    }

    /// At least one byte, and up to `length` of a page, which need not be there to its end.
    fn read_up_to(&self, address: u32, length: u32) -> Result<Vec<u8>, MemoryError> {
        match self.read(address, length) {
            Err(MemoryError::Read { fault: PageFault { address: first, .. }, .. }) if first > address => {
                self.read(address, first - address)
            }
            read => read,
        }
    }
}
