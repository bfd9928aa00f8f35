//! The world as `gdbstub` asks for it: registers, memory, threads.

use std::num::NonZeroUsize;

use gdbstub::common::{Signal, Tid};
use gdbstub::target::ext::base::BaseOps;
use gdbstub::target::ext::base::multithread::{
    MultiThreadBase, MultiThreadResume, MultiThreadResumeOps, MultiThreadSchedulerLocking,
    MultiThreadSchedulerLockingOps, MultiThreadSingleStep, MultiThreadSingleStepOps,
};
use gdbstub::target::ext::base::reverse_exec::{ReverseCont, ReverseContOps, ReverseStep, ReverseStepOps};
use gdbstub::target::ext::base::single_register_access::{SingleRegisterAccess, SingleRegisterAccessOps};
use gdbstub::target::ext::thread_extra_info::{ThreadExtraInfo, ThreadExtraInfoOps};
use gdbstub::target::{Target, TargetError, TargetResult, ext};

use super::registers::{self, Ia32, RegisterFile, RegisterNumber};
use super::session::{Motion, Session};
use super::signals;

/// A thread's number as `gdbstub` has it.
pub fn thread_id(tid: u32) -> Tid {
    NonZeroUsize::new(tid as usize).unwrap_or(NonZeroUsize::MIN)
}

impl Target for Session {
    type Arch = Ia32;
    type Error = std::io::Error;

    fn base_ops(&mut self) -> BaseOps<'_, Ia32, std::io::Error> {
        BaseOps::MultiThread(self)
    }

    /// Packets are looked into on their way out.
    fn use_rle(&self) -> bool {
        false
    }

    fn support_breakpoints(&mut self) -> Option<ext::breakpoints::BreakpointsOps<'_, Self>> {
        Some(self)
    }

    fn support_catch_syscalls(&mut self) -> Option<ext::catch_syscalls::CatchSyscallsOps<'_, Self>> {
        Some(self)
    }

    fn support_host_io(&mut self) -> Option<ext::host_io::HostIoOps<'_, Self>> {
        Some(self)
    }

    fn support_exec_file(&mut self) -> Option<ext::exec_file::ExecFileOps<'_, Self>> {
        Some(self)
    }

    fn support_auxv(&mut self) -> Option<ext::auxv::AuxvOps<'_, Self>> {
        Some(self)
    }

    fn support_monitor_cmd(&mut self) -> Option<ext::monitor_cmd::MonitorCmdOps<'_, Self>> {
        Some(self)
    }

    fn support_target_description_xml_override(
        &mut self,
    ) -> Option<ext::target_description_xml_override::TargetDescriptionXmlOverrideOps<'_, Self>> {
        Some(self)
    }
}

impl MultiThreadBase for Session {
    fn read_registers(&mut self, registers: &mut RegisterFile, tid: Tid) -> TargetResult<(), Self> {
        let (m, kernel) = self.timeline.parts();
        *registers = registers::read(m, kernel, tid.get() as u32).ok_or(TargetError::NonFatal)?;
        Ok(())
    }

    fn write_registers(&mut self, registers: &RegisterFile, tid: Tid) -> TargetResult<(), Self> {
        let tid = tid.get() as u32;
        let written = registers.clone();
        if self.timeline.alter(Box::new(move |m, kernel| registers::write(m, kernel, tid, &written))) {
            Ok(())
        } else {
            Err(TargetError::NonFatal)
        }
    }

    fn support_single_register_access(&mut self) -> Option<SingleRegisterAccessOps<'_, Tid, Self>> {
        Some(self)
    }

    fn read_addrs(&mut self, address: u32, data: &mut [u8], _: Tid) -> TargetResult<usize, Self> {
        let pid = self.process();
        let bytes = self.timeline.peek(pid, address, data.len() as u32);
        data[..bytes.len()].copy_from_slice(&bytes);
        if bytes.is_empty() && !data.is_empty() { Err(TargetError::Errno(14)) } else { Ok(bytes.len()) }
    }

    fn write_addrs(&mut self, address: u32, data: &[u8], _: Tid) -> TargetResult<(), Self> {
        let pid = self.process();
        if self.timeline.poke(pid, address, data) { Ok(()) } else { Err(TargetError::Errno(14)) }
    }

    fn list_active_threads(&mut self, found: &mut dyn FnMut(Tid)) -> Result<(), Self::Error> {
        self.threads().into_iter().for_each(|tid| found(thread_id(tid)));
        Ok(())
    }

    fn support_resume(&mut self) -> Option<MultiThreadResumeOps<'_, Self>> {
        Some(self)
    }

    fn support_thread_extra_info(&mut self) -> Option<ThreadExtraInfoOps<'_, Self>> {
        Some(self)
    }
}

