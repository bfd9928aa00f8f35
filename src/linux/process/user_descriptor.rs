//! `struct user_desc` (`asm/ldt.h`): how a program describes a segment to the kernel, and the
//! descriptor that the kernel makes of it (SDM Vol. 3A, "Segment Descriptors").

use crate::cpu::SegmentDescriptor;

/// Flags of the structure. Bits 1 and 2, `contents`, are the two upper bits of the type: data,
/// data that expands down, code, conforming code.
mod flag {
    pub use crate::linux::abi::process::{
        CONTENTS_CONFORMING as CONTENTS, LIMIT_IN_PAGES, READ_EXEC_ONLY, SEG_32BIT, SEG_NOT_PRESENT, USEABLE,
    };
    /// Every flag that has a meaning in the structure of a 32-bit program.
    pub const ALL: u32 = crate::linux::abi::process::SEGMENT_BITS;
}

/// Where the flags are in a descriptor.
mod bit {
    pub const WRITABLE_OR_READABLE: u64 = 1 << 41;
    pub const TYPE_SHIFT: u32 = 42;
    pub const PRESENT: u64 = 1 << 47;
    pub const AVAILABLE: u64 = 1 << 52;
    pub const DEFAULT_SIZE: u64 = 1 << 54;
    pub const GRANULARITY: u64 = 1 << 55;
}

/// A segment as a program describes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UserDescriptor {
    /// Entry of the descriptor table.
    pub number: u32,
    /// Linear address of offset 0.
    pub base: u32,
    /// The limit as the descriptor holds it: in bytes, or in pages if the flags say so.
    pub limit: u32,
    flags: u32,
}

impl UserDescriptor {
    /// Bytes of the structure.
    pub const SIZE: u32 = 16;

    /// From the four words of the structure.
    pub fn from_words([number, base, limit, flags]: [u32; 4]) -> UserDescriptor {
        UserDescriptor { number, base, limit, flags: flags & flag::ALL }
    }

    /// The four words of the structure.
    pub fn to_words(self) -> [u32; 4] {
        [self.number, self.base, self.limit, self.flags]
    }

    /// What a program passes to clear an entry: nothing but "not present" and "read only".
    pub fn is_empty(self) -> bool {
        (self.base, self.limit, self.flags) == (0, 0, flag::READ_EXEC_ONLY | flag::SEG_NOT_PRESENT)
    }

    /// Everything but the number is zero.
    pub fn is_zero(self) -> bool {
        (self.base, self.limit, self.flags) == (0, 0, 0)
    }

    /// Whether `contents` asks for conforming code.
    pub fn is_conforming(self) -> bool {
        self.flags & flag::CONTENTS == flag::CONTENTS
    }

    /// Whether the segment can be used.
    pub fn is_present(self) -> bool {
        self.flags & flag::SEG_NOT_PRESENT == 0
    }

    /// Whether `set_thread_area` accepts it: a 32-bit data segment that is present, or no segment.
    pub fn is_thread_area(self) -> bool {
        let data = self.flags & flag::CONTENTS <= 1 << 1;
        self.is_empty() || self.is_zero() || self.flags & flag::SEG_32BIT != 0 && data && self.is_present()
    }

    /// Clears the bit for the system's use.
    pub fn clear_available(&mut self) {
        self.flags &= !flag::USEABLE;
    }

    /// The descriptor: a user-mode segment, already accessed.
    pub fn encode(self) -> SegmentDescriptor {
        let set = |flag, bit| if self.flags & flag != 0 { bit } else { 0 };
        // Up to 1 MiB, the limit of the descriptor is the number that it is given.
        let kind = (self.flags & flag::CONTENTS) as u8 * 2;
        let plain = SegmentDescriptor::user(self.base, self.limit & 0xf_ffff, kind, self.flags & flag::SEG_32BIT != 0);
        let bits = plain.0
            | bit::WRITABLE_OR_READABLE
            | set(flag::LIMIT_IN_PAGES, bit::GRANULARITY)
            | set(flag::USEABLE, bit::AVAILABLE);
        let cleared = set(flag::SEG_NOT_PRESENT, bit::PRESENT) | set(flag::READ_EXEC_ONLY, bit::WRITABLE_OR_READABLE);
        SegmentDescriptor(bits & !cleared)
    }

    /// What a descriptor says, for entry `number` of its table.
    pub fn decode(number: u32, descriptor: SegmentDescriptor) -> UserDescriptor {
        let bits = descriptor.0;
        let set = |bit, flag| if bits & bit != 0 { flag } else { 0 };
        let clear = |bit, flag| if bits & bit == 0 { flag } else { 0 };
        let flags = set(bit::DEFAULT_SIZE, flag::SEG_32BIT)
            | ((bits >> bit::TYPE_SHIFT & 3) as u32 * 2)
            | clear(bit::WRITABLE_OR_READABLE, flag::READ_EXEC_ONLY)
            | set(bit::GRANULARITY, flag::LIMIT_IN_PAGES)
            | clear(bit::PRESENT, flag::SEG_NOT_PRESENT)
            | set(bit::AVAILABLE, flag::USEABLE);
        let limit = (bits & 0xffff | bits >> 32 & 0xf_0000) as u32;
        UserDescriptor { number, base: descriptor.base(), limit, flags }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_of_flags_survives() {
        for flags in 0..=flag::ALL {
            let described = UserDescriptor::from_words([7, 0x1234_5678, 0xa_bcde, flags]);
            assert_eq!(UserDescriptor::decode(7, described.encode()), described, "{flags:#x}");
        }
    }

    #[test]
    fn the_granularity_is_what_the_program_says() {
        let pages = UserDescriptor::from_words([0, 0, 0, flag::LIMIT_IN_PAGES]);
        assert_eq!(pages.encode().limit(), 0xfff);
        let bytes = UserDescriptor::from_words([0, 0, 0xffff_ffff, 0]);
        assert_eq!(bytes.encode().limit(), 0xf_ffff, "only the lower 20 bits count");
    }

    #[test]
    fn an_entry_that_was_never_set_reads_as_not_present() {
        let words = UserDescriptor::decode(13, SegmentDescriptor::default()).to_words();
        assert_eq!(words, [13, 0, 0, flag::READ_EXEC_ONLY | flag::SEG_NOT_PRESENT]);
    }
}
