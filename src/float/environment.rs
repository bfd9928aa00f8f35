//! The floating-point environment that an operation runs in: the rounding mode, the exception masks,
//! and for SSE the two denormal controls (SDM Vol. 1, "Rounding" and "MXCSR Control and Status
//! Register"). The FPU's, which has precision control besides, is `x87::ControlWord`.

use super::ExceptionFlags;

/// A rounding mode, in the order of the RC fields of the x87 control word and of MXCSR.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Rounding {
    /// To nearest, ties to even.
    #[default]
    Nearest = 0,
    /// Toward minus infinity.
    Down = 1,
    /// Toward plus infinity.
    Up = 2,
    /// Toward zero.
    Zero = 3,
}

impl Rounding {
    /// From an RC field; bits above the lowest two are ignored.
    #[inline(always)]
    pub fn from_bits(bits: u8) -> Rounding {
        match bits & 3 {
            0 => Rounding::Nearest,
            1 => Rounding::Down,
            2 => Rounding::Up,
            _ => Rounding::Zero,
        }
    }

    /// Whether a magnitude is rounded away from zero, given its sign, whether its last kept bit is
    /// set (`odd`), and the part that is cut off in units of 2^-64 of that bit (`rest`, of which the
    /// lowest bit is sticky).
    #[inline(always)]
    pub(super) fn increments(self, negative: bool, odd: bool, rest: u64) -> bool {
        const HALF: u64 = 1 << 63;
        match self {
            Rounding::Nearest => rest > HALF || (rest == HALF && odd),
            Rounding::Down => negative && rest != 0,
            Rounding::Up => !negative && rest != 0,
            Rounding::Zero => false,
        }
    }

    /// Whether an overflowing magnitude becomes infinity and not the largest finite number.
    pub(super) fn overflows_to_infinity(self, negative: bool) -> bool {
        self == Rounding::Nearest || self.increments(negative, true, 1)
    }
}

/// The controls of SSE arithmetic, as MXCSR holds them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FloatEnvironment {
    /// MXCSR.RC.
    pub rounding: Rounding,
    /// The masked exceptions.
    pub masks: ExceptionFlags,
    /// MXCSR.FZ: with underflow masked, tiny results become zero.
    pub flush_to_zero: bool,
    /// MXCSR.DAZ: denormal operands count as zero.
    pub denormals_are_zero: bool,
}

impl Default for FloatEnvironment {
    fn default() -> FloatEnvironment {
        FloatEnvironment::DEFAULT
    }
}

impl FloatEnvironment {
    /// As after reset (MXCSR = 1F80H): nearest, all masked.
    pub const DEFAULT: FloatEnvironment = FloatEnvironment {
        rounding: Rounding::Nearest,
        masks: ExceptionFlags::ALL,
        flush_to_zero: false,
        denormals_are_zero: false,
    };

    /// From an MXCSR value (SDM Vol. 1, "MXCSR Control/Status Register").
    #[inline(always)]
    pub fn from_mxcsr(mxcsr: u32) -> FloatEnvironment {
        FloatEnvironment {
            rounding: Rounding::from_bits((mxcsr >> 13) as u8),
            masks: ExceptionFlags((mxcsr >> 7) as u8 & ExceptionFlags::ALL.0),
            flush_to_zero: mxcsr & 1 << 15 != 0,
            denormals_are_zero: mxcsr & 1 << 6 != 0,
        }
    }

    /// The flags that MXCSR receives from an instruction whose lanes raised `lanes` together: if a
    /// pre-computation exception is unmasked, no lane has a result, and the flags of results are not
    /// set.
    #[inline(always)]
    pub fn reported(self, lanes: ExceptionFlags) -> ExceptionFlags {
        let before = lanes & ExceptionFlags::BEFORE;
        if self.masks.contains(before) { lanes } else { before }
    }
}
