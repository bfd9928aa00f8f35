//! The log of the kernel (syslog(2)): what it has to say when it starts, and how much of that has been read.

use crate::linux::abi::process::{RELEASE, VERSION};

/// How much of the log programs have read.
#[derive(Clone, Default, Debug)]
pub struct KernelLog {
    /// Up to where it was taken, each byte once.
    read: usize,
    /// Up to where it was cleared: who asks for all of it hears what came later.
    cleared: usize,
}

impl KernelLog {
    /// All that was ever logged.
    fn text() -> Vec<u8> {
        format!("<5>[    0.000000] Linux version {RELEASE} (tab86) {VERSION}\n").into_bytes()
    }

    /// Takes at most so many bytes that nobody has taken yet.
    pub fn take(&mut self, most: usize) -> Vec<u8> {
        let rest = Self::text().split_off(self.read);
        let taken = rest[..most.min(rest.len())].to_vec();
        self.read += taken.len();
        taken
    }

    /// How many bytes nobody has taken yet.
    pub fn unread(&self) -> usize {
        Self::text().len() - self.read
    }

    /// At most the last bytes of what was not cleared: a line that does not fit is left out.
    pub fn last(&self, most: usize) -> Vec<u8> {
        let rest = Self::text().split_off(self.cleared);
        if rest.len() <= most { rest } else { Vec::new() }
    }

    /// Clears it.
    pub fn clear(&mut self) {
        self.cleared = Self::text().len();
    }
}
