//! What memory should hold: a mirror of the mapped regions, to compare the machine's with.

use crate::memory::{Memory, PAGE_SIZE, Perm};

use super::compare::Difference;
use super::format::Region;

/// The expected bytes of every mapped region.
#[derive(Debug)]
pub struct Image {
    /// First address and bytes of each.
    regions: Vec<(u32, Vec<u8>)>,
}

impl Image {
    /// Maps the regions, all zero, in a machine's memory and here.
    pub fn map(regions: &[Region], memory: &mut Memory) -> Image {
        let mut bytes = Vec::new();
        for region in regions {
            let before = region.base as usize % PAGE_SIZE;
            let size = (before + region.size as usize).next_multiple_of(PAGE_SIZE);
            memory.map(region.base, region.size, perm(&region.perm));
            bytes.push((region.base - before as u32, vec![0; size]));
        }
        Image { regions: bytes }
    }

    /// Changes what is expected. Bytes outside all regions are dropped.
    pub fn write(&mut self, address: u32, bytes: &[u8]) {
        for (at, &byte) in (address..=u32::MAX).zip(bytes) {
            if let Some(expected) = self.byte(at) {
                *expected = byte;
            }
        }
    }

    /// What is expected of one byte, if it is mapped.
    fn byte(&mut self, address: u32) -> Option<&mut u8> {
        self.regions.iter_mut().find_map(|(base, bytes)| bytes.get_mut(address.checked_sub(*base)? as usize))
    }

    /// Every run of bytes that differs.
    pub fn differences(&self, memory: &mut Memory) -> Vec<Difference> {
        let mut found = Vec::new();
        for (base, bytes) in &self.regions {
            for (address, expected) in (*base..=u32::MAX).step_by(PAGE_SIZE).zip(bytes.chunks(PAGE_SIZE)) {
                let got = memory.page_bytes(address, PAGE_SIZE as u32);
                if got != expected {
                    found.extend(runs(address, expected, got));
                }
            }
        }
        found
    }
}

fn perm(letters: &str) -> Perm {
    let mut perm = Perm::NONE;
    for (letter, one) in [('r', Perm::READ), ('w', Perm::WRITE), ('x', Perm::EXECUTE)] {
        if letters.contains(letter) {
            perm |= one;
        }
    }
    perm
}

/// The runs of different bytes in a page that has some.
fn runs(address: u32, expected: &[u8], got: &[u8]) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = (at..got.len()).find(|&at| expected[at] != got[at]) {
        at = (start..got.len()).find(|&at| expected[at] == got[at]).unwrap_or(got.len());
        found.push(Difference::Bytes {
            address: address + start as u32,
            expected: expected[start..at].to_vec(),
            got: got[start..at].to_vec(),
        });
    }
    found
}
