//! The legacy region of a saved state (SDM Vol. 1, "Layout of the Legacy Region of an XSAVE Area"):
//! what FXSAVE stores, and XSAVE at the start of its area. Here is its format; the instructions are
//! in `simd_state` and `extended_state`.

use crate::cpu::{Cpu, Extended, MXCSR_MASK, Vectors, X87};

/// Bytes of the legacy region.
pub const SIZE: usize = 512;

/// Where its parts are.
const MXCSR: usize = 24;
const MASK: usize = 28;
const REGISTERS: usize = 32;
const VECTORS: usize = 160;

/// Replaces the bytes at an offset.
pub fn put<const N: usize>(image: &mut [u8], at: usize, bytes: [u8; N]) {
    image[at..at + N].copy_from_slice(&bytes);
}

/// The bytes at an offset.
pub fn get<const N: usize>(image: &[u8], at: usize) -> [u8; N] {
    std::array::from_fn(|byte| image[at + byte])
}

/// Stores the x87 state.
pub fn put_x87(image: &mut [u8], x87: &X87) {
    put(image, 0, x87.control().to_le_bytes());
    put(image, 2, x87.status().to_le_bytes());
    put(image, 4, [x87.tags(), 0]);
    put(image, 6, x87.opcode.to_le_bytes());
    for (at, (offset, selector)) in [(8, x87.instruction), (16, x87.operand)] {
        put(image, at, offset.to_le_bytes());
        put(image, at + 4, u32::from(selector).to_le_bytes());
    }
    for i in 0..8 {
        let Extended { significand, sign_exponent } = x87.register(x87.physical(i));
        let register = u128::from(sign_exponent) << 64 | u128::from(significand);
        put(image, REGISTERS + 16 * usize::from(i), register.to_le_bytes());
    }
}

/// The x87 state in an image. Whether an exception is pending follows from the flags and masks.
pub fn x87(image: &[u8]) -> X87 {
    let word = |at| u16::from_le_bytes(get(image, at));
    let pointer = |at| (u32::from_le_bytes(get(image, at)), word(at + 4));
    let mut x87 = X87::default();
    x87.set_control(word(0));
    x87.set_status(word(2));
    x87.set_tags(image[4]);
    x87.opcode = word(6) & 0x7ff;
    x87.instruction = pointer(8);
    x87.operand = pointer(16);
    for i in 0..8 {
        let register = u128::from_le_bytes(get(image, REGISTERS + 16 * usize::from(i)));
        let own = Extended { significand: register as u64, sign_exponent: (register >> 64) as u16 };
        x87.set_register(x87.physical(i), own);
    }
    x87
}

/// Stores MXCSR, and which of its bits exist.
pub fn put_mxcsr(image: &mut [u8], mxcsr: u32) {
    put(image, MXCSR, mxcsr.to_le_bytes());
    put(image, MASK, MXCSR_MASK.to_le_bytes());
}

/// MXCSR in an image; `None` if it has bits that do not exist.
pub fn mxcsr(image: &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(get(image, MXCSR))).filter(|mxcsr| mxcsr & !MXCSR_MASK == 0)
}

/// Stores the XMM registers: half 0 of each vector register, at their place; half 1 goes anywhere.
pub fn put_halves(image: &mut [u8], vectors: &Vectors, half: usize, at: usize) {
    (0..8).for_each(|i| put(image, at + 16 * usize::from(i), vectors[i][half].to_le_bytes()));
}

/// Loads a half of each vector register.
pub fn get_halves(image: &[u8], vectors: &mut Vectors, half: usize, at: usize) {
    (0..8).for_each(|i| vectors[i][half] = u128::from_le_bytes(get(image, at + 16 * usize::from(i))));
}

/// Stores the XMM registers.
pub fn put_xmm(image: &mut [u8], cpu: &Cpu) {
    put_halves(image, &cpu.vectors, 0, VECTORS);
}

/// Loads the XMM registers.
pub fn get_xmm(image: &[u8], cpu: &mut Cpu) {
    get_halves(image, &mut cpu.vectors, 0, VECTORS);
}
