//! The host as a system: clocks, the user who runs us.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::question::Question;
use super::status::FileStatus;
use super::taped::Host;

impl Host {
    /// The date, as time since 1970.
    pub fn date(&self) -> Duration {
        self.tell(Question::Date, || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
    }

    /// Time since a moment.
    pub fn elapsed(&self, since: Instant) -> Duration {
        let elapsed = self.tell(Question::Elapsed, || self.real_elapsed(since));
        self.note_elapsed(elapsed);
        elapsed
    }

    /// User and group that run us, as far as the host says so without being asked by system call:
    /// the owner of our entry in `/proc`; 1000 elsewhere.
    pub fn identity(&self) -> (u32, u32) {
        self.tell(Question::Identity, || {
            let own = std::fs::metadata("/proc/self").ok().map(|own| FileStatus::from_std(&own));
            own.map_or((1000, 1000), |own| (own.uid, own.gid))
        })
    }

    /// The permission bits that we take away from new files, as Linux tells them; 022 elsewhere.
    pub fn umask(&self) -> u32 {
        self.tell(Question::Umask, || {
            let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
            let own = status.lines().find_map(|line| line.strip_prefix("Umask:"));
            own.and_then(|mask| u32::from_str_radix(mask.trim(), 8).ok()).unwrap_or(0o022)
        })
    }
}

/// This moment, to measure from.
pub fn moment() -> Instant {
    Instant::now()
}
