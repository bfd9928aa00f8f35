//! How the machine's state differs from what the processor left behind.

use crate::cpu::{Cpu, Register};
use crate::instructions::{Event, Exception};
use crate::memory::Access;

use super::format::{Raised, TestVector};

/// One thing that is not as on hardware.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Difference {
    /// A register.
    Number {
        /// Which one.
        field: NarrowRegister,
        /// What the processor had.
        expected: u32,
        /// What we have.
        got: u32,
    },
    /// A floating-point or vector register, most significant byte first.
    Wide {
        /// Which one.
        register: WideRegister,
        /// What the processor had.
        expected: Vec<u8>,
        /// What we have.
        got: Vec<u8>,
    },
    /// A run of bytes in memory.
    Bytes {
        /// Linear address of the first.
        address: u32,
        /// What the processor had.
        expected: Vec<u8>,
        /// What we have.
        got: Vec<u8>,
    },
    /// It ended in another way.
    End {
        /// How it ended on the processor.
        expected: End,
        /// How it ended here.
        got: End,
    },
}

/// A register of the compared state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NarrowRegister {
    /// A general-purpose register.
    Register(Register),
    /// The instruction pointer.
    Eip,
    /// EFLAGS; undefined bits are clear in both values.
    Eflags,
    /// The x87 control word.
    FpuControl,
    /// The x87 status word; undefined bits are clear in both values.
    FpuStatus,
    /// The abridged x87 tag word.
    FpuTag,
    /// MXCSR.
    Mxcsr,
}

/// A register that does not fit into a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WideRegister {
    /// ST(i).
    Stack(u8),
    /// YMM(i).
    Vector(u8),
}

/// How a vector ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum End {
    /// At the end of its last instruction.
    Completed,
    /// In an exception.
    Raised(Raised),
    /// Not at all: it ran on for longer than any vector does.
    Unfinished,
}

impl End {
    /// How it ended on the processor.
    pub(super) fn expected(vector: &TestVector) -> End {
        vector.exception.clone().map_or(End::Completed, End::Raised)
    }

    /// What an event of the engine is.
    pub(super) fn from_event(event: Event) -> End {
        End::Raised(match event {
            Event::Fault(exception) => raised(exception),
            Event::Interrupt(3) => plain("#BP".into()),
            Event::Interrupt(4) => plain("#OF".into()),
            Event::Interrupt(number) => plain(format!("INT {number:#x}")),
            Event::Sysenter => plain("SYSENTER".into()),
        })
    }
}

fn plain(vector: String) -> Raised {
    Raised { vector, error: None, address: None, write: None }
}

fn raised(exception: Exception) -> Raised {
    let raised = Raised { error: exception.error_code(), ..plain(exception.name().into()) };
    match exception {
        Exception::Page(fault) => {
            Raised { address: Some(fault.address), write: Some(fault.access == Access::Write), ..raised }
        }
        _ => raised,
    }
}

/// What is different in the registers.
pub(super) fn registers(vector: &TestVector, cpu: &Cpu) -> Vec<Difference> {
    let (before, after) = (&vector.initial, &vector.last);
    let eip = after.eip.or(before.eip);
    let mut found: Vec<Difference> = Vec::new();
    let mut compare = |field, expected: Option<u32>, got: u32| {
        if let Some(expected) = expected.filter(|expected| *expected != got) {
            found.push(Difference::Number { field, expected, got });
        }
    };
    for ((register, before), after) in Register::ALL.into_iter().zip(before.registers()).zip(after.registers()) {
        compare(NarrowRegister::Register(register), after.or(before), cpu.regs[register]);
    }
    compare(NarrowRegister::Eip, eip, cpu.eip);
    let defined = !vector.undefined_flags;
    compare(
        NarrowRegister::Eflags,
        after.eflags.or(before.eflags).map(|flags| flags & defined),
        cpu.eflags() & defined,
    );
    found
}
