//! Breakpoints and watchpoints in the debug registers of a tracee (ptrace(2), `u_debugreg`): it executes one
//! instruction at a time, and after each the registers are asked what it has met.

use crate::cpu::Flag;
use crate::instructions::{Event, Exception, Machine};
use crate::linux::abi::siginfo::TRAP_HWBKPT;
use crate::linux::errno::Errno;
use crate::linux::signals::Siginfo;
use crate::memory::Memory;

use super::Kernel;

impl Kernel {
    /// Sets a debug register of a tracee.
    pub(in crate::linux) fn set_debug_register(
        &mut self,
        m: &mut Machine,
        tid: u32,
        number: usize,
        value: u32,
    ) -> Result<(), Errno> {
        let space = self.find_process_of(tid).ok_or(Errno::ESRCH)?.space_number;
        let mut debug = self.world.tracees.get(tid).ok_or(Errno::ESRCH)?.debug;
        debug.set(number, value)?;
        self.with_space(m, space, |memory| debug.look(|address, size| data(memory, address, size)));
        if let Some(tracee) = self.world.tracees.get_mut(tid) {
            tracee.debug = debug;
        }
        Ok(())
    }

    /// Whether the running thread was only stopped to be asked, and has met nothing.
    pub(super) fn meets_no_breakpoint(&mut self, m: &Machine, event: Event) -> bool {
        if self.world.tracees.is_empty() || event != Event::Fault(Exception::Debug) {
            return false;
        }
        let Some(tracee) = self.own_tracee() else { return false };
        let steps = tracee.steps || !tracee.forces_trap;
        let met = tracee.debug.executed(m.cpu.eip, steps, |address, size| data(&m.memory, address, size));
        !met && !steps
    }

    /// What a signal says that comes from a breakpoint and not from a single step.
    pub(super) fn of_breakpoint(&mut self, info: Siginfo, event: Event) -> Siginfo {
        if self.world.tracees.is_empty() || event != Event::Fault(Exception::Debug) {
            return info;
        }
        let watched = self.own_tracee().is_some_and(|tracee| tracee.debug.is_active() && !tracee.steps);
        if watched { Siginfo { code: TRAP_HWBKPT, ..info } } else { info }
    }

    /// Goes on asking after the kernel has been at work, which is not the program's doing.
    pub(super) fn watch_again(&mut self, m: &mut Machine) {
        let Some(tracee) = self.own_tracee().filter(|tracee| tracee.debug.is_active()) else { return };
        tracee.forces_trap |= !m.cpu.flag(Flag::Trap);
        tracee.debug.look(|address, size| data(&m.memory, address, size));
        m.cpu.set_flag(Flag::Trap, true);
    }
}

/// Up to four bytes; zeros where nothing is mapped.
fn data(memory: &Memory, address: u32, size: u32) -> u32 {
    let bytes = memory.mapped_bytes(memory.pool(), address, size);
    bytes.iter().rev().fold(0, |value, byte| value << 8 | u32::from(*byte))
}
