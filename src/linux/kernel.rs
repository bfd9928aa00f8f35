//! The kernel's state, and what interrupts and exceptions mean to it.

use crate::engine::Environment;
use crate::instructions::{Event, Machine};

/// How a guest ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// By `exit` or `exit_group`, with this status (0 to 255).
    Status(u8),
    /// By a fatal signal.
    Signal(u8),
}

/// What the guest wanted to do with a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// Look at it or read it.
    Read,
    /// Create, change or remove it.
    Write,
}

/// Something that the guest was refused because no directory that contains it is granted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The absolute path in the guest.
    pub path: String,
    /// What the guest wanted.
    pub wanted: Wanted,
}

/// i386 Linux, as far as a static program of one thread can tell.
#[derive(Clone, Debug, Default)]
pub struct Kernel {
    exit: Option<Exit>,
    refusals: Vec<Refusal>,
}

impl Kernel {
    /// How the guest ended; `None` while it has not.
    pub fn exit(&self) -> Option<Exit> {
        self.exit
    }

    /// What the guest was refused for want of a granted directory, each path once.
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }
}

impl Environment for Kernel {
    fn event(&mut self, _: &mut Machine, event: Event) -> Option<Event> {
        Some(event)
    }
}
