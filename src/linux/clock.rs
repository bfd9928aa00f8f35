//! The guest's time: the host's, or a virtual one that makes runs repeat.
//!
//! The virtual clock is the time stamp counter at 1 GHz (SDM Vol. 3B, "Time-Stamp Counter"): one
//! nanosecond for each executed instruction, and what the guest slept. Equal inputs give equal
//! times then, however fast the host is; a sleep takes no time on the host.

use std::time::{Duration, Instant};

use crate::instructions::Machine;

use super::clock_discipline::ClockDiscipline;
use super::host::{self, Host};

/// Where the guest's time comes from.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, serde::Serialize, serde::Deserialize)]
pub enum ClockSource {
    /// The host's clocks; sleeping takes as long as it says.
    #[default]
    Host,
    /// Executed instructions, one a nanosecond. A run starts on 1 January 2026 at 00:00:00 UTC, and
    /// sleeping only advances the clock.
    Virtual,
}

/// The clocks of one guest.
#[derive(Clone, Debug)]
pub struct Clock {
    source: ClockSource,
    start: Instant,
    host: Host,
    /// How the date of this world differs from what it would be by itself.
    pub discipline: ClockDiscipline,
    /// The time zone that settimeofday(2) was told: minutes west of Greenwich, and summer time.
    pub zone: [i32; 2],
}

impl Clock {
    /// The date at which a virtual run starts, in time since 1970: 1 January 2026, 00:00:00 UTC.
    pub const EPOCH: Duration = Duration::from_secs(1_767_225_600);

    /// Clocks that start now.
    pub fn new(source: ClockSource, host: &Host) -> Clock {
        Clock {
            source,
            start: host::moment(),
            host: host.clone(),
            discipline: ClockDiscipline::default(),
            zone: [0; 2],
        }
    }

    /// Where the time comes from.
    pub fn source(&self) -> ClockSource {
        self.source
    }

    /// Time since the guest started.
    pub fn elapsed(&self, m: &Machine) -> Duration {
        match self.source {
            ClockSource::Host => self.host.elapsed(self.start),
            ClockSource::Virtual => Duration::from_nanos(m.time_stamp()),
        }
    }

    /// Time since some moment before the guest started (CLOCK_MONOTONIC). It never stands at zero: programs
    /// take that for a failure.
    pub fn monotonic(&self, m: &Machine) -> Duration {
        self.elapsed(m) + Duration::from_secs(1000)
    }

    /// The date, as time since 1970.
    pub fn date(&self, m: &Machine) -> Duration {
        let date = match self.source {
            ClockSource::Host => self.host.date(),
            ClockSource::Virtual => Clock::EPOCH + self.elapsed(m),
        };
        if self.discipline.is_idle() { date } else { self.discipline.date(date, self.elapsed(m)) }
    }

    /// Atomic time, which has no leap seconds (CLOCK_TAI).
    pub fn atomic(&self, m: &Machine) -> Duration {
        self.date(m) + Duration::from_secs(u64::from(self.discipline.tai.unsigned_abs()))
    }

    /// Moves the date by nanoseconds (clock_settime(2)). It is this world's alone.
    pub fn move_date(&mut self, m: &Machine, nanoseconds: i128) {
        let elapsed = self.elapsed(m);
        self.discipline.step(nanoseconds, elapsed);
    }

    /// Lets virtual time pass.
    pub fn advance(m: &mut Machine, time: Duration) {
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        m.cpu.tsc_adjust = m.cpu.tsc_adjust.saturating_add(nanoseconds);
    }
}
