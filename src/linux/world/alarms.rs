//! When timers of processes expire: of each process the next one.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The processes that have timers, by the moment of the next one.
#[derive(Clone, Default, Debug)]
pub struct Alarms {
    moments: BTreeMap<u32, Duration>,
    by_time: BTreeSet<(Duration, u32)>,
}

impl Alarms {
    /// The next timer of a process expires at a moment, or it has none.
    pub fn set(&mut self, pid: u32, moment: Option<Duration>) {
        if let Some(before) = self.moments.remove(&pid) {
            self.by_time.remove(&(before, pid));
        }
        if let Some(moment) = moment {
            self.moments.insert(pid, moment);
            self.by_time.insert((moment, pid));
        }
    }

    /// The moment that comes first.
    pub fn next(&self) -> Option<Duration> {
        self.by_time.first().map(|(moment, _)| *moment)
    }

    /// The processes whose moment has come.
    pub fn due(&self, now: Duration) -> Vec<u32> {
        self.by_time.iter().take_while(|(moment, _)| *moment <= now).map(|(_, pid)| *pid).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_one_moment() {
        let mut alarms = Alarms::default();
        let at = Duration::from_secs;
        alarms.set(1, Some(at(5)));
        alarms.set(2, Some(at(3)));
        alarms.set(1, Some(at(4)));
        assert_eq!((alarms.next(), alarms.due(at(4))), (Some(at(3)), vec![2, 1]));
        alarms.set(2, None);
        assert_eq!((alarms.next(), alarms.due(at(3))), (Some(at(4)), vec![]));
    }
}
