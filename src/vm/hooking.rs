//! Adding and removing hooks and breakpoints, and stopping a run from outside.

use std::time::Instant;

use crate::decode::Instruction;
use crate::instructions::Event;
use crate::linux::{Interrupt, SystemCall};

use super::Vm;
use super::hooks::{Hook, HookContext, HookId, MemoryAccess, OwnAnswer, Reaction};
use super::stop::Stop;

impl Vm {
    /// Adds a hook. It is called until it is removed; of several, those are called first that were added first.
    ///
    /// ```
    /// use tab86::vm::{Hook, Stop, Vm};
    /// let mut vm = Vm::new(4096);
    /// // Stops before the third byte, and only there.
    /// let id = vm.add_hook(Hook::instruction(2..=2, |context, _| context.stop()));
    /// assert_eq!(vm.execute_bytes(&[0x40, 0x40, 0x40, 0xcc], 0).unwrap(), Stop::Hook(id));
    /// assert_eq!(vm.registers().get("eax"), Some(2));
    /// assert!(vm.remove_hook(id));
    /// assert_eq!(vm.run(100), Stop::Breakpoint);
    /// ```
    pub fn add_hook(&mut self, hook: Hook) -> HookId {
        self.hooks.add(hook)
    }

    /// Removes a hook, and says whether there was one.
    pub fn remove_hook(&mut self, id: HookId) -> bool {
        self.hooks.remove(id)
    }

    /// Removes every hook; breakpoints stay.
    pub fn clear_hooks(&mut self) {
        self.hooks.clear();
    }

    /// [`Hook::interrupt`].
    pub fn on_interrupt(
        &mut self,
        hook: impl FnMut(&mut HookContext<'_>, Event) -> Reaction + Send + 'static,
    ) -> HookId {
        self.add_hook(Hook::interrupt(hook))
    }

    /// [`Hook::instruction`] for every instruction. This is slow: each of them is a block of its own.
    pub fn on_instruction(&mut self, hook: impl FnMut(&mut HookContext<'_>, &Instruction) + Send + 'static) -> HookId {
        self.add_hook(Hook::instruction(.., hook))
    }

    /// [`Hook::block`] for every block; blocks are no longer linked.
    pub fn on_block(&mut self, hook: impl FnMut(&mut HookContext<'_>, u32) + Send + 'static) -> HookId {
        self.add_hook(Hook::block(.., hook))
    }

    /// [`Hook::system_call`] for every system call.
    pub fn on_system_call(
        &mut self,
        hook: impl FnMut(&mut HookContext<'_>, &mut SystemCall) -> OwnAnswer + Send + 'static,
    ) -> HookId {
        self.add_hook(Hook::system_call(.., hook))
    }

    /// [`Hook::write`] for all of memory. This is slow: every access takes the general path.
    pub fn on_write(&mut self, hook: impl FnMut(&mut HookContext<'_>, &MemoryAccess) + Send + 'static) -> HookId {
        self.add_hook(Hook::write(.., hook))
    }

    /// [`Hook::read`] for all of memory. This is slow: every access takes the general path.
    pub fn on_read(&mut self, hook: impl FnMut(&mut HookContext<'_>, &MemoryAccess) + Send + 'static) -> HookId {
        self.add_hook(Hook::read(.., hook))
    }

    /// Stops before the instruction at this offset in CS. All other code runs at full speed.
    pub fn add_breakpoint(&mut self, eip: u32) {
        self.hooks.breakpoints.insert(eip);
    }

    /// Removes a breakpoint and returns whether there was one.
    pub fn remove_breakpoint(&mut self, eip: u32) -> bool {
        self.hooks.breakpoints.remove(&eip)
    }

    /// Runs until EIP is `until`, or something else stops the program.
    pub fn run_until(&mut self, until: u32, budget: u64) -> Stop {
        let added = self.hooks.breakpoints.insert(until);
        let stop = self.run(budget);
        if added {
            self.remove_breakpoint(until);
        }
        stop
    }

    /// What stops a run from another thread: [`Interrupt::stop`] ends it with [`Stop::Interrupted`], or the next one if
    /// none is under way. A guest that sleeps or waits for the host can be woken if [`Config::interrupt`] is one of
    /// [`Interrupt::new`].
    ///
    /// [`Config::interrupt`]: crate::linux::Config::interrupt
    ///
    /// ```
    /// use tab86::vm::{Stop, Vm};
    /// let mut vm = Vm::new(4096);
    /// let handle = vm.interrupt_handle();
    /// let other = std::thread::spawn(move || handle.stop());
    /// assert_eq!(vm.execute_bytes(&[0xeb, 0xfe], 0).unwrap(), Stop::Interrupted); // jmp to itself
    /// other.join().unwrap();
    /// ```
    #[must_use]
    pub fn interrupt_handle(&self) -> Interrupt {
        self.kernel.interrupt().clone()
    }

    /// Ends each run at this moment at the latest, with [`Stop::Deadline`]; it is looked at every 20,000 instructions
    /// or less, and when a guest waits. `None` takes the deadline away.
    pub fn set_deadline(&mut self, deadline: Option<Instant>) {
        self.kernel.interrupt().set_deadline(deadline);
    }
}
