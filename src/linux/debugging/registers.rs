//! Registers of any thread: the sets that ptrace(2) moves, and bases of segments.

use crate::instructions::Machine;
use crate::linux::errno::Errno;
use crate::linux::kernel::Kernel;
use crate::linux::tracing::{CallState, RegisterSet};

impl Kernel {
    /// The bytes of a set of registers of a thread.
    pub(crate) fn read_registers(&mut self, m: &mut Machine, tid: u32, set: RegisterSet) -> Option<Vec<u8>> {
        self.with_registers(m, tid, |m, state| set.read(&m.cpu, *state))
    }

    /// Loads a set of registers of a thread; whether it could.
    pub(crate) fn write_registers(&mut self, m: &mut Machine, tid: u32, set: RegisterSet, bytes: &[u8]) -> bool {
        self.with_registers(m, tid, |m, state| set.write(m, state, bytes)) == Some(Ok::<(), Errno>(()))
    }

    /// The full tag word of a thread's x87, which the sets have in short.
    pub(crate) fn x87_tags(&mut self, m: &mut Machine, tid: u32) -> Option<u16> {
        self.with_registers(m, tid, |m, _| m.cpu.x87.tag_word())
    }

    /// The address of the next instruction of a thread.
    pub(crate) fn eip_of(&mut self, m: &mut Machine, tid: u32) -> Option<u32> {
        self.with_registers(m, tid, |m, _| m.cpu.eip)
    }

    /// Works on the processor of a thread in the place of the running one.
    fn with_registers<T>(
        &mut self,
        m: &mut Machine,
        tid: u32,
        work: impl FnOnce(&mut Machine, &mut CallState) -> T,
    ) -> Option<T> {
        let running = tid == self.thread.tid;
        let thread = self.find_thread_mut(tid).filter(|thread| !thread.ended)?;
        let mut state = CallState { number: thread.signals.call, forces_trap: false };
        let mut cpu = if running { None } else { Some(thread.cpu.take()?) };
        cpu.iter_mut().for_each(|cpu| std::mem::swap(&mut m.cpu, cpu));
        let answer = work(m, &mut state);
        cpu.iter_mut().for_each(|cpu| std::mem::swap(&mut m.cpu, cpu));
        if let Some(thread) = self.find_thread_mut(tid) {
            (thread.cpu, thread.signals.call) = (cpu, state.number);
        }
        Some(answer)
    }
}
