//! Counting which blocks are executed, without leaving translated code: what a profile and coverage are made from.
//!
//! With a counter every block ends at an instruction that can transfer control, and begins with an entry that counts
//! it ([`counting`](super::counting)). So a block that is entered is executed to its end, unless an exception or a
//! write to code stops it: then control returns to the run loop, and [`settle`](Counter::settle) takes it back.
//!
//! Counts are kept apart by *context*: whatever the follower wants to tell apart, such as who called whom. A context
//! holds while ESP stays in a range, and until a block is left that the follower wants to hear of. The common case is
//! two comparisons and an increment, in a table by context and block; whoever needs a place there that another count
//! has puts that one aside.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::number_hash::NumberHash;
use crate::cpu::Register;
use crate::decode::Instruction;
use crate::instructions::Machine;

pub use crate::table::handler::Ending;

/// A block in a context, both by the numbers that the follower gave them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CountedBlock {
    /// The context.
    pub context: u32,
    /// The block.
    pub block: u32,
}

/// Where a context holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Context {
    /// Its number.
    pub number: u32,
    /// The lowest ESP that it holds for.
    pub low: u32,
    /// How many values of ESP it holds for.
    pub size: u32,
}

/// Gives blocks and contexts their numbers.
pub trait BlockFollower {
    /// A block has been translated. Gives its number, and whether [`left`](Self::left) must hear each time that it is
    /// left.
    fn translated(&mut self, m: &Machine, instructions: &[Instruction], ending: Ending) -> (u32, bool);

    /// A block has been left: one that must be heard of, or control has returned to the run loop. `more` is how many
    /// instructions were executed beyond its own, for iterations count as instructions; if it is negative, so many at
    /// its end were not executed.
    fn left(&mut self, m: &Machine, counted: CountedBlock, more: i64);

    /// The context that the block is in which is entered now.
    fn context(&mut self, m: &Machine) -> Context;
}

/// How many counts have a place in the table.
const SLOTS: usize = 1 << 16;

/// No block has this number.
const NONE: u32 = u32::MAX;

/// A count with a place in the table.
struct Slot {
    counted: Cell<CountedBlock>,
    count: Cell<u64>,
}

/// Counts the blocks of a run.
pub struct Counter {
    slots: Box<[Slot; SLOTS]>,
    /// The counts without a place.
    aside: RefCell<HashMap<CountedBlock, u64, NumberHash>>,
    context: Cell<Context>,
    /// The block that was entered last, and the instructions executed at its end if nothing stops it.
    last: Cell<u32>,
    until: Cell<u64>,
    follower: Rc<RefCell<dyn BlockFollower>>,
}

impl Counter {
    /// Nothing is counted yet.
    pub fn new(follower: Rc<RefCell<dyn BlockFollower>>) -> Counter {
        let empty = CountedBlock { context: NONE, block: NONE };
        let slots: Box<[Slot]> = (0..SLOTS).map(|_| Slot { counted: Cell::new(empty), count: Cell::new(0) }).collect();
        let Ok(slots) = slots.try_into() else { unreachable!("it was made with this length") };
        Counter {
            slots,
            aside: RefCell::default(),
            context: Cell::new(Context { number: NONE, low: 0, size: 0 }),
            last: Cell::new(NONE),
            until: Cell::new(0),
            follower,
        }
    }

    /// The number of a block that has been translated, and whether its end must be heard of.
    pub fn translated(&self, m: &Machine, instructions: &[Instruction], ending: Ending) -> (u32, bool) {
        self.follower.borrow_mut().translated(m, instructions, ending)
    }

    /// Counts a block of so many instructions that is entered. `false` if that needs [`change`](Self::change) first.
    #[inline(always)]
    pub fn enter(&self, m: &Machine, block: u32, length: u32) -> bool {
        let context = self.context.get();
        let counted = CountedBlock { context: context.number, block };
        let slot = self.slot(counted);
        let holds = m.cpu.regs[Register::Esp].wrapping_sub(context.low) < context.size;
        if !holds || slot.counted.get() != counted {
            return false;
        }
        slot.count.set(slot.count.get() + 1);
        self.last.set(block);
        self.until.set(m.executed() + u64::from(length));
        true
    }

    /// The same, wherever the context has ended or the count has no place.
    pub fn change(&self, m: &Machine, block: u32, length: u32) {
        self.settle_at(m, m.executed());
        let context = self.follower.borrow_mut().context(m);
        self.context.set(context);
        let counted = CountedBlock { context: context.number, block };
        let slot = self.slot(counted);
        let known = slot.counted.replace(counted);
        if known != counted {
            let mut aside = self.aside.borrow_mut();
            let displaced = slot.count.replace(aside.remove(&counted).unwrap_or(0));
            if known.block != NONE {
                *aside.entry(known).or_default() += displaced;
            }
        }
        slot.count.set(slot.count.get() + 1);
        self.last.set(block);
        self.until.set(m.executed() + u64::from(length));
    }

    /// The context is to be asked for when the next block is entered.
    #[inline(always)]
    pub fn end_context(&self) {
        self.context.set(Context { size: 0, ..self.context.get() });
    }

    /// Whether a block was entered that has not been settled.
    pub fn is_in_block(&self) -> bool {
        self.last.get() != NONE
    }

    /// Control has returned to the run loop: the block that was entered last has been left, perhaps before its end.
    pub fn settle(&self, m: &Machine) {
        self.settle_at(m, m.executed());
        self.end_context();
    }

    fn settle_at(&self, m: &Machine, executed: u64) {
        let block = self.last.replace(NONE);
        if block == NONE {
            return;
        }
        let counted = CountedBlock { context: self.context.get().number, block };
        let more = executed.wrapping_sub(self.until.get()) as i64;
        if more < 0 {
            // It has its place since it was counted there.
            let count = &self.slot(counted).count;
            count.set(count.get() - 1);
        }
        self.follower.borrow_mut().left(m, counted, more);
    }

    /// How often each block was executed to its end.
    pub fn counts(&self) -> Vec<(CountedBlock, u64)> {
        let placed = self.slots.iter().map(|slot| (slot.counted.get(), slot.count.get()));
        let aside = self.aside.borrow();
        let all = placed.chain(aside.iter().map(|(counted, count)| (*counted, *count)));
        all.filter(|(counted, count)| counted.block != NONE && *count > 0).collect()
    }

    #[inline(always)]
    fn slot(&self, counted: CountedBlock) -> &Slot {
        let hash = counted.block ^ counted.context.wrapping_mul(0x9e37_79b1).rotate_left(16);
        &self.slots[hash as usize % SLOTS]
    }
}
