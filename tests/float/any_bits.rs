//! Any bits at all as operands and controls: nothing panics, and a result that is written is never
//! an unsupported encoding.

use tab86::internals::float::x87::{self, ControlWord, FpuResult, NumberClass};
use tab86::internals::float::{F80, FloatEnvironment, ieee, transcendental};

use crate::random::{Random, operations};

fn any(random: &mut Random) -> F80 {
    F80 { significand: random.pattern(), sign_exponent: random.exponent(15) as u16 | (random.next() as u16) << 15 }
}

fn sound(outcome: FpuResult<F80>, a: F80, b: F80) {
    assert!(!outcome.written || outcome.value.class() != NumberClass::Unsupported, "{a:x?} {b:x?}: {outcome:x?}");
}

#[test]
fn x87_operations() {
    let mut random = Random(41);
    for _ in 0..operations() {
        let (a, b) = (any(&mut random), any(&mut random));
        let control = ControlWord::from_word(random.next() as u16);
        for operation in [x87::add, x87::sub, x87::mul, x87::div, x87::scale] {
            sound(operation(a, b, control), a, b);
        }
        for operation in [transcendental::atan2, transcendental::y_log2, transcendental::y_log2_plus_1] {
            sound(operation(a, b, control), a, b);
        }
        for operation in [x87::sqrt, x87::round_to_integral, transcendental::exp2_minus_1] {
            sound(operation(a, control), a, b);
        }
        for operation in [transcendental::sin, transcendental::cos, transcendental::tan] {
            operation(a, control).into_iter().for_each(|outcome| sound(outcome, a, b));
        }
        x87::remainder(a, b, control);
        x87::remainder_nearest(a, b, control);
        x87::extract(a, control);
        x87::to_format::<u32>(a, control);
        x87::to_integer::<i16>(a, control);
        x87::to_packed(a, control);
        x87::from_packed(u128::from(random.next()) << 64 | u128::from(random.next()));
    }
}

#[test]
fn sse_operations() {
    let mut random = Random(42);
    for _ in 0..operations() {
        let (a, b, c) = (random.pattern(), random.pattern(), random.pattern());
        let env = FloatEnvironment::from_mxcsr(random.next() as u32);
        for operation in [ieee::add::<u64>, ieee::sub, ieee::mul, ieee::div, ieee::min, ieee::max] {
            operation(a, b, env);
        }
        ieee::fma(a as u32, b as u32, c as u32, false, true, env);
        ieee::sqrt(a, env);
        ieee::to_half(a as u32, env);
        ieee::convert::<u64, u32>(a, env);
        ieee::to_integer::<u64, i32>(a, env.rounding, env);
        ieee::round_to_integral(a as u32, env.rounding, true, env);
    }
}
