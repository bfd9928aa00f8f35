//! The translations of one run: for each set of address spaces that agree on their code, the blocks that
//! were made under each set of assumptions.
//!
//! A block is right wherever the pages that it was made from have the same frames, and the processor is in
//! a state with the same assumptions. So the translations of a program are found again by its threads, by
//! the processes that it forks, and by every process that executes the same file later.

use std::collections::BTreeMap;
use std::sync::Weak;

use bumpalo::Bump;

use crate::cpu::{Cpu, Flag, SegmentRegister};
use crate::instructions::Machine;
use crate::memory::Memory;

use super::assumptions::Assumptions;
use super::code::Code;
use super::counter::Counter;
use super::dispatch;

/// Blocks in one arena, by what they were made from and what they assume.
pub struct Translations<'a> {
    arena: &'a Bump,
    link: bool,
    counter: Option<&'a Counter>,
    images: Vec<CodeImage<'a>>,
    /// The image that each address space uses.
    spaces: BTreeMap<u64, SpaceEntry>,
    /// What `current` was found for: the fast check for no change.
    seen: Option<Seen>,
    /// Image and, in it, code that are in use.
    current: [usize; 2],
}

/// The code that a set of address spaces agrees on.
struct CodeImage<'a> {
    /// Its translations, by their assumptions.
    codes: Vec<Code<'a>>,
}

/// What is known of an address space.
struct SpaceEntry {
    life: Weak<u64>,
    image: usize,
    /// The space's count of changes, and the image's version, when the two were last compared.
    compared: (u64, u64),
}

/// What decides which translations are right: the address space with its count of changes, the segment
/// registers, and AC.
type Seen = ((u64, u64), [SegmentRegister; 6], bool);

impl<'a> Translations<'a> {
    /// No translations yet.
    pub fn new(arena: &'a Bump, link: bool, counter: Option<&'a Counter>) -> Self {
        Translations { arena, link, counter, images: Vec::new(), spaces: BTreeMap::new(), seen: None, current: [0; 2] }
    }

    /// The blocks that are right for the machine as it is.
    pub fn current(&mut self, m: &mut Machine) -> &Code<'a> {
        let now = (m.memory.layout(), m.cpu.segments, m.cpu.eflags.0 & Flag::AlignmentCheck.mask() != 0);
        if self.seen != Some(now) {
            self.change(m);
            // Comparing gives pages their frames, which can change the layout.
            self.seen = Some((m.memory.layout(), now.1, now.2));
        }
        let [image, code] = self.current;
        &self.images[image].codes[code]
    }

    /// Bytes that the translations take, with their indices.
    pub fn size(&self) -> usize {
        let codes: usize = self.images.iter().map(|image| image.codes.len()).sum();
        self.arena.allocated_bytes() + codes * Code::INDEX_SIZE
    }

    /// Forgets which exit control left through, because it went on elsewhere.
    pub fn unlink(&self) {
        let [image, code] = self.current;
        if let Some(image) = self.images.get(image) {
            image.codes[code].unlink();
        }
    }

    /// Discards translations whose bytes were written to, or are gone.
    pub fn drop_stale(&self, m: &mut Machine) {
        if m.memory.has_stale() {
            self.unlink();
            for frame in m.memory.take_stale() {
                let codes = self.images.iter().flat_map(|image| &image.codes);
                codes.for_each(|code| code.forget_frame(frame, dispatch::stale));
            }
        }
    }

    /// Finds the translations for another address space, for one that has changed, or for another state of
    /// the segments.
    fn change(&mut self, m: &mut Machine) {
        self.unlink();
        self.settle();
        let image = self.image(&mut m.memory, &m.cpu);
        let assumptions = Assumptions::of(&m.cpu);
        let codes = &mut self.images[image].codes;
        let known = codes.iter().position(|code| *code.assumptions() == assumptions);
        let code = known.unwrap_or_else(|| {
            codes.push(Code::new(assumptions, self.arena, self.link, self.counter));
            codes.len() - 1
        });
        self.current = [image, code];
    }

    /// What the address space that ran has added to its image agrees with it.
    fn settle(&mut self) {
        let Some(((space, _), ..)) = self.seen else { return };
        if let Some(entry) = self.spaces.get_mut(&space) {
            entry.compared.1 = self.images[entry.image].version();
        }
    }

    /// The image for an address space, with what does not agree with it put aside.
    fn image(&mut self, memory: &mut Memory, cpu: &Cpu) -> usize {
        let (space, changes) = memory.layout();
        let known = self.spaces.get(&space).map(|entry| (entry.image, entry.compared));
        if known.is_none_or(|(_, compared)| compared.0 != changes) {
            self.spaces.retain(|_, entry| entry.life.strong_count() > 0);
        }
        let image = match known {
            Some((image, compared)) if compared == (changes, self.images[image].version()) => return image,
            Some((image, _)) if self.fits(image, space, memory) => image,
            _ => self.choose(memory, cpu),
        };
        self.images[image].admit(memory);
        let compared = (memory.layout().1, self.images[image].version());
        self.spaces.insert(space, SpaceEntry { life: memory.life(), image, compared });
        image
    }

    /// Whether an address space can keep its image: nothing contradicts it, or nobody else uses it, so that
    /// what does can be forgotten.
    fn fits(&mut self, image: usize, space: u64, memory: &mut Memory) -> bool {
        let alone = !self.spaces.iter().any(|(other, entry)| *other != space && entry.image == image);
        alone || self.images[image].codes.iter().all(|code| code.agreement(memory).different.is_empty())
    }

    /// The image that agrees with an address space in most pages and contradicts it in none, or a new one.
    fn choose(&mut self, memory: &mut Memory, cpu: &Cpu) -> usize {
        let mut best = (0, None);
        for (index, image) in self.images.iter().enumerate() {
            let agreements: Vec<_> = image.codes.iter().map(|code| code.agreement(memory)).collect();
            let same = agreements.iter().map(|agreement| agreement.same.len()).sum();
            if agreements.iter().all(|agreement| agreement.different.is_empty()) && same > best.0 {
                best = (same, Some(index));
            }
        }
        best.1.unwrap_or_else(|| {
            let code = Code::new(Assumptions::of(cpu), self.arena, self.link, self.counter);
            self.images.push(CodeImage { codes: vec![code] });
            self.images.len() - 1
        })
    }
}

