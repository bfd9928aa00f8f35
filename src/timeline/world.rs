//! A world in a timeline's hands, what it prints, and how it begins again.

use std::io::{self, Write};

use crate::linux::Buffer;
use crate::vm::Vm;

/// A world whose output and error output go to memory first.
#[derive(Debug)]
pub struct TimelineWorld {
    /// The world.
    pub vm: Vm,
    /// What it prints on standard output and error, unless that goes elsewhere.
    pub output: Option<[Buffer; 2]>,
}

/// Makes the same world from its beginning; or says why it does not.
pub type Origin = Box<dyn FnMut() -> Result<TimelineWorld, String>>;

/// How many bytes of output and error output have been printed, and how many the world has produced: what it
/// produces again is not printed again.
#[derive(Clone, Copy, Default, Debug)]
pub struct Printed {
    printed: [u64; 2],
    produced: [u64; 2],
}

impl Printed {
    /// The world begins again.
    pub fn begin(&mut self) {
        self.produced = [0; 2];
    }

    /// Prints what is new.
    pub fn print(&mut self, world: &TimelineWorld) {
        let Some(output) = &world.output else { return };
        for (number, buffer) in output.iter().enumerate() {
            let bytes: Vec<u8> = match buffer.lock() {
                Ok(mut buffer) => buffer.drain(..).collect(),
                Err(_) => continue,
            };
            let fresh = self.fresh(number, &bytes);
            // A host that takes no output must not stop the world.
            let _ = match number {
                0 => io::stdout().write_all(fresh).and_then(|()| io::stdout().flush()),
                _ => io::stderr().write_all(fresh),
            };
        }
    }

    /// The part of these bytes that was not printed before.
    fn fresh<'a>(&mut self, number: usize, bytes: &'a [u8]) -> &'a [u8] {
        let known = self.printed[number].saturating_sub(self.produced[number]);
        self.produced[number] += bytes.len() as u64;
        self.printed[number] = self.printed[number].max(self.produced[number]);
        &bytes[bytes.len().min(usize::try_from(known).unwrap_or(usize::MAX))..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_printed_is_not_printed_again() {
        let mut printed = Printed::default();
        assert_eq!(printed.fresh(0, b"hello"), b"hello");
        printed.begin();
        assert_eq!((printed.fresh(0, b"hel"), printed.fresh(0, b"lo you")), (&b""[..], &b" you"[..]));
        assert_eq!(printed.fresh(1, b"x"), b"x");
    }
}
