//! Processor time: executed instructions, counted for the thread that runs and for its process. They are
//! counted when another thread's turn comes, and what was executed since is added whenever somebody asks.

use crate::instructions::Machine;
use crate::linux::abi::process::RLIMIT_CPU;
use crate::linux::abi::signals::{SIGKILL, SIGXCPU};
use crate::linux::process::{Process, Usage};
use crate::linux::signals::Siginfo;
use crate::linux::thread::Thread;

use super::Kernel;

/// Nanoseconds, and so instructions, of a second of processor time.
const SECOND: u64 = 1_000_000_000;

impl Kernel {
    /// What a process has used up to now.
    pub(in crate::linux) fn usage_of(&self, m: &Machine, process: &Process) -> Usage {
        let running = process.pid == self.process.pid;
        Usage { instructions: process.usage.instructions + self.uncounted(m, running), ..process.usage }
    }

    /// What a thread has used up to now.
    pub(in crate::linux) fn usage_of_thread(&self, m: &Machine, thread: &Thread) -> Usage {
        let running = thread.tid == self.thread.tid;
        Usage { instructions: thread.usage.instructions + self.uncounted(m, running), ..thread.usage }
    }

    fn uncounted(&self, m: &Machine, running: bool) -> u64 {
        if running { m.executed().saturating_sub(self.counted) } else { 0 }
    }

    /// Counts what has been executed since the last time for the running thread.
    pub(super) fn count_instructions(&mut self, m: &Machine) {
        let count = self.uncounted(m, true);
        self.thread.usage.instructions += count;
        self.process.usage.instructions += count;
        self.counted = m.executed();
    }

    /// The running process has used processor time: its timers of such time may have expired, and it may
    /// have used all that it may (setrlimit(2), RLIMIT_CPU).
    pub(super) fn spend(&mut self, m: &Machine) {
        self.count_instructions(m);
        if self.process.signals.timers.counts_processor_time() {
            self.expire_timers_of(self.process.pid, self.moment(m));
        }
        let [soft, hard] = self.process.limits.get(RLIMIT_CPU).unwrap_or([u64::MAX; 2]);
        let seconds = self.process.usage.instructions / SECOND;
        let signal = match seconds {
            _ if seconds >= hard => SIGKILL,
            // It is warned once a second.
            _ if seconds >= soft && self.process.warned_at < Some(seconds) => SIGXCPU,
            _ => return,
        };
        self.process.warned_at = Some(seconds);
        // One that cannot be queued any more waits already.
        let _ = self.post(self.process.pid, Siginfo::kernel(signal));
    }
}
