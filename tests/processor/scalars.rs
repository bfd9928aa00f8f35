//! Scalar floating point in random order, in every mode of the engine: low numbers of XMM registers are forwarded from
//! one instruction to the next, as doubles and as singles, and whole registers are read in between.

use crate::support::{DATA, machine, run};
use tab86::cpu::{self, Register};

/// Numbers of every kind: ordinary, far, zero, denormal, infinite, and two NaNs, of which one is signaling.
const DOUBLES: [u64; 9] = [
    0x3ff8_0000_0000_0000,
    0xc008_cccc_cccc_cccd,
    0x7fd0_0000_0000_0001,
    0,
    1 << 63,
    0x8000_0000_0000_0123,
    0x7ff0_0000_0000_0000,
    0x7ff8_0000_0000_0001,
    0xfff0_0000_0000_0001,
];

/// As LDMXCSR has it: as after reset, with PE set, rounding up, and with PM clear.
const MXCSR: [u32; 4] = [0x1f80, 0x1fa0, 0x5fa0, 0x0fa0];

/// A number less than `count`.
fn below(random: &mut cpu::Random, count: u8) -> u8 {
    (random.number() % u64::from(count)) as u8
}

/// One instruction, mostly of a register with itself or its neighbour; memory is at ESI.
fn instruction(random: &mut cpu::Random, code: &mut Vec<u8>) {
    const ARITHMETIC: [u8; 7] = [0x58, 0x5c, 0x59, 0x5e, 0x51, 0x5d, 0x5f];
    let (a, b, place) = (below(random, 3), below(random, 3), below(random, 16) * 8);
    let registers = 0xc0 | a << 3 | b;
    let memory = 0x40 | a << 3 | Register::Esi as u8;
    let format = 0xf2 + below(random, 2);
    let operation = ARITHMETIC[usize::from(below(random, 7))];
    match below(random, 16) {
        0..=3 => code.extend([format, 0x0f, operation, registers]),
        4 => code.extend([format, 0x0f, operation, memory, place]),
        5 | 6 => code.extend([format, 0x0f, 0x10, memory, place]),
        7 => code.extend([format, 0x0f, 0x10, registers]),
        8 => code.extend([format, 0x0f, 0x11, memory, place]),
        9 => code.extend([0x0f, 0x28, registers]),
        10 => code.extend([0x66, 0x0f, 0x28, registers]),
        // CVTSI2SD from EAX, EDX or ECX; CVTTSD2SI, and ADD to the register that it wrote.
        11 => code.extend([format, 0x0f, 0x2a, registers]),
        12 => code.extend([format, 0x0f, 0x2c, registers, 0x01, 0xc0 | b << 3 | a]),
        // CVTSD2SS and CVTSS2SD.
        13 => code.extend([format, 0x0f, 0x5a, registers]),
        // UCOMISD or UCOMISS, and SETP.
        14 if format == 0xf2 => code.extend([0x66, 0x0f, 0x2e, registers, 0x0f, 0x9a, 0xc0]),
        14 => code.extend([0x0f, 0x2e, registers, 0x0f, 0x9a, 0xc0]),
        // ADDPD and PXOR.
        _ => code.extend([0x66, 0x0f, [0x58, 0xef][usize::from(below(random, 2))], registers]),
    }
}

#[test]
fn scalar_code_ends_alike() {
    for seed in 0..400 {
        let random = &mut cpu::Random(seed);
        let mut code = Vec::new();
        (0..4 + below(random, 20)).for_each(|_| instruction(random, &mut code));
        let mut m = machine(&code);
        m.cpu.mxcsr = MXCSR[usize::from(below(random, 4))].into();
        let mut number = || u128::from(DOUBLES[usize::from(below(random, if seed % 3 == 0 { 9 } else { 2 }))]);
        for register in 0..3 {
            m.cpu.vectors[register][0] = number() << 64 | number();
        }
        for place in 0..32 {
            m.memory.copy_in(DATA + 8 * place, &number().to_le_bytes()[..8]);
        }
        m.cpu.regs[Register::Esi] = DATA + if below(random, 8) == 0 { 0xfc0 } else { 0 };
        run(&m);
    }
}
