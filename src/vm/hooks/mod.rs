//! Hooks: what an embedder wants to be told. Unused ones cost nothing, because the engine is only
//! asked to come back where there is one. (Counted with `valgrind --tool=callgrind` over ten million instructions of two
//! kernels: 0.2 % more than the engine with the kernel alone, and up to 0.5 % with a hook elsewhere in memory.)
//!
//! `hook` has the kinds, `context` what each is given, `environment` calls them between engine and kernel, and `calls`
//! those of system calls inside the kernel.

mod access;
mod calls;
mod context;
mod environment;
mod hook;

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex};

use crate::engine::Options;
use crate::instructions::Machine;
use crate::linux::{Kernel, lock};
use crate::memory::Access;

use super::stop::Stop;

pub use access::MemoryAccess;
pub use context::{HookContext, HookId};
pub use environment::Hooked;
pub use hook::{Hook, OwnAnswer, Reaction};

use calls::CallHooks;
use hook::HookKind;

/// The hooks of a virtual machine.
#[derive(Default)]
pub struct Hooks {
    list: Vec<(HookId, HookKind)>,
    /// Those of system calls, which the kernel has while it runs.
    calls: Option<Arc<Mutex<CallHooks>>>,
    pub breakpoints: HashSet<u32>,
    last_id: u64,
    /// Instruction count and EIP of the instruction that was told last, if it is still to be executed.
    pub told: Option<(u64, u32)>,
    /// Why the run shall end.
    stop: Option<Stop>,
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<HookId> = self.list.iter().map(|(id, _)| *id).collect();
        f.debug_struct("Hooks").field("hooks", &ids).field("breakpoints", &self.breakpoints).finish_non_exhaustive()
    }
}

impl Hooks {
    /// Adds a hook; of several, those are called first that were added first.
    pub fn add(&mut self, hook: Hook) -> HookId {
        self.last_id += 1;
        let id = HookId(self.last_id);
        match hook.0 {
            kind @ (HookKind::Call(..) | HookKind::Answer(..)) => {
                lock(self.calls.get_or_insert_default()).list.push((id, kind));
            }
            kind => self.list.push((id, kind)),
        }
        id
    }

    /// Removes a hook, and says whether there was one.
    pub fn remove(&mut self, id: HookId) -> bool {
        let mut found = false;
        let mut keep = |(known, _): &(HookId, HookKind)| {
            found |= *known == id;
            *known != id
        };
        self.list.retain(&mut keep);
        let left = self.calls.as_ref().map(|calls| {
            let mut calls = lock(calls);
            calls.list.retain(&mut keep);
            calls.list.len()
        });
        if left == Some(0) {
            self.calls = None;
        }
        found
    }

    /// Removes every hook but the breakpoints.
    pub fn clear(&mut self) {
        (self.list, self.calls) = (Vec::new(), None);
    }

    fn has_block_hooks(&self) -> bool {
        self.list.iter().any(|(_, kind)| matches!(kind, HookKind::Block(..)))
    }

    /// The options under which the engine comes back often enough: where instructions are watched it does so by itself,
    /// but which blocks there are it alone knows.
    pub fn adapt(&self, options: Options) -> Options {
        Options { link: options.link && !self.has_block_hooks(), ..options }
    }

    /// A run begins.
    pub fn begin(&mut self, m: &mut Machine, kernel: &mut Kernel) {
        self.stop = None;
        let ranges: Vec<_> = self.list.iter().filter_map(|(_, kind)| watched_data(kind)).collect();
        if !ranges.is_empty() {
            m.memory.watch_ranges(ranges);
        }
        m.asks_about_cpuid = self.list.iter().any(|(_, kind)| matches!(kind, HookKind::Cpuid(_)));
        kernel.observe(self.calls.clone().map(|calls| calls as _));
    }

    /// A run has ended. Why, if it was not by itself.
    pub fn end(&mut self, m: &mut Machine, kernel: &mut Kernel) -> Option<Stop> {
        self.tell_accesses(m);
        if self.watches_data() {
            m.memory.watch_ranges(Vec::new());
        }
        m.asks_about_cpuid = false;
        kernel.observe(None);
        self.collect_stop();
        if self.stop.is_none() {
            self.told = None;
        }
        self.stop
    }

    fn watches_data(&self) -> bool {
        self.list.iter().any(|(_, kind)| watched_data(kind).is_some())
    }

    /// A hook of a system call may have asked to stop.
    fn collect_stop(&mut self) {
        if let Some(id) = self.calls.as_ref().and_then(|calls| lock(calls).stop.take()) {
            self.stop.get_or_insert(Stop::Hook(id));
        }
    }
}

/// The data that a hook wants to see accesses to.
fn watched_data(kind: &HookKind) -> Option<std::ops::RangeInclusive<u32>> {
    match kind {
        HookKind::Memory(range, Access::Read | Access::Write, _) => Some(range.clone()),
        _ => None,
    }
}
