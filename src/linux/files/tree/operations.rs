//! What can be done with the nodes of a filesystem in memory.

use std::any::Any;
use std::sync::Arc;

use crate::linux::abi::capabilities::CAP_MKNOD;
use crate::linux::abi::files::O_ACCMODE;
use crate::linux::errno::Errno;
use crate::linux::host::{DirectoryEntry, FileStatus, FileTime, FileType};
use crate::linux::objects::contents::UNLIMITED;
use crate::linux::objects::{Object, OpenListing, PipeEnd, PipeHandle};
use crate::linux::sync::lock;

use super::super::node::{Asker, Change, FilesystemStatus, LinkTarget, NewNode, Node, NodeHandle};
use super::node::{Attributes, Body, NAME_SIZE, NameEntry, TreeNode};

impl Node for TreeNode {
    fn as_any(&self) -> &dyn Any {
        self
    }

    crate::linux::files::node::copied_node!();

    fn has_devices(&self) -> bool {
        true
    }

    fn identity(&self) -> (u64, u64) {
        (self.shared.device, self.inode)
    }

    fn file_type(&self) -> FileType {
        self.file_type
    }

    fn filesystem(&self) -> FilesystemStatus {
        self.shared.filesystem()
    }

    fn status(&self, _: &Asker) -> Result<FileStatus, Errno> {
        let Attributes { mode, user, group, links, mut times, .. } = *lock(&self.attributes);
        let (mut size, mut blocks) = (4096, 8);
        match &self.body {
            Body::File(contents) => {
                let contents = lock(contents).clone();
                (size, blocks) = match (contents, &self.lower) {
                    (Some(contents), lower) => {
                        if let Some(now) = contents.modified() {
                            (times[1], times[2]) = (now.max(times[1]), now.max(times[2]));
                        }
                        let size = contents.size()?;
                        (size, if lower.is_some() { size.div_ceil(512) } else { 8 * contents.resident_pages() })
                    }
                    (None, Some((lower, _))) => lower.status().map(|status| (status.size, status.blocks))?,
                    (None, None) => (0, 0),
                };
            }
            Body::Link(target) => (size, blocks) = (target.len() as u64, 0),
            Body::Pipe(_) | Body::Special => (size, blocks) = (0, 0),
            Body::Directory(_) => {}
        }
        let (device, inode) = self.identity();
        let mode = self.file_type.mode() | mode;
        let special = self.special;
        Ok(FileStatus {
            device,
            inode,
            mode,
            links,
            uid: user,
            gid: group,
            special,
            size,
            block_size: 4096,
            blocks,
            times,
        })
    }

    fn lookup(&self, _: &Asker, name: &[u8]) -> Result<NodeHandle, Errno> {
        Ok(self.find(name)?)
    }

    fn list(&self, _: &Asker) -> Result<Vec<DirectoryEntry>, Errno> {
        let entries = self.entries()?.clone();
        let mut list: Vec<DirectoryEntry> = match &self.lower {
            // A directory that was removed on the host has nothing in it.
            Some((lower, _)) => lower.list().unwrap_or_default(),
            None => Vec::new(),
        };
        list.retain(|entry| !entries.contains_key(&entry.name));
        for (name, entry) in entries {
            if let NameEntry::There(node) = entry {
                list.push(DirectoryEntry { inode: node.inode, file_type: node.file_type, name });
            }
        }
        list.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(list)
    }

    fn target(&self, _: &Asker) -> Result<LinkTarget, Errno> {
        match &self.body {
            Body::Link(target) => Ok(LinkTarget::Path(target.clone())),
            _ => Err(Errno::EINVAL),
        }
    }

    fn open(&self, _: &Asker, flags: u32) -> Result<Object, Errno> {
        let access = flags & O_ACCMODE;
        Ok(match &self.body {
            Body::File(_) => {
                if access != 0 {
                    drop(self.changing());
                }
                Object::Regular(self.contents()?)
            }
            Body::Directory(_) => Object::Directory(OpenListing::default()),
            Body::Pipe(pipe) => Object::Pipe(PipeEnd::open(pipe, access != 1, access != 0)),
            Body::Link(_) => return Err(Errno::ELOOP),
            Body::Special => Object::Device(self.device().ok_or(Errno::ENXIO)?),
        })
    }

    fn fifo(&self) -> Option<&PipeHandle> {
        if let Body::Pipe(pipe) = &self.body { Some(pipe) } else { None }
    }

    fn create(&self, asker: &Asker, name: &[u8], new: &NewNode) -> Result<NodeHandle, Errno> {
        if self.find(name).is_ok() {
            return Err(Errno::EEXIST);
        }
        let device = matches!(new.file_type, FileType::Character | FileType::Block);
        if device && !asker.credentials.can(CAP_MKNOD) {
            return Err(Errno::EPERM);
        }
        let node = self.make(asker, new, if new.file_type == FileType::Directory { 2 } else { 1 })?;
        self.set(name, Arc::clone(&node), asker.now)?;
        Ok(node)
    }

