//! Nanoseconds an operation of the `float` room, on operands of ordinary size. Each operation feeds
//! the next, so that latency counts, as in guest programs. `cargo bench --bench float`.

use std::hint::black_box;
use std::time::Instant;

use tab86::internals::float::ieee::native::{Addition, Multiplication, Operation};
use tab86::internals::float::x87::ControlWord;
use tab86::internals::float::{F80, FloatEnvironment, ieee, transcendental, x87};

const ROUNDS: u32 = 2_000_000;

/// Times `operation` on its own last result.
fn time<T: Copy>(name: &str, start: T, mut operation: impl FnMut(T) -> T) {
    let begin = Instant::now();
    let mut value = start;
    for _ in 0..ROUNDS {
        value = operation(black_box(value));
    }
    black_box(value);
    println!("{name:12} {:7.1} ns", begin.elapsed().as_nanos() as f64 / f64::from(ROUNDS));
}

fn main() {
    let control = ControlWord::default();
    let factor = F80 { significand: 0x8000_0000_0123_4567, sign_exponent: 0x3fff };
    let start = F80 { significand: 0xc90f_daa2_2168_c235, sign_exponent: 0x3fff };
    time("add", start, |x| x87::add(x, factor, control).value);
    time("sub", start, |x| x87::sub(factor, x, control).value);
    time("mul", start, |x| x87::mul(x, factor, control).value);
    time("div", start, |x| x87::div(x, factor, control).value);
    time("sqrt", start, |x| x87::sqrt(x, control).value);
    time("compare", start, |x| if x87::compare(x, factor, control).written { x } else { factor });
    time("load f64", 1.5f64.to_bits(), |x| x87::from_format(x, control).value.significand >> 2);
    time("store f64", start, |x| F80 { significand: x87::to_format::<u64>(x, control).value | 1 << 63, ..x });
    time("load i32", start, |x| x87::from_integer(x.significand as i32 | 1));
    time("store i32", start, |x| F80 { significand: x87::to_integer::<i32>(x, control).value as u64 | 1 << 63, ..x });
    time("sin", start, |x| {
        transcendental::sin(x, control).map_or(x, |sine| F80 { sign_exponent: 0x3fff, ..sine.value })
    });
    time("tan", start, |x| {
        transcendental::tan(x, control).map_or(x, |sine| F80 { sign_exponent: 0x3fff, ..sine.value })
    });
    time("atan2", start, |x| transcendental::atan2(x, factor, control).value);
    time("exp2 - 1", start, |x| transcendental::exp2_minus_1(F80 { sign_exponent: 0x3ffe, ..x }, control).value);
    time("y log2 x", start, |x| F80 { sign_exponent: 0x4000, ..transcendental::y_log2(x, x, control).value });
    let env = FloatEnvironment::default();
    let (a, b) = (1.5f64.to_bits(), 1.000_000_1f64.to_bits());
    time("f64 add", a, |x| ieee::add(x, b, env).0);
    time("f64 mul", a, |x| ieee::mul(x, b, env).0);
    time("f64 div", a, |x| ieee::div(x, b, env).0);
    time("f64 fma", a, |x| ieee::fma(x, b, b, false, true, env).0);
    time("host add", a, |x| Addition::certain([x, b]).unwrap_or(a));
    time("host mul", a, |x| Multiplication::certain([x, b]).unwrap_or(a));
}
