//! How long a thread runs before others do.

use crate::cpu::Random;

/// Instructions of a turn.
const TURN: u64 = 100_000;

/// Instructions between two looks at the host's streams while threads run.
const HOST_INTERVAL: u64 = 2_000_000;

/// The lengths of turns.
#[derive(Clone, Debug)]
pub struct Turns {
    /// The instruction count at which the turn of the running thread ends.
    end: u64,
    /// The instruction count at which the host is asked next.
    ask_host: u64,
    /// Whether the running thread lets others go first.
    yielded: bool,
    shuffle: Option<Random>,
}

impl Turns {
    /// Turns of equal length, or shuffled ones.
    pub fn new(seed: Option<u64>) -> Turns {
        Turns { end: TURN, ask_host: HOST_INTERVAL, yielded: false, shuffle: seed.map(Random) }
    }

    /// A turn begins.
    pub fn begin(&mut self, now: u64) {
        let length = self.shuffle.as_mut().map_or(TURN, |random| {
            let mut bytes = [0; 8];
            random.fill(&mut bytes);
            1 + u64::from_le_bytes(bytes) % (2 * TURN)
        });
        self.end = now.saturating_add(length);
        self.yielded = false;
    }

    /// The turn of the running thread ends at the next opportunity.
    pub fn end_now(&mut self) {
        self.end = 0;
    }

    /// The same, and the thread goes behind the others (sched_yield(2)).
    pub fn give_up(&mut self) {
        self.end_now();
        self.yielded = true;
    }

    /// Whether the running thread goes behind the others.
    pub fn is_yielded(&self) -> bool {
        self.yielded
    }

    /// Whether the turn of the running thread is over.
    pub fn is_over(&self, now: u64) -> bool {
        now >= self.end
    }

    /// How many instructions are left of the turn.
    pub fn left(&self, now: u64) -> u64 {
        self.end.saturating_sub(now)
    }

    /// The instruction count at which the turn of the running thread ends.
    #[cfg(feature = "cli")]
    pub fn ends_at(&self) -> u64 {
        self.end
    }

    /// Whether it is time to look at the host's streams; the next time is set then.
    pub fn asks_host(&mut self, now: u64) -> bool {
        let due = now >= self.ask_host;
        if due {
            self.ask_host = now + HOST_INTERVAL;
        }
        due
    }
}
