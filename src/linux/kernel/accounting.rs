//! Processor time: executed instructions, counted for the thread that runs and for its process. They are
//! counted when another thread's turn comes, and what was executed since is added whenever somebody asks.
//!
//! The kernel itself executes none. A part of those that led to a call stands for its work, so that programs that make
//! calls have system time, and the sum is what it would be without.

use crate::instructions::Machine;
use crate::linux::abi::process::RLIMIT_CPU;
use crate::linux::abi::signals::{SIGKILL, SIGXCPU};
use crate::linux::process::{Process, Usage};
use crate::linux::signals::Siginfo;
use crate::linux::thread::Thread;

use super::Kernel;

/// How many of the instructions that led to a call stand for it: three of four, and no more than so many.
const PART_OF_CALL: (u64, u64) = (3, 4);
const MOST_OF_CALL: u64 = 1000;

/// Nanoseconds, and so instructions, of a second of processor time.
const SECOND: u64 = 1_000_000_000;

impl Kernel {
    /// What a process has used up to now.
    pub(in crate::linux) fn usage_of(&self, m: &Machine, process: &Process) -> Usage {
        let running = process.pid == self.process.pid;
        process.usage.with(self.uncounted(m, running))
    }

    /// What a thread has used up to now.
    pub(in crate::linux) fn usage_of_thread(&self, m: &Machine, thread: &Thread) -> Usage {
        let running = thread.tid == self.thread.tid;
        thread.usage.with(self.uncounted(m, running))
    }

    /// Notes how many pages of the running process lie in frames, before some are given back.
    pub(in crate::linux) fn note_resident(&mut self, m: &Machine) {
        let most = &mut self.process.usage.most_resident;
        *most = (*most).max(m.memory.resident_pages());
    }

    /// What the running thread has used that has not been counted.
    fn uncounted(&self, m: &Machine, running: bool) -> Usage {
        if !running {
            return Usage::default();
        }
        let ([executed, faults], [counted, known]) = (totals(m), self.counted);
        Usage {
            instructions: executed.saturating_sub(counted),
            faults: faults.saturating_sub(known),
            ..Usage::default()
        }
    }

    /// Counts what has been executed since the last time for the running thread.
    pub(super) fn count_instructions(&mut self, m: &Machine) {
        self.count(m, 0);
    }

    /// The same when it makes a call.
    pub(super) fn count_call(&mut self, m: &Machine) {
        let led_to_it = m.executed().saturating_sub(self.counted[0]);
        self.count(m, (led_to_it * PART_OF_CALL.0 / PART_OF_CALL.1).min(MOST_OF_CALL));
    }

    fn count(&mut self, m: &Machine, in_kernel: u64) {
        let used = self.uncounted(m, true);
        for usage in [&mut self.thread.usage, &mut self.process.usage] {
            usage.instructions += used.instructions;
            usage.faults += used.faults;
            usage.in_kernel += in_kernel;
        }
        self.counted = totals(m);
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

/// How many instructions have been executed, and how many pages have got a frame.
fn totals(m: &Machine) -> [u64; 2] {
    [m.executed(), m.memory.pool().faults()]
}
