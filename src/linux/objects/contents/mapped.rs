//! Contents as mappings see them: the frames are the contents themselves (mmap(2)).

use std::any::Any;

use crate::linux::errno::Errno;
use crate::linux::host::HostFile;
use crate::linux::sync::lock;
use crate::memory::{FrameNumber, FramePool, PageSource, SourceFault};

use super::file_contents::FileContents;
use super::releases::ReleasedFrame;
use super::state::{PAGE, State};

impl FileContents {
    /// Writes pages that mappings changed to the host's file. A page that is still mapped stays dirty:
    /// nobody is told when it changes again.
    pub fn write_back(&self, pool: &mut FramePool) -> Result<(), Errno> {
        let mut state = lock(&self.state);
        let size = state.size()?;
        let State { store, pages, .. } = &mut *state;
        for (page, resident) in pages.iter_mut().filter(|(_, resident)| resident.dirty) {
            let count = size.saturating_sub(page * PAGE).min(PAGE) as usize;
            if store.is_through() {
                store.writer()?.write_all_at(&pool.bytes(resident.frame)[..count], page * PAGE)?;
            }
            resident.dirty = pool.users(resident.frame) > 1;
        }
        Ok(())
    }

    /// Has the host write its file to where it lasts.
    pub fn sync(&self, pool: &mut FramePool) -> Result<(), Errno> {
        self.write_back(pool)?;
        self.on_host(HostFile::sync).unwrap_or(Ok(()))
    }
}

impl PageSource for FileContents {
    fn frame(&self, page: u64, write: bool, pool: &mut FramePool) -> Result<FrameNumber, SourceFault> {
        let mut state = lock(&self.state);
        let size = state.size().map_err(|_| SourceFault::Past)?;
        if page.checked_mul(PAGE).is_none_or(|start| start >= size) {
            return Err(SourceFault::Past);
        }
        let frame = self.resident(&mut state, pool, page).map_err(|error| match error {
            Errno::ENOSPC => SourceFault::OutOfFrames,
            _ => SourceFault::Past,
        })?;
        if let (true, Some(resident)) = (write, state.pages.get_mut(&page)) {
            resident.dirty = true;
            state.changed = true;
        }
        pool.share(frame);
        Ok(frame)
    }

    fn as_world_contents(&self) -> Option<&dyn Any> {
        Some(self)
    }

    fn peek(&self, page: u64, pool: &FramePool) -> [u8; PAGE as usize] {
        let mut bytes = [0; PAGE as usize];
        // What cannot be read is zero.
        let _ = page.checked_mul(PAGE).map(|at| self.read(pool, &mut bytes, at));
        bytes
    }

    fn resident(&self, page: u64) -> Option<FrameNumber> {
        lock(&self.state).pages.get(&page).map(|resident| resident.frame)
    }
}

impl Drop for FileContents {
    fn drop(&mut self) {
        let state = lock(&self.state);
        let size = state.size().unwrap_or_default();
        for (page, resident) in &state.pages {
            let count = size.saturating_sub(page * PAGE).min(PAGE) as usize;
            let writer = state.store.writer().ok().filter(|_| resident.dirty && count > 0);
            let write = writer.map(|writer| (writer, page * PAGE, count));
            self.releases.push(ReleasedFrame { frame: resident.frame, write });
        }
        if let Some(quota) = &self.quota {
            quota.give(state.pages.len() as u64);
        }
    }
}
