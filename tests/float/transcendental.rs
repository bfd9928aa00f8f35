//! Transcendental functions against `astro-float-num` at 256 bits: correctly rounded in every mode that
//! can be asked, which is more than the one ulp that the SDM allows.

use astro_float_num::{BigFloat, Consts, RoundingMode, Sign};
use tab86::internals::float::transcendental::{atan2, cos, exp2_minus_1, sin, tan, y_log2, y_log2_plus_1};
use tab86::internals::float::x87::ControlWord;
use tab86::internals::float::{F80, Rounding};

use crate::random::Random;

const BITS: usize = 320;
const ROUND: RoundingMode = RoundingMode::None;

/// The witness is slow: its own count.
fn operations() -> u64 {
    if std::env::var_os("TAB86_LONG").is_some() { 50_000 } else { 150 }
}

fn big(a: F80) -> BigFloat {
    let mut number = BigFloat::from_u64(a.significand, BITS);
    number.set_exponent(i32::from(a.exponent()) - 16382);
    if a.is_negative() { number.neg() } else { number }
}

/// Half the 66-bit pi, and how often it goes into `a`, as the processor reduces.
fn reduced(a: &BigFloat) -> (u8, BigFloat) {
    let mut half_pi = BigFloat::from_u128(0x3_243f_6a88_85a3_08d3, BITS);
    let exponent = half_pi.exponent().expect("finite") - 65;
    half_pi.set_exponent(exponent);
    let half = BigFloat::from_f64(0.5, BITS);
    let turns = a.div(&half_pi, BITS, ROUND).add(&half, BITS, ROUND).floor();
    let four = BigFloat::from_u8(4, BITS);
    let quadrant = turns.sub(&turns.div(&four, BITS, ROUND).floor().mul(&four, BITS, ROUND), BITS, ROUND);
    let quadrant = (0..4).find(|q| quadrant.cmp(&BigFloat::from_u8(*q, BITS)) == Some(0)).expect("0 to 3");
    (quadrant, a.sub(&turns.mul(&half_pi, BITS, ROUND), BITS, ROUND))
}

struct Witness(Consts);

impl Witness {
    fn sine(&mut self, a: &BigFloat, ahead: u8) -> BigFloat {
        let (quadrant, angle) = reduced(a);
        match (quadrant + ahead) & 3 {
            0 => angle.sin(BITS, ROUND, &mut self.0),
            1 => angle.cos(BITS, ROUND, &mut self.0),
            2 => angle.sin(BITS, ROUND, &mut self.0).neg(),
            _ => angle.cos(BITS, ROUND, &mut self.0).neg(),
        }
    }

    fn angle(&mut self, y: &BigFloat, x: &BigFloat) -> BigFloat {
        let acute = y.div(x, BITS, ROUND).atan(BITS, ROUND, &mut self.0);
        match (x.is_negative(), y.is_negative()) {
            (false, _) => acute,
            (true, false) => acute.add(&self.0.pi(BITS, ROUND), BITS, ROUND),
            (true, true) => acute.sub(&self.0.pi(BITS, ROUND), BITS, ROUND),
        }
    }

    fn power(&mut self, a: &BigFloat) -> BigFloat {
        let one = BigFloat::from_u8(1, BITS);
        BigFloat::from_u8(2, BITS).pow(a, BITS, ROUND, &mut self.0).sub(&one, BITS, ROUND)
    }

    fn logarithm(&mut self, y: &BigFloat, x: &BigFloat) -> BigFloat {
        x.log2(BITS, ROUND, &mut self.0).mul(y, BITS, ROUND)
    }
}

/// The witness rounded to 64 bits.
fn rounded(exact: &BigFloat, rounding: Rounding) -> F80 {
    let mode = match rounding {
        Rounding::Nearest => RoundingMode::ToEven,
        Rounding::Down => RoundingMode::Down,
        Rounding::Up => RoundingMode::Up,
        Rounding::Zero => RoundingMode::ToZero,
    };
    let mut short = exact.clone();
    short.set_precision(64, mode).expect("64 bits");
    let significand = short.mantissa_digits().and_then(|digits| digits.last().copied()).expect("finite");
    let exponent = short.exponent().expect("finite") + 16382;
    let sign = u16::from(short.sign() == Some(Sign::Neg)) << 15;
    F80 { significand, sign_exponent: sign | exponent as u16 }
}

fn number(random: &mut Random, low: i32, high: i32) -> F80 {
    let exponent = low + random.below((high - low + 1) as u64) as i32;
    let sign = (random.next() as u16) << 15;
    F80 { significand: random.pattern() | 1 << 63, sign_exponent: sign | (exponent + 16383) as u16 }
}

/// Runs `check` with operands in these ranges of exponents.
fn each(seed: u64, ranges: &[(i32, i32)], mut check: impl FnMut(F80, F80, ControlWord, &mut Witness)) {
    let mut random = Random(seed);
    let mut witness = Witness(Consts::new().expect("memory"));
    for i in 0..operations() {
        let (low, high) = ranges[i as usize % ranges.len()];
        let control = ControlWord { rounding: random.rounding(), ..ControlWord::default() };
        check(number(&mut random, low, high), number(&mut random, -20, 20), control, &mut witness);
    }
}

#[test]
fn sine_cosine_tangent() {
    each(31, &[(-30, 62), (-8, 2)], |x, _, control, witness| {
        let (sine, cosine) = (witness.sine(&big(x), 0), witness.sine(&big(x), 1));
        let value =
            |outcome: Option<tab86::internals::float::x87::FpuResult<F80>>| outcome.map(|outcome| outcome.value);
        let rounding = control.rounding;
        assert_eq!(value(sin(x, control)), Some(rounded(&sine, rounding)), "sin {x:x?} {rounding:?}");
        assert_eq!(value(cos(x, control)), Some(rounded(&cosine, rounding)), "cos {x:x?} {rounding:?}");
        let tangent = sine.div(&cosine, BITS, ROUND);
        assert_eq!(value(tan(x, control)), Some(rounded(&tangent, rounding)), "tan {x:x?} {rounding:?}");
    });
}

#[test]
fn arctangent() {
    each(32, &[(-30, 30), (-4, 4)], |y, x, control, witness| {
        let exact = witness.angle(&big(y), &big(x));
        assert_eq!(atan2(y, x, control).value, rounded(&exact, control.rounding), "{y:x?} {x:x?} {control:?}");
    });
}

#[test]
fn power() {
    each(33, &[(-60, -1), (-8, -1)], |x, _, control, witness| {
        let exact = witness.power(&big(x));
        assert_eq!(exp2_minus_1(x, control).value, rounded(&exact, control.rounding), "{x:x?} {control:?}");
    });
}

#[test]
fn logarithm() {
    each(34, &[(-1, 0), (-900, 900)], |x, y, control, witness| {
        let x = x.absolute();
        let exact = witness.logarithm(&big(y), &big(x));
        let ours = y_log2(y, x, control).value;
        if x.significand << 1 != 0 {
            assert_eq!(ours, rounded(&exact, control.rounding), "{y:x?} {x:x?} {control:?}");
        }
    });
}

#[test]
fn logarithm_plus_1() {
    let one = BigFloat::from_u8(1, BITS);
    each(35, &[(-60, -3), (-9, -3)], |x, y, control, witness| {
        let exact = witness.logarithm(&big(y), &big(x).add(&one, BITS, ROUND));
        let ours = y_log2_plus_1(y, x, control).value;
        assert_eq!(ours, rounded(&exact, control.rounding), "{y:x?} {x:x?} {control:?}");
    });
}
