//! What a hook is given: the machine, and the power to stop the run.

use std::fmt;
use std::ops::{Deref, DerefMut};

use crate::instructions::Machine;

/// The number of a hook, by which it is removed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct HookId(pub(super) u64);

impl fmt::Display for HookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The machine as a hook sees it: registers in `cpu` and bytes in `memory` can be read and changed, pages mapped and
/// EIP set; the program goes on with what it finds.
#[derive(Debug)]
pub struct HookContext<'a> {
    machine: &'a mut Machine,
    stops: bool,
}

impl HookContext<'_> {
    /// Calls a hook, and says whether it wants to stop the run.
    pub(super) fn call<R>(machine: &mut Machine, hook: impl FnOnce(&mut HookContext<'_>) -> R) -> (R, bool) {
        let mut context = HookContext { machine, stops: false };
        let answer = hook(&mut context);
        (answer, context.stops)
    }

    /// Ends the run before the next instruction, with [`Stop::Hook`](crate::vm::Stop::Hook): a hook that is told before
    /// an instruction keeps it from being executed. When the machine is run again, it goes on there.
    pub fn stop(&mut self) {
        self.stops = true;
    }
}

impl Deref for HookContext<'_> {
    type Target = Machine;
    fn deref(&self) -> &Machine {
        self.machine
    }
}

impl DerefMut for HookContext<'_> {
    fn deref_mut(&mut self) -> &mut Machine {
        self.machine
    }
}
