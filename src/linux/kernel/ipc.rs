//! What the kernel itself does with objects of System V IPC: lets go on who waited for semaphores, and
//! settles what a process leaves behind when it ends.

use crate::instructions::Machine;
use crate::linux::errno::Errno;
use crate::linux::ipc::Message;
use crate::linux::process::PAGE;

use super::Kernel;

impl Kernel {
    /// The date in seconds, as objects note it.
    pub(in crate::linux) fn seconds(&self, m: &Machine) -> u64 {
        self.world.clock.date(m).as_secs()
    }

    /// Bytes that objects may still take: they and the page frames share the memory of the world.
    pub(in crate::linux) fn ipc_room(&self, m: &Machine) -> u64 {
        let pool = m.memory.pool();
        let free = pool.limit().saturating_sub(pool.used()) as u64 * PAGE;
        free.saturating_sub(self.world.ipc.memory.used())
    }

    /// What a call answers that does not find its object: EIDRM if it has waited for it.
    pub(in crate::linux) fn lookup_error(&self) -> Errno {
        let waited = self.thread.call.as_ref().is_some_and(|call| call.entry.is_some());
        if waited { Errno::EIDRM } else { Errno::EINVAL }
    }

    /// A set of semaphores has changed: operations that were waited for may be possible.
    pub(in crate::linux) fn advance_semaphores(&mut self, id: u32, now: u64) {
        let Ok(object) = self.world.ipc.semaphores.find_mut(id) else { return };
        let released = object.what.advance();
        if released.iter().any(|(_, done)| *done) {
            object.what.times[0] = now;
        }
        for (tid, done) in released {
            match done {
                true => self.complete_call(tid),
                false => self.world.wake(tid),
            }
        }
    }

    /// What a waiting thread wanted has been done for it: its call succeeds.
    pub(in crate::linux) fn complete_call(&mut self, tid: u32) {
        if let Some(thread) = self.find_thread_mut(tid) {
            thread.call.get_or_insert_default().answer = Some(0);
        }
        self.world.wake(tid);
    }

    /// A thread that waits for a message gets it, or an error.
    pub(in crate::linux) fn deliver_message(&mut self, tid: u32, outcome: Result<Message, Errno>) {
        self.world.ipc.delivered.insert(tid, outcome);
        self.world.wake(tid);
    }

    /// The running process ends: what it did to semaphores is undone where it asked for that (semop(2)).
    pub(in crate::linux) fn undo_semaphores(&mut self, m: &Machine) {
        let (pid, now) = (self.process.pid, self.seconds(m));
        let mut changed = Vec::new();
        for object in self.world.ipc.semaphores.iter_mut() {
            if object.what.adjust(pid) {
                object.what.times[0] = now;
                changed.push(object.permissions.id);
            }
        }
        changed.into_iter().for_each(|id| self.advance_semaphores(id, now));
    }

    /// The running process may have attached or detached segments of shared memory.
    pub(super) fn recount_segments(&mut self, m: &Machine) {
        let clock = &self.world.clock;
        self.world.ipc.segments.recount(self.process.pid, || clock.date(m).as_secs());
    }
}
