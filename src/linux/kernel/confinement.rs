//! Calls that a thread has given up (seccomp(2)): each is decided upon when it is made, before anything else.

use crate::cpu::Register;
use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::ptrace::PTRACE_EVENT_SECCOMP;
use crate::linux::abi::seccomp::{
    AUDIT_ARCH_I386, SECCOMP_RET_ACTION, SECCOMP_RET_ALLOW, SECCOMP_RET_DATA, SECCOMP_RET_ERRNO,
    SECCOMP_RET_KILL_THREAD, SECCOMP_RET_LOG, SECCOMP_RET_TRACE, SECCOMP_RET_TRAP, SECCOMP_RET_USER_NOTIF, SeccompData,
};
use crate::linux::abi::siginfo::SYS_SECCOMP;
use crate::linux::abi::signals::{SIGKILL, SIGSYS};
use crate::linux::calls::Args;
use crate::linux::errno::{Answer, Errno};
use crate::linux::process::Termination;
use crate::linux::signals::{Siginfo, SiginfoFields};
use crate::linux::thread::run_filter;
use crate::linux::world::Waiting;

use super::Kernel;

/// What strict mode leaves: exit, read, write, sigreturn.
const LEFT: [u32; 4] = [1, 3, 4, 119];

/// The highest error number.
const MAX_ERRNO: u32 = 4095;

impl Kernel {
    /// The answer of a call that the running thread may not make; `None` if it may. A call that is made again after it
    /// has waited was decided upon.
    pub(super) fn refused(&mut self, m: &mut Machine, number: u32, args: &Args) -> Option<Answer> {
        let asked = self.thread.call.as_mut().is_some_and(|call| std::mem::take(&mut call.asked));
        let waited = self.thread.call.as_ref().is_some_and(|call| call.entry.is_some());
        if self.thread.confinement.mode() == 0 || waited && !asked {
            return None;
        }
        if self.thread.confinement.strict {
            return (!LEFT.contains(&number)).then(|| self.end_by(m, SIGKILL, true));
        }
        let decision = self.decision(m, number, args);
        let data = decision & SECCOMP_RET_DATA;
        match decision & SECCOMP_RET_ACTION {
            SECCOMP_RET_ALLOW | SECCOMP_RET_LOG => None,
            SECCOMP_RET_ERRNO if data == 0 => Some(Ok(0)),
            SECCOMP_RET_ERRNO => Some(Err(Errno(data.min(MAX_ERRNO)))),
            SECCOMP_RET_TRAP => {
                let fields = SiginfoFields::System { address: m.cpu.eip, number, architecture: AUDIT_ARCH_I386 };
                let info = Siginfo { error: data, ..Siginfo::new(SIGSYS, SYS_SECCOMP, fields) };
                self.thread.signals.force(&mut self.process.signals.dispositions, info);
                // The handler finds the registers as they were.
                Some(Ok(number))
            }
            // The tracer may have made another call of it, which is decided upon, but not asked about again.
            SECCOMP_RET_TRACE if asked => None,
            SECCOMP_RET_TRACE if self.report(PTRACE_EVENT_SECCOMP, data) => Some(Err(self.ask(m, number))),
            // Nobody can be asked.
            SECCOMP_RET_TRACE | SECCOMP_RET_USER_NOTIF => Some(Err(Errno::ENOSYS)),
            SECCOMP_RET_KILL_THREAD => Some(self.end_by(m, SIGSYS, false)),
            _ => Some(self.end_by(m, SIGSYS, true)),
        }
    }

    /// Waits until the tracer, which is asked about a call, lets it be made.
    fn ask(&mut self, m: &mut Machine, number: u32) -> Errno {
        let call = self.thread.call.get_or_insert_default();
        (call.number, call.asked) = (Some(number), true);
        m.cpu.regs[Register::Eax] = Errno::ENOSYS.0.wrapping_neg();
        self.wait(Waiting::default())
    }

    /// What the filters say: of several the strictest, of equals the one that was added last.
    fn decision(&self, m: &Machine, number: u32, args: &Args) -> u32 {
        let data = SeccompData {
            nr: number,
            arch: AUDIT_ARCH_I386,
            instruction_pointer: m.cpu.eip.into(),
            args: args.map(u64::from),
        };
        let data = data.to_bytes();
        let filters = self.thread.confinement.filters.iter().flat_map(|filter| filter.chain());
        let said = filters.map(|filter| run_filter(&filter.program, &data));
        // Actions are ordered as signed numbers.
        said.min_by_key(|said| (said & SECCOMP_RET_ACTION) as i32).unwrap_or(SECCOMP_RET_ALLOW)
    }

    /// Ends the running thread, or its process, by a signal that nobody can catch.
    fn end_by(&mut self, m: &mut Machine, signal: u32, whole: bool) -> Answer {
        if whole || self.process.threads.len() == 1 {
            self.process.end_with(Termination::Signal(signal as u8));
        } else {
            self.end_thread(m, signal as u8);
        }
        Err(Errno::ENOSYS)
    }
}
