//! Every mode of the engine gives the same states, undefined flags included: random sequences of
//! instructions that write flags, so that some of them die, some are tested and some survive.

use crate::support::{machine, run};
use tab86::cpu::{self, Register};

/// Choices from a seed, so that a failure comes back.
struct Random(cpu::Random);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        (self.0.number() % below as u64) as usize
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.next(from.len())]
    }
}

/// Opcodes whose ModR/M byte names two registers.
const TWO_REGISTERS: [&[u8]; 24] = [
    &[0x01],
    &[0x0a],
    &[0x11],
    &[0x1b],
    &[0x21],
    &[0x29],
    &[0x33],
    &[0x38],
    &[0x85],
    &[0x0f, 0xaf],
    &[0x0f, 0xa3],
    &[0x0f, 0xab],
    &[0x0f, 0xb3],
    &[0x0f, 0xbb],
    &[0x0f, 0xbc],
    &[0x0f, 0xbd],
    &[0x0f, 0xa5],
    &[0x0f, 0xad],
    &[0x0f, 0xc0],
    &[0x0f, 0xb1],
    &[0xf3, 0x0f, 0xb8],
    &[0xf3, 0x0f, 0xbc],
    &[0xf3, 0x0f, 0xbd],
    &[0x0f, 0x44],
];

/// Opcodes whose ModR/M byte has a digit of this range and a register.
const DIGIT: [(&[u8], u8, u8); 8] = [
    (&[0xd1], 0, 8),
    (&[0xd3], 0, 8),
    (&[0xd2], 0, 8),
    (&[0xf7], 2, 6),
    (&[0xf6], 2, 6),
    (&[0xfe], 0, 2),
    (&[0xff], 0, 2),
    (&[0x0f, 0x92], 0, 1),
];

/// The same with an immediate byte behind.
const DIGIT_IMMEDIATE: [(&[u8], u8, u8); 5] =
    [(&[0xc1], 0, 8), (&[0xc0], 0, 8), (&[0x83], 0, 8), (&[0x80], 0, 8), (&[0x0f, 0xba], 4, 8)];

/// Whole instructions.
const PLAIN: [&[u8]; 16] = [
    &[0x27],
    &[0x2f],
    &[0x37],
    &[0x3f],
    &[0xd4, 7],
    &[0xd5, 7],
    &[0xf5],
    &[0xf8],
    &[0xf9],
    &[0x9e],
    &[0x9f],
    &[0xd6],
    &[0x74, 0],
    &[0x72, 0],
    &[0x7c, 0],
    &[0x98],
];

fn instruction(random: &mut Random, code: &mut Vec<u8>) {
    if random.next(4) == 0 {
        code.push(0x66);
    }
    let register = random.next(8) as u8;
    match random.next(4) {
        0 => {
            code.extend(random.pick(&TWO_REGISTERS));
            code.push(0xc0 | (random.next(8) as u8) << 3 | register);
        }
        1 => {
            let (opcode, first, end) = random.pick(&DIGIT);
            code.extend(opcode);
            code.push(0xc0 | (first + random.next(usize::from(end - first)) as u8) << 3 | register);
        }
        2 => {
            let (opcode, first, end) = random.pick(&DIGIT_IMMEDIATE);
            code.extend(opcode);
            code.push(0xc0 | (first + random.next(usize::from(end - first)) as u8) << 3 | register);
            code.push(random.next(256) as u8);
        }
        _ => {
            let plain = random.pick(&PLAIN);
            if plain[0] & 0xf0 == 0x70 && code.last() == Some(&0x66) {
                code.pop(); // A 16-bit jump would leave the code.
            }
            code.extend(plain);
        }
    }
}

#[test]
fn random_sequences_end_alike() {
    for seed in 0..1000 {
        let mut random = Random(cpu::Random(seed));
        let mut code = Vec::new();
        (0..2 + random.next(10)).for_each(|_| instruction(&mut random, &mut code));
        let mut m = machine(&code);
        for register in Register::ALL {
            m.cpu.regs[register] =
                random.pick(&[0, 1, 0x7f80, 0x8000_0000, u32::MAX, (seed as u32).wrapping_mul(0x9e37_79b9)]);
        }
        m.cpu.set_eflags(random.next(1 << 12) as u32 & 0x8d5);
        run(&m);
    }
}
