//! Holes: parts of a file that take no memory (lseek(2), fallocate(2)).

use crate::linux::abi::files::{F_SEAL_FUTURE_WRITE, F_SEAL_WRITE};
use crate::linux::errno::Errno;
use crate::linux::host::FileTime;
use crate::linux::sync::lock;
use crate::memory::FramePool;

use super::file_contents::FileContents;
use super::state::PAGE;

impl FileContents {
    /// Makes bytes zero that lie within the file (fallocate(2), "Deallocating file space").
    pub fn punch(&self, pool: &mut FramePool, start: u64, end: u64, now: FileTime) -> Result<(), Errno> {
        drop(self.state_without(F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)?);
        let end = end.min(self.size()?);
        let (first, last) = (start.div_ceil(PAGE), end / PAGE);
        // Pages that only frames hold go; what the store holds as well is written over.
        let kept = lock(&self.state).store.held().div_ceil(PAGE).clamp(first, last.max(first));
        if kept < last {
            self.drop_pages(&mut lock(&self.state), pool, kept, last);
        }
        let zeros = [0; PAGE as usize];
        let parts = [(start, end.min((kept * PAGE).max(start))), ((last * PAGE).max(start), end)];
        let parts = if kept < last { &parts[..] } else { &[(start, end)][..] };
        for (from, to) in parts {
            let mut at = *from;
            while at < *to {
                let part = (to - at).min(PAGE - at % PAGE);
                self.write(pool, &zeros[..part as usize], at, now)?;
                at += part;
            }
        }
        Ok(())
    }

    /// ENOSPC if there is no room for the pages of a range that have none yet (fallocate(2)).
    fn has_room(&self, start: u64, end: u64) -> Result<(), Errno> {
        let Some(quota) = &self.quota else { return Ok(()) };
        let state = lock(&self.state);
        let last = end.div_ceil(PAGE);
        let first = (start / PAGE).max(state.store.held().div_ceil(PAGE)).min(last);
        let missing = last - first - state.pages.range(first..last).count() as u64;
        let (limit, used) = quota.usage();
        if missing > limit.saturating_sub(used) { Err(Errno::ENOSPC) } else { Ok(()) }
    }

    /// Gives the pages of a range frames, if the file is in memory alone; ENOSPC, and nothing has happened, if there is no
    /// room for all of them.
    pub fn reserve(&self, pool: &mut FramePool, start: u64, end: u64) -> Result<(), Errno> {
        self.has_room(start, end)?;
        if !self.is_memory() {
            return Ok(());
        }
        let mut state = lock(&self.state);
        let missing: Vec<u64> =
            (start / PAGE..end.div_ceil(PAGE)).filter(|page| !state.pages.contains_key(page)).collect();
        for (done, page) in missing.iter().enumerate() {
            if let Err(error) = self.resident(&mut state, pool, *page) {
                missing[..done].iter().for_each(|page| self.drop_pages(&mut state, pool, *page, *page + 1));
                return Err(error);
            }
        }
        Ok(())
    }

    /// The first position from `at` on that is data, or a hole; ENXIO at and past the end (lseek(2)).
    /// What the store holds counts as data, and there is a hole at the end.
    pub fn seek(&self, at: u64, data: bool) -> Result<u64, Errno> {
        let state = lock(&self.state);
        let size = state.size()?;
        if at >= size {
            return Err(Errno::ENXIO);
        }
        let stored = state.store.held().min(size);
        let is_data = |page: u64| page * PAGE < stored || state.pages.contains_key(&page);
        if is_data(at / PAGE) == data {
            return Ok(at);
        }
        let found = match data {
            true => state.pages.range(at / PAGE..).next().map(|(page, _)| *page),
            false => ((at / PAGE).max(stored.div_ceil(PAGE))..).find(|page| !is_data(*page)),
        };
        match found.map(|page| (page * PAGE).max(at)).filter(|position| *position < size) {
            Some(position) => Ok(position),
            None if data => Err(Errno::ENXIO),
            None => Ok(size),
        }
    }
}
