//! Seeded operands: every class of number, with the patterns that rounding trips over.

use tab86::cpu;
use tab86::internals::float::{ExceptionFlags, F80, Rounding};

/// The processor's generator, with what tests want of it.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        let mut generator = cpu::Random(self.0);
        let number = generator.number();
        self.0 = generator.0;
        number
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    pub fn rounding(&mut self) -> Rounding {
        Rounding::from_bits(self.next() as u8)
    }

    /// 64 bits: random, short, or a run of ones or zeros with a disturbance.
    pub fn pattern(&mut self) -> u64 {
        let shift = self.below(64);
        match self.below(5) {
            0 => self.next() << shift,
            1 => !0 << shift,
            2 => 1 << shift,
            3 => (1u64 << shift).wrapping_sub(self.below(4)),
            _ => self.next(),
        }
    }

    /// An exponent field of `bits` bits: anywhere, near one, or near either end.
    pub fn exponent(&mut self, bits: u32) -> u64 {
        let top = (1u64 << bits) - 1;
        match self.below(8) {
            0 => self.below(70.min(top)),
            1 => top - self.below(70.min(top)),
            2..5 => top / 2 - 40.min(top / 2) + self.below(80.min(top)),
            _ => self.below(top + 1),
        }
    }

    /// A valid 80-bit number, no NaN.
    pub fn f80(&mut self) -> F80 {
        let field = self.exponent(15) as u16;
        let pattern = self.pattern();
        let significand = match field {
            0 => pattern & !(1 << 63),
            0x7fff => 1 << 63,
            _ => pattern | 1 << 63,
        };
        F80 { significand, sign_exponent: (self.next() as u16) << 15 | field }
    }

    /// The bits of a 32-bit (8 exponent bits) or 64-bit (11) number, no NaN.
    pub fn ieee(&mut self, width: u32, exponent_bits: u32) -> u64 {
        let fraction_bits = width - 1 - exponent_bits;
        let field = self.exponent(exponent_bits);
        let infinite = field == (1 << exponent_bits) - 1;
        let fraction = if infinite { 0 } else { self.pattern() >> (64 - fraction_bits) };
        (self.next() & 1) << (width - 1) | field << fraction_bits | fraction
    }
}

/// How many operations a kind: few, or ten million where `TAB86_LONG` is set.
pub fn operations() -> u64 {
    if std::env::var_os("TAB86_LONG").is_some() { 10_000_000 } else { 20_000 }
}

pub fn apfloat_round(rounding: Rounding) -> rustc_apfloat::Round {
    match rounding {
        Rounding::Nearest => rustc_apfloat::Round::NearestTiesToEven,
        Rounding::Down => rustc_apfloat::Round::TowardNegative,
        Rounding::Up => rustc_apfloat::Round::TowardPositive,
        Rounding::Zero => rustc_apfloat::Round::TowardZero,
    }
}

/// The witness's status as exception flags.
pub fn told(status: rustc_apfloat::Status) -> ExceptionFlags {
    use rustc_apfloat::Status;
    [
        (Status::INVALID_OP, ExceptionFlags::INVALID),
        (Status::DIV_BY_ZERO, ExceptionFlags::DIVIDE),
        (Status::OVERFLOW, ExceptionFlags::OVERFLOW),
        (Status::UNDERFLOW, ExceptionFlags::UNDERFLOW),
        (Status::INEXACT, ExceptionFlags::PRECISION),
    ]
    .into_iter()
    .filter(|(status_bit, _)| status.contains(*status_bit))
    .fold(ExceptionFlags::NONE, |flags, (_, flag)| flags | flag)
}

/// Whether the flags agree, where the witness can tell. A tiny number that rounds to the smallest
/// normal one is no underflow to it, and a number cut to the largest finite one no overflow; those
/// are looked at where exponents wrap.
pub fn agree(ours: ExceptionFlags, theirs: ExceptionFlags, smallest: bool, largest: bool) -> bool {
    let ignored = ExceptionFlags::UNDERFLOW.when(smallest) | ExceptionFlags::OVERFLOW.when(largest);
    ours & !ignored == theirs & !ignored
}
