//! What the kernel itself does with futexes: names them, wakes their waiters, and hands on those that a
//! thread leaves behind (`Documentation/locking/robust-futexes.rst`).

use crate::instructions::Machine;
use crate::linux::errno::Errno;
use crate::linux::guest;
use crate::linux::world::{FutexKey, FutexWaiter};

use super::Kernel;

/// Set in the value of a futex whose owner has ended.
const OWNER_DIED: u32 = 0x4000_0000;
/// Set in the value of a futex that others wait for.
const WAITERS: u32 = 0x8000_0000;
/// Who owns it.
const OWNER: u32 = 0x3fff_ffff;

/// Most entries of a robust list that are looked at.
const ROBUST_LIMIT: usize = 2048;

impl Kernel {
    /// The futex at an address of the running process; EFAULT if nothing can be read there.
    pub fn futex_key(&mut self, m: &mut Machine, address: u32, private: bool) -> Result<FutexKey, Errno> {
        let shared = m.memory.region(address).is_some_and(|region| region.mapping.shared);
        if private || !shared {
            guest::number::<u32>(&mut m.memory, address)?;
            return Ok(FutexKey::Private(m.memory.layout().0, address));
        }
        let frame = m.memory.frame_of(address).ok_or(Errno::EFAULT)?;
        Ok(FutexKey::Shared(frame, address % 4096))
    }

    /// The running thread as one that waits at a futex.
    pub(in crate::linux) fn futex_waiter(&self, bitset: u32) -> FutexWaiter {
        let (tid, priority) = (self.thread.tid, self.thread.scheduling.rank());
        FutexWaiter { tid, priority, bitset, index: 0, target: None }
    }

    /// Wakes threads that wait at a futex.
    pub fn wake_futex(&mut self, key: FutexKey, count: u32, bitset: u32) -> u32 {
        let waiters = self.world.futexes.take(key, count, bitset);
        waiters.iter().for_each(|waiter| self.wake_futex_waiter(waiter));
        waiters.len() as u32
    }

    /// Wakes a thread that no longer waits at a futex. It goes first, as with Linux: else a thread that lets a
    /// lock go and takes it again within its turn would starve those that wait for it.
    pub(in crate::linux) fn wake_futex_waiter(&mut self, waiter: &FutexWaiter) {
        if let Some(thread) = self.world.threads.get_mut(&waiter.tid) {
            thread.call.get_or_insert_default().woken = Some(waiter.index);
        }
        self.world.wake(waiter.tid);
        self.world.turns.end_now();
    }

    /// Makes the first waiter the owner of a PI futex, or nobody.
    pub fn pass_on_pi(&mut self, m: &mut Machine, key: FutexKey, address: u32, bits: u32) -> Result<(), Errno> {
        let next = self.world.futexes.first(key);
        self.wake_futex(key, 1, u32::MAX);
        let more = if self.world.futexes.has_waiters(key) { WAITERS } else { 0 };
        m.memory.store(address, next.map_or(0, |tid| tid | more) | bits)?;
        Ok(())
    }

    /// The futexes on the robust list of the running thread, which ends: their owner has died.
    pub(super) fn leave_robust_futexes(&mut self, m: &mut Machine) {
        let head = self.thread.robust_list;
        if head == 0 {
            return;
        }
        let Ok([mut entry, offset, pending]) = guest::words(&mut m.memory, head) else { return };
        for _ in 0..ROBUST_LIMIT {
            // The lowest bit says that it is a PI futex.
            if entry & !1 == head || entry == 0 {
                break;
            }
            if entry & !1 != pending & !1 {
                self.leave_futex(m, (entry & !1).wrapping_add(offset), entry & 1 != 0);
            }
            let Ok(next) = guest::number::<u32>(&mut m.memory, entry & !1) else { return };
            entry = next;
        }
        if pending != 0 {
            self.leave_futex(m, (pending & !1).wrapping_add(offset), pending & 1 != 0);
        }
    }

    fn leave_futex(&mut self, m: &mut Machine, address: u32, inheriting: bool) {
        let Ok(value) = guest::number::<u32>(&mut m.memory, address) else { return };
        if value & OWNER != self.thread.tid {
            return;
        }
        let Ok(key) = self.futex_key(m, address, false) else { return };
        if inheriting {
            let _ = self.pass_on_pi(m, key, address, OWNER_DIED);
        } else if m.memory.store(address, value & WAITERS | OWNER_DIED).is_ok() && value & WAITERS != 0 {
            self.wake_futex(key, 1, u32::MAX);
        }
    }
}