impl CodeImage<'_> {
    /// Counts the pages that were added.
    fn version(&self) -> u64 {
        self.codes.iter().map(Code::version).sum()
    }

    /// Forgets the pages that an address space contradicts, and suspends those that it does not have.
    fn admit(&self, memory: &mut Memory) {
        for code in &self.codes {
            let agreement = code.agreement(memory);
            agreement.different.iter().for_each(|page| code.forget_page(*page, dispatch::stale));
            code.admit(&agreement, dispatch::stale);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::super::code::Entry;
    use super::super::pages::Agreement;
    use super::*;
    use crate::cpu::{Segment, SegmentDescriptor};
    use crate::instructions::Op;

    fn data(base: u32) -> SegmentDescriptor {
        SegmentDescriptor::user(base, u32::MAX, 3, true)
    }

    #[test]
    fn another_base_of_thread_local_storage_changes_nothing() {
        let (arena, mut m) = (Bump::new(), Machine::default());
        m.cpu.set_segment(Segment::Gs, 0x63, data(0x1000));
        let mut translations = Translations::new(&arena, true, None);
        let first: *const Code = translations.current(&mut m);
        m.cpu.set_segment(Segment::Gs, 0x63, data(0x2000));
        assert!(std::ptr::eq(first, translations.current(&mut m)));
    }

    #[test]
    fn a_segment_that_is_not_flat_is_an_assumption_and_translations_are_found_again() {
        let (arena, mut m) = (Bump::new(), Machine::default());
        let flat = m.cpu.segments[Segment::Ds as usize].descriptor;
        let mut translations = Translations::new(&arena, true, None);
        translations.current(&mut m);
        m.cpu.set_segment(Segment::Ds, 7, data(0x1000));
        assert!(!translations.current(&mut m).assumptions().flat);
        m.cpu.set_segment(Segment::Ds, 0x2b, flat);
        assert!(translations.current(&mut m).assumptions().flat);
        assert_eq!((translations.images.len(), translations.images[0].codes.len()), (1, 2));
    }

    #[test]
    fn a_block_of_several_pages_is_let_in_when_all_of_them_are_there() {
        let arena = Bump::new();
        let code = Code::new(Assumptions::of(&Machine::default().cpu), &arena, true, None);
        let entry = Entry {
            then: Cell::new(dispatch::fall_through),
            exit: Cell::default(),
            op: Op { done: 1, ..Op::default() },
        };
        let block = code.store(1, std::iter::once(entry));
        code.insert(block, &[(1, 10), (2, 20)]);
        let pages = |same: &[u32], absent: &[u32]| Agreement {
            same: same.into(),
            absent: absent.into(),
            ..Agreement::default()
        };
        let admitted = |same, absent| {
            code.admit(&pages(same, absent), dispatch::stale);
            code.find(0).is_some()
        };
        assert!(!admitted(&[], &[1, 2]));
        assert!(!admitted(&[2], &[1]));
        assert!(admitted(&[1, 2], &[]));
        assert!(!admitted(&[1], &[2]));
    }
}
