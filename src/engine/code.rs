//! Translated code: entries, the links between blocks, and the index of blocks by address.
//!
//! Everything lives in an arena for the life of one run: throwing translations away is leaving the
//! run loop and dropping the arena; one block is unlinked by replacing the handler of its first entry.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use bumpalo::Bump;

use crate::instructions::{Machine, Op, Results};
use crate::memory::{FrameNumber, Memory};

use super::assumptions::Assumptions;
use super::counter::Counter;
use super::long_functions::LongFunctions;
use super::number_hash::NumberHash;
use super::pages::{Agreement, CodePages};

/// Executes the instruction of the first entry, or of several, and calls the handler of the next in tail position. The
/// results are those that are forwarded ([`forwarding`](super::forwarding)). The parameters are in order of use: on
/// x86-64, shifts need the register of the fourth integer.
pub type Handler = for<'a> fn(&mut Machine, Rest<'a>, Results, &Links<'a>);

/// The entries of a block from one on.
pub type Rest<'a> = &'a [Entry<'a>];

/// One translated instruction.
#[derive(Debug)]
pub struct Entry<'a> {
    /// What executes the entry behind it, perhaps together with others: it lies here, so that a dispatch reads nothing
    /// of an entry before its handler does.
    pub then: Cell<Handler>,
    /// The block that its direct exit leads to, at the offset in CS that is its immediate; empty until it is
    /// linked. It lies here, and not behind a reference: how soon the next block can begin depends on it.
    pub exit: Cell<Block<'a>>,
    /// Its operands.
    pub op: Op,
}

/// A block: its head, and the entries of its instructions. The head is no instruction: it knows what executes the
/// first one, and where that is; `done` of it is their number.
pub type Block<'a> = &'a [Entry<'a>];

/// The most instructions of a block: while the budget covers so many, translated code enters any block.
pub const LONGEST: u8 = 64;

/// How many entries the direct-mapped index of blocks has.
const DIRECT: usize = 4096;

/// What translated code knows of the other blocks.
pub struct Links<'a> {
    /// The block most recently entered for each hash of its address, or no entries: the fast path of indirect jumps.
    direct: Box<[Cell<Block<'a>>; DIRECT]>,
    /// The entry whose exit translated code was left through, to be linked to the next block.
    wanting: Cell<Option<&'a Entry<'a>>>,
    /// What counts the blocks that are entered.
    counter: Option<&'a Counter>,
}

impl<'a> Links<'a> {
    /// None yet.
    fn new(counter: Option<&'a Counter>) -> Self {
        let direct: Box<[Cell<Block<'a>>]> = (0..DIRECT).map(|_| Cell::default()).collect();
        let Ok(direct) = direct.try_into() else { unreachable!("it was made with this length") };
        Links { direct, wanting: Cell::new(None), counter }
    }

    /// What counts the blocks that are entered.
    #[inline(always)]
    pub fn counter(&self) -> Option<&'a Counter> {
        self.counter
    }

    /// The block at an offset in CS, if it is in the direct-mapped index.
    #[inline(always)]
    pub fn recent(&self, eip: u32) -> Option<Block<'a>> {
        let block = self.direct[hash(eip)].get();
        (block.first()?.op.eip == eip).then_some(block)
    }

    /// Remembers an entry whose exit is to be linked to the block that is entered next.
    pub fn want(&self, exit: Option<&'a Entry<'a>>) {
        self.wanting.set(exit);
    }
}

fn hash(eip: u32) -> usize {
    (eip ^ eip >> 12) as usize % DIRECT
}

/// The translations under one set of assumptions.
pub struct Code<'a> {
    assumptions: Assumptions,
    arena: &'a Bump,
    blocks: RefCell<HashMap<u32, Block<'a>, NumberHash>>,
    /// The pages that blocks were made from, each block with the handler of its first entry.
    pages: RefCell<CodePages<(Block<'a>, Handler)>>,
    /// Counts the pages that were added.
    version: Cell<u64>,
    links: Links<'a>,
    long: LongFunctions,
    /// Whether blocks lead to each other without the run loop.
    link: bool,
}

impl<'a> Code<'a> {
    /// Bytes that its direct-mapped index takes.
    pub const INDEX_SIZE: usize = DIRECT * size_of::<Cell<Block>>();

    /// No translations yet. With `link`, blocks will lead straight to each other; a counter will
    /// count them.
    pub fn new(assumptions: Assumptions, arena: &'a Bump, link: bool, counter: Option<&'a Counter>) -> Self {
        let (blocks, pages, version, long) = Default::default();
        Code { assumptions, arena, blocks, pages, version, links: Links::new(counter), long, link }
    }

