//! Opening a FIFO: who opens one end waits until somebody opens the other (fifo(7)).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::linux::copy::copied;
use crate::linux::sync::lock;

/// What comes of an attempt to meet who opens the other end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meeting {
    /// There is somebody.
    Met,
    /// There is nobody, and from now on the thread is expected itself.
    Expected,
    /// There still is nobody.
    Awaited,
}

/// How often the ends of a pipe were opened, and who waits for that. An end is the writing one or not.
#[derive(Default, Debug)]
pub struct Openings {
    /// How often the reading and the writing end was opened.
    opened: [u64; 2],
    /// Threads that wait for an end, and how often it had been opened when they began.
    expecting: BTreeMap<(bool, u32), u64>,
}

/// What the pipe and the threads that wait share.
pub type OpeningsHandle = Arc<Mutex<Openings>>;

impl Openings {
    /// An end was opened.
    pub fn count(&mut self, writing: bool) {
        self.opened[usize::from(writing)] += 1;
    }

    /// Whether a thread that opens one end finds the other one, which may be `open`, or has been since the thread began,
    /// or somebody who is about to open it. If not, the thread is expected to ask again.
    pub fn meet(&mut self, thread: u32, writes: bool, open: bool) -> Meeting {
        let wanted = !writes;
        let opened = self.opened[usize::from(wanted)];
        let known = self.expecting.insert((wanted, thread), opened);
        let seen = known.unwrap_or(opened);
        if open || opened != seen || self.expects(writes) {
            self.expecting.remove(&(wanted, thread));
            return Meeting::Met;
        }
        if known.is_some() { Meeting::Awaited } else { Meeting::Expected }
    }

    /// Whether a thread waits for an end, so that it is about to open the other one.
    pub fn expects(&self, writing: bool) -> bool {
        self.expecting.keys().any(|(wanted, _)| *wanted == writing)
    }

    /// Whether nobody waits for either end.
    pub fn is_settled(&self) -> bool {
        self.expecting.is_empty()
    }
}

/// A thread waits for the other end of a FIFO: nobody expects it any more when this is dropped.
#[derive(Debug)]
pub struct FifoOpening {
    openings: OpeningsHandle,
    waits_for: (bool, u32),
}

impl FifoOpening {
    /// Of a thread that opens one end, after [`Openings::meet`] has not met anybody.
    pub fn new(openings: OpeningsHandle, thread: u32, writes: bool) -> FifoOpening {
        FifoOpening { openings, waits_for: (!writes, thread) }
    }
}

impl Drop for FifoOpening {
    fn drop(&mut self) {
        lock(&self.openings).expecting.remove(&self.waits_for);
    }
}

copied!(Openings: clone { opened, expecting } duplicate {});
copied!(FifoOpening: clone { waits_for } duplicate { openings });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_opens_a_fifo_meets_the_other_even_if_that_is_gone_again() {
        let mut openings = Openings::default();
        assert_eq!(openings.meet(1, false, false), Meeting::Expected, "nobody writes");
        assert_eq!(openings.meet(1, false, false), Meeting::Awaited);
        assert_eq!(openings.meet(2, true, false), Meeting::Met, "somebody waits to read");
        openings.count(true);
        assert_eq!(openings.meet(1, false, false), Meeting::Met, "the writer has been there");
        assert!(openings.is_settled());
    }

    #[test]
    fn nobody_is_expected_who_has_given_up() {
        let openings = OpeningsHandle::default();
        lock(&openings).meet(1, false, false);
        assert!(lock(&openings).expects(true));
        drop(FifoOpening::new(Arc::clone(&openings), 1, false));
        assert!(!lock(&openings).expects(true));
    }
}
