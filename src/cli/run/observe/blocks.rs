//! Which blocks run, and how far: an observer that counts by blocks asks this one.
//!
//! The engine comes by where a block begins. How many instructions were executed since the last time says where in
//! the block it was left: at its end, by a conditional jump in the middle, or by a fault.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::engine::{Machine, Options};
use crate::form::{self, Ending};

use super::code_map::CodeMaps;

/// An instruction of a block.
pub struct BlockInstruction {
    /// Its address.
    pub address: u32,
    /// Its length in bytes.
    pub length: u32,
    /// Whether it may jump, or not.
    pub is_conditional: bool,
    /// Where it jumps to, if that is always the same address.
    target: Option<u32>,
    /// Whether it counts as an instruction for each of its iterations.
    pub repeats: bool,
}

/// Instructions that follow each other up to one that always transfers control.
pub struct CodeBlock {
    /// The number of the code map.
    pub map: usize,
    /// Its instructions.
    pub instructions: Vec<BlockInstruction>,
    /// Where the function that it calls at its end returns to.
    pub returns_to: Option<u32>,
}

/// A run through a block.
#[derive(Clone, Copy)]
pub struct BlockRun {
    /// The number of the block.
    pub block: usize,
    /// Instructions that it took, iterations among them.
    pub count: u64,
    /// How many of the block's instructions were executed.
    pub completed: usize,
}

/// The blocks that were seen.
#[derive(Default)]
pub struct Blocks {
    /// Where their code is from.
    pub maps: CodeMaps,
    /// The blocks by their numbers.
    pub list: Vec<CodeBlock>,
    numbers: HashMap<(usize, u32), usize, FastHash>,
    /// The block that was entered, and the count of instructions then.
    current: Option<(usize, u64)>,
}

impl Blocks {
    /// The block at EIP is entered.
    pub fn enter(&mut self, m: &mut Machine) {
        let map = self.maps.current(m);
        let known = self.numbers.get(&(map, m.cpu.eip)).copied();
        let block = known.unwrap_or_else(|| {
            self.list.push(CodeBlock::read(m, map));
            self.numbers.insert((map, m.cpu.eip), self.list.len() - 1);
            self.list.len() - 1
        });
        self.current = Some((block, m.executed()));
    }

    /// Whether a block was entered whose end has not been told.
    pub fn is_in_one(&self) -> bool {
        self.current.is_some()
    }

    /// The block that was entered last is left; `None` if that has been told already, or nothing was executed.
    pub fn leave(&mut self, m: &Machine) -> Option<BlockRun> {
        let (block, since) = self.current.take()?;
        let count = m.executed() - since;
        let completed = self.list[block].completed(count, m.cpu.eip);
        (count > 0).then_some(BlockRun { block, count, completed })
    }
}

impl CodeBlock {
    /// The block at EIP.
    fn read(m: &mut Machine, map: usize) -> CodeBlock {
        let start = m.cpu.eip;
        let mut block = CodeBlock { map, instructions: Vec::new(), returns_to: None };
        while block.instructions.len() < usize::from(Options::default().block) {
            let Ok(found) = form::occurrence(m) else { break };
            let instruction = &found.instruction;
            block.instructions.push(BlockInstruction {
                address: m.cpu.eip,
                length: instruction.length.into(),
                is_conditional: found.ending == Ending::Conditional,
                target: instruction.target(),
                repeats: instruction.prefixes.repeat.is_some() && found.ending == Ending::Conditional,
            });
            m.cpu.eip = instruction.next();
            if found.ending == Ending::Always {
                block.returns_to = (instruction.row().mnemonic == "CALL").then(|| instruction.next());
                break;
            }
        }
        m.cpu.eip = start;
        block
    }

    /// How many of its instructions were executed when so many were counted and control has come to `eip`.
    ///
    /// With a repeated string instruction the count does not tell: then the last place counts at which control
    /// could have come there.
    fn completed(&self, count: u64, eip: u32) -> usize {
        let length = self.instructions.len();
        let counted = usize::try_from(count).unwrap_or(usize::MAX).min(length);
        let Some(repeated) = self.instructions[..counted].iter().position(|instruction| instruction.repeats) else {
            return counted;
        };
        let left_at = |at: &usize| {
            let instruction = &self.instructions[*at];
            let jumped = instruction.is_conditional && instruction.target == Some(eip);
            let stopped = instruction.address.wrapping_add(instruction.length) == eip;
            jumped || stopped
        };
        // Iterations that go on later leave EIP where it was.
        let interrupted = self.instructions[repeated].address == eip;
        (repeated..counted).rev().find(left_at).or(interrupted.then_some(repeated)).map_or(counted, |at| at + 1)
    }
}

/// Hashes small numbers that are looked up for each block.
pub type FastHash = BuildHasherDefault<NumberHasher>;

/// Multiplies, and mixes the high bits in (Knuth, The Art of Computer Programming, section 6.4).
#[derive(Default)]
pub struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64((*byte).into()));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }
}