    /// As mounts with "relatime" count: once after each change, and once a day (mount(8)). What the host has counts by
    /// itself.
    fn accessed(&self, now: FileTime) {
        const DAY: i64 = 24 * 60 * 60;
        if self.lower.is_some() {
            return;
        }
        let written = match &self.body {
            Body::File(contents) => lock(contents).as_ref().and_then(|contents| contents.modified()),
            _ => None,
        };
        let mut attributes = lock(&self.attributes);
        let [accessed, modified, changed] = attributes.times;
        if accessed <= modified.max(changed).max(written.unwrap_or(modified)) || now.0 - accessed.0 >= DAY {
            attributes.times[0] = now;
        }
    }

    fn create_nameless(&self, asker: &Asker, mode: u32, linkable: bool) -> Result<NodeHandle, Errno> {
        let node = self.make(asker, &NewNode::new(FileType::File, mode), 0)?;
        lock(&node.attributes).stays_nameless = !linkable;
        Ok(node)
    }

    fn link(&self, asker: &Asker, name: &[u8], node: &NodeHandle) -> Result<(), Errno> {
        let node = TreeNode::of(node)?;
        if !Arc::ptr_eq(&node.shared, &self.shared) {
            return Err(Errno::EXDEV);
        }
        if lock(&node.attributes).stays_nameless {
            return Err(Errno::ENOENT);
        }
        let share = self.shared.quota.take_node()?;
        let charge = self.shared.memory.charge(NAME_SIZE)?;
        lock(&node.charges).push((charge, share));
        {
            let mut attributes = node.changing();
            attributes.links += 1;
            attributes.times[2] = asker.now;
        }
        self.set(name, node, asker.now)
    }

    fn unlink(&self, asker: &Asker, name: &[u8], directory: bool) -> Result<(), Errno> {
        let node = self.find(name)?;
        node.removable(asker, directory)?;
        self.take(name, &node, asker.now)?;
        node.unnamed(asker.now);
        Ok(())
    }

    fn rename(&self, asker: &Asker, name: &[u8], to: &NodeHandle, new: &[u8], exchange: bool) -> Result<(), Errno> {
        let to = TreeNode::of(to)?;
        if !Arc::ptr_eq(&to.shared, &self.shared) {
            return Err(Errno::EXDEV);
        }
        let node = self.find(name)?;
        let target = match to.find(new) {
            Err(Errno::ENOENT) if !exchange => None,
            found => Some(found?),
        };
        if let Some(target) = target {
            if Arc::ptr_eq(&node, &target) {
                return Ok(());
            }
            if !exchange {
                target.removable(asker, node.file_type == FileType::Directory)?;
            }
            to.take(new, &target, asker.now)?;
            if exchange {
                self.take(name, &node, asker.now)?;
                self.set(name, target, asker.now)?;
                return to.set(new, node, asker.now);
            }
            target.unnamed(asker.now);
        }
        self.take(name, &node, asker.now)?;
        node.changing().times[2] = asker.now;
        to.set(new, node, asker.now)
    }

    fn change(&self, asker: &Asker, change: &Change) -> Result<(), Errno> {
        let mut attributes = self.changing();
        attributes.mode = change.mode.map_or(attributes.mode, |mode| mode & 0o7777);
        attributes.user = change.user.unwrap_or(attributes.user);
        attributes.group = change.group.unwrap_or(attributes.group);
        for (time, new) in attributes.times.iter_mut().zip(change.times) {
            *time = new.unwrap_or(*time);
        }
        attributes.times[2] = asker.now;
        if let (Body::File(contents), Some(_)) = (&self.body, change.times[1]) {
            lock(contents).iter().for_each(|contents| contents.forget_modified());
        }
        Ok(())
    }

    fn is_forbidden(&self) -> bool {
        *lock(&self.shared.read_only) && !self.shared.withholds
    }

    fn set_read_only(&self, on: bool) -> bool {
        *lock(&self.shared.read_only) = on;
        true
    }

    fn set_limits(&self, [pages, nodes]: [Option<u64>; 2]) -> Result<(), Errno> {
        nodes.map_or(Ok(()), |nodes| self.shared.quota.set_most_nodes(nodes))?;
        pages.map_or(Ok(()), |pages| self.shared.quota.set_limit(pages))
    }

    fn node_limit(&self) -> Option<[u64; 2]> {
        let (most, used) = self.shared.quota.nodes();
        self.shared.counts_nodes.then(|| if most == UNLIMITED { [0; 2] } else { [most, most - used.min(most)] })
    }

    fn marks(&self) -> u32 {
        lock(&self.attributes).marks
    }

    fn set_marks(&self, asker: &Asker, marks: u32) -> Result<(), Errno> {
        let mut attributes = self.changing();
        attributes.marks = marks;
        attributes.times[2] = asker.now;
        Ok(())
    }

    fn extended(&self, name: &[u8]) -> Result<Vec<u8>, Errno> {
        lock(&self.extended).get(name)
    }

    fn extended_names(&self) -> Vec<Vec<u8>> {
        lock(&self.extended).names()
    }

    fn set_extended(&self, asker: &Asker, name: &[u8], value: Option<&[u8]>) -> Result<(), Errno> {
        let mut extended = lock(&self.extended);
        match value {
            Some(value) => extended.set(name, value, &self.shared.memory)?,
            None => extended.remove(name)?,
        }
        self.changing().times[2] = asker.now;
        Ok(())
    }

    fn withholds(&self) -> bool {
        self.shared.withholds
    }
}
