//! Sets of semaphores (semop(2)).

use std::collections::BTreeMap;

use crate::linux::abi::ipc::{IPC_NOWAIT, SEM_UNDO, SEMMNI, SEMVMX};
use crate::linux::abi::ipc_status::Sembuf;
use crate::linux::copy::copied;
use crate::linux::errno::Errno;

use super::identifiers::Identifiers;
use super::share::IpcShare;

/// A semaphore.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Semaphore {
    /// Its value.
    pub value: u16,
    /// The process that changed it last; 0 for none.
    pub pid: u32,
}

/// A thread that waits until all of its operations can be done.
#[derive(Clone, Debug)]
pub struct SemaphoreWaiter {
    /// The thread.
    pub tid: u32,
    /// Its process.
    pub pid: u32,
    /// What it wants to do.
    pub operations: Vec<Sembuf>,
    /// The operation that could not be done.
    pub blocking: usize,
}

impl SemaphoreWaiter {
    /// Whether it waits for zeros alone.
    fn only_reads(&self) -> bool {
        self.operations.iter().all(|operation| operation.sem_op == 0)
    }
}

/// A set of semaphores.
#[derive(Debug)]
pub struct SemaphoreSet {
    /// The semaphores.
    pub semaphores: Vec<Semaphore>,
    /// When it was used last, and changed, in seconds; 0 for never.
    pub times: [u64; 2],
    /// What is added to each semaphore when a process ends, by process.
    adjustments: BTreeMap<u32, Vec<i32>>,
    /// Who waits, in order.
    waiters: Vec<SemaphoreWaiter>,
    share: IpcShare,
}

impl Default for Identifiers<SemaphoreSet> {
    fn default() -> Self {
        Identifiers::new(SEMMNI)
    }
}

impl SemaphoreSet {
    /// So many semaphores of value 0.
    pub fn new(count: u32, now: u64, share: IpcShare) -> SemaphoreSet {
        let semaphores = vec![Semaphore::default(); count as usize];
        let (adjustments, waiters) = (BTreeMap::new(), Vec::new());
        let mut set = SemaphoreSet { semaphores, times: [0, now], adjustments, waiters, share };
        set.count_bytes();
        set
    }

    /// Bytes that it takes.
    pub fn held(&self) -> u64 {
        let adjustments = self.adjustments.len() * size_of::<i32>();
        self.semaphores.len() as u64 * (size_of::<Semaphore>() + adjustments) as u64
    }

    fn count_bytes(&mut self) {
        let held = self.held();
        self.share.set(held);
    }

    /// Bytes that it takes more once a process has adjustments.
    pub fn needed_to_adjust(&self, pid: u32) -> u64 {
        if self.adjustments.contains_key(&pid) { 0 } else { (self.semaphores.len() * size_of::<i32>()) as u64 }
    }

    /// Does all operations for a process or none of them: gives the first that cannot be done yet. EAGAIN if
    /// it must not wait, ERANGE if a value would be too large.
    pub fn perform(&mut self, pid: u32, operations: &[Sembuf]) -> Result<Option<usize>, Errno> {
        for (index, operation) in operations.iter().enumerate() {
            let outcome = self.step(pid, operation);
            if outcome != Ok(true) {
                operations[..index].iter().rev().for_each(|done| self.revert(pid, done));
                return outcome.map(|_| Some(index));
            }
        }
        operations.iter().for_each(|operation| self.semaphores[usize::from(operation.sem_num)].pid = pid);
        Ok(None)
    }

    /// Does one operation, if it can be done.
    fn step(&mut self, pid: u32, operation: &Sembuf) -> Result<bool, Errno> {
        let (number, change) = (usize::from(operation.sem_num), i32::from(operation.sem_op));
        let value = i32::from(self.semaphores[number].value);
        if change == 0 && value != 0 || value + change < 0 {
            return if operation.sem_flg & IPC_NOWAIT as u16 != 0 { Err(Errno::EAGAIN) } else { Ok(false) };
        }
        if value + change > SEMVMX as i32 {
            return Err(Errno::ERANGE);
        }
        if operation.sem_flg & SEM_UNDO as u16 != 0 {
            let adjustment = &mut self.adjustments_of(pid)[number];
            if !(-(SEMVMX as i32) - 1..=SEMVMX as i32).contains(&(*adjustment - change)) {
                return Err(Errno::ERANGE);
            }
            *adjustment -= change;
        }
        self.semaphores[number].value = (value + change) as u16;
        Ok(true)
    }

    fn revert(&mut self, pid: u32, operation: &Sembuf) {
        let (number, change) = (usize::from(operation.sem_num), i32::from(operation.sem_op));
        self.semaphores[number].value = (i32::from(self.semaphores[number].value) - change) as u16;
        if operation.sem_flg & SEM_UNDO as u16 != 0 {
            self.adjustments_of(pid)[number] += change;
        }
    }

    fn adjustments_of(&mut self, pid: u32) -> &mut Vec<i32> {
        if !self.adjustments.contains_key(&pid) {
            self.adjustments.insert(pid, vec![0; self.semaphores.len()]);
            self.count_bytes();
        }
        self.adjustments.entry(pid).or_default()
    }

