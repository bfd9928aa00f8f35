//! PTRACE_GET_SYSCALL_INFO: the call at which a tracee is stopped, without a look at its registers.

use crate::cpu::Register::{self, Eax, Ebp, Ebx, Ecx, Edi, Edx, Esi, Esp};
use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::ptrace::{
    AUDIT_ARCH_I386, PTRACE_EVENT_SECCOMP, PTRACE_SYSCALL_INFO_ENTRY, PTRACE_SYSCALL_INFO_EXIT,
    PTRACE_SYSCALL_INFO_NONE, PTRACE_SYSCALL_INFO_SECCOMP, SyscallInfoEntry, SyscallInfoExit, SyscallInfoHead,
    SyscallInfoSeccomp,
};
use crate::linux::errno::{Answer, Errno, FIRST_ERROR};
use crate::linux::kernel::Kernel;
use crate::linux::tracing::TraceStop;

use super::tracee::tracee;

/// The arguments of a call.
const ARGUMENTS: [Register; 6] = [Ebx, Ecx, Edx, Esi, Edi, Ebp];

/// Stores as much as there is room for, and gives the size of all.
pub fn get(k: &mut Kernel, m: &mut Machine, tid: u32, room: u32, address: u32) -> Answer {
    // Without PTRACE_O_TRACESYSGOOD it is a stop as any other.
    let (stop, message) = (tracee(k, tid)?.stop, tracee(k, tid)?.message);
    let thread = k.find_thread(tid).ok_or(Errno::ESRCH)?;
    let cpu = thread.cpu.as_deref().ok_or(Errno::ESRCH)?;
    let nr = thread.signals.call.map_or(u64::MAX, u64::from);
    let args = ARGUMENTS.map(|register| cpu.regs[register].into());
    let (op, about) = match stop {
        Some(TraceStop::Call { begins: true, marked: true }) => {
            (PTRACE_SYSCALL_INFO_ENTRY, SyscallInfoEntry { nr, args }.to_bytes())
        }
        Some(TraceStop::Event(PTRACE_EVENT_SECCOMP)) => {
            (PTRACE_SYSCALL_INFO_SECCOMP, SyscallInfoSeccomp { nr, args, ret_data: message }.to_bytes())
        }
        Some(TraceStop::Call { begins: false, marked: true }) => {
            let answer = cpu.regs[Eax];
            let exit = SyscallInfoExit { rval: i64::from(answer as i32), is_error: (answer >= FIRST_ERROR).into() };
            (PTRACE_SYSCALL_INFO_EXIT, exit.to_bytes())
        }
        _ => (PTRACE_SYSCALL_INFO_NONE, Vec::new()),
    };
    let head = SyscallInfoHead {
        op,
        arch: AUDIT_ARCH_I386,
        instruction_pointer: cpu.eip.into(),
        stack_pointer: cpu.regs[Esp].into(),
    };
    let bytes = [head.to_bytes(), about].concat();
    m.memory.write(address, &bytes[..bytes.len().min(room as usize)])?;
    Ok(bytes.len() as u32)
}
