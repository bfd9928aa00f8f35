//! The parts of a virtual machine, to be read and changed between runs.

use crate::cpu::{Cpu, Flag, Segment};
use crate::instructions::operand::Checked;
use crate::instructions::{Exception, Machine, stack};
use crate::linux::Kernel;
use crate::memory::Memory;

use super::Vm;
use super::registers::{self, RegisterView, RegisterViewMut};

impl Vm {
    /// The processor: every register of user mode, in the type that holds it.
    ///
    /// ```
    /// use tab86::cpu::{Register, Segment};
    /// use tab86::vm::Vm;
    /// let vm = Vm::new(4096);
    /// let cpu = vm.cpu();
    /// assert_eq!((cpu.regs[Register::Esp], cpu.eip, cpu.eflags()), (4096, 0, 0x202));
    /// assert_eq!((cpu.segment(Segment::Ds).selector, cpu.mxcsr.word()), (0x2b, 0x1f80));
    /// assert_eq!((cpu.x87.control(), cpu.x87.status(), cpu.x87.tag_word()), (0x37f, 0, 0xffff));
    /// assert_eq!((cpu.st(0).bits(), cpu.mm(0), cpu.xmm(0), cpu.ymm(0)), (0, 0, 0, [0, 0]));
    /// ```
    #[must_use]
    pub fn cpu(&self) -> &Cpu {
        &self.machine.cpu
    }

    /// The processor, to be changed.
    ///
    /// ```
    /// use tab86::cpu::Register;
    /// use tab86::vm::{Stop, Vm};
    /// let mut vm = Vm::new(4096);
    /// vm.cpu_mut().regs[Register::Ecx] = 5;
    /// vm.cpu_mut().set_xmm(1, 77);
    /// assert_eq!(vm.execute_bytes(&[0x66, 0x0f, 0x7e, 0xc8, 0x01, 0xc8, 0xcc], 0).unwrap(), Stop::Breakpoint);
    /// assert_eq!(vm.cpu().regs[Register::Eax], 82); // movd eax, xmm1; add eax, ecx; int3
    /// ```
    #[must_use]
    pub fn cpu_mut(&mut self) -> &mut Cpu {
        &mut self.machine.cpu
    }

    /// Registers, to be read by name.
    #[must_use]
    pub fn registers(&self) -> RegisterView<'_> {
        RegisterView(&self.machine.cpu)
    }

    /// Registers, to be changed by name.
    #[must_use]
    pub fn registers_mut(&mut self) -> RegisterViewMut<'_> {
        RegisterViewMut(&mut self.machine)
    }

    /// Loads a segment register: CS as a far jump to EIP does, the others as `MOV` does.
    ///
    /// ```
    /// use tab86::cpu::Segment;
    /// use tab86::vm::Vm;
    /// let mut vm = Vm::new(4096);
    /// vm.set_segment(Segment::Fs, 0x2b).unwrap();
    /// assert_eq!(vm.cpu().segment(Segment::Fs).selector, 0x2b);
    /// assert!(vm.set_segment(Segment::Ss, 0).is_err());
    /// ```
    ///
    /// # Errors
    /// The exception that a program would get that tried the same; nothing has changed then.
    pub fn set_segment(&mut self, segment: Segment, selector: u16) -> Result<(), Exception> {
        registers::load_segment(&mut self.machine, segment, selector)
    }

    /// A bit of EFLAGS.
    #[must_use]
    pub fn flag(&self, flag: Flag) -> bool {
        self.machine.cpu.flag(flag)
    }

    /// Sets or clears a bit of EFLAGS.
    pub fn set_flag(&mut self, flag: Flag, on: bool) {
        self.machine.cpu.set_flag(flag, on);
    }

    /// Offset in CS of the next instruction.
    #[must_use]
    pub fn eip(&self) -> u32 {
        self.machine.cpu.eip
    }

    /// Continues at `eip` when the machine is run next.
    pub fn set_eip(&mut self, eip: u32) {
        self.machine.cpu.eip = eip;
    }

    /// Pushes 32 bits.
    ///
    /// # Errors
    /// The exception that PUSH would raise; nothing has changed then.
    pub fn stack_push(&mut self, value: u32) -> Result<(), Exception> {
        Ok(stack::push::<Checked, u32>(&mut self.machine, value)?)
    }

    /// Pops 32 bits.
    ///
    /// # Errors
    /// The exception that POP would raise; nothing has changed then.
    pub fn stack_pop(&mut self) -> Result<u32, Exception> {
        Ok(stack::pop::<Checked, u32>(&mut self.machine)?)
    }

    /// Memory, by address.
    #[must_use]
    pub fn memory(&self) -> &Memory {
        &self.machine.memory
    }

    /// Memory, to be changed.
    #[must_use]
    pub fn memory_mut(&mut self) -> &mut Memory {
        &mut self.machine.memory
    }

    /// Processor and memory, as hooks and the engine see them.
    #[must_use]
    pub fn machine(&mut self) -> &mut Machine {
        &mut self.machine
    }

    /// The kernel.
    #[must_use]
    pub fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    /// Machine and kernel, to be run in another way than by [`run`](Self::run).
    #[cfg(feature = "cli")]
    pub(crate) fn parts(&mut self) -> (&mut Machine, &mut Kernel) {
        (&mut self.machine, &mut self.kernel)
    }
}