    /// Sets a value, which makes adjustments void (SETVAL, SETALL).
    pub fn set(&mut self, number: usize, value: u16, pid: u32) {
        self.semaphores[number] = Semaphore { value, pid };
        self.adjustments.values_mut().for_each(|adjustments| adjustments[number] = 0);
    }

    /// A process has ended: its adjustments are made, within the range of values. Whether it had any.
    pub fn adjust(&mut self, pid: u32) -> bool {
        let Some(adjustments) = self.adjustments.remove(&pid) else { return false };
        self.count_bytes();
        for (semaphore, change) in self.semaphores.iter_mut().zip(adjustments).filter(|(_, change)| *change != 0) {
            let value = (i32::from(semaphore.value) + change).clamp(0, SEMVMX as i32) as u16;
            *semaphore = Semaphore { value, pid };
        }
        true
    }

    /// A thread begins to wait.
    pub fn wait(&mut self, waiter: SemaphoreWaiter) {
        self.waiters.push(waiter);
    }

    /// A thread no longer waits.
    pub fn forget(&mut self, tid: u32) {
        self.waiters.retain(|waiter| waiter.tid != tid);
    }

    /// The threads that wait.
    pub fn waiting(&self) -> Vec<u32> {
        self.waiters.iter().map(|waiter| waiter.tid).collect()
    }

    /// How many threads wait until a semaphore is larger, or zero.
    pub fn count(&self, number: u32, zero: bool) -> u32 {
        let blocked = |waiter: &&SemaphoreWaiter| {
            let operation = &waiter.operations[waiter.blocking];
            u32::from(operation.sem_num) == number && (operation.sem_op == 0) == zero
        };
        self.waiters.iter().filter(blocked).count() as u32
    }

    /// Does what waiting threads want to do, as far as that is possible now. Gives the threads that need not
    /// wait any longer, and whether their operations are done; if not, they fail.
    pub fn advance(&mut self) -> Vec<(u32, bool)> {
        let mut released = Vec::new();
        while let Some(next) = self.next_released(true).or_else(|| self.next_released(false)) {
            released.push(next);
        }
        released
    }

    fn next_released(&mut self, only_reads: bool) -> Option<(u32, bool)> {
        for index in 0..self.waiters.len() {
            if self.waiters[index].only_reads() != only_reads {
                continue;
            }
            let SemaphoreWaiter { tid, pid, operations, .. } = self.waiters[index].clone();
            match self.perform(pid, &operations) {
                Ok(Some(blocking)) => self.waiters[index].blocking = blocking,
                done => {
                    self.waiters.remove(index);
                    return Some((tid, done.is_ok()));
                }
            }
        }
        None
    }
}

copied!(SemaphoreSet: clone { semaphores, times, adjustments, waiters } duplicate { share });

#[cfg(test)]
mod tests {
    use super::super::share::IpcMemory;
    use super::*;

    fn operation(sem_num: u16, sem_op: i16, sem_flg: u32) -> Sembuf {
        Sembuf { sem_num, sem_op, sem_flg: sem_flg as u16 }
    }

    fn values(set: &SemaphoreSet) -> Vec<u16> {
        set.semaphores.iter().map(|semaphore| semaphore.value).collect()
    }

    #[test]
    fn all_operations_are_done_or_none() {
        let mut set = SemaphoreSet::new(2, 0, IpcMemory::default().share());
        assert_eq!(set.perform(1, &[operation(0, 3, SEM_UNDO), operation(1, -1, 0)]), Ok(Some(1)));
        assert_eq!(values(&set), [0, 0]);
        assert_eq!(set.perform(1, &[operation(0, 3, 0), operation(1, -1, IPC_NOWAIT)]), Err(Errno::EAGAIN));
        assert_eq!(set.perform(1, &[operation(0, 3, SEM_UNDO), operation(0, 32_765, 0)]), Err(Errno::ERANGE));
        assert_eq!(set.perform(1, &[operation(0, 3, SEM_UNDO), operation(1, 1, 0)]), Ok(None));
        assert_eq!(set.perform(2, &[operation(0, -2, 0)]), Ok(None));
        assert!(set.adjust(1) && !set.adjust(1));
        assert_eq!(values(&set), [0, 1], "1 - 3 is cut off at zero");
    }

    #[test]
    fn who_came_first_goes_first() {
        let mut set = SemaphoreSet::new(1, 0, IpcMemory::default().share());
        for (tid, change) in [(1, -2), (2, -1), (3, -1)] {
            set.wait(SemaphoreWaiter { tid, pid: tid, operations: vec![operation(0, change, 0)], blocking: 0 });
        }
        assert_eq!((set.count(0, false), set.count(0, true)), (3, 0));
        set.set(0, 2, 9);
        assert_eq!((set.advance(), values(&set)), (vec![(1, true)], vec![0]));
        set.set(0, 1, 9);
        set.wait(SemaphoreWaiter { tid: 4, pid: 4, operations: vec![operation(0, 0, 0)], blocking: 0 });
        assert_eq!(set.advance(), [(2, true), (4, true)]);
        assert_eq!(set.waiting(), [3]);
    }
}
