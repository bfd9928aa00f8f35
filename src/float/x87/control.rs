//! The controls and the result of an x87 operation (SDM Vol. 1, "x87 FPU Control Word" and "x87 FPU
//! Status Register"). Accumulating flags and condition codes belongs to the instructions.

use crate::float::round::FormatParameters;
use crate::float::{ExceptionFlags, FloatEnvironment, Rounding};

/// The PC field of the control word: significant bits of the results of addition, subtraction,
/// multiplication, division and square root. The exponent keeps its 15 bits.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Precision {
    /// 24 bits.
    Single,
    /// 53 bits.
    Double,
    /// 64 bits.
    #[default]
    Extended,
}

/// The fields of the control word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ControlWord {
    /// The RC field.
    pub rounding: Rounding,
    /// The PC field.
    pub precision: Precision,
    /// The masked exceptions.
    pub masks: ExceptionFlags,
}

/// As FNINIT leaves it (037FH): nearest, 64 bits, all masked.
impl Default for ControlWord {
    fn default() -> ControlWord {
        ControlWord { rounding: Rounding::Nearest, precision: Precision::Extended, masks: ExceptionFlags::ALL }
    }
}

impl ControlWord {
    /// From a control word; the reserved PC encoding 01B counts as 64 bits.
    #[inline(always)]
    pub fn from_word(word: u16) -> ControlWord {
        let precision = match word >> 8 & 3 {
            0 => Precision::Single,
            2 => Precision::Double,
            _ => Precision::Extended,
        };
        let masks = ExceptionFlags(word as u8 & ExceptionFlags::ALL.0);
        ControlWord { rounding: Rounding::from_bits((word >> 10) as u8), precision, masks }
    }

    /// The same without precision control, as for all other operations.
    #[inline(always)]
    pub(in crate::float) fn extended(self) -> ControlWord {
        ControlWord { precision: Precision::Extended, ..self }
    }

    /// The environment for rounding; the FPU never flushes to zero.
    #[inline(always)]
    pub(in crate::float) fn env(self) -> FloatEnvironment {
        FloatEnvironment { rounding: self.rounding, masks: self.masks, ..FloatEnvironment::DEFAULT }
    }

    /// The format that results are rounded to: the exponents of the registers with this precision.
    #[inline(always)]
    pub(in crate::float) fn format(self) -> FormatParameters {
        let precision = match self.precision {
            Precision::Single => 24,
            Precision::Double => 53,
            Precision::Extended => 64,
        };
        FormatParameters { precision, min: -16382, max: 16383 }
    }
}

/// The result of an x87 operation: a value, the exceptions it raised, and whether it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FpuResult<T> {
    /// What the destination receives; meaningless where `written` is false.
    pub value: T,
    /// The exceptions raised, masked or not.
    pub flags: ExceptionFlags,
    /// C1: the result was rounded up in magnitude.
    pub rounded_up: bool,
    /// False where an unmasked exception leaves the destination (and the stack) as it was: #I and #Z
    /// always, #D except for FLD, #O and #U where the destination is memory.
    pub written: bool,
}

impl<T> FpuResult<T> {
    /// A result that was not rounded.
    #[inline(always)]
    pub(in crate::float) fn exact(value: T, flags: ExceptionFlags, control: ControlWord) -> FpuResult<T> {
        FpuResult { value, flags, rounded_up: false, written: control.masks.contains(flags & ExceptionFlags::BEFORE) }
    }

    /// The same result with another value.
    #[inline(always)]
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> FpuResult<U> {
        FpuResult { value: change(self.value), flags: self.flags, rounded_up: self.rounded_up, written: self.written }
    }
}
