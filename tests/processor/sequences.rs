//! What compilers emit most, in random order, in every mode of the engine: sequences and forwarded values take
//! part, on registers that often coincide, and accesses that leave the page in the middle of a sequence.

use crate::support::{DATA, machine, run};
use tab86::cpu::{self, Register};

/// Choices from a seed, so that a failure comes back.
struct Choices(cpu::Random);

impl Choices {
    fn below(&mut self, count: u32) -> u8 {
        (self.0.number() % u64::from(count)) as u8
    }

    /// One of three registers, so that most instructions depend on the one before.
    fn register(&mut self) -> u8 {
        [Register::Eax, Register::Edx, Register::Ebx][usize::from(self.below(3))] as u8
    }
}

/// One instruction. ESI, EBP and ESP point into the page; what is loaded from it may be used as an address too.
fn instruction(choices: &mut Choices, code: &mut Vec<u8>) {
    let (a, b, small) = (choices.register(), choices.register(), choices.below(120) & !3);
    let registers = 0xc0 | a << 3 | b;
    let base =
        if choices.below(8) == 0 { a } else { [Register::Esi, Register::Ebp][usize::from(choices.below(2))] as u8 };
    let memory = 0x40 | b << 3 | base;
    // [esi + a * 4 + small]
    let indexed = [0x44 | b << 3, 0x80 | a << 3 | Register::Esi as u8, small];
    let condition = choices.below(16);
    match choices.below(24) {
        0 | 1 => code.extend([0x8b, memory, small]),
        2 | 3 => code.extend([0x89, memory, small]),
        4 => code.extend([0x89, registers]),
        5 => code.push(0x50 | a),
        6 => code.push(0x58 | a),
        7 => code.extend([0x83, 0xc0 | a, small]),
        8 => code.extend([0x83, 0xe8 | a, small]),
        9 => code.extend([0x83, 0xf8 | a, small]),
        10 => code.extend([0x85, 0xc0 | a << 3 | a]),
        11 => code.extend([0x84, 0xc0 | a << 3 | a]),
        12 => code.extend([0x01, registers]),
        13 => code.extend([0x31, registers]),
        14 => code.extend([0x39, registers]),
        15 => code.extend([0x0f, 0xb6, memory, small]),
        16 => code.extend([0x0f, 0xb6, registers]),
        17 => code.extend([0x8d, memory, small]),
        18 => code.extend([0x8d].into_iter().chain(indexed)),
        19 => code.extend([0x8b].into_iter().chain(indexed)),
        20 => code.extend([0xc1, 0xe0 | a, small & 31]),
        21 => code.extend([0x19, registers]),
        22 => code.extend([0x3b, memory, small]),
        _ => code.extend([0x70 | condition, 0]),
    }
    if choices.below(5) == 0 {
        code.extend([0x70 | condition, 0]);
    }
}

#[test]
fn common_code_ends_alike() {
    for seed in 0..1000 {
        let mut choices = Choices(cpu::Random(seed));
        let mut code = Vec::new();
        (0..4 + choices.below(24)).for_each(|_| instruction(&mut choices, &mut code));
        let mut m = machine(&code);
        for register in [Register::Eax, Register::Edx, Register::Ebx] {
            m.cpu.regs[register] = [3, 0x7fff_ffff, DATA + 0x20, u32::MAX][usize::from(choices.below(4))];
        }
        m.cpu.regs[Register::Esi] = DATA + 0x800;
        // Now and then the stack or the frame runs out of the page.
        m.cpu.regs[Register::Ebp] = DATA + if choices.below(4) == 0 { 0xfc0 } else { 0x400 };
        m.cpu.regs[Register::Esp] = DATA + if choices.below(4) == 0 { 8 } else { 0x200 };
        m.cpu.set_eflags(u32::from(choices.below(255)) & 0xd5);
        run(&m);
    }
}
