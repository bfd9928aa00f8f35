//! The world as `/proc` shows it, filled in from the kernel.

mod descriptors;
mod facts;
mod locks;
mod namespaces;

use std::sync::Arc;

use crate::cpu::{Cpu, Register};
use crate::instructions::Machine;
use crate::memory::AddressSpace;

use super::errno::Errno;
use super::files::{Jumps, PlaceHandle, ProcessLink};
use super::kernel::Kernel;
use super::process::{Process, RunningProgram};
use super::sync::lock;
use super::thread::Thread;

pub use namespaces::{namespace_of, of_users};

/// A kernel and the machine that it is about.
pub struct KernelView<'a> {
    /// The kernel.
    pub kernel: &'a Kernel,
    /// The machine.
    pub machine: &'a Machine,
}

impl<'a> KernelView<'a> {
    /// A thread by its number.
    fn thread(&self, id: u32) -> Option<&'a Thread> {
        let kernel = self.kernel;
        if id == kernel.thread.tid { Some(&kernel.thread) } else { kernel.world.threads.get(&id).map(AsRef::as_ref) }
    }

    /// The process with a number, or that of the thread with the number; ENOENT if there is none.
    fn owner(&self, id: u32) -> Result<&'a Process, Errno> {
        let pid = self.thread(id).map_or(id, |thread| thread.pid);
        self.kernel.find_process(pid).filter(|process| !process.is_reaped()).ok_or(Errno::ENOENT)
    }

    /// The address space of a process that has not ended.
    fn space(&self, process: &Process) -> Option<&'a AddressSpace> {
        let (running, _) = self.machine.memory.layout();
        match process.space_number {
            _ if !process.is_alive() => None,
            number if process.pid == self.kernel.process.pid || number == running => Some(&self.machine.memory),
            number => self.kernel.world.spaces.get(&number).map(AsRef::as_ref),
        }
    }

    /// Signals: pending for the thread, for the process, blocked, ignored, caught.
    fn signals(&self, process: &Process, thread: &Thread) -> [u64; 5] {
        let pending = [thread.signals.pending.set(), process.signals.pending.set()];
        let [ignored, caught] = process.signals.dispositions.sets();
        [pending[0], pending[1], thread.signals.blocked(), ignored, caught]
    }

    /// The call that a thread waits in: number, arguments, stack pointer, program counter.
    fn call(&self, thread: &Thread) -> Option<[u32; 9]> {
        use Register::{Eax, Ebp, Ebx, Ecx, Edi, Edx, Esi, Esp};
        let waits = self.kernel.world.waiters.contains(thread.tid);
        let Cpu { regs, eip, .. } = thread.cpu.as_deref().filter(|_| waits)?;
        let number = thread.signals.call.unwrap_or(regs[Eax]);
        let [ebx, ecx, edx, esi, edi, ebp, esp] = [Ebx, Ecx, Edx, Esi, Edi, Ebp, Esp].map(|register| regs[register]);
        Some([number, ebx, ecx, edx, esi, edi, ebp, esp, *eip])
    }
}

impl KernelView<'_> {
    /// EACCES unless the running process may look into the one that a link belongs to (proc(5)).
    fn may_follow(&self, link: ProcessLink) -> Result<(), Errno> {
        let (ProcessLink::Exe(id)
        | ProcessLink::Cwd(id)
        | ProcessLink::Root(id)
        | ProcessLink::Descriptor(id, _)
        | ProcessLink::Namespace(id, _)) = link;
        let (owner, own) = (self.owner(id)?, &self.kernel.process);
        let may = owner.pid == own.pid || owner.may_be_inspected_by(&own.credentials);
        if may { Ok(()) } else { Err(Errno::EACCES) }
    }
}

impl Jumps for KernelView<'_> {
    fn jump(&self, link: ProcessLink) -> Result<PlaceHandle, Errno> {
        self.may_follow(link)?;
        match link {
            ProcessLink::Exe(id) => self.owner(id)?.program.as_ref().map(RunningProgram::place).ok_or(Errno::ENOENT),
            ProcessLink::Cwd(id) => Ok(self.owner(id)?.directory()),
            ProcessLink::Root(id) => Ok(self.owner(id)?.root()),
            ProcessLink::Descriptor(id, number) => {
                let open = self.owner(id)?.open_file(number).map_err(|_| Errno::ENOENT)?;
                let place = Arc::clone(&lock(&open).place);
                Ok(place)
            }
            ProcessLink::Namespace(id, kind) => Ok(namespace_of(self.owner(id)?, kind)),
        }
    }
}
