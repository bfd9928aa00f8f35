//! The pages that blocks were made from, and the frames that these had: translations are right for every
//! address space that has the same frames there.

use std::collections::HashMap;

use crate::memory::FrameNumber;

use super::number_hash::NumberHash;

/// How the pages of translations agree with an address space.
#[derive(Default, Debug)]
pub struct Agreement {
    /// Pages with the same frame.
    pub same: Vec<u32>,
    /// Pages with another frame: blocks from them are wrong there.
    pub different: Vec<u32>,
    /// Pages that may not be executed there.
    pub absent: Vec<u32>,
}

/// What was made from one page.
struct CodePage<B> {
    frame: FrameNumber,
    blocks: Vec<B>,
    /// Whether its blocks cannot be entered at present.
    suspended: bool,
}

/// Blocks by the pages and frames that they were made from.
pub struct CodePages<B> {
    pages: HashMap<u32, CodePage<B>, NumberHash>,
    by_frame: HashMap<FrameNumber, Vec<u32>, NumberHash>,
}

impl<B> Default for CodePages<B> {
    fn default() -> Self {
        CodePages { pages: HashMap::default(), by_frame: HashMap::default() }
    }
}

impl<B: Copy> CodePages<B> {
    /// Adds a block of a page, and says whether the page is new.
    pub fn insert(&mut self, page: u32, frame: FrameNumber, block: B) -> bool {
        let known = self.pages.contains_key(&page);
        if !known {
            self.by_frame.entry(frame).or_default().push(page);
        }
        let entry = self.pages.entry(page).or_insert(CodePage { frame, blocks: Vec::new(), suspended: false });
        entry.blocks.push(block);
        !known
    }

    /// Each page with its frame.
    pub fn frames(&self) -> impl Iterator<Item = (u32, FrameNumber)> + '_ {
        self.pages.iter().map(|(page, entry)| (*page, entry.frame))
    }

    /// The pages that have a frame.
    pub fn of_frame(&self, frame: FrameNumber) -> Vec<u32> {
        self.by_frame.get(&frame).cloned().unwrap_or_default()
    }

    /// The blocks of a page.
    pub fn of_page(&self, page: u32) -> Vec<B> {
        self.pages.get(&page).map_or_else(Vec::new, |entry| entry.blocks.clone())
    }

    /// Suspends a page or resumes it; gives its blocks if that is a change.
    pub fn suspend(&mut self, page: u32, suspended: bool) -> Vec<B> {
        match self.pages.get_mut(&page) {
            Some(entry) if entry.suspended != suspended => {
                entry.suspended = suspended;
                entry.blocks.clone()
            }
            _ => Vec::new(),
        }
    }

    /// Takes out a page, and gives its blocks.
    pub fn remove(&mut self, page: u32) -> Vec<B> {
        let Some(entry) = self.pages.remove(&page) else { return Vec::new() };
        if let Some(pages) = self.by_frame.get_mut(&entry.frame) {
            pages.retain(|known| *known != page);
            if pages.is_empty() {
                self.by_frame.remove(&entry.frame);
            }
        }
        entry.blocks
    }
}