impl SingleRegisterAccess<Tid> for Session {
    fn read_register(&mut self, tid: Tid, number: RegisterNumber, buffer: &mut [u8]) -> TargetResult<usize, Self> {
        let (m, kernel) = self.timeline.parts();
        let all = registers::read(m, kernel, tid.get() as u32).ok_or(TargetError::NonFatal)?;
        let range = registers::place(number.0, registers::has_avx(m)).ok_or(TargetError::NonFatal)?;
        let bytes = &all.0[range];
        buffer.get_mut(..bytes.len()).ok_or(TargetError::NonFatal)?.copy_from_slice(bytes);
        Ok(bytes.len())
    }

    fn write_register(&mut self, tid: Tid, number: RegisterNumber, value: &[u8]) -> TargetResult<(), Self> {
        let (m, kernel) = self.timeline.parts();
        let mut all = registers::read(m, kernel, tid.get() as u32).ok_or(TargetError::NonFatal)?;
        let range = registers::place(number.0, registers::has_avx(m)).ok_or(TargetError::NonFatal)?;
        if range.len() != value.len() {
            return Err(TargetError::NonFatal);
        }
        all.0[range].copy_from_slice(value);
        self.write_registers(&all, tid)
    }
}

impl MultiThreadResume for Session {
    fn resume(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }

    fn clear_resume_actions(&mut self) -> Result<(), Self::Error> {
        self.motion = Motion::Forwards;
        self.signals.clear();
        Ok(())
    }

    fn set_resume_action_continue(&mut self, tid: Tid, signal: Option<Signal>) -> Result<(), Self::Error> {
        let signal = signal.and_then(|signal| signals::from_gdb(signal.0));
        self.signals.extend(signal.map(|signal| (tid.get() as u32, signal)));
        Ok(())
    }

    fn support_single_step(&mut self) -> Option<MultiThreadSingleStepOps<'_, Self>> {
        Some(self)
    }

    fn support_reverse_cont(&mut self) -> Option<ReverseContOps<'_, Tid, Self>> {
        Some(self)
    }

    fn support_reverse_step(&mut self) -> Option<ReverseStepOps<'_, Tid, Self>> {
        Some(self)
    }

    fn support_scheduler_locking(&mut self) -> Option<MultiThreadSchedulerLockingOps<'_, Self>> {
        Some(self)
    }
}

impl MultiThreadSingleStep for Session {
    fn set_resume_action_step(&mut self, tid: Tid, signal: Option<Signal>) -> Result<(), Self::Error> {
        self.motion = Motion::Step(tid.get() as u32);
        self.set_resume_action_continue(tid, signal)
    }
}

impl ReverseCont<Tid> for Session {
    fn reverse_cont(&mut self) -> Result<(), Self::Error> {
        self.motion = Motion::Backwards;
        self.signals.clear();
        Ok(())
    }
}

impl ReverseStep<Tid> for Session {
    fn reverse_step(&mut self, tid: Tid) -> Result<(), Self::Error> {
        self.motion = Motion::StepBack(tid.get() as u32);
        self.signals.clear();
        Ok(())
    }
}

impl MultiThreadSchedulerLocking for Session {
    /// Others have their turns all the same: the order of threads stays what it is without gdb.
    fn set_resume_action_scheduler_lock(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }
}

impl ThreadExtraInfo for Session {
    fn thread_extra_info(&self, tid: Tid, buffer: &mut [u8]) -> Result<usize, Self::Error> {
        let threads = self.timeline.kernel().debug_threads();
        let found = threads.iter().find(|thread| thread.tid as usize == tid.get());
        let text = found.map_or(String::new(), |thread| {
            format!("{}{}", thread.name, if thread.waits { ", in a system call" } else { "" })
        });
        let length = text.len().min(buffer.len());
        buffer[..length].copy_from_slice(&text.as_bytes()[..length]);
        Ok(length)
    }
}
