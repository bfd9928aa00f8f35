//! x87 operands: registers of the stack, and the numbers in memory that the FPU reads and writes.

use crate::cpu::{Extended, Slot, X87};
use crate::float::ieee::Format;
use crate::float::x87::fast::{self, FastResult, Usual};
use crate::float::x87::{self, ControlWord, FpuOperand, FpuResult};
use crate::float::{ExceptionFlags, F80, Integer};
use crate::instructions::{Machine, Op, Outcome};
use crate::memory::Scalar;

use super::place::Value;

/// Which register of the stack: `StackIndex(i)` is ST(i).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StackIndex(pub u8);

/// The stack register of operand `N`.
pub struct St<const N: usize>;

/// ST(0).
pub struct Top;

impl<const N: usize> Value<StackIndex> for St<N> {
    #[inline(always)]
    fn read(_: &mut Machine, op: &Op) -> Outcome<StackIndex> {
        Ok(StackIndex(op.r[N]))
    }
}

impl Value<StackIndex> for Top {
    #[inline(always)]
    fn read(_: &mut Machine, _: &Op) -> Outcome<StackIndex> {
        Ok(StackIndex(0))
    }
}

impl From<Extended> for F80 {
    #[inline(always)]
    fn from(register: Extended) -> F80 {
        F80 { significand: register.significand, sign_exponent: register.sign_exponent }
    }
}

impl From<F80> for Extended {
    #[inline(always)]
    fn from(number: F80) -> Extended {
        Extended { significand: number.significand, sign_exponent: number.sign_exponent }
    }
}

impl From<Slot> for Usual {
    #[inline(always)]
    fn from(Slot { significand, word }: Slot) -> Usual {
        Usual { significand, word }
    }
}

impl From<Usual> for Slot {
    #[inline(always)]
    fn from(Usual { significand, word }: Usual) -> Slot {
        Slot { significand, word }
    }
}

/// The ten bytes in memory of an 80-bit number or a packed decimal integer.
pub type Ten = [u8; 10];

/// A register from the ten bytes that it takes in memory.
#[inline(always)]
pub fn from_ten_bytes(bytes: Ten) -> F80 {
    let all = packed(bytes);
    F80 { significand: all as u64, sign_exponent: (all >> 64) as u16 }
}

/// The ten bytes that a register takes in memory.
#[inline(always)]
pub fn to_ten_bytes(number: F80) -> Ten {
    ten_bytes(u128::from(number.sign_exponent) << 64 | u128::from(number.significand))
}

/// A packed decimal integer from memory.
#[inline(always)]
pub fn packed(bytes: Ten) -> u128 {
    let mut all = [0; 16];
    all[..10].copy_from_slice(&bytes);
    u128::from_le_bytes(all)
}

/// The lowest ten bytes of a number.
#[inline(always)]
pub fn ten_bytes(all: u128) -> Ten {
    let mut bytes = [0; 10];
    bytes.copy_from_slice(&all.to_le_bytes()[..10]);
    bytes
}

/// An operand of the FPU: a register, which may be empty, or a number in memory, where `u32` and `u64`
/// are floating-point numbers.
pub trait Real: Copy {
    /// As an operand of arithmetic or comparison; `None` if the register is empty.
    fn operand(self, x: &X87) -> Option<FpuOperand>;

    /// As FLD or FILD loads it; `None` if the register is empty.
    fn loaded(self, x: &X87, control: ControlWord) -> Option<FpuResult<F80>>;

    /// The number for the fast path; `None` unless it is known to be zero or normal.
    fn fast(self, x: &X87) -> Option<Usual>;
}

impl Real for StackIndex {
    #[inline(always)]
    fn operand(self, x: &X87) -> Option<FpuOperand> {
        Some(F80::from(x.get(self.0)?).into())
    }
    #[inline(always)]
    fn loaded(self, x: &X87, _: ControlWord) -> Option<FpuResult<F80>> {
        Some(plain(x.get(self.0)?.into()))
    }
    #[inline(always)]
    fn fast(self, x: &X87) -> Option<Usual> {
        Some(x.usual(self.0)?.into())
    }
}

