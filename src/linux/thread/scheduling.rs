//! How a thread is scheduled: its policy, its priority and its nice value (sched(7)).

use crate::linux::abi::process::{SCHED_BATCH, SCHED_FIFO, SCHED_IDLE, SCHED_OTHER, SCHED_RR};

/// The highest priority of the real-time policies; the lowest is 1.
pub const HIGHEST_PRIORITY: u32 = 99;

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
    /// The priority of its input and output: class and level (ioprio_set(2)).
    pub io_priority: u32,
}

impl Scheduling {
    /// What a new thread or process begins with.
    pub fn inherited(self) -> Scheduling {
        match self.resets_on_fork {
            true if is_real_time(self.policy) => Scheduling { io_priority: self.io_priority, ..Scheduling::default() },
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
        let parent = Scheduling { policy: SCHED_RR, priority: 7, nice: -3, resets_on_fork: false, io_priority: 0 };
        assert_eq!(parent.inherited(), parent);
        assert_eq!(Scheduling { resets_on_fork: true, ..parent }.inherited(), Scheduling::default());
        let batch = Scheduling { policy: SCHED_BATCH, priority: 0, nice: -3, resets_on_fork: true, io_priority: 0 };
        assert_eq!(batch.inherited(), Scheduling { policy: SCHED_BATCH, ..Scheduling::default() });
    }
}
