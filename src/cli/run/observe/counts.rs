//! What a run executed, counted by block: the one source of profiles, coverage and the counts of rows.
//!
//! The engine counts ([`Counter`]); here its blocks and contexts get their meaning. A context is a node in the tree of
//! calls if somebody wants to know who called whom, otherwise there is one.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::counting::{BlockFollower, Context, CountedBlock, Counter, NumberHash};
use crate::decode::Instruction;
use crate::engine::{Event, Machine};
use crate::form::Ending;
use crate::linux::Kernel;

use super::blocks::{BlockInstruction, Blocks};
use super::code_map::CallSite;
use super::stacks::Stacks;

/// Counts what a run executes.
pub struct Counting {
    /// What the engine counts with.
    pub counter: Rc<Counter>,
    followed: Rc<RefCell<Followed>>,
}

/// Blocks and contexts, and what the engine's counts do not have: blocks are not always executed to their ends.
#[derive(Default)]
struct Followed {
    blocks: Blocks,
    stacks: Option<Stacks>,
    /// How often only so many instructions of a block were executed.
    partial: HashMap<(CountedBlock, usize), u64, NumberHash>,
    /// Iterations of the last instructions of blocks, the first of each execution not among them.
    iterations: HashMap<CountedBlock, u64, NumberHash>,
}

/// What was executed.
pub struct Executed {
    /// The blocks.
    pub blocks: Blocks,
    /// The calls; of no interest if nobody wanted to know.
    pub stacks: Stacks,
    /// How often each block was executed, and how far.
    pub runs: Vec<BlockRuns>,
}

/// How often a block was executed in one way.
pub struct BlockRuns {
    /// Block and context.
    pub counted: CountedBlock,
    /// How many of its instructions were executed.
    completed: usize,
    times: u64,
    /// Further iterations of the last of them.
    iterations: u64,
}

impl Counting {
    /// Nothing is counted yet. With `calls`, counts are kept apart by who called whom.
    pub fn new(calls: bool) -> Counting {
        let stacks = calls.then(Stacks::default);
        let followed = Rc::new(RefCell::new(Followed { stacks, ..Followed::default() }));
        Counting { counter: Rc::new(Counter::new(followed.clone())), followed }
    }

    /// The program has raised an event, which the kernel has not seen yet.
    pub fn event(&self, m: &Machine, event: Event) {
        self.counter.settle(m);
        if let Some(stacks) = &mut self.followed.borrow_mut().stacks {
            stacks.interrupted(m, event);
        }
    }

    /// Control has returned to the run loop, perhaps after an event.
    pub fn left(&self, m: &Machine) {
        if self.counter.is_in_block() {
            self.counter.settle(m);
            if let Some(stacks) = &mut self.followed.borrow_mut().stacks {
                stacks.left(m);
            }
        }
    }

    /// The program goes on, perhaps another thread, or in a handler.
    pub fn entering(&self, m: &Machine, kernel: &Kernel) {
        let followed = &mut *self.followed.borrow_mut();
        if let Some(stacks) = &mut followed.stacks {
            stacks.enter(m, kernel, &mut followed.blocks.maps);
        }
    }

    /// The run is over.
    pub fn finish(&self, m: &Machine) -> Executed {
        self.counter.settle(m);
        let Followed { blocks, stacks, partial, mut iterations } = self.followed.take();
        let whole = self.counter.counts().into_iter().map(|(counted, times)| BlockRuns {
            counted,
            completed: blocks.list[counted.block as usize].instructions.len(),
            times,
            iterations: iterations.remove(&counted).unwrap_or(0),
        });
        let mut runs: Vec<BlockRuns> = whole.collect();
        runs.extend(partial.into_iter().map(|((counted, completed), times)| BlockRuns {
            counted,
            completed,
            times,
            iterations: 0,
        }));
        Executed { blocks, stacks: stacks.unwrap_or_default(), runs }
    }
}

impl BlockFollower for Followed {
    fn translated(&mut self, m: &Machine, instructions: &[Instruction], ending: Ending) -> (u32, bool) {
        let number = self.blocks.number(m, instructions, ending);
        let block = &self.blocks.list[number as usize];
        (number, block.repeats || block.returns_to.is_some() && self.stacks.is_some())
    }

    fn left(&mut self, m: &Machine, counted: CountedBlock, more: i64) {
        let block = &self.blocks.list[counted.block as usize];
        if more < 0 {
            let completed = block.instructions.len().saturating_sub(more.unsigned_abs() as usize);
            *self.partial.entry((counted, completed)).or_default() += 1;
            return;
        }
        if more > 0 {
            *self.iterations.entry(counted).or_default() += more.unsigned_abs();
        }
        if let (Some(address), Some(stacks)) = (block.returns_to, &mut self.stacks) {
            // The call itself, not what follows it.
            let site = CallSite { map: block.map, address: address.wrapping_sub(1) };
            stacks.call(m, &self.blocks.maps, site);
        }
    }

    fn context(&mut self, m: &Machine) -> Context {
        match &mut self.stacks {
            Some(stacks) => stacks.context(m),
            None => Context { number: 0, low: 0, size: u32::MAX },
        }
    }
}

impl Executed {
    /// How often each instruction of a block was executed in these runs of it, each iteration on its own if
    /// `iterations` says so.
    pub fn instructions(&self, runs: &BlockRuns, iterations: bool) -> impl Iterator<Item = (&BlockInstruction, u64)> {
        let executed = &self.blocks.list[runs.counted.block as usize].instructions[..runs.completed];
        let (times, more) = (runs.times, if iterations { runs.iterations } else { 0 });
        let last = executed.len().wrapping_sub(1);
        executed
            .iter()
            .enumerate()
            .map(move |(at, instruction)| (instruction, times + if at == last { more } else { 0 }))
    }

    /// The instructions of a block that these runs of it have executed.
    pub fn part(&self, runs: &BlockRuns) -> &[BlockInstruction] {
        &self.blocks.list[runs.counted.block as usize].instructions[..runs.completed]
    }
}
