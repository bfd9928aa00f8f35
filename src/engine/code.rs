//! Translated code: entries, the links between blocks, and the index of blocks by address.
//!
//! Everything lives in an arena for the life of one run: throwing translations away is leaving the
//! run loop and dropping the arena; one block is unlinked by replacing its first handler.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use bumpalo::Bump;

use crate::instructions::{Machine, Op};

use super::assumptions::Assumptions;

/// Executes one instruction, and calls the handler of the next in tail position.
pub type Handler = for<'a> fn(&mut Machine, &Code<'a>, &'a Entry<'a>, &'a [Entry<'a>]);

/// A block: the entries of consecutive instructions; `left` of the first one is their number.
pub type Block<'a> = &'a [Entry<'a>];

/// One translated instruction (or a fused pair).
#[derive(Debug)]
pub struct Entry<'a> {
    /// What executes it.
    pub run: Cell<Handler>,
    /// Where a relative branch leads.
    pub exit: Cell<Exit<'a>>,
    /// Its operands.
    pub op: Op,
}

/// The successor at a direct exit.
#[derive(Clone, Copy, Debug)]
pub enum Exit<'a> {
    /// An offset in CS: the exit is not linked yet.
    To(u32),
    /// A translated block.
    Linked(Block<'a>),
}

/// How many entries the direct-mapped index of blocks has.
const DIRECT: usize = 4096;

/// The translations under one set of assumptions.
pub struct Code<'a> {
    assumptions: Assumptions,
    arena: &'a Bump,
    blocks: RefCell<HashMap<u32, Block<'a>>>,
    /// Page number of code to the blocks that were made from it.
    pages: RefCell<HashMap<u32, Vec<Block<'a>>>>,
    /// The block most recently entered for each hash of its address: the fast path of indirect jumps.
    direct: Box<[Cell<Option<Block<'a>>>; DIRECT]>,
    /// Whether blocks lead to each other without the run loop.
    link: bool,
    /// The exit through which translated code was left, to be linked to the next block.
    wanting: Cell<Option<&'a Cell<Exit<'a>>>>,
}

impl<'a> Code<'a> {
    /// Bytes that its direct-mapped index takes.
    pub const INDEX_SIZE: usize = DIRECT * size_of::<Cell<Option<Block>>>();

    /// No translations yet. With `link`, blocks will lead straight to each other.
    pub fn new(assumptions: Assumptions, arena: &'a Bump, link: bool) -> Self {
        let direct: Box<[Cell<Option<Block<'a>>>]> = (0..DIRECT).map(|_| Cell::new(None)).collect();
        let Ok(direct) = direct.try_into() else { unreachable!("it was made with this length") };
        let (blocks, pages, wanting) = Default::default();
        Code { assumptions, arena, blocks, pages, direct, link, wanting }
    }

    /// What the translations assume.
    pub fn assumptions(&self) -> &Assumptions {
        &self.assumptions
    }

    /// The block at an offset in CS, if it is in the direct-mapped index.
    #[inline(always)]
    pub fn recent(&self, eip: u32) -> Option<Block<'a>> {
        let block = self.direct[Self::hash(eip)].get()?;
        (block.first()?.op.eip == eip).then_some(block)
    }

    /// The block at an offset in CS.
    pub fn find(&self, eip: u32) -> Option<Block<'a>> {
        let block = self.blocks.borrow().get(&eip).copied()?;
        self.remember(eip, block);
        Some(block)
    }

    /// Moves entries into the arena.
    pub fn store(&self, entries: Vec<Entry<'a>>) -> Block<'a> {
        self.arena.alloc_slice_fill_iter(entries)
    }

    /// Enters a block in the index; `first` and `last` are the linear addresses of its bytes.
    pub fn insert(&self, eip: u32, block: Block<'a>, first: u32, last: u32) {
        self.blocks.borrow_mut().insert(eip, block);
        self.remember(eip, block);
        for page in [first >> 12, last >> 12] {
            self.pages.borrow_mut().entry(page).or_default().push(block);
        }
    }

    /// Remembers an exit to be linked to the block that is entered next.
    pub fn want(&self, exit: Option<&'a Cell<Exit<'a>>>) {
        self.wanting.set(exit);
    }

    /// Links the exit that was remembered to the block that control went to.
    pub fn link(&self, block: Block<'a>) {
        match self.wanting.take() {
            Some(exit) if self.link => exit.set(Exit::Linked(block)),
            _ => {}
        }
    }

    fn remember(&self, eip: u32, block: Block<'a>) {
        if self.link {
            self.direct[Self::hash(eip)].set(Some(block));
        }
    }

    /// Removes the blocks of a page from the index. Their first handler becomes `stale`, which returns to
    /// the run loop, so that exits still linked to them do not execute them.
    pub fn forget_page(&self, page: u32, stale: Handler) {
        for block in self.pages.borrow_mut().remove(&page).into_iter().flatten() {
            let [first, ..] = block else { continue };
            first.run.set(stale);
            let eip = first.op.eip;
            let mut blocks = self.blocks.borrow_mut();
            if blocks.get(&eip).is_some_and(|known| std::ptr::eq(*known, block)) {
                blocks.remove(&eip);
            }
            let direct = &self.direct[Self::hash(eip)];
            if direct.get().is_some_and(|known| std::ptr::eq(known, block)) {
                direct.set(None);
            }
        }
    }

    fn hash(eip: u32) -> usize {
        (eip ^ eip >> 12) as usize % DIRECT
    }
}
