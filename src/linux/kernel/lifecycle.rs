//! How threads and processes end (exit(2), wait(2)).

use crate::instructions::Machine;
use crate::linux::errno::Errno;
use crate::linux::process::{FIRST_PID, INIT_PID, Process, ProcessState, Termination};
use crate::linux::signals::Siginfo;
use crate::linux::world::Waiting;
use crate::memory::{AddressSpace, Memory};

use super::{DebugEvent, Kernel};

impl Kernel {
    /// Lets the call that is being answered wait: it is made again when something of this has come.
    pub fn wait(&mut self, waiting: Waiting) -> Errno {
        self.wait_or(waiting, Errno::ERESTARTSYS)
    }

    /// The same for a call that ends with another error when a signal interrupts it.
    pub(in crate::linux) fn wait_or(&mut self, waiting: Waiting, interrupted: Errno) -> Errno {
        self.thread.wait = Some(waiting);
        interrupted
    }

    /// A process by its number.
    pub fn find_process(&self, pid: u32) -> Option<&Process> {
        if pid == self.process.pid { Some(&self.process) } else { self.world.processes.get(&pid).map(AsRef::as_ref) }
    }

    /// A process by its number, to be changed.
    pub fn find_process_mut(&mut self, pid: u32) -> Option<&mut Process> {
        if pid == self.process.pid {
            Some(&mut self.process)
        } else {
            self.world.processes.get_mut(&pid).map(AsMut::as_mut)
        }
    }

    /// Every process, those that have ended and were not waited for among them.
    pub fn all_processes(&self) -> impl Iterator<Item = &Process> {
        self.world.processes.values().chain([&self.process]).map(AsRef::as_ref)
    }

    /// The numbers of all processes.
    pub fn pids(&self) -> Vec<u32> {
        let mut pids: Vec<u32> = self.all_processes().map(|process| process.pid).collect();
        pids.sort_unstable();
        pids
    }

    /// Works on the address space with a number, which is taken up for that if it is put aside.
    pub fn with_space<T>(&mut self, m: &mut Machine, space: u64, work: impl FnOnce(&mut Memory) -> T) -> Option<T> {
        if m.memory.layout().0 == space {
            return Some(work(&mut m.memory));
        }
        let other = self.world.spaces.get_mut(&space)?;
        m.memory.exchange_space(other);
        let answer = work(&mut m.memory);
        m.memory.exchange_space(other);
        Some(answer)
    }

    /// The address space with a number, to be looked at.
    pub fn space<'a>(&'a self, m: &'a Machine, space: u64) -> Option<&'a AddressSpace> {
        if m.memory.layout().0 == space { Some(&m.memory) } else { self.world.spaces.get(&space).map(AsRef::as_ref) }
    }

    /// Ends the running thread, which is not the last one of its process. If it leads the process, nobody
    /// hears of that before the process ends.
    pub fn end_thread(&mut self, m: &mut Machine, status: u8) {
        self.leave_thread(m);
        if self.thread.tid != self.process.pid {
            self.end_tracee(self.thread.tid, Termination::Status(status));
        }
    }

    /// Whether the running process is about to end.
    pub(super) fn ends_process(&self) -> bool {
        self.process.exit.is_some() && self.process.is_alive()
    }

    /// Ends the running process, whose `exit` says how.
    pub fn end_process(&mut self, m: &mut Machine) {
        let exit = self.process.exit.unwrap_or(Termination::Status(0));
        self.tell_debugger(DebugEvent::Ended { pid: self.process.pid, exit });
        self.count_instructions(m);
        self.note_resident(m);
        self.keep_account(m, exit);
        self.end_other_threads(exit);
        self.leave_thread(m);
        self.process.namespace.locks_of_process_end(self.process.pid);
        self.undo_semaphores(m);
        self.world.ipc.posix.unregister(self.process.pid);
        let pid = self.process.pid;
        if pid == FIRST_PID {
            self.process.namespace.contents().write_back(m.memory.pool_mut());
            // What it leaves in memory can still be looked at.
            self.exit = Some(exit);
            return;
        }
        self.leave_space(m);
        self.process.descriptors = Default::default();
        self.process.program = None;
        self.leave_namespaces();
        self.leave_terminal(true);
        self.follow_terminals();
        self.process.state = ProcessState::Zombie(exit);
        self.process.end.set();
        self.process.release_vfork();
        self.world.alarms.set(pid, None);
        let mut groups = self.leave_children(pid);
        groups.push(self.process.group);
        self.release_orphans(&groups);
        self.leave_tracees();
        if self.thread.tid != pid {
            self.end_tracee(self.thread.tid, exit);
        }
        if !self.end_tracee(pid, exit) {
            self.tell_parent(pid, exit);
        }
    }

