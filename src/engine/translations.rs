//! The translations of one run: a set of blocks for each set of assumptions that the program has run
//! under.

use bumpalo::Bump;

use crate::cpu::{Cpu, Flag, SegmentRegister};
use crate::instructions::Machine;

use super::assumptions::Assumptions;
use super::code::Code;
use super::dispatch;

/// Blocks in one arena, by what they assume.
pub struct Translations<'a> {
    arena: &'a Bump,
    link: bool,
    codes: Vec<Code<'a>>,
    /// The segment registers for which `current` was found, and AC: the fast check for no change.
    seen: ([SegmentRegister; 6], bool),
    current: usize,
}

impl<'a> Translations<'a> {
    /// No translations yet, but for the processor as it is.
    pub fn new(arena: &'a Bump, link: bool, cpu: &Cpu) -> Self {
        let codes = vec![Code::new(Assumptions::of(cpu), arena, link)];
        Translations { arena, link, codes, seen: seen(cpu), current: 0 }
    }

    /// The blocks whose assumptions hold for the processor as it is.
    pub fn current(&mut self, cpu: &Cpu) -> &Code<'a> {
        if self.seen != seen(cpu) {
            self.seen = seen(cpu);
            self.codes[self.current].want(None);
            self.current = self.find(Assumptions::of(cpu));
        }
        &self.codes[self.current]
    }

    fn find(&mut self, assumptions: Assumptions) -> usize {
        let known = self.codes.iter().position(|code| *code.assumptions() == assumptions);
        known.unwrap_or_else(|| {
            self.codes.push(Code::new(assumptions, self.arena, self.link));
            self.codes.len() - 1
        })
    }

    /// Bytes that the translations take, with their indices.
    pub fn size(&self) -> usize {
        self.arena.allocated_bytes() + self.codes.len() * Code::INDEX_SIZE
    }

    /// Forgets which exit control left through, because it went on elsewhere.
    pub fn unlink(&self) {
        self.codes[self.current].want(None);
    }

    /// Discards translations whose bytes were written to or remapped.
    pub fn drop_stale(&self, m: &mut Machine) {
        if m.memory.has_stale() {
            self.unlink();
            for (first, last) in m.memory.take_stale() {
                for code in &self.codes {
                    (first >> 12..=last >> 12).for_each(|page| code.forget_page(page, dispatch::stale));
                }
            }
        }
    }
}

fn seen(cpu: &Cpu) -> ([SegmentRegister; 6], bool) {
    (cpu.segments, cpu.eflags.0 & Flag::AlignmentCheck.mask() != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::{Segment, SegmentDescriptor};

    fn data(base: u32) -> SegmentDescriptor {
        SegmentDescriptor::user(base, u32::MAX, 3, true)
    }

    #[test]
    fn another_base_of_thread_local_storage_changes_nothing() {
        let (arena, mut cpu) = (Bump::new(), Cpu::default());
        cpu.set_segment(Segment::Gs, 0x63, data(0x1000));
        let mut translations = Translations::new(&arena, true, &cpu);
        let first: *const Code = translations.current(&cpu);
        cpu.set_segment(Segment::Gs, 0x63, data(0x2000));
        assert!(std::ptr::eq(first, translations.current(&cpu)));
    }

    #[test]
    fn a_segment_that_is_not_flat_is_an_assumption_and_translations_are_found_again() {
        let (arena, mut cpu) = (Bump::new(), Cpu::default());
        let flat = cpu.segments[Segment::Ds as usize].descriptor;
        let mut translations = Translations::new(&arena, true, &cpu);
        cpu.set_segment(Segment::Ds, 7, data(0x1000));
        assert!(!translations.current(&cpu).assumptions().flat);
        cpu.set_segment(Segment::Ds, 0x2b, flat);
        assert!(translations.current(&cpu).assumptions().flat);
        assert_eq!(translations.codes.len(), 2);
    }
}
