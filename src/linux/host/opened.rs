//! What was opened of the host, and what only a tape tells of.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

/// Something of the host that was opened.
#[derive(Debug)]
pub enum Opened<R> {
    /// It is there.
    Real(Arc<R>),
    /// Only a tape tells of it: what it is, in words.
    Missing(Arc<String>),
}

impl<R> Opened<R> {
    /// What is there.
    pub fn real(&self) -> Option<&R> {
        match self {
            Opened::Real(real) => Some(real),
            Opened::Missing(_) => None,
        }
    }
}

impl<R> Clone for Opened<R> {
    fn clone(&self) -> Self {
        match self {
            Opened::Real(real) => Opened::Real(Arc::clone(real)),
            Opened::Missing(name) => Opened::Missing(Arc::clone(name)),
        }
    }
}

/// What is known about the host on which a snapshot is resumed.
#[derive(Default, Debug)]
pub struct Resuming {
    /// What is not there, as long as somebody has it.
    pub missing: Vec<Weak<String>>,
    /// The time since the world began, when it was asked for last.
    pub elapsed: Duration,
    /// When the tape ended.
    pub since: Option<Instant>,
}
