//! The contents of a regular file.
//!
//! What is mapped, or was changed in memory, lies in frames of the world's pool; the [`Store`] has the
//! rest. Reading takes the frames first. Writing changes the frames, and the host's file if changes go
//! there; so `read`, `write` and every mapping (in `mapped`) see one truth. Holes are in `holes`.

use std::sync::{Arc, Mutex, MutexGuard};

use crate::linux::abi::files::{F_SEAL_FUTURE_WRITE, F_SEAL_GROW, F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_WRITE};
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::host::{FileStatus, FileTime, HostFile};
use crate::linux::sync::lock;
use crate::linux::virtual_file::VirtualFile;
use crate::memory::{FrameNumber, FramePool};

use super::claim::Claims;
use super::quota::Quota;
use super::releases::Releases;
use super::state::{PAGE, ResidentPage, State};
use super::store::Store;

/// The contents of a regular file.
#[derive(Debug)]
pub struct FileContents {
    pub(super) state: Mutex<State>,
    pub(super) releases: Arc<Releases>,
    /// What pages are charged to; `None` for the cache of a file of the host.
    pub(super) quota: Option<Arc<Quota>>,
    claims: Claims,
}

impl FileContents {
    /// Empty contents in memory.
    pub fn in_memory(releases: &Arc<Releases>, quota: &Arc<Quota>) -> FileContents {
        FileContents::new(Store::Memory, 0, releases, Some(quota))
    }

    /// Contents of a size that belong to no filesystem: memory that several address spaces share.
    pub fn anonymous(releases: &Arc<Releases>, size: u64) -> FileContents {
        FileContents::new(Store::Memory, size, releases, None)
    }

    /// Contents that begin as those of a host file, which does not change.
    pub fn over(file: HostFile, releases: &Arc<Releases>, quota: &Arc<Quota>) -> Result<FileContents, Errno> {
        let size = file.size()?;
        Ok(FileContents::new(Store::Over(file, size), size, releases, Some(quota)))
    }

    /// Contents of a host file. [`FileContents::opened`] says how it may be used.
    pub fn through(releases: &Arc<Releases>) -> FileContents {
        FileContents::new(Store::Through { reader: None, writer: None }, 0, releases, None)
    }

    /// Contents of a file of the embedding program.
    pub fn virtual_file(file: &Arc<dyn VirtualFile>, releases: &Arc<Releases>) -> FileContents {
        FileContents::new(Store::Virtual(Arc::clone(file)), 0, releases, None)
    }

    fn new(store: Store, size: u64, releases: &Arc<Releases>, quota: Option<&Arc<Quota>>) -> FileContents {
        let state = Mutex::new(State::new(store, size));
        FileContents { state, releases: Arc::clone(releases), quota: quota.cloned(), claims: Claims::default() }
    }

    /// Who writes to them and who executes them.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// Seals may be added from now on (memfd_create(2)).
    pub fn allow_sealing(&self) {
        lock(&self.state).seals = 0;
    }

    /// What nobody may do any more.
    pub fn seals(&self) -> u32 {
        lock(&self.state).seals
    }

    /// Forbids more, for ever; EPERM if that is forbidden.
    pub fn add_seals(&self, seals: u32) -> Result<(), Errno> {
        self.state_without(F_SEAL_SEAL)?.seals |= seals;
        Ok(())
    }

