//! The memory of a virtual machine: mapping, protection and access from outside, with errors that name
//! the address and the cause.

use crate::memory::{PAGE_SIZE, PageFault, Perm};

use super::Vm;

impl Vm {
    /// Maps `length` bytes of zeros at `address`, both multiples of [`PAGE_SIZE`].
    ///
    /// The guest's kernel is not told: a program that maps memory itself may be given the same pages.
    ///
    /// ```
    /// use tab86::memory::Perm;
    /// use tab86::vm::{Stop, Vm};
    /// let mut vm = Vm::default(); // nothing is mapped
    /// vm.map(0x40_0000, 0x1000, Perm::READ | Perm::EXECUTE | Perm::WRITE)?;
    /// vm.write(0x40_0000, &[0x40, 0xcc])?; // inc eax; int3
    /// vm.protect(0x40_0000, 0x1000, Perm::READ | Perm::EXECUTE)?;
    /// vm.set_eip(0x40_0000);
    /// assert_eq!(vm.run(10), Stop::Breakpoint);
    /// assert!(vm.write(0x40_0000, &[0x90]).is_err());
    /// # Ok::<(), tab86::vm::MemoryError>(())
    /// ```
    ///
    /// # Errors
    /// The range is empty or not made of whole pages, goes beyond the end of memory, or one of its
    /// pages is mapped already; nothing has changed then.
    pub fn map(&mut self, address: u32, length: u32, perm: Perm) -> Result<(), MemoryError> {
        let memory = &mut self.machine.memory;
        for page in pages(address, length, memory.end())? {
            if memory.perm(page).is_some() {
                return Err(MemoryError::Mapped { address: page });
            }
        }
        memory.map(address, length, perm);
        Ok(())
    }

    /// Unmaps `length` bytes at `address`, both multiples of [`PAGE_SIZE`].
    ///
    /// # Errors
    /// The range is empty or not made of whole pages, or one of its pages is not mapped; nothing has
    /// changed then.
    pub fn unmap(&mut self, address: u32, length: u32) -> Result<(), MemoryError> {
        self.mapped(address, length)?;
        self.machine.memory.unmap(address, length);
        Ok(())
    }

    /// Changes what the guest may do with `length` bytes at `address`, both multiples of [`PAGE_SIZE`].
    ///
    /// # Errors
    /// Those of [`unmap`](Self::unmap).
    pub fn protect(&mut self, address: u32, length: u32, perm: Perm) -> Result<(), MemoryError> {
        self.mapped(address, length)?;
        self.machine.memory.protect(address, length, perm);
        Ok(())
    }

    /// `length` bytes from `address`, if the guest may read them.
    ///
    /// # Errors
    /// The first byte that may not be read.
    pub fn read(&self, address: u32, length: u32) -> Result<Vec<u8>, MemoryError> {
        let read = self.machine.memory.get(address, length);
        read.map_err(|fault| MemoryError::Read { address, length: length as usize, fault })
    }

    /// Writes bytes from `address` on, if the guest may write them. What the guest may not write is
    /// made writable by [`protect`](Self::protect) first.
    ///
    /// # Errors
    /// The first byte that may not be written; nothing has changed then.
    pub fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), MemoryError> {
        let written = self.machine.memory.set(address, bytes);
        written.map_err(|fault| MemoryError::Write { address, length: bytes.len(), fault })
    }

    /// Whether every page of a range is mapped.
    fn mapped(&self, address: u32, length: u32) -> Result<(), MemoryError> {
        let memory = &self.machine.memory;
        let missing = pages(address, length, memory.end())?.find(|page| memory.perm(*page).is_none());
        missing.map_or(Ok(()), |address| Err(MemoryError::NotMapped { address }))
    }
}

/// The addresses of the pages of a range, which must be whole and in front of `end`.
fn pages(address: u32, length: u32, end: u64) -> Result<impl Iterator<Item = u32>, MemoryError> {
    let page = PAGE_SIZE as u32;
    if address % page != 0 || length % page != 0 || length == 0 {
        return Err(MemoryError::NotWholePages { address, length });
    }
    if u64::from(address) + u64::from(length) > end.next_multiple_of(page.into()) {
        return Err(MemoryError::BeyondEnd { address, length, end });
    }
    Ok((0..length / page).map(move |number| address + number * page))
}

/// Why memory cannot be mapped or accessed from outside.
#[derive(thiserror::Error, Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum MemoryError {
    /// The range is empty, or begins or ends inside a page.
    #[error("{length:#x} bytes at {address:#010x} are not whole pages: make both multiples of 0x1000, and not empty")]
    NotWholePages {
        /// First address of the range.
        address: u32,
        /// Its length in bytes.
        length: u32,
    },
    /// The range goes beyond the last byte that exists.
    #[error("{length:#x} bytes at {address:#010x} go beyond the end of memory at {end:#x}; make the machine larger")]
    BeyondEnd {
        /// First address of the range.
        address: u32,
        /// Its length in bytes.
        length: u32,
        /// One past the last byte of memory.
        end: u64,
    },
    /// Something is mapped there.
    #[error("the page at {address:#010x} is mapped already; unmap it first")]
    Mapped {
        /// The first page that is.
        address: u32,
    },
    /// Nothing is mapped there.
    #[error("no page is mapped at {address:#010x}; map it first")]
    NotMapped {
        /// The first page that is not.
        address: u32,
    },
    /// A string without an end.
    #[error("no zero byte among the first {limit} from {address:#010x} on; allow a longer string, if it is one")]
    NoEnd {
        /// Where it begins.
        address: u32,
        /// How many bytes were looked at.
        limit: u32,
    },
    /// A byte that may not be read.
    #[error("cannot read {length} bytes at {address:#010x}: {fault}")]
    Read {
        /// First address of the range.
        address: u32,
        /// Its length in bytes.
        length: usize,
        /// The first byte that was refused, and why.
        fault: PageFault,
    },
    /// A byte that may not be written.
    #[error("cannot write {length} bytes at {address:#010x}: {fault}")]
    Write {
        /// First address of the range.
        address: u32,
        /// Its length in bytes.
        length: usize,
        /// The first byte that was refused, and why.
        fault: PageFault,
    },
}
