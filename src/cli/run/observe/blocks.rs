//! The blocks of a program that were executed, as the engine's counter tells of them, with their instructions.

use std::collections::HashMap;

use crate::decode::Instruction;
use crate::engine::Machine;
use crate::form::Ending;

use super::code_map::CodeMaps;

/// An instruction of a block.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BlockInstruction {
    /// Its address.
    pub address: u32,
    /// Its length in bytes.
    pub length: u32,
    /// Index of its row.
    pub row: u16,
}

/// Instructions that follow each other up to one that can transfer control.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CodeBlock {
    /// The number of the code map.
    pub map: usize,
    /// Its instructions.
    pub instructions: Vec<BlockInstruction>,
    /// Where the function that it calls at its end returns to.
    pub returns_to: Option<u32>,
    /// Whether its last instruction counts as one for each of its iterations.
    pub repeats: bool,
}

/// The blocks that were seen. A block that is translated again keeps its number.
#[derive(Default)]
pub struct Blocks {
    /// Where their code is from.
    pub maps: CodeMaps,
    /// The blocks by their numbers.
    pub list: Vec<CodeBlock>,
    numbers: HashMap<CodeBlock, u32>,
}

impl Blocks {
    /// The number of a block of the address space that runs.
    pub fn number(&mut self, m: &Machine, instructions: &[Instruction], ending: Ending) -> u32 {
        let block = CodeBlock::new(self.maps.current(m), instructions, ending);
        *self.numbers.entry(block).or_insert_with_key(|block| {
            self.list.push(block.clone());
            self.list.len() as u32 - 1
        })
    }
}

impl CodeBlock {
    fn new(map: usize, instructions: &[Instruction], ending: Ending) -> CodeBlock {
        let is_call = |last: &&Instruction| last.row().mnemonic == "CALL";
        let part = |instruction: &Instruction| BlockInstruction {
            address: instruction.eip,
            length: instruction.length.into(),
            row: instruction.index,
        };
        CodeBlock {
            map,
            instructions: instructions.iter().map(part).collect(),
            returns_to: instructions.last().filter(is_call).map(Instruction::next),
            repeats: ending == Ending::Conditional
                && instructions.last().is_some_and(|last| last.prefixes.repeat.is_some()),
        }
    }
}
