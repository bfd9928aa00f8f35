//! Accesses that memory refuses.

use std::fmt;

/// What an access wanted to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Read data.
    Read,
    /// Write data (or read data in order to write it).
    Write,
    /// Fetch an instruction.
    Fetch,
}

/// An access that memory refuses (SDM Vol. 3A, "Page-Fault Exceptions").
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageFault {
    /// The first linear address that could not be accessed.
    pub address: u32,
    /// What was tried.
    pub access: Access,
    /// Whether the page is mapped, so that a permission was missing.
    pub present: bool,
}

impl PageFault {
    /// The error code that the processor would push: P, W/R, U/S and I/D bits.
    #[must_use]
    pub fn error_code(&self) -> u32 {
        let access = match self.access {
            Access::Read => 0,
            Access::Write => 2,
            Access::Fetch => 16,
        };
        u32::from(self.present) | access | 4
    }
}

impl fmt::Display for PageFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.access {
            Access::Read => "reading",
            Access::Write => "writing",
            Access::Fetch => "executing",
        };
        let why = if self.present { "not allowed there" } else { "nothing is mapped there" };
        write!(f, "#PF {what} {:#010x}: {why}", self.address)
    }
}

impl std::error::Error for PageFault {}
