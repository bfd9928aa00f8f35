//! Fetching: the bytes of instructions, read ahead for as many of them as a block may have in one page.

use crate::cpu::Segment;
use crate::decode::{Decoder, MAX_LENGTH};
use crate::instructions::Machine;

/// How many bytes are read ahead.
const WINDOW: usize = 128;

/// Bytes of the code segment that were read.
pub struct CodeWindow {
    /// The base of the segment.
    base: u32,
    /// How many bytes from its base on it has.
    size: u64,
    /// Decodes its instructions.
    pub decoder: Decoder,
    /// The linear address of the first.
    address: u32,
    bytes: [u8; WINDOW],
    length: usize,
}

impl CodeWindow {
    /// Nothing yet.
    pub fn new(m: &Machine) -> Self {
        let segment = m.cpu.segments[Segment::Cs as usize].descriptor;
        let size = if segment.is_unlimited() { u64::MAX } else { u64::from(segment.limit()) + 1 };
        let decoder = Decoder::new(if segment.is_big() { 32 } else { 16 });
        CodeWindow { base: segment.base(), size, decoder, address: 0, bytes: [0; WINDOW], length: 0 }
    }

    /// The linear address of an offset in the segment.
    pub fn linear(&self, eip: u32) -> u32 {
        self.base.wrapping_add(eip)
    }

    /// How many bytes of an instruction at an offset can lie in the segment.
    #[inline]
    pub fn within_limit(&self, eip: u32) -> usize {
        self.size.saturating_sub(eip.into()).min(MAX_LENGTH as u64) as usize
    }

    /// The bytes from a linear address on, as many as an instruction may have; fewer where not all of them may be
    /// executed. No page is touched that such an instruction could not lie in.
    #[inline]
    pub fn at(&mut self, m: &mut Machine, address: u32) -> &[u8] {
        if !self.has(address) {
            self.read(m, address);
        }
        let offset = self.offset(address);
        &self.bytes[offset..self.length.min(offset + MAX_LENGTH)]
    }

    fn read(&mut self, m: &mut Machine, address: u32) {
        let last = address.wrapping_add(MAX_LENGTH as u32 - 1);
        let to_page_end = MAX_LENGTH + (last | 0xfff).wrapping_sub(last) as usize;
        let wanted = &mut self.bytes[..to_page_end.min(WINDOW)];
        (self.address, self.length) = (address, m.memory.fetch(address, wanted));
    }

    /// Whether fetching an instruction would read a page from its file: that is left to when it is executed.
    #[inline]
    pub fn is_unread(&self, m: &Machine, eip: u32) -> bool {
        let first = self.linear(eip);
        let last = first.wrapping_add(MAX_LENGTH as u32 - 1);
        !self.has(first)
            && (m.memory.is_unread_code(first >> 12)
                || first >> 12 != last >> 12 && m.memory.is_unread_code(last >> 12))
    }

    /// Whether all bytes that an instruction at a linear address may have were read.
    #[inline]
    pub fn has(&self, address: u32) -> bool {
        self.offset(address).saturating_add(MAX_LENGTH) <= self.length
    }

    fn offset(&self, address: u32) -> usize {
        address.wrapping_sub(self.address) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Perm;

    #[test]
    fn windows_end_with_their_page_and_with_what_may_be_executed() {
        let mut m = Machine::default();
        m.memory.map(0, 0x2000, Perm::READ | Perm::EXECUTE);
        m.memory.map(0x2000, 0x1000, Perm::READ);
        (0..0x3000).for_each(|at| m.memory.copy_in(at, &[at as u8]));
        let mut window = CodeWindow::new(&m);
        for address in [0, 1, 100, 112, 113, 114, 4000, 4081, 4082, 4095, 4096, 3, 8176] {
            let expected: Vec<u8> = (address..address + 15).map(|at| at as u8).collect();
            assert_eq!(window.at(&mut m, address), expected, "at {address}");
        }
        assert_eq!(window.at(&mut m, 8180).len(), 12);
        assert!(window.at(&mut m, 8192).is_empty());
        assert!(window.at(&mut m, u32::MAX).is_empty());
    }
}
