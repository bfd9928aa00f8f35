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
            control: 0x37f,
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
    /// ES, bit 7 of the status word: an exception that is not masked is pending.
    pub const ERROR: u16 = 0x80;

    /// The physical number of ST(i).
    pub fn physical(&self, i: u8) -> usize {
        usize::from(self.top.wrapping_add(i) & 7)
    }

    /// Whether an exception waits for the next waiting instruction.
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
