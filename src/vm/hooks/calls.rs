//! The hooks of system calls, as the kernel calls them.

use crate::instructions::Machine;
use crate::linux::{CallObserver, Errno, SystemCall};

use super::context::{HookContext, HookId};
use super::hook::{HookKind, OwnAnswer};

/// The hooks before and after system calls.
#[derive(Default)]
pub struct CallHooks {
    pub list: Vec<(HookId, HookKind)>,
    /// Who asked to stop.
    pub stop: Option<HookId>,
}

impl CallObserver for CallHooks {
    fn before(&mut self, m: &mut Machine, call: &mut SystemCall) -> OwnAnswer {
        for (id, kind) in &mut self.list {
            let HookKind::Call(numbers, hook) = kind else { continue };
            if !numbers.contains(&call.number) {
                continue;
            }
            let (answer, stops) = HookContext::call(m, |context| hook(context, call));
            if stops {
                self.stop.get_or_insert(*id);
            }
            if answer.is_some() {
                return answer;
            }
        }
        None
    }

    fn after(&mut self, m: &mut Machine, call: &SystemCall, answer: &mut Result<u32, Errno>) {
        for (id, kind) in &mut self.list {
            let HookKind::Answer(numbers, hook) = kind else { continue };
            if numbers.contains(&call.number) {
                let ((), stops) = HookContext::call(m, |context| hook(context, call, answer));
                if stops {
                    self.stop.get_or_insert(*id);
                }
            }
        }
    }
}
