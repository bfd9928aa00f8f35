//! Snapshots: a machine with its whole world as it was at one moment, to go back to, as often as wanted.
//!
//! A snapshot has everything that decides how the program goes on: registers, memory, the count of executed
//! instructions, random numbers, and all that the kernel knows, with the processes and threads that do not run, their
//! files in memory, pipes, sockets with what is under way in them, terminals, timers and signals. What lies outside is
//! not part of it and does not go back: files of the host that were written, what was read from or written to standard
//! streams (also where they are buffers of the embedder), and the time of the host's clock. While a program has a
//! connection with the host's network open there is no snapshot. Hooks, breakpoints and options belong to the embedder, and
//! stay; one that had stopped the run is passed as it would have been.
//!
//! The first snapshot of a machine copies its memory; every further one copies the pages that were written since, and
//! so does going back. Beside that both take the time to walk over the tables of pages and to copy the kernel's state,
//! some microseconds for a small program.

use std::fmt;
use std::sync::{Arc, Mutex};

use crate::cpu::Cpu;
use crate::instructions::Event;
use crate::linux::{Kernel, lock};
use crate::memory::MemorySnapshot;

use super::Vm;

/// A virtual machine as it was. A clone is the same snapshot; it can be restored in any machine, in any thread.
#[derive(Clone)]
pub struct Snapshot(Arc<Saved>);

struct Saved {
    cpu: Cpu,
    executed: u64,
    event: Option<Event>,
    /// Which instruction the hooks have been told of, and not again.
    told: Option<(u64, u32)>,
    memory: MemorySnapshot,
    /// A kernel that never runs.
    kernel: Mutex<Kernel>,
}

/// Why there is no snapshot.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The program uses something of the host that cannot be copied.
    Unsupported {
        /// What that is, such as "a connection with the host's network open".
        what: &'static str,
    },
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SnapshotError::Unsupported { what } = self;
        write!(f, "the program has {what}, of which no snapshot can be made")
    }
}

impl std::error::Error for SnapshotError {}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Saved { executed, cpu, .. } = &*self.0;
        f.debug_struct("Snapshot").field("executed", executed).field("eip", &cpu.eip).finish_non_exhaustive()
    }
}

impl Snapshot {
    /// How many instructions had been executed.
    #[must_use]
    pub fn executed(&self) -> u64 {
        self.0.executed
    }

    /// How many bytes of memory it keeps that another one does not keep in the same place.
    #[cfg(feature = "cli")]
    pub(crate) fn bytes_beside(&self, other: Option<&Snapshot>) -> u64 {
        self.0.memory.bytes_beside(other.map(|other| &other.0.memory))
    }
}

impl Vm {
    /// The machine and its world as they are, to go back to with [`restore`](Self::restore). The machine goes on as if
    /// nothing had happened.
    ///
    /// ```
    /// use tab86::cpu::Register;
    /// use tab86::vm::{Stop, Vm};
    /// let mut vm = Vm::new(4096);
    /// vm.memory_mut().copy_in(0, &[0x40, 0xeb, 0xfd]); // inc eax; jmp back
    /// assert_eq!(vm.run(100), Stop::Budget);
    /// let snapshot = vm.snapshot().unwrap();
    /// let after = |vm: &mut Vm| (vm.run(50), vm.executed(), vm.cpu().regs[Register::Eax]);
    /// let first = after(&mut vm);
    /// vm.restore(&snapshot).unwrap();
    /// assert_eq!(after(&mut vm), first);
    /// ```
    ///
    /// # Errors
    /// [`SnapshotError`] names what the program uses of which no snapshot can be made.
    pub fn snapshot(&mut self) -> Result<Snapshot, SnapshotError> {
        let mut memory = self.machine.memory.snapshot();
        let kernel = self.kernel.duplicate(memory.space_mut());
        let kernel = kernel.map_err(|what| SnapshotError::Unsupported { what: what.0 })?;
        Ok(Snapshot(Arc::new(Saved {
            cpu: self.machine.cpu.clone(),
            executed: self.machine.executed(),
            event: self.event,
            told: self.hooks.told,
            memory,
            kernel: Mutex::new(kernel),
        })))
    }

    /// Makes the machine and its world what they were. The snapshot may be one of another machine, whose world then
    /// exists twice.
    ///
    /// # Errors
    /// A file of the host cannot be opened once more; the machine is unchanged then.
    pub fn restore(&mut self, snapshot: &Snapshot) -> Result<(), SnapshotError> {
        let saved = &*snapshot.0;
        let mut space = saved.memory.space();
        let kernel = lock(&saved.kernel).duplicate(&mut space);
        let kernel = kernel.map_err(|what| SnapshotError::Unsupported { what: what.0 })?;
        let former = std::mem::replace(&mut self.kernel, kernel);
        // The end of the former world is no part of this one's run.
        self.kernel.host().aside(|| drop(former));
        self.machine.memory.restore_with(&saved.memory, space);
        self.machine.cpu = saved.cpu.clone();
        (self.machine.budget, self.machine.horizon) = (0, saved.executed);
        self.machine.event = None;
        self.event = saved.event;
        self.hooks.told = saved.told;
        Ok(())
    }
}
