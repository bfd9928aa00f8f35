//! How a thread is scheduled: its policy, its priority and its nice value (sched(7)).

use crate::linux::abi::process::{SCHED_BATCH, SCHED_DEADLINE, SCHED_FIFO, SCHED_IDLE, SCHED_OTHER, SCHED_RR};

/// The highest priority of the real-time policies; the lowest is 1.
pub const HIGHEST_PRIORITY: u32 = 99;

/// How much of the processor a thread of `SCHED_DEADLINE` is promised, in nanoseconds (sched(7)). It is kept, and the
/// thread comes before all others.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Reservation {
    /// How long it runs in each period.
    pub runtime: u64,
    /// By when that is over.
    pub deadline: u64,
    /// After how long it is to run again.
    pub period: u64,
    /// Flags that it was made with: what is left over may be used, overruns are told of.
    pub flags: u32,
}

impl Reservation {
    /// The shortest and the longest period, and the shortest time to run, in nanoseconds.
    const PERIODS: std::ops::RangeInclusive<u64> = 100_000..=(1 << 22) * 1000;
    const SHORTEST: u64 = 1024;

    /// Whether it can be kept at all: what is to run fits before the deadline, and that into the period.
    pub fn is_sound(&self) -> bool {
        self.runtime >= Self::SHORTEST
            && self.runtime <= self.deadline
            && self.deadline <= self.period
            && Self::PERIODS.contains(&self.period)
    }

    /// Which part of the processor it takes, in millionths.
    pub fn share(&self) -> u64 {
        self.runtime.saturating_mul(1_000_000).checked_div(self.period).unwrap_or(0)
    }
}

/// How a thread is scheduled.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Scheduling {
    /// One of the policies.
    pub policy: u32,
    /// The static priority: 0 for the normal policies, 1 to 99 for the real-time ones.
    pub priority: u32,
    /// The nice value, from -20 to 19.
    pub nice: i32,
    /// Whether children begin with the normal policy and are not favoured (`SCHED_RESET_ON_FORK`).
    pub resets_on_fork: bool,
    /// What it is promised with `SCHED_DEADLINE`; nothing with another policy.
    pub reservation: Reservation,
    /// The priority of its input and output: class and level (ioprio_set(2)).
    pub io_priority: u32,
}

impl Scheduling {
    /// Its place among those that can run: the priority, and behind the highest that of `SCHED_DEADLINE`.
    pub fn rank(self) -> u32 {
        if self.policy == SCHED_DEADLINE { HIGHEST_PRIORITY + 1 } else { self.priority }
    }

    /// What a new thread or process begins with.
    pub fn inherited(self) -> Scheduling {
        match self.resets_on_fork {
            true if is_real_time(self.policy) || self.policy == SCHED_DEADLINE => {
                Scheduling { io_priority: self.io_priority, ..Scheduling::default() }
            }
            true => Scheduling { nice: self.nice.max(0), resets_on_fork: false, ..self },
            false => self,
        }
    }
}

/// Whether a policy has priorities and comes before those that have none.
pub fn is_real_time(policy: u32) -> bool {
    matches!(policy, SCHED_FIFO | SCHED_RR)
}

/// Whether a policy shares the processor by nice values.
pub fn is_normal(policy: u32) -> bool {
    matches!(policy, SCHED_OTHER | SCHED_BATCH | SCHED_IDLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_are_not_favoured_if_their_parent_says_so() {
        let parent = Scheduling { policy: SCHED_RR, priority: 7, nice: -3, ..Scheduling::default() };
        assert_eq!(parent.inherited(), parent);
        assert_eq!(Scheduling { resets_on_fork: true, ..parent }.inherited(), Scheduling::default());
        let batch =
            Scheduling { policy: SCHED_BATCH, priority: 0, nice: -3, resets_on_fork: true, ..Scheduling::default() };
        let promised = Scheduling { policy: SCHED_DEADLINE, resets_on_fork: true, ..Scheduling::default() };
        assert_eq!((promised.inherited(), promised.rank()), (Scheduling::default(), 100));
        assert_eq!(batch.inherited(), Scheduling { policy: SCHED_BATCH, ..Scheduling::default() });
    }
}
