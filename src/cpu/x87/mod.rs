//! The x87 FPU state (SDM Vol. 1, "x87 FPU Execution Environment"): here the control and status words, in `registers` the
//! stack of registers.

mod registers;

/// Registers, control, status and tag words, and where the last instruction was.
///
/// What is known of the registers is in stack order, so that one test shows an instruction whether its
/// operands are valid and suit the fast path. Fields that every instruction changes are whole words, so
/// that host processors forward each store to the next load without delay.
#[derive(Clone, Debug)]
pub struct X87 {
    /// The significands of R0 to R7, by physical number.
    significands: [u64; 8],
    /// Their signs and exponents, as in a [`Slot`](super::Slot).
    words: [u32; 8],
    /// The control word.
    control: u16,
    /// The status word without TOP, C1 and PE.
    status: u16,
    /// C1 of the status word.
    c1: bool,
    /// PE of the status word, set if not zero: the bits that rounding dropped, accumulated.
    dropped: u64,
    /// TOP: the physical number of ST(0).
    top: u32,
    /// Bit i: ST(i) is known to be zero or a normal number. Conservative: a clear bit says nothing.
    /// Bit 16 + i: ST(i) is not empty.
    known: u32,
    /// Offset and selector of the last instruction that was not a control instruction.
    pub instruction: (u32, u16),
    /// Offset and selector of its memory operand.
    pub operand: (u32, u16),
    /// Its opcode: 11 bits.
    pub opcode: u16,
}

impl Default for X87 {
    /// As FNINIT leaves it, with zeros in the registers.
    fn default() -> Self {
        X87 {
            significands: [0; 8],
            words: [0; 8],
            control: X87::INITIAL_CONTROL,
            status: 0,
            c1: false,
            dropped: 0,
            top: 0,
            known: 0,
            instruction: (0, 0),
            operand: (0, 0),
            opcode: 0,
        }
    }
}

impl X87 {
    /// The six exception flags of the status word, and their masks in the control word.
    pub const EXCEPTIONS: u16 = 0x3f;
    /// PE, bit 5 of the status word: some result was rounded.
    pub const INEXACT: u16 = 0x20;
    /// SF, bit 6 of the status word: the invalid operation was a stack fault.
    pub const STACK_FAULT: u16 = 0x40;
    /// ES, bit 7 of the status word: an exception that is not masked is pending.
    pub const ERROR: u16 = 0x80;
    /// C0, condition code.
    pub const C0: u16 = 0x100;
    /// C1, condition code: the last result was rounded up, or the stack overflowed.
    pub const C1: u16 = 0x200;
    /// C2, condition code.
    pub const C2: u16 = 0x400;
    /// TOP in the status word.
    pub const TOP: u16 = 0x3800;
    /// C3, condition code.
    pub const C3: u16 = 0x4000;
    /// B, bit 15 of the status word: the same as ES.
    pub const BUSY: u16 = 0x8000;

    /// The control word after FNINIT: to nearest, 64 bits, everything masked.
    pub const INITIAL_CONTROL: u16 = 0x37f;

    /// RC, the rounding control of the control word; all ones for toward zero.
    const ROUNDING: u16 = 0xc00;

    /// The bits of the control word that exist; bit 6 is always set besides.
    const CONTROL: u16 = 0x1f3f;

    /// The status word, TOP included.
    #[inline(always)]
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status | (self.top as u16) << 11 | u16::from(self.c1) << 9 | u16::from(self.dropped != 0) << 5
    }

    /// Replaces the status word but not TOP.
    #[inline(always)]
    fn set_conditions(&mut self, word: u16) {
        self.status = word & !(Self::TOP | Self::C1 | Self::INEXACT);
        self.c1 = word & Self::C1 != 0;
        self.dropped = (word & Self::INEXACT).into();
    }

    /// Clears bits of the status word, then sets some; not TOP.
    #[inline(always)]
    pub fn change_status(&mut self, clear: u16, set: u16) {
        self.set_conditions(self.status() & !clear | set);
    }

    /// Replaces the condition codes that a comparison sets: C0, C2 and C3.
    #[inline(always)]
    pub fn tell(&mut self, codes: u16) {
        self.status = self.status & !(Self::C3 | Self::C2 | Self::C0) | codes;
    }

    /// Records a result that raises nothing but #P: C1, and PE if rounding dropped bits that were not
    /// zero.
    #[inline(always)]
    pub fn note_rounding(&mut self, up: bool, dropped: u64) {
        self.c1 = up;
        self.dropped |= dropped;
    }

    /// Records a result that was not rounded: C1 is clear.
    #[inline(always)]
    pub fn note_exact(&mut self) {
        self.c1 = false;
    }

    /// Replaces the status word; ES and B follow from the exceptions and their masks.
    pub fn set_status(&mut self, word: u16) {
        let tags = self.tags();
        self.set_conditions(word);
        self.top = u32::from(word >> 11 & 7);
        self.set_tags(tags);
        self.update_pending();
    }

    /// The control word.
    #[inline(always)]
    #[must_use]
    pub fn control(&self) -> u16 {
        self.control
    }

    /// Whether every exception is masked, so that none can be pending, and results are rounded to nearest.
    #[inline(always)]
    #[must_use]
    pub fn rounds_to_nearest(&self) -> bool {
        self.control & (Self::ROUNDING | Self::EXCEPTIONS) == Self::EXCEPTIONS
    }

    /// Whether every exception is masked, and results are rounded toward zero.
    #[inline(always)]
    #[must_use]
    pub fn truncates(&self) -> bool {
        self.control & (Self::ROUNDING | Self::EXCEPTIONS) == Self::ROUNDING | Self::EXCEPTIONS
    }

    /// Replaces the control word: an exception that it unmasks is pending.
    #[inline(always)]
    pub fn set_control(&mut self, word: u16) {
        self.control = word & Self::CONTROL | 0x40;
        self.update_pending();
    }

    /// Sets or clears ES and B.
    #[inline(always)]
    fn update_pending(&mut self) {
        let unmasked = self.status() & !self.control & Self::EXCEPTIONS != 0;
        let summary = Self::ERROR | Self::BUSY;
        self.status = if unmasked { self.status | summary } else { self.status & !summary };
    }

    /// Whether an exception waits for the next waiting instruction.
    #[inline(always)]
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.status & Self::ERROR != 0
    }

    /// FNINIT: everything as at first, but registers keep their bits.
    pub fn initialize(&mut self) {
        *self = X87 { significands: self.significands, words: self.words, ..X87::default() };
    }
}
