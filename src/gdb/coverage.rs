//! `monitor coverage`: which code has been executed since it was turned on, as the engine counts it.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use crate::decode::Instruction;
use crate::engine::Machine;
use crate::engine::counter::{BlockFollower, Context, CountedBlock, Counter, Ending};

/// What is counted.
pub struct ExecutedCode {
    /// What the engine counts with.
    pub counter: Rc<Counter>,
    followed: Rc<RefCell<Followed>>,
}

/// An address space, and in it an address and its row for each instruction of a block.
type Block = (u64, Vec<(u32, u16)>);

/// The blocks by their numbers.
#[derive(Default)]
struct Followed {
    blocks: Vec<Block>,
    numbers: HashMap<Block, u32>,
    /// How many instructions were executed of blocks that were left before their ends.
    partly: HashMap<u32, usize>,
}

impl ExecutedCode {
    /// Nothing has been executed.
    pub fn start() -> ExecutedCode {
        let followed = Rc::new(RefCell::new(Followed::default()));
        ExecutedCode { counter: Rc::new(Counter::new(followed.clone())), followed }
    }

    /// What was executed, in one line.
    pub fn report(&self) -> String {
        let Followed { blocks, partly, .. } = &*self.followed.borrow();
        let whole = self.counter.counts().into_iter().map(|(counted, _)| (counted.block, usize::MAX));
        let parts: Vec<(u32, usize)> = whole.chain(partly.iter().map(|(block, count)| (*block, *count))).collect();
        let executed: BTreeSet<u32> = parts.iter().filter(|(_, count)| *count > 0).map(|(block, _)| *block).collect();
        let mut instructions = BTreeSet::new();
        for (block, count) in parts {
            let (space, list) = &blocks[block as usize];
            instructions.extend(list.iter().take(count).map(|(address, row)| (*space, *address, *row)));
        }
        let rows: BTreeSet<u16> = instructions.iter().map(|(.., row)| *row).collect();
        format!(
            "{} instructions of the program in {} blocks have been executed, of {} rows of the table",
            instructions.len(),
            executed.len(),
            rows.len()
        )
    }
}

impl BlockFollower for Followed {
    fn translated(&mut self, m: &Machine, instructions: &[Instruction], _: Ending) -> (u32, bool) {
        let list = instructions.iter().map(|instruction| (instruction.eip, instruction.index)).collect();
        let number = *self.numbers.entry((m.memory.layout().0, list)).or_insert_with_key(|block| {
            self.blocks.push(block.clone());
            self.blocks.len() as u32 - 1
        });
        (number, false)
    }

    fn left(&mut self, _: &Machine, counted: CountedBlock, more: i64) {
        if more < 0 {
            let length = self.blocks[counted.block as usize].1.len();
            let executed = length.saturating_sub(more.unsigned_abs() as usize);
            let known = self.partly.entry(counted.block).or_default();
            *known = executed.max(*known);
        }
    }

    fn context(&mut self, _: &Machine) -> Context {
        Context { number: 0, low: 0, size: u32::MAX }
    }
}
