//! How much a filesystem in memory may hold (tmpfs(5), "size" and "nr_inodes").

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::linux::copy::{Copier, Duplicate, Uncopied, copied};
use crate::linux::errno::Errno;

/// The number that stands for no limit.
pub const UNLIMITED: u64 = u64::MAX;

/// Pages that a filesystem may use, and those that it uses; and the same of nodes, where each further name of one counts
/// as one more.
#[derive(Debug)]
pub struct Quota {
    limit: AtomicU64,
    used: AtomicU64,
    most_nodes: AtomicU64,
    nodes: AtomicU64,
}

impl Quota {
    /// At most so many pages, and nodes, of which there is one: the root.
    pub fn new(pages: u64, nodes: u64) -> Quota {
        let [limit, used, most_nodes, nodes] = [pages, 0, nodes, 1].map(AtomicU64::new);
        Quota { limit, used, most_nodes, nodes }
    }

    /// The most nodes, and how many there are.
    pub fn nodes(&self) -> (u64, u64) {
        (self.most_nodes.load(Ordering::Relaxed), self.nodes.load(Ordering::Relaxed))
    }

    /// Sets the most nodes; EINVAL if there are more, or if nobody has counted how many there are.
    pub fn set_most_nodes(&self, most: u64) -> Result<(), Errno> {
        let (before, used) = self.nodes();
        if used > most || before == UNLIMITED && most != UNLIMITED {
            return Err(Errno::EINVAL);
        }
        self.most_nodes.store(most, Ordering::Relaxed);
        Ok(())
    }

    /// Takes a node, until what is returned is dropped; ENOSPC if there is none left.
    pub fn take_node(self: &Arc<Quota>) -> Result<NodeShare, Errno> {
        let most = self.most_nodes.load(Ordering::Relaxed);
        let taken = |used| (used < most).then_some(used + 1);
        let taken = self.nodes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken);
        taken.map(|_| NodeShare(Arc::clone(self))).map_err(|_| Errno::ENOSPC)
    }

    /// The most pages, and how many are in use.
    pub fn usage(&self) -> (u64, u64) {
        (self.limit.load(Ordering::Relaxed), self.used.load(Ordering::Relaxed))
    }

    /// Sets the most pages; EINVAL if more are in use.
    pub fn set_limit(&self, pages: u64) -> Result<(), Errno> {
        if self.used.load(Ordering::Relaxed) > pages {
            return Err(Errno::EINVAL);
        }
        self.limit.store(pages, Ordering::Relaxed);
        Ok(())
    }

    /// Takes a page; ENOSPC if there is none left.
    pub fn take(&self) -> Result<(), Errno> {
        let limit = self.limit.load(Ordering::Relaxed);
        let taken = |used| (used < limit).then_some(used + 1);
        self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).map(drop).map_err(|_| Errno::ENOSPC)
    }

    /// Gives pages back.
    pub fn give(&self, pages: u64) {
        self.used.fetch_sub(pages, Ordering::Relaxed);
    }
}

/// A node, or a further name of one, that is counted.
#[derive(Debug)]
pub struct NodeShare(Arc<Quota>);

impl Drop for NodeShare {
    fn drop(&mut self) {
        self.0.nodes.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Duplicate for NodeShare {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(NodeShare(self.0.duplicate(copier)?))
    }
}

copied!(Quota: clone {} duplicate { limit, used, most_nodes, nodes });
