//! The registers of a function on the stack.

use crate::cpu::Register;
use crate::engine::Machine;

/// Registers that are followed, by their DWARF numbers: the eight general-purpose ones by their
/// encodings, then the return address (System V ABI, Intel386 supplement, "DWARF Register Numbers").
pub const REGISTERS: usize = 9;
/// The stack pointer among them.
pub const ESP: usize = 4;
/// The frame pointer among them.
pub const EBP: usize = 5;
/// The address of the code among them.
pub const EIP: usize = 8;

/// What there is of the function that called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Caller {
    /// Its registers.
    Frame(StackFrame),
    /// There is none: this is where the program began.
    None,
    /// It cannot be found, for this reason.
    Lost(String),
}

/// The state of a function that is running, or that waits for one that it called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StackFrame {
    /// By DWARF number; `None` if the value is lost.
    pub registers: [Option<u32>; REGISTERS],
    /// Whether EIP is a return address, which is behind the call.
    pub is_caller: bool,
}

impl StackFrame {
    /// The frame of the function that was running.
    pub fn innermost(machine: &Machine) -> StackFrame {
        let mut registers = [Some(machine.cpu.eip); REGISTERS];
        for (value, register) in registers.iter_mut().zip(Register::ALL) {
            *value = Some(machine.cpu.regs[register]);
        }
        StackFrame { registers, is_caller: false }
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
