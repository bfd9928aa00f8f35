//! Segment registers and descriptors (SDM Vol. 3A, "Segment Descriptors").

/// A segment register by name; the discriminant is its encoding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Segment {
    /// ES, the destination of string instructions.
    Es,
    /// CS, code.
    Cs,
    /// SS, the stack.
    Ss,
    /// DS, data.
    Ds,
    /// FS.
    Fs,
    /// GS: thread-local storage, on Linux.
    Gs,
}

impl Segment {
    /// All six, by encoding.
    pub const ALL: [Segment; 6] = [Segment::Es, Segment::Cs, Segment::Ss, Segment::Ds, Segment::Fs, Segment::Gs];
}

/// A segment descriptor: eight bytes of a descriptor table, as the processor lays them out.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct SegmentDescriptor(pub u64);

/// The visible and the hidden part of a segment register.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct SegmentRegister {
    /// The selector: index, table and requested privilege level.
    pub selector: u16,
    /// The descriptor that was loaded with it.
    pub descriptor: SegmentDescriptor,
}

impl SegmentDescriptor {
    const SEGMENT: u64 = 1 << 44;
    const PRESENT: u64 = 1 << 47;
    const DEFAULT_SIZE: u64 = 1 << 54;
    const GRANULARITY: u64 = 1 << 55;

    /// A code or data segment for user mode, present and accessed.
    ///
    /// `limit` is the last valid offset; above 1 MiB it is rounded up to whole pages. `kind` is the
    /// four-bit type (SDM Vol. 3A, "Code- and Data-Segment Types"), `big` the D/B flag.
    #[must_use]
    pub fn user(base: u32, limit: u32, kind: u8, big: bool) -> SegmentDescriptor {
        let (limit, granularity) = if limit > 0xf_ffff { (limit >> 12, Self::GRANULARITY) } else { (limit, 0) };
        let (base, limit) = (u64::from(base), u64::from(limit));
        let size = if big { Self::DEFAULT_SIZE } else { 0 };
        SegmentDescriptor(
            limit & 0xffff
                | (base & 0xff_ffff) << 16
                | u64::from(kind & 15 | 1) << 40
                | Self::SEGMENT
                | 3 << 45
                | Self::PRESENT
                | (limit >> 16) << 48
                | size
                | granularity
                | (base >> 24) << 56,
        )
    }

    /// Linear address of offset 0.
    #[must_use]
    pub fn base(self) -> u32 {
        (self.0 >> 16 & 0xff_ffff | (self.0 >> 56) << 24) as u32
    }

    /// The limit in bytes, granularity applied.
    #[must_use]
    pub fn limit(self) -> u32 {
        let limit = (self.0 & 0xffff | self.0 >> 32 & 0xf_0000) as u32;
        if self.0 & Self::GRANULARITY != 0 { limit << 12 | 0xfff } else { limit }
    }

    /// The four-bit type.
    #[must_use]
    pub fn kind(self) -> u8 {
        (self.0 >> 40 & 15) as u8
    }

    /// SegmentDescriptor privilege level.
    #[must_use]
    pub fn dpl(self) -> u8 {
        (self.0 >> 45 & 3) as u8
    }

    /// Code or data, not a system segment.
    #[must_use]
    pub fn is_segment(self) -> bool {
        self.0 & Self::SEGMENT != 0
    }

    /// The P flag.
    #[must_use]
    pub fn is_present(self) -> bool {
        self.0 & Self::PRESENT != 0
    }

    /// A code segment.
    #[must_use]
    pub fn is_code(self) -> bool {
        self.is_segment() && self.kind() & 8 != 0
    }

    /// A conforming code segment.
    pub fn is_conforming(self) -> bool {
        self.is_code() && self.kind() & 4 != 0
    }

    /// Readable: any data segment, or a code segment that says so.
    pub fn is_readable(self) -> bool {
        self.is_segment() && self.kind() & 10 != 8
    }

    /// A writable data segment.
    #[must_use]
    pub fn is_writable(self) -> bool {
        self.is_segment() && self.kind() & 10 == 2
    }

    /// A data segment whose valid offsets are those above the limit.
    pub fn is_expand_down(self) -> bool {
        self.is_segment() && self.kind() & 12 == 4
    }

    /// The D/B flag: 32-bit code, 32-bit stack pointer, or 4 GiB upper bound.
    pub fn is_big(self) -> bool {
        self.0 & Self::DEFAULT_SIZE != 0
    }

    /// The second doubleword without the base bits, as LAR returns it.
    pub fn access_rights(self) -> u32 {
        (self.0 >> 32) as u32 & 0x00ff_ff00
    }

    /// Every offset of 4 GiB is valid, so that only the base matters.
    pub fn is_unlimited(self) -> bool {
        self.is_segment() && !self.is_expand_down() && self.limit() == u32::MAX
    }
}

/// Selectors of the segments that a processor starts with: those of 64-bit Linux.
pub(super) const USER_CODE: u16 = 0x23;
pub(super) const USER_DATA: u16 = 0x2b;

/// A table with flat user code and data where 64-bit Linux has them.
pub(super) fn flat_gdt() -> Vec<SegmentDescriptor> {
    let mut gdt = vec![SegmentDescriptor::default(); 16];
    gdt[usize::from(USER_CODE >> 3)] = SegmentDescriptor::user(0, u32::MAX, 0xb, true);
    gdt[usize::from(USER_DATA >> 3)] = SegmentDescriptor::user(0, u32::MAX, 0x3, true);
    gdt
}
