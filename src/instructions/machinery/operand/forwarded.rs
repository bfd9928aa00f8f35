//! Operands whose value the instruction before has just written, and hands over: it is read from there, and written as
//! ever.

use std::marker::PhantomData;

use crate::instructions::{Machine, Op, Outcome};
use crate::memory::U128;

use super::memory::Form;
use super::place::{Place, Value};
use super::width::Width;

/// A general-purpose register that is forwarded.
pub struct Forwarded<P>(PhantomData<P>);

impl<W: Width, P: Value<W>> Value<W> for Forwarded<P> {
    #[inline(always)]
    fn read(m: &mut Machine, _: &Op) -> Outcome<W> {
        Ok(W::truncate(m.forwarded.general))
    }
}

impl<W: Width, P: Place<W>> Place<W> for Forwarded<P> {
    #[inline(always)]
    fn write(m: &mut Machine, op: &Op, value: W) -> Outcome<()> {
        P::write(m, op, value)
    }
    #[inline(always)]
    fn update<R>(m: &mut Machine, op: &Op, change: impl FnOnce(W) -> (W, R)) -> Outcome<R> {
        let (value, answer) = change(W::truncate(m.forwarded.general));
        P::write(m, op, value)?;
        Ok(answer)
    }
}

/// [`Base`](super::Base) with a base register that is forwarded.
pub struct ForwardedBase;

impl Form for ForwardedBase {
    #[inline(always)]
    fn offset(m: &Machine, op: &Op) -> u32 {
        m.forwarded.general.wrapping_add(op.disp)
    }
}

/// An XMM register whose low number is forwarded: as many bits as the instruction needs.
pub struct ForwardedNumber<P>(PhantomData<P>);

/// How a value is made of the low 64 bits and, if it has more, of the whole register.
macro_rules! forwarded_number {
    ($number:ty, |$low:ident, $whole:ident| $value:expr) => {
        impl<P: Value<$number>> Value<$number> for ForwardedNumber<P> {
            #[inline(always)]
            fn read(m: &mut Machine, op: &Op) -> Outcome<$number> {
                let ($low, $whole) = (u64::from(m.forwarded.number), P::read(m, op)?);
                Ok($value)
            }
            #[inline(always)]
            fn read_lane(m: &mut Machine, op: &Op, number: usize) -> Outcome<$number> {
                if number == 0 { Self::read(m, op) } else { P::read_lane(m, op, number) }
            }
        }

        impl<P: Place<$number>> Place<$number> for ForwardedNumber<P> {
            #[inline(always)]
            fn write(m: &mut Machine, op: &Op, value: $number) -> Outcome<()> {
                P::write(m, op, value)
            }
            #[inline(always)]
            fn merge(m: &mut Machine, op: &Op, value: $number) -> Outcome<()> {
                P::merge(m, op, value)
            }
            #[inline(always)]
            fn update<R>(m: &mut Machine, op: &Op, change: impl FnOnce($number) -> ($number, R)) -> Outcome<R> {
                let (value, answer) = change(Self::read(m, op)?);
                Self::merge(m, op, value)?;
                Ok(answer)
            }
        }
    };
}

forwarded_number!(u32, |low, _whole| low as u32);
forwarded_number!(u64, |low, _whole| low);
forwarded_number!(u128, |low, whole| whole & !u128::from(u64::MAX) | u128::from(low));
forwarded_number!(U128, |low, whole| {
    let [_, high] = bytemuck::must_cast::<[u8; 16], [[u8; 8]; 2]>(whole.0);
    U128(bytemuck::must_cast([low.to_le_bytes(), high]))
});
