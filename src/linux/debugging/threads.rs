//! Which threads there are.

use crate::instructions::Machine;
use crate::linux::kernel::Kernel;
use crate::linux::process::INIT_PID;
use crate::linux::thread::Thread;

/// A thread as a debugger lists it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DebugThread {
    /// Its number.
    pub tid: u32,
    /// The number of its process.
    pub pid: u32,
    /// Its name.
    pub name: String,
    /// Whether it waits in a system call.
    pub waits: bool,
}

impl Kernel {
    /// Every thread that has not ended, by number.
    pub(crate) fn debug_threads(&self) -> Vec<DebugThread> {
        let all = self.world.threads.values().chain([&self.thread]);
        let all = all.filter(|thread| !thread.ended && thread.tid != INIT_PID);
        let mut threads: Vec<DebugThread> = all.map(|thread| self.debug_thread(thread)).collect();
        threads.sort_by_key(|thread| thread.tid);
        threads
    }

    fn debug_thread(&self, thread: &Thread) -> DebugThread {
        DebugThread {
            tid: thread.tid,
            pid: thread.pid,
            name: String::from_utf8_lossy(&thread.name).into_owned(),
            waits: self.world.waiters.contains(thread.tid),
        }
    }

    /// The process of a thread that has not ended.
    pub(crate) fn process_of(&self, tid: u32) -> Option<u32> {
        self.find_thread(tid).filter(|thread| !thread.ended).map(|thread| thread.pid)
    }

    /// How many instructions a thread has executed.
    pub(crate) fn executed_by(&self, m: &Machine, tid: u32) -> Option<u64> {
        let thread = self.find_thread(tid).filter(|thread| !thread.ended)?;
        Some(self.usage_of_thread(m, thread).instructions)
    }
}
