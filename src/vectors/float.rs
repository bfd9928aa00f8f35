//! The x87, MMX and vector registers of a vector: putting them into the machine, and comparing
//! them with what the processor left behind, some of them within a tolerance.

use crate::cpu::{Cpu, Extended};

use super::compare::{Difference, NarrowRegister, WideRegister};
use super::format::{FloatState, Hex, ProcessorState, TestVector};

/// C1 in the status word: which way a result was rounded.
const C1: u16 = 1 << 9;

/// The relative error that the manual allows RCPPS and RSQRTPS.
const RECIPROCAL_ERROR: f64 = 1.5 / 4096.0;

/// What a comparison found.
#[derive(Default)]
pub(super) struct Found {
    /// What is too different.
    pub differences: Vec<Difference>,
    /// Whether an approximation is within the tolerance, but not the same.
    pub near: bool,
}

/// Puts the registers that a state lists into the machine.
pub(super) fn load(state: &ProcessorState, cpu: &mut Cpu) {
    if let Some(fpu) = &state.fpu {
        load_x87(fpu, cpu);
    }
    cpu.mxcsr = state.mxcsr.unwrap_or(cpu.mxcsr.word()).into();
    let registers = state.ymm.as_ref().or(state.xmm.as_ref());
    for (number, register) in (0..).zip(registers.into_iter().flatten()) {
        cpu.vectors[number] = halves(register);
    }
}

fn load_x87(fpu: &FloatState, cpu: &mut Cpu) {
    let x87 = &mut cpu.x87;
    x87.set_control(fpu.cw.unwrap_or(x87.control()));
    x87.set_status(fpu.sw.unwrap_or(x87.status()));
    x87.set_tags(fpu.tw.unwrap_or(x87.tags()));
    for (number, register) in (0..).zip(fpu.st.iter().flatten()) {
        let physical = x87.physical(number);
        let [value, _] = halves(register);
        x87.set_register(physical, Extended { significand: value as u64, sign_exponent: (value >> 64) as u16 });
    }
}

/// The low and the high 128 bits of a register.
fn halves(register: &Hex) -> [u128; 2] {
    let mut halves = [0; 2];
    for (number, byte) in register.0.iter().rev().take(32).enumerate() {
        halves[number / 16] |= u128::from(*byte) << (number % 16 * 8);
    }
    halves
}

/// What is different in the registers that a vector lists.
pub(super) fn compare(vector: &TestVector, cpu: &Cpu) -> Found {
    let mut found = Found::default();
    compare_registers(vector, cpu, &mut found);
    compare_x87(vector, cpu, &mut found);
    let expected = vector.last.mxcsr.or(vector.initial.mxcsr);
    found.word(NarrowRegister::Mxcsr, expected, cpu.mxcsr.word(), u32::MAX);
    found
}

fn compare_registers(vector: &TestVector, cpu: &Cpu, found: &mut Found) {
    let expected = [&vector.last.ymm, &vector.last.xmm, &vector.initial.ymm, &vector.initial.xmm];
    let Some(expected) = expected.into_iter().find_map(Option::as_ref) else { return };
    let wide = expected[0].0.len() > 16 || vector.initial.ymm.is_none();
    for (number, expected) in (0..).zip(expected) {
        let (expected, mut got) = (halves(expected), cpu.vectors[number]);
        if !wide {
            got[1] = 0;
        }
        let near = vector.approx && (0..8).all(|lane| reciprocals_agree(lane_of(expected, lane), lane_of(got, lane)));
        found.wide(WideRegister::Vector(number), bytes(expected), bytes(got), near);
    }
}

fn compare_x87(vector: &TestVector, cpu: &Cpu, found: &mut Found) {
    let none = FloatState::default();
    let before = vector.initial.fpu.as_ref().unwrap_or(&none);
    let after = vector.last.fpu.as_ref().unwrap_or(&none);
    let x87 = &cpu.x87;
    for (number, expected) in (0..).zip(after.st.as_ref().or(before.st.as_ref()).into_iter().flatten()) {
        let got = x87.register(x87.physical(number));
        let got = u128::from(got.sign_exponent) << 64 | u128::from(got.significand);
        let [expected, _] = halves(expected);
        let near = vector.approx && neighbours(expected, got);
        let ten = |value: u128| value.to_be_bytes()[6..].to_vec();
        found.wide(WideRegister::Stack(number), ten(expected), ten(got), near);
    }
    // C1 tells how a result was rounded: another result, another C1.
    let ignored = vector.undefined_sw | if found.near { C1 } else { 0 };
    let status = after.sw.or(before.sw).map(u32::from);
    found.word(NarrowRegister::FpuControl, after.cw.or(before.cw).map(u32::from), x87.control().into(), u32::MAX);
    found.word(NarrowRegister::FpuStatus, status, x87.status().into(), !u32::from(ignored));
    found.word(NarrowRegister::FpuTag, after.tw.or(before.tw).map(u32::from), x87.tags().into(), u32::MAX);
}

impl Found {
    fn word(&mut self, field: NarrowRegister, expected: Option<u32>, got: u32, mask: u32) {
        let Some(expected) = expected else { return };
        if (expected ^ got) & mask != 0 {
            self.differences.push(Difference::Number { field, expected: expected & mask, got: got & mask });
        }
    }

    fn wide(&mut self, register: WideRegister, expected: Vec<u8>, got: Vec<u8>, near: bool) {
        match expected == got {
            true => {}
            false if near => self.near = true,
            false => self.differences.push(Difference::Wide { register, expected, got }),
        }
    }
}

/// The bytes of a register, most significant first.
fn bytes([low, high]: [u128; 2]) -> Vec<u8> {
    [high.to_be_bytes(), low.to_be_bytes()].concat()
}

/// One of eight 32-bit lanes of a register.
fn lane_of(register: [u128; 2], lane: usize) -> u32 {
    (register[lane / 4] >> (lane % 4 * 32)) as u32
}

/// Whether two 32-bit values are the same, or approximations of the same number.
fn reciprocals_agree(expected: u32, got: u32) -> bool {
    let (a, b) = (f64::from(f32::from_bits(expected)), f64::from(f32::from_bits(got)));
    expected == got || (a.is_finite() && b.is_finite() && (a - b).abs() <= RECIPROCAL_ERROR * a.abs())
}

/// Whether two 80-bit values are at most one unit in the last place apart.
fn neighbours(expected: u128, got: u128) -> bool {
    let without_integer_bit = |value: u128| (value >> 64) << 63 | value & ((1 << 63) - 1);
    without_integer_bit(expected).abs_diff(without_integer_bit(got)) <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_one_unit_apart() {
        let one = 0x3fff_8000_0000_0000_0000;
        assert!(neighbours(one, one + 1) && neighbours(one, 0x3ffe_ffff_ffff_ffff_ffff));
        assert!(!neighbours(one, one + 2) && !neighbours(one, one | 1 << 79));
    }

    #[test]
    fn reciprocals_have_eleven_bits() {
        let bits = f32::to_bits;
        assert!(reciprocals_agree(bits(1.0), bits(1.0003)) && !reciprocals_agree(bits(1.0), bits(1.0004)));
        assert!(!reciprocals_agree(bits(1.0), bits(-1.0)) && !reciprocals_agree(bits(0.0), bits(1e-38)));
        assert!(!reciprocals_agree(bits(f32::INFINITY), bits(1e38)) && reciprocals_agree(0x7fc0_0000, 0x7fc0_0000));
    }
}
