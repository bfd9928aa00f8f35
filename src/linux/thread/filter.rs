//! Programs that decide about system calls: the classic Berkeley packet filter, over a call's number and arguments in
//! place of a packet (seccomp(2), "Filters").

use crate::linux::errno::Errno;

use super::confinement::FilterStep;

/// Most instructions of a filter.
pub const MAX_STEPS: usize = 4096;
/// Bytes of `struct seccomp_data`.
pub const DATA_SIZE: u32 = 64;
/// Words that a filter may keep.
const WORDS: usize = 16;

/// Classes of instructions, and the bits that say the rest.
const LD: u16 = 0;
const LDX: u16 = 1;
const ST: u16 = 2;
const STX: u16 = 3;
const ALU: u16 = 4;
const JMP: u16 = 5;
const RET: u16 = 6;
const IMM: u16 = 0x00;
const ABS: u16 = 0x20;
const MEM: u16 = 0x60;
const LEN: u16 = 0x80;
/// The operand is the index register; of a return, it is the accumulator.
const X: u16 = 0x08;
const A: u16 = 0x10;
const TAX: u16 = 0x07;
const TXA: u16 = 0x87;

/// Operations of the arithmetic class.
const ADD: u16 = 0x00;
const SUB: u16 = 0x10;
const MUL: u16 = 0x20;
const DIV: u16 = 0x30;
const OR: u16 = 0x40;
const AND: u16 = 0x50;
const LSH: u16 = 0x60;
const RSH: u16 = 0x70;
const NEG: u16 = 0x80;
const XOR: u16 = 0xa0;

/// Conditions of jumps.
const JA: u16 = 0x00;
const JEQ: u16 = 0x10;
const JGT: u16 = 0x20;
const JGE: u16 = 0x30;
const JSET: u16 = 0x40;

/// EINVAL unless a program can be run: each instruction is one that there is, jumps stay inside, and it ends with a
/// return. Jumps go forward only, so that it ends.
pub fn check(program: &[FilterStep]) -> Result<(), Errno> {
    let ends = program.last().is_some_and(|last| last.code & 7 == RET);
    let valid = program.iter().enumerate().all(|(index, step)| is_valid(step, program.len() - index - 1));
    if ends && valid && program.len() <= MAX_STEPS { Ok(()) } else { Err(Errno::EINVAL) }
}

/// Whether an instruction with so many behind it is one that a filter may have.
fn is_valid(step: &FilterStep, behind: usize) -> bool {
    let operand = step.operand;
    let within = |jump: u32| (jump as usize) < behind;
    match (step.code & 7, step.code & !7) {
        (LD, ABS) => operand < DATA_SIZE && operand % 4 == 0,
        (LD | LDX, IMM | LEN) => true,
        (LD | LDX, MEM) | (ST | STX, 0) => (operand as usize) < WORDS,
        (ALU, DIV) => operand != 0,
        (ALU, LSH | RSH) => operand < 32,
        (ALU, code) => matches!(code & !X, ADD | SUB | MUL | DIV | OR | AND | LSH | RSH | XOR) || code == NEG,
        (JMP, JA) => within(operand),
        (JMP, code) => {
            matches!(code & !X, JEQ | JGT | JGE | JSET) && step.jumps.iter().all(|jump| within((*jump).into()))
        }
        (RET, code) => matches!(code, 0 | A),
        _ => matches!(step.code, TAX | TXA),
    }
}

/// What a program that was checked returns for a call.
pub fn run(program: &[FilterStep], data: &[u8]) -> u32 {
    let (mut accumulator, mut index, mut words, mut at) = (0_u32, 0_u32, [0_u32; WORDS], 0);
    while let Some(FilterStep { code, jumps, operand }) = program.get(at).copied() {
        at += 1;
        let other = if code & X != 0 { index } else { operand };
        let word = words.get(operand as usize).copied().unwrap_or(0);
        match (code & 7, code & !7) {
            _ if code == TAX => index = accumulator,
            _ if code == TXA => accumulator = index,
            (LD, ABS) => accumulator = load(data, operand),
            (LD, IMM) => accumulator = operand,
            (LD, LEN) => accumulator = DATA_SIZE,
            (LD, MEM) => accumulator = word,
            (LDX, IMM) => index = operand,
            (LDX, LEN) => index = DATA_SIZE,
            (LDX, MEM) => index = word,
            (ST, _) => words[operand as usize % WORDS] = accumulator,
            (STX, _) => words[operand as usize % WORDS] = index,
            (ALU, operation) => match computed(operation & !X, accumulator, other) {
                Some(number) => accumulator = number,
                None => return 0,
            },
            (JMP, JA) => at += operand as usize,
            (JMP, condition) => at += usize::from(jumps[usize::from(!holds(condition & !X, accumulator, other))]),
            (RET, A) => return accumulator,
            _ => return operand,
        }
    }
    0
}

fn load(data: &[u8], offset: u32) -> u32 {
    let bytes = data.get(offset as usize..offset as usize + 4);
    bytes.and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes)
}

/// The result of an operation; none of a division by 0, which ends the filter.
fn computed(operation: u16, one: u32, other: u32) -> Option<u32> {
    Some(match operation {
        ADD => one.wrapping_add(other),
        SUB => one.wrapping_sub(other),
        MUL => one.wrapping_mul(other),
        DIV => one.checked_div(other)?,
        OR => one | other,
        AND => one & other,
        LSH => one.wrapping_shl(other),
        RSH => one.wrapping_shr(other),
        NEG => one.wrapping_neg(),
        _ => one ^ other,
    })
}

fn holds(condition: u16, one: u32, other: u32) -> bool {
    match condition {
        JEQ => one == other,
        JGT => one > other,
        JGE => one >= other,
        _ => one & other != 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(code: u16, jumps: [u8; 2], operand: u32) -> FilterStep {
        FilterStep { code, jumps, operand }
    }

    #[test]
    fn a_filter_decides_by_the_number_of_a_call() {
        let program = [
            step(LD | ABS, [0; 2], 0),
            step(JMP | JEQ, [0, 1], 4),
            step(RET, [0; 2], 5),
            step(ALU | ADD, [0; 2], 3),
            step(RET | A, [0; 2], 0),
        ];
        assert_eq!(check(&program), Ok(()));
        let mut data = [0; DATA_SIZE as usize];
        assert_eq!(run(&program, &data), 3);
        data[0] = 4;
        assert_eq!(run(&program, &data), 5);
    }

    #[test]
    fn what_does_not_end_or_leaves_its_data_is_refused() {
        let end = step(RET, [0; 2], 0);
        assert_eq!(check(&[end]), Ok(()));
        for wrong in [
            step(JMP | JA, [0; 2], 1),
            step(JMP | JEQ, [1, 0], 0),
            step(LD | ABS, [0; 2], 64),
            step(LD | ABS, [0; 2], 2),
            step(ST, [0; 2], 16),
            step(ALU | DIV, [0; 2], 0),
            step(ALU | LSH, [0; 2], 32),
            step(LD | 0x40, [0; 2], 0),
        ] {
            assert_eq!(check(&[wrong, end]), Err(Errno::EINVAL), "{wrong:?}");
        }
        assert_eq!(check(&[step(LD | IMM, [0; 2], 0)]), Err(Errno::EINVAL));
        assert_eq!(check(&[]), Err(Errno::EINVAL));
    }

    #[test]
    fn dividing_by_a_register_that_is_zero_ends_it() {
        assert_eq!(run(&[step(ALU | DIV | X, [0; 2], 0), step(RET, [0; 2], 7)], &[]), 0);
    }
}
