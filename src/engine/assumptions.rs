//! What translations assume of the segment registers: all that they depend on, so that translations
//! survive every change that leaves it alone, and are found again when a program returns to it.
//!
//! Bases and selectors of data segments are not part of it: a thread with another base for its local
//! storage executes the same translations.

use crate::cpu::{Cpu, Segment, SegmentDescriptor, SegmentRegister};

/// The properties of the segment registers that decide how code is translated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Assumptions {
    /// CS: where code is fetched, up to which offset, and its default size.
    pub code: SegmentDescriptor,
    /// Whether offsets in CS, SS, DS and ES are linear addresses that need no checks.
    pub flat: bool,
    /// What is known of each segment, by encoding.
    pub segments: [SegmentFacts; 6],
}

/// What is known of a data segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SegmentFacts {
    /// Whether it is writable and every offset is within its limit.
    pub whole: bool,
    /// Whether its base is 0.
    pub at_zero: bool,
}

impl Assumptions {
    /// Those that hold for the processor as it is.
    pub fn of(cpu: &Cpu) -> Assumptions {
        let facts = |register: SegmentRegister| SegmentFacts {
            whole: register.descriptor.is_unlimited() && register.descriptor.is_writable(),
            at_zero: register.descriptor.base() == 0,
        };
        Assumptions {
            code: cpu.segments[Segment::Cs as usize].descriptor,
            flat: cpu.is_flat(),
            segments: cpu.segments.map(facts),
        }
    }
}