    /// Ends every thread of the running process but the one that runs.
    pub fn end_other_threads(&mut self, exit: Termination) {
        let own = self.thread.tid;
        for tid in std::mem::take(&mut self.process.threads) {
            if tid == own {
                self.process.threads.insert(tid);
            } else {
                let ended = self.world.threads.remove(&tid);
                if self.process.pid == FIRST_PID && matches!(exit, Termination::Signal(_)) {
                    self.remains.threads.extend(ended.map(|thread| *thread));
                }
                self.world.waiters.remove(tid);
                self.world.futexes.forget(tid);
                self.world.ready.remove(tid);
                self.world.ipc.forget(tid);
                if tid != self.process.pid {
                    self.end_tracee(tid, exit);
                }
            }
        }
    }

    /// What every thread leaves behind: a zero and a wake-up where it was asked for.
    fn leave_thread(&mut self, m: &mut Machine) {
        if self.thread.ended {
            return;
        }
        self.thread.ended = true;
        let (tid, address) = (self.thread.tid, self.thread.clear_child_tid);
        self.leave_robust_futexes(m);
        self.process.threads.remove(&tid);
        if address != 0 && m.memory.store(address, 0_u32).is_ok() {
            if let Ok(key) = self.futex_key(m, address, false) {
                self.wake_futex(key, 1, u32::MAX);
            }
        }
    }

    /// Releases the address space, if nobody else uses it.
    pub fn leave_space(&mut self, m: &mut Machine) {
        let space = self.process.space_number;
        if !self.world.processes.values().any(|process| process.space_number == space && process.is_alive()) {
            m.memory.unmap(0, u32::MAX);
            self.recount_segments(m);
        }
        self.process.space_number = u64::MAX;
    }

    /// Orphans go to the nearest ancestor that asked for them (PR_SET_CHILD_SUBREAPER), or to init, which waits for
    /// those that have ended. Gives the groups of those that it leaves.
    fn leave_children(&mut self, pid: u32) -> Vec<u32> {
        let mut heir = self.process.parent;
        while heir != INIT_PID && !self.find_process(heir).is_some_and(|process| process.reaps_orphans) {
            heir = self.find_process(heir).map_or(INIT_PID, |process| process.parent);
        }
        let (mut groups, mut warned) = (Vec::new(), Vec::new());
        for process in self.world.processes.values_mut().filter(|process| process.parent == pid) {
            process.parent = heir;
            groups.push(process.group);
            if process.death_signal != 0 {
                warned.push((process.pid, process.death_signal));
            }
        }
        for (child, signal) in warned {
            // One that cannot be queued any more is one of many of its kind.
            let _ = self.post(child, Siginfo::kernel(signal));
        }
        if let Some(heir) = self.find_process(heir).filter(|_| !groups.is_empty()) {
            heir.children.notify();
        }
        if heir == INIT_PID {
            let tracees = &self.world.tracees;
            let over =
                |process: &Process| matches!(process.state, ProcessState::Zombie(_)) && !tracees.contains(process.pid);
            self.world.processes.retain(|_, process| process.parent != INIT_PID || !over(process));
        }
        groups
    }

    /// The process that a thread belongs to.
    pub fn find_process_of(&self, tid: u32) -> Option<&Process> {
        if tid == self.thread.tid {
            return Some(&self.process);
        }
        self.find_process(self.world.threads.get(&tid)?.pid)
    }

    /// When a wait that the running call asks for is over; the same each time that the call is made again.
    pub fn deadline(&mut self, m: &Machine, length: std::time::Duration) -> std::time::Duration {
        let end = self.world.clock.elapsed(m).saturating_add(length);
        *self.thread.call.get_or_insert_default().deadline.get_or_insert(end)
    }
}
