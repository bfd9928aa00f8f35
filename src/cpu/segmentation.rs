//! The segment registers of the processor: loading them, and whether they are flat (SDM Vol. 3A,
//! "Segment Registers" and "Basic Flat Model").

use super::segment::{USER_CODE, USER_DATA};
use super::{Cpu, Flag, Registers, Segment, SegmentDescriptor, SegmentRegister};

impl Cpu {
    /// Loads the flat segments into CS, SS, DS and ES.
    pub(crate) fn load_flat(&mut self) {
        for segment in [Segment::Es, Segment::Cs, Segment::Ss, Segment::Ds] {
            let selector = if segment == Segment::Cs { USER_CODE } else { USER_DATA };
            self.set_segment(segment, selector, self.gdt[usize::from(selector >> 3)]);
        }
    }

    /// The descriptor that a selector names; `None` beyond the end of its table.
    #[must_use]
    pub fn descriptor(&self, selector: u16) -> Option<SegmentDescriptor> {
        let table = if selector & 4 != 0 { &self.ldt } else { &self.gdt };
        table.get(usize::from(selector >> 3)).copied()
    }

    /// Loads both parts of a segment register without any check.
    pub fn set_segment(&mut self, segment: Segment, selector: u16, descriptor: SegmentDescriptor) {
        self.segments[segment as usize] = SegmentRegister { selector, descriptor };
        self.regs[Registers::segment_base(segment as u8)] = descriptor.base();
    }

    /// Whether CS, SS, DS and ES are the flat 32-bit segments that almost every program has, so
    /// that offsets are linear addresses and no limit needs checking.
    #[must_use]
    pub fn is_flat(&self) -> bool {
        let plain = |segment: Segment| {
            let descriptor = self.segments[segment as usize].descriptor;
            descriptor.is_unlimited() && descriptor.base() == 0 && descriptor.is_big()
        };
        let writable = |segment: Segment| plain(segment) && self.segments[segment as usize].descriptor.is_writable();
        plain(Segment::Cs)
            && [Segment::Ss, Segment::Ds, Segment::Es].into_iter().all(writable)
            && !self.flag(Flag::AlignmentCheck)
    }
}
