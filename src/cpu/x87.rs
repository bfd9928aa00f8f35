//! The x87 FPU state (SDM Vol. 1, "x87 FPU Execution Environment"); MMX registers are the
//! significands of its physical registers.

/// A register: 64 bits of significand, and sign and exponent.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Extended {
    /// The significand, integer bit on top.
    pub significand: u64,
    /// Sign (bit 15) and biased exponent.
    pub sign_exponent: u16,
}

/// Registers, control, status and tag words, and where the last instruction was.
#[derive(Clone, Debug)]
pub struct X87 {
    /// R0 to R7, by physical number.
    pub registers: [Extended; 8],
    /// The control word.
    pub control: u16,
    /// The status word without TOP.
    pub status: u16,
    /// TOP: the physical number of ST(0).
    pub top: u8,
    /// Bit i: R(i) is not empty (the abridged tag word of FXSAVE).
    pub tags: u8,
    /// Offset and selector of the last instruction that was not a control instruction.
    pub instruction: (u32, u16),
    /// Offset and selector of its memory operand.
    pub operand: (u32, u16),
    /// Its opcode: 11 bits.
    pub opcode: u16,
}

impl Default for X87 {
    /// As FNINIT leaves it.
    fn default() -> Self {
        X87 {
            registers: [Extended::default(); 8],
            control: X87::INITIAL_CONTROL,
            status: 0,
            top: 0,
            tags: 0,
            instruction: (0, 0),
            operand: (0, 0),
            opcode: 0,
        }
    }
}

impl X87 {
    /// The six exception flags of the status word, and their masks in the control word.
    pub const EXCEPTIONS: u16 = 0x3f;
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

    /// The bits of the control word that exist; bit 6 is always set besides.
    const CONTROL: u16 = 0x1f3f;

    /// The physical number of ST(i).
    #[inline(always)]
    pub fn physical(&self, i: u8) -> usize {
        usize::from(self.top.wrapping_add(i) & 7)
    }

    /// ST(i), unless it is empty.
    #[inline(always)]
    pub fn get(&self, i: u8) -> Option<Extended> {
        let at = self.physical(i);
        (self.tags & 1 << at != 0).then(|| self.registers[at])
    }

    /// Replaces ST(i), which is no longer empty.
    #[inline(always)]
    pub fn set(&mut self, i: u8, value: Extended) {
        let at = self.physical(i);
        self.registers[at] = value;
        self.tags |= 1 << at;
    }

    /// Replaces ST(i), which is not empty.
    #[inline(always)]
    pub fn replace(&mut self, i: u8, value: Extended) {
        self.registers[self.physical(i)] = value;
    }

    /// Makes ST(i) empty.
    #[inline(always)]
    pub fn free(&mut self, i: u8) {
        self.tags &= !(1 << self.physical(i));
    }

    /// A new ST(0).
    #[inline(always)]
    pub fn push(&mut self, value: Extended) {
        self.turn(-1);
        self.set(0, value);
    }

    /// ST(0) becomes empty, ST(1) the new ST(0).
    #[inline(always)]
    pub fn pop(&mut self) {
        self.free(0);
        self.turn(1);
    }

    /// Adds to TOP.
    #[inline(always)]
    pub fn turn(&mut self, by: i8) {
        self.top = self.top.wrapping_add_signed(by) & 7;
    }

    /// The whole status word.
    pub fn status_word(&self) -> u16 {
        self.status & !Self::TOP | u16::from(self.top & 7) << 11
    }

    /// Replaces the status word; ES and B follow from the exceptions and their masks.
    pub fn set_status_word(&mut self, word: u16) {
        self.status = word & !Self::TOP;
        self.top = (word >> 11) as u8 & 7;
        self.update_pending();
    }

    /// Replaces the control word: an exception that it unmasks is pending.
    pub fn set_control_word(&mut self, word: u16) {
        self.control = word & Self::CONTROL | 0x40;
        self.update_pending();
    }

    /// Sets or clears ES and B.
    pub fn update_pending(&mut self) {
        let unmasked = self.status & !self.control & Self::EXCEPTIONS != 0;
        let summary = Self::ERROR | Self::BUSY;
        self.status = if unmasked { self.status | summary } else { self.status & !summary };
    }

    /// Whether an exception waits for the next waiting instruction.
    #[inline(always)]
    pub fn is_pending(&self) -> bool {
        self.status & Self::ERROR != 0
    }

    /// MM(i).
    pub fn mm(&self, i: u8) -> u64 {
        self.registers[usize::from(i & 7)].significand
    }

    /// Replaces MM(i): as after every MMX instruction TOP is 0 and all registers are valid, and the
    /// exponent of the one written is all ones.
    pub fn set_mm(&mut self, i: u8, value: u64) {
        self.registers[usize::from(i & 7)] = Extended { significand: value, sign_exponent: 0xffff };
        self.enter_mmx();
    }

    /// What every MMX instruction but EMMS does to the FPU: TOP 0, all registers valid.
    pub fn enter_mmx(&mut self) {
        self.top = 0;
        self.tags = 0xff;
    }
}
