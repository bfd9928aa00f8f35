//! The contents that are in use, by the file that they belong to: two open files of one file share
//! them, whatever names they were opened by.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, Weak};

use crate::linux::copy::{Copier, Duplicate, Uncopied};
use crate::linux::errno::Errno;
use crate::linux::sync::lock;
use crate::memory::FramePool;

use super::file_contents::FileContents;
use super::releases::Releases;

/// A file of the host or of a filesystem of the kernel's own: device and inode.
pub type FileIdentity = (u64, u64);

/// How many contents are kept that nobody uses.
const KEPT: usize = 64;

/// Contents by file, and the frames that wait to be released.
#[derive(Default, Debug)]
pub struct ContentsTable {
    known: Mutex<BTreeMap<FileIdentity, Weak<FileContents>>>,
    /// Contents that were executed last, the newest at the end: who runs a program again finds its frames,
    /// and the translations made from them.
    recent: Mutex<VecDeque<Arc<FileContents>>>,
    releases: Arc<Releases>,
}

impl ContentsTable {
    /// Where contents leave their frames.
    pub fn releases(&self) -> &Arc<Releases> {
        &self.releases
    }

    /// The contents of a file, made by `make` unless somebody uses them already. Files that the host
    /// gives no number (inode 0) share nothing.
    pub fn of(
        &self,
        file: FileIdentity,
        make: impl FnOnce() -> Result<FileContents, Errno>,
    ) -> Result<Arc<FileContents>, Errno> {
        if file.1 == 0 {
            return make().map(Arc::new);
        }
        let mut known = lock(&self.known);
        if let Some(contents) = known.get(&file).and_then(Weak::upgrade) {
            return Ok(contents);
        }
        let contents = Arc::new(make()?);
        if known.len().is_power_of_two() {
            known.retain(|_, contents| contents.strong_count() > 0);
        }
        known.insert(file, Arc::downgrade(&contents));
        Ok(contents)
    }

    /// ETXTBSY if somebody executes a file.
    pub fn is_idle(&self, file: FileIdentity) -> Result<(), Errno> {
        let contents = lock(&self.known).get(&file).and_then(Weak::upgrade);
        let executed = contents.is_some_and(|contents| contents.claims().are_executed());
        if executed { Err(Errno::ETXTBSY) } else { Ok(()) }
    }

    /// Contents are executed: they are kept for a while, unless memory is all that they are.
    pub fn remember(&self, contents: &Arc<FileContents>) {
        if contents.is_memory() {
            return;
        }
        let mut recent = lock(&self.recent);
        recent.retain(|kept| !Arc::ptr_eq(kept, contents));
        recent.push_back(Arc::clone(contents));
        if recent.len() > KEPT {
            recent.pop_front();
        }
    }

    /// Releases the frames of contents that nobody has any more, and if frames get scarce, those of contents
    /// that are only kept.
    pub fn sweep(&self, pool: &mut FramePool) {
        if pool.used() > pool.limit() / 4 * 3 {
            let kept = std::mem::take(&mut *lock(&self.recent));
            drop(kept);
        }
        self.releases.sweep(pool);
    }

    /// Writes what was changed in memory to the files of the host.
    pub fn write_back(&self, pool: &mut FramePool) {
        self.releases.sweep(pool);
        let alive: Vec<Arc<FileContents>> = lock(&self.known).values().filter_map(Weak::upgrade).collect();
        for contents in alive {
            let _ = contents.write_back(pool);
        }
    }
}

impl Duplicate for ContentsTable {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        let (recent, releases) = (self.recent.duplicate(copier)?, self.releases.duplicate(copier)?);
        Ok(ContentsTable { known: Mutex::default(), recent, releases })
    }

    fn duplicate_shared(this: &Arc<Self>, copier: &mut Copier) -> Result<Arc<Self>, Uncopied> {
        let copy = Arc::new(Self::duplicate(this, copier)?);
        let (known, table) = (lock(&this.known).clone(), Arc::clone(&copy));
        copier.at_last(move |copier| {
            *lock(&table.known) = known.iter().map(|(file, known)| (*file, copier.referred(known))).collect();
            Ok(())
        });
        Ok(copy)
    }
}