/// A result that raises nothing.
#[inline(always)]
pub fn plain<T>(value: T) -> FpuResult<T> {
    FpuResult { value, flags: ExceptionFlags::NONE, rounded_up: false, written: true }
}

/// A register from memory, if it is zero or a normal number.
#[inline(always)]
fn usual_ten(bytes: Ten) -> Option<Usual> {
    let number = from_ten_bytes(bytes);
    Extended::from(number).is_usual().then(|| number.into())
}

macro_rules! real {
    ($($number:ty: |$value:ident, $control:ident| $operand:expr, $loaded:expr, $fast:expr;)*) => {$(
        impl Real for $number {
            #[inline(always)]
            fn operand(self, _: &X87) -> Option<FpuOperand> {
                let $value = self;
                Some($operand.into())
            }
            #[inline(always)]
            fn loaded(self, _: &X87, $control: ControlWord) -> Option<FpuResult<F80>> {
                let $value = self;
                Some($loaded)
            }
            #[inline(always)]
            fn fast(self, _: &X87) -> Option<Usual> {
                let $value = self;
                $fast
            }
        }
    )*};
}

real! {
    u32: |value, control| x87::memory(value), x87::from_format(value, control), fast::widened(value);
    u64: |value, control| x87::memory(value), x87::from_format(value, control), fast::widened(value);
    i16: |value, _control| x87::from_integer(value), plain(x87::from_integer(value)), Some(x87::from_integer(value).into());
    i32: |value, _control| x87::from_integer(value), plain(x87::from_integer(value)), Some(x87::from_integer(value).into());
    i64: |value, _control| x87::from_integer(value), plain(x87::from_integer(value)), Some(x87::from_integer(value).into());
    Ten: |value, _control| from_ten_bytes(value), plain(from_ten_bytes(value)), usual_ten(value);
}

/// A number in memory that the FPU stores: `u32` and `u64` are floating-point numbers.
pub trait Stored: Scalar {
    /// ST(0) in this format.
    fn stored(value: F80, control: ControlWord) -> FpuResult<Self>;

    /// The same on the fast path, which raises nothing but #P; `None` if it does not apply.
    fn fast(value: Usual, x: &X87) -> Option<FastResult<Self>>;
}

/// In a floating-point format.
#[inline(always)]
fn narrowed<F: Format>(value: Usual, x: &X87) -> Option<FastResult<F>> {
    if x.rounds_to_nearest() { fast::narrowed(value) } else { None }
}

/// As an integer. Casts in C set the control word so that it is truncated.
#[inline(always)]
fn integer<T: Integer>(value: Usual, x: &X87) -> Option<FastResult<T>> {
    let truncated = x.truncates();
    if truncated || x.rounds_to_nearest() { fast::to_integer(value, truncated) } else { None }
}

macro_rules! stored {
    ($convert:ident, $fast:expr, $($number:ty),*) => {$(
        impl Stored for $number {
            #[inline(always)]
            fn stored(value: F80, control: ControlWord) -> FpuResult<Self> {
                x87::$convert(value, control)
            }
            #[inline(always)]
            fn fast(value: Usual, x: &X87) -> Option<FastResult<Self>> {
                $fast(value, x)
            }
        }
    )*};
}

stored!(to_format, narrowed, u32, u64);
stored!(to_integer, integer, i16, i32, i64);

impl Stored for Ten {
    #[inline(always)]
    fn stored(value: F80, _: ControlWord) -> FpuResult<Self> {
        plain(to_ten_bytes(value))
    }
    #[inline(always)]
    fn fast(value: Usual, x: &X87) -> Option<FastResult<Self>> {
        let result = FastResult { value: to_ten_bytes(value.into()), up: false, dropped: 0 };
        (!x.is_pending()).then_some(result)
    }
}
