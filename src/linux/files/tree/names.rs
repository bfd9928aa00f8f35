//! The names in a directory of a filesystem in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, MutexGuard};

use crate::linux::errno::Errno;
use crate::linux::host::{FileTime, FileType};
use crate::linux::sync::lock;

use super::super::node::{Asker, Node};
use super::node::{Body, NameEntry, TreeNode};

impl TreeNode {
    /// The names that differ from what the host has; ENOTDIR unless it is a directory.
    pub(super) fn entries(&self) -> Result<MutexGuard<'_, BTreeMap<Vec<u8>, NameEntry>>, Errno> {
        match &self.body {
            Body::Directory(entries) => Ok(lock(entries)),
            _ => Err(Errno::ENOTDIR),
        }
    }

    /// The node with a name in this directory.
    pub(super) fn find(&self, name: &[u8]) -> Result<Arc<TreeNode>, Errno> {
        match (self.entries()?.get(name), &self.lower) {
            (Some(NameEntry::There(node)), _) => Ok(Arc::clone(node)),
            (None, Some((lower, _))) => TreeNode::of(&TreeNode::bear(&self.shared, lower.child(name))?),
            _ => Err(Errno::ENOENT),
        }
    }

    /// Gives a node a name in this directory, whatever had it before.
    pub(super) fn set(&self, name: &[u8], node: Arc<TreeNode>, now: FileTime) -> Result<(), Errno> {
        if node.file_type == FileType::Directory {
            self.changing().links += 1;
        }
        self.entries()?.insert(name.to_vec(), NameEntry::There(node));
        self.touch(now);
        Ok(())
    }

    /// Takes a name out of this directory.
    pub(super) fn take(&self, name: &[u8], node: &TreeNode, now: FileTime) -> Result<(), Errno> {
        if node.file_type == FileType::Directory {
            let mut attributes = self.changing();
            attributes.links = attributes.links.saturating_sub(1);
        }
        let below = self.lower.as_ref().is_some_and(|(lower, _)| lower.child(name).status().is_ok());
        let mut entries = self.entries()?;
        match below {
            true => drop(entries.insert(name.to_vec(), NameEntry::Gone)),
            false => drop(entries.remove(name)),
        }
        drop(entries);
        self.touch(now);
        Ok(())
    }

    /// A name of this node was removed.
    pub(super) fn unnamed(&self, now: FileTime) {
        let directory = self.file_type == FileType::Directory;
        let left = {
            let mut attributes = self.changing();
            attributes.links = if directory { 0 } else { attributes.links.saturating_sub(1) };
            attributes.times[2] = now;
            attributes.stays_nameless = attributes.links == 0;
            attributes.links
        };
        lock(&self.charges).truncate(left.max(1) as usize);
        if let (0, Some((_, key))) = (left, &self.lower) {
            self.shared.forget(key);
        }
    }

    /// ENOTDIR, EISDIR or ENOTEMPTY unless the node may go.
    pub(super) fn removable(&self, asker: &Asker, directory: bool) -> Result<(), Errno> {
        match (self.file_type == FileType::Directory, directory) {
            (true, false) => Err(Errno::EISDIR),
            (false, true) => Err(Errno::ENOTDIR),
            (true, true) if !self.list(asker)?.is_empty() => Err(Errno::ENOTEMPTY),
            _ => Ok(()),
        }
    }
}