    /// What translated code knows of the other blocks.
    pub fn links(&self) -> &Links<'a> {
        &self.links
    }

    /// The functions that no block takes along.
    pub fn long_functions(&self) -> &LongFunctions {
        &self.long
    }

    /// What the translations assume.
    pub fn assumptions(&self) -> &Assumptions {
        &self.assumptions
    }

    /// The block at an offset in CS.
    pub fn find(&self, eip: u32) -> Option<Block<'a>> {
        self.blocks.borrow().get(&eip).copied()
    }

    /// Makes the entries of a block, so many, in the arena.
    pub fn store(&self, length: usize, mut entries: impl Iterator<Item = Entry<'a>>) -> Block<'a> {
        self.arena.alloc_slice_fill_with(length, |_| entries.next().expect("the caller has counted them"))
    }

    /// Enters a block in the index; `pages` are those that it was made from, each with its frame.
    pub fn insert(&self, block: Block<'a>, pages: &[(u32, FrameNumber)]) {
        let [head, ..] = block else { return };
        self.blocks.borrow_mut().insert(head.op.eip, block);
        for (page, frame) in pages {
            if self.pages.borrow_mut().insert(*page, *frame, (block, head.then.get())) {
                self.version.set(self.version.get() + 1);
            }
        }
    }

    /// How often a page was added.
    pub fn version(&self) -> u64 {
        self.version.get()
    }

    /// Forgets which exit translated code was left through.
    pub fn unlink(&self) {
        self.links.want(None);
    }

    /// Lets other blocks lead straight to the block that is entered, unless it is `watched`: indirect jumps, and the
    /// exit that was remembered if that is where it leads. Between blocks control may have gone elsewhere, as to the
    /// handler of a signal.
    pub fn link(&self, block: Block<'a>, watched: bool) {
        let wanting = self.links.wanting.take();
        let Some(head) = block.first().filter(|_| self.link && !watched) else { return };
        self.links.direct[hash(head.op.eip)].set(block);
        if let Some(entry) = wanting.filter(|entry| entry.op.imm == head.op.eip) {
            entry.exit.set(block);
        }
    }

    /// How the pages that blocks were made from agree with an address space.
    pub fn agreement(&self, memory: &mut Memory) -> Agreement {
        let mut agreement = Agreement::default();
        for (page, frame) in self.pages.borrow().frames() {
            if memory.is_unread_code(page) {
                // It will have a new frame.
                agreement.different.push(page);
                continue;
            }
            match memory.code_frame(page) {
                Some(found) if found == frame => agreement.same.push(page),
                Some(_) => agreement.different.push(page),
                None => agreement.absent.push(page),
            }
        }
        agreement
    }

    /// Lets blocks of pages be entered again, or not for as long as their pages are absent from the address
    /// space that runs: their first handler is then `stale`, which returns to the run loop.
    pub fn admit(&self, agreement: &Agreement, stale: Handler) {
        let mut pages = self.pages.borrow_mut();
        let mut resumed = false;
        for page in &agreement.same {
            for (block, run) in pages.suspend(*page, false) {
                let [head, ..] = block else { continue };
                head.then.set(run);
                self.blocks.borrow_mut().insert(head.op.eip, block);
                resumed = true;
            }
        }
        for page in &agreement.absent {
            // A block of several pages may just have been let in because of another one.
            let hidden = if resumed { pages.of_page(*page) } else { Vec::new() };
            let changed = pages.suspend(*page, true);
            hidden.into_iter().chain(changed).for_each(|(block, _)| self.hide(block, stale));
        }
    }

    /// Removes the blocks of a page from the index. Their first handler becomes `stale`, which returns to
    /// the run loop, so that exits still linked to them do not execute them.
    pub fn forget_page(&self, page: u32, stale: Handler) {
        let forgotten = self.pages.borrow_mut().remove(page);
        forgotten.into_iter().for_each(|(block, _)| self.hide(block, stale));
    }

    /// Removes the blocks of all pages that have a frame.
    pub fn forget_frame(&self, frame: FrameNumber, stale: Handler) {
        let pages = self.pages.borrow().of_frame(frame);
        pages.into_iter().for_each(|page| self.forget_page(page, stale));
    }

    fn hide(&self, block: Block<'a>, stale: Handler) {
        let [head, ..] = block else { return };
        head.then.set(stale);
        let eip = head.op.eip;
        let mut blocks = self.blocks.borrow_mut();
        if blocks.get(&eip).is_some_and(|known| std::ptr::eq(*known, block)) {
            blocks.remove(&eip);
        }
        let direct = &self.links.direct[hash(eip)];
        if std::ptr::eq(direct.get(), block) {
            direct.set(&[]);
        }
    }
}
