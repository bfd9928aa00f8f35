//! The discipline of the date: how far it was set from where it would be, and how fast it goes (adjtimex(2)).

use std::time::Duration;

use super::abi::time::{STA_CLOCKERR, STA_UNSYNC};

/// Microseconds between ticks of a clock that nobody has changed.
pub const NOMINAL_TICK: i32 = 10_000;

/// The largest drift of a clock: 500 parts in a million, in 2^16ths.
pub const MAX_FREQUENCY: i32 = 500 << 16;

/// Microseconds that the clock may be wrong by: as many as can be said.
pub const MAX_ERROR: i32 = 16_000_000;

/// What adjtimex(2) sets, and what follows for the date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClockDiscipline {
    /// Parts in a million that the clock is made faster by, in 2^16ths.
    pub frequency: i32,
    /// Microseconds between ticks.
    pub tick: i32,
    /// What the program thinks that the clock may be wrong by at most, and by about.
    pub errors: [i32; 2],
    /// `STA_` flags.
    pub status: u32,
    /// The time constant of the loop.
    pub constant: i32,
    /// Seconds of atomic time beyond the date.
    pub tai: i32,
    /// Nanoseconds that the date was ahead by at the moment `since`.
    ahead: i128,
    since: Duration,
}

impl Default for ClockDiscipline {
    /// Nothing keeps the clock in step with others, and it says so.
    fn default() -> ClockDiscipline {
        ClockDiscipline {
            frequency: 0,
            tick: NOMINAL_TICK,
            errors: [MAX_ERROR; 2],
            status: STA_UNSYNC,
            constant: 2,
            tai: 0,
            ahead: 0,
            since: Duration::ZERO,
        }
    }
}

impl ClockDiscipline {
    /// Whether the date is what it would be by itself.
    pub fn is_idle(&self) -> bool {
        self.ahead == 0 && self.drift() == 0
    }

    /// The date, from what it would be by itself, at a moment.
    pub fn date(&self, date: Duration, now: Duration) -> Duration {
        let nanoseconds = u128::try_from(date.as_nanos() as i128 + self.ahead_at(now)).unwrap_or_default();
        Duration::new((nanoseconds / 1_000_000_000) as u64, (nanoseconds % 1_000_000_000) as u32)
    }

    /// Moves the date by nanoseconds.
    pub fn step(&mut self, nanoseconds: i128, now: Duration) {
        self.ahead = self.ahead_at(now) + nanoseconds;
        self.since = now;
    }

    /// Sets how fast the date goes from a moment on: a frequency, which is kept in its bounds, and a tick.
    pub fn set_rate(&mut self, frequency: i32, tick: i32, now: Duration) {
        self.step(0, now);
        self.frequency = frequency.clamp(-MAX_FREQUENCY, MAX_FREQUENCY);
        self.tick = tick;
    }

    /// Whether its status makes adjtimex(2) answer `TIME_ERROR`.
    pub fn is_wrong(&self) -> bool {
        self.status & (STA_UNSYNC | STA_CLOCKERR) != 0
    }

    /// Parts in a million that the date goes faster by, in 2^16ths: a microsecond more a tick is 100 of them.
    fn drift(&self) -> i128 {
        i128::from(self.frequency) + ((i128::from(self.tick - NOMINAL_TICK) * 100) << 16)
    }

    fn ahead_at(&self, now: Duration) -> i128 {
        let passed = now.saturating_sub(self.since).as_nanos() as i128;
        self.ahead + ((passed * self.drift()) >> 16) / 1_000_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_stepped_and_goes_faster() {
        let at = Duration::from_secs;
        let mut discipline = ClockDiscipline::default();
        assert!(discipline.is_idle());
        discipline.step(-5_000_000_000, at(10));
        assert_eq!(discipline.date(at(100), at(20)), at(95));
        discipline.set_rate(0, NOMINAL_TICK + 1000, at(20));
        assert_eq!(discipline.date(at(100), at(30)), at(96), "a tenth faster");
        discipline.set_rate(i32::MAX, NOMINAL_TICK, at(30));
        assert_eq!(discipline.frequency, MAX_FREQUENCY);
        assert_eq!(discipline.date(at(0), at(30)), at(0), "there is no date before 1970");
    }
}
