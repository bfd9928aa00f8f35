//! What is told of a fatal signal beside its name: the registers, the instruction, what lay at the
//! address that was accessed, and how the program came there.
//!
//! Here lives the order of the parts. Everything that the guest or its file says is taken as a
//! claim: stacks may be garbage, and debugging information may be made to mislead.

mod backtrace;
mod call_frames;
pub mod deadline;
pub mod debug_info;
mod frame;
mod location;
mod registers;
mod unwinder;

use crate::engine;
use crate::engine::{Event, Exception, Machine};
use crate::linux::Kernel;
use crate::memory::PageFault;

use super::super::failure;
use super::super::text;
use super::arguments::BacktraceStyle;
use super::program::LoadedProgram;

/// Tells it, below the message that names the signal.
pub fn tell(
    machine: &mut Machine,
    kernel: &Kernel,
    program: &LoadedProgram,
    event: Option<Event>,
    style: BacktraceStyle,
) {
    let mut lines = registers::lines(&machine.cpu);
    lines.push(instruction(machine));
    if let Some(Event::Fault(Exception::Page(fault))) = event {
        lines.push(accessed(machine, kernel, program, fault));
    }
    failure::continue_with(&lines);
    if style != BacktraceStyle::None {
        backtrace::tell(machine, program, style == BacktraceStyle::Full);
    }
}

/// The bytes at EIP, and the instruction that they are.
fn instruction(machine: &mut Machine) -> String {
    let eip = machine.cpu.eip;
    match engine::decode(machine, eip) {
        Ok(instruction) => {
            let bytes = text::instruction_bytes(machine, &instruction);
            format!("at {eip:#010x}: {bytes}  {instruction}")
        }
        Err(exception) => format!("at {eip:#010x}: no instruction ({exception})"),
    }
}

fn accessed(machine: &Machine, kernel: &Kernel, program: &LoadedProgram, fault: PageFault) -> String {
    format!("{:#010x}: {}", fault.address, location::describe(&machine.memory, kernel, program, fault.address))
}
