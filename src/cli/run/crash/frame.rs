//! The registers of a function on the stack.

use crate::cpu::Register;
use crate::instructions::Machine;

/// Registers that are followed, by their DWARF numbers: the eight general-purpose ones by their
/// encodings, then the return address (System V ABI, Intel386 supplement, "DWARF Register Numbers").
pub const REGISTERS: usize = 9;
/// The stack pointer among them.
pub const ESP: usize = 4;
/// The frame pointer among them.
pub const EBP: usize = 5;
/// The address of the code among them.
pub const EIP: usize = 8;

/// The state of a function that is running, or that waits for one that it called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Frame {
    /// By DWARF number; `None` if the value is lost.
    pub registers: [Option<u32>; REGISTERS],
    /// Whether EIP is a return address, which is behind the call.
    pub is_caller: bool,
}

impl Frame {
    /// The frame of the function that was running.
    pub fn innermost(machine: &Machine) -> Frame {
        let mut registers = [Some(machine.cpu.eip); REGISTERS];
        for (value, register) in registers.iter_mut().zip(Register::ALL) {
            *value = Some(machine.cpu.regs[register]);
        }
        Frame { registers, is_caller: false }
    }

    /// Where the code is.
    pub fn eip(&self) -> u32 {
        self.registers[EIP].unwrap_or(0)
    }

    /// An address within the instruction that is running: behind a call may be another function.
    pub fn address(&self) -> u32 {
        self.eip().wrapping_sub(self.is_caller.into())
    }
}