    /// The state, to be changed in a way that these seals forbid; EPERM if one is there.
    pub(super) fn state_without(&self, seals: u32) -> Result<MutexGuard<'_, State>, Errno> {
        let state = lock(&self.state);
        if state.seals & seals != 0 { Err(Errno::EPERM) } else { Ok(state) }
    }

    /// The host's file was opened once more, with this access.
    pub fn opened(&self, file: HostFile, read: bool, write: bool) {
        if let Store::Through { reader, writer } = &mut lock(&self.state).store {
            if read && reader.is_none() {
                *reader = Some(file.clone());
            }
            if write && writer.is_none() {
                *writer = Some(file);
            }
        }
    }

    /// What the host tells about its file; `None` if changes do not go there.
    pub fn host_status(&self) -> Option<FileStatus> {
        lock(&self.state).store.host_file()?.status().ok()
    }

    /// Calls `work` with the host's file; `None` if changes do not go there.
    pub fn on_host<T>(&self, work: impl FnOnce(&HostFile) -> T) -> Option<T> {
        lock(&self.state).store.host_file().map(work)
    }

    /// Bytes.
    pub fn size(&self) -> Result<u64, Errno> {
        lock(&self.state).size()
    }

    /// When it was last changed in memory; `None` if it was not, or somebody set the time since.
    pub fn modified(&self) -> Option<FileTime> {
        lock(&self.state).modified
    }

    /// Somebody set the time of the last change.
    pub fn forget_modified(&self) {
        lock(&self.state).modified = None;
    }

    /// Bytes as the store has them, as many as there are; `None` if frames may hold others.
    pub fn stored(&self, at: u64, count: usize) -> Option<Vec<u8>> {
        let state = lock(&self.state);
        if state.changed {
            return None;
        }
        let mut bytes = vec![0; state.size().ok()?.saturating_sub(at).min(count as u64) as usize];
        let read = state.store.read(&mut bytes, at).ok()?;
        bytes.truncate(read);
        Some(bytes)
    }

    /// Whether there is no file of the host behind them.
    pub fn is_memory(&self) -> bool {
        matches!(lock(&self.state).store, Store::Memory)
    }

    /// How many pages have frames.
    pub fn resident_pages(&self) -> u64 {
        lock(&self.state).pages.len() as u64
    }

    /// Reads as many bytes as there are.
    pub fn read(&self, pool: &FramePool, bytes: &mut [u8], at: u64) -> Result<usize, Errno> {
        let state = lock(&self.state);
        let count = state.size()?.saturating_sub(at).min(bytes.len() as u64) as usize;
        let mut done = 0;
        while done < count {
            let position = at + done as u64;
            let (page, start) = (position / PAGE, (position % PAGE) as usize);
            if let Some(resident) = state.pages.get(&page) {
                let part = (count - done).min(PAGE as usize - start);
                bytes[done..done + part].copy_from_slice(&pool.bytes(resident.frame)[start..start + part]);
                done += part;
                continue;
            }
            let next = state.pages.range(page..).next().map_or(u64::MAX, |(page, _)| page.saturating_mul(PAGE));
            let part = (next - position).min((count - done) as u64) as usize;
            let read = state.store.read(&mut bytes[done..done + part], position)?;
            done += read;
            if read < part {
                break;
            }
        }
        Ok(done)
    }

    /// Writes, and lets the file grow if need be. Fewer bytes are written only if there is no room.
    pub fn write(&self, pool: &mut FramePool, bytes: &[u8], at: u64, now: FileTime) -> Result<usize, Errno> {
        let mut state = self.state_without(F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)?;
        let end = at.checked_add(bytes.len() as u64).filter(|end| *end <= i64::MAX as u64).ok_or(Errno::EFBIG)?;
        let before = state.size()?;
        if end > before && state.seals & F_SEAL_GROW != 0 {
            return Err(Errno::EPERM);
        }
        if bytes.is_empty() {
            return Ok(0);
        }
        if at > before {
            state.clear(pool, before, at);
        }
        let done = match state.store.is_through() {
            true => {
                state.store.writer()?.write_all_at(bytes, at)?;
                state.patch(pool, bytes, at);
                bytes.len()
            }
            false => self.write_pages(&mut state, pool, bytes, at)?,
        };
        state.size = before.max(end - (bytes.len() - done) as u64);
        state.changed |= !state.store.is_through();
        state.modified = Some(now);
        Ok(done)
    }

    /// Writes to frames, page by page.
    fn write_pages(&self, state: &mut State, pool: &mut FramePool, bytes: &[u8], at: u64) -> Result<usize, Errno> {
        let mut done = 0;
        while done < bytes.len() {
            let position = at + done as u64;
            let start = (position % PAGE) as usize;
            let part = (bytes.len() - done).min(PAGE as usize - start);
            match self.resident(state, pool, position / PAGE) {
                Ok(frame) => pool.bytes_mut(frame)[start..start + part].copy_from_slice(&bytes[done..done + part]),
                Err(error) if done == 0 => return Err(error),
                Err(_) => break,
            }
            done += part;
        }
        Ok(done)
    }

    /// The frame of a page, filled from the store if it has none yet.
    pub(super) fn resident(&self, state: &mut State, pool: &mut FramePool, page: u64) -> Result<FrameNumber, Errno> {
        if let Some(resident) = state.pages.get(&page) {
            return Ok(resident.frame);
        }
        self.quota.as_ref().map_or(Ok(()), |quota| quota.take())?;
        let taken = pool.allocate().map_err(|_| Errno::ENOSPC).and_then(|frame| {
            let filled = state.store.read(pool.bytes_mut(frame), page * PAGE);
            filled.map(|_| frame).inspect_err(|_| pool.release(frame))
        });
        match taken {
            Ok(frame) => {
                state.pages.insert(page, ResidentPage { frame, dirty: false });
                Ok(frame)
            }
            Err(error) => {
                self.quota.iter().for_each(|quota| quota.give(1));
                Err(error)
            }
        }
    }

    /// Cuts the file off, or lets it grow by zeros.
    pub fn set_size(&self, pool: &mut FramePool, size: u64, now: FileTime) -> Result<(), Errno> {
        let mut state = lock(&self.state);
        let before = state.size()?;
        let forbidden = if size > before { F_SEAL_GROW } else { F_SEAL_SHRINK };
        if size != before && state.seals & forbidden != 0 {
            return Err(Errno::EPERM);
        }
        if state.store.is_through() {
            state.store.writer()?.set_size(size)?;
        }
        if let Store::Over(_, valid) = &mut state.store {
            *valid = size.min(*valid);
        }
        if size < before {
            self.drop_pages(&mut state, pool, size.div_ceil(PAGE), u64::MAX);
            state.clear(pool, size, size.next_multiple_of(PAGE));
        } else {
            state.clear(pool, before, size);
        }
        state.size = size;
        state.changed |= !state.store.is_through();
        state.modified = Some(now);
        Ok(())
    }

    /// Takes the frames of pages away. A page that somebody has mapped keeps its frame, cleared: the
    /// mapping and the file stay one if the file grows again.
    pub(super) fn drop_pages(&self, state: &mut State, pool: &mut FramePool, first: u64, end: u64) {
        let gone: Vec<u64> = state.pages.range(first..end).map(|(page, _)| *page).collect();
        for page in gone {
            let Some(resident) = state.pages.get_mut(&page) else { continue };
            if pool.users(resident.frame) > 1 {
                pool.bytes_mut(resident.frame).fill(0);
                resident.dirty = false;
                continue;
            }
            pool.release(resident.frame);
            state.pages.remove(&page);
            self.quota.iter().for_each(|quota| quota.give(1));
        }
    }
}

copied!(FileContents: clone {} duplicate { state, releases, quota, claims });
