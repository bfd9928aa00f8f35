//! Making, removing and moving names: what every filesystem has in common. Rights, names that others
//! stand on, and where the kept places are afterwards.

use std::sync::Arc;

use crate::linux::abi::capabilities::CAP_FOWNER;
use crate::linux::abi::files::{FS_APPEND_FL, FS_IMMUTABLE_FL};
use crate::linux::errno::Errno;
use crate::linux::host::{FileStatus, FileType};
use crate::linux::objects::Watches;

use super::node::{Asker, NewNode};
use super::place::{FilePlace, PlaceHandle};
use super::refusal::{PathAccess, Refusals};
use super::rules;
use super::walk::Found;

/// Who changes names, and where refusals are noted.
pub struct Editor<'a> {
    /// Who asks.
    pub asker: Asker<'a>,
    /// The world's root directory, for paths of refusals.
    pub root: &'a PlaceHandle,
    /// What was refused.
    pub refusals: &'a Refusals,
    /// Who is told of changes.
    pub watches: &'a Arc<Watches>,
}

impl Editor<'_> {
    /// EROFS, or EACCES for want of a grant, if a place must not be changed; noted as a refusal, unless a program wants
    /// it so.
    pub fn may_change(&self, place: &PlaceHandle, name: &[u8]) -> Result<(), Errno> {
        let node = place.node();
        if node.marks() & FS_IMMUTABLE_FL != 0 {
            return Err(Errno::EPERM);
        }
        let error = match node.withholds() {
            true => Errno::EACCES,
            false if place.mount_point().is_read_only() => return Err(Errno::EROFS),
            false if !node.filesystem().read_only => return Ok(()),
            false if node.is_forbidden() => return Err(Errno::EROFS),
            false => Errno::EROFS,
        };
        let mut path = place.path(self.root);
        if !name.is_empty() {
            path = [path.strip_suffix(b"/").unwrap_or(&path), b"/", name].concat();
        }
        self.refusals.note(&path, PathAccess::Write);
        Err(error)
    }

    /// The same of what can only be appended to, which must not be changed in any other way: EPERM.
    pub fn may_rewrite(&self, place: &PlaceHandle) -> Result<(), Errno> {
        self.may_change(place, b"")?;
        if place.node().marks() & FS_APPEND_FL != 0 { Err(Errno::EPERM) } else { Ok(()) }
    }

    /// Whether names in a directory may be changed.
    fn may_edit(&self, found: &Found) -> Result<FileStatus, Errno> {
        self.may_change(&found.parent, &found.name)?;
        let status = found.parent.node().status(&self.asker)?;
        match status.file_type() {
            FileType::Directory if found.parent.is_removed() => Err(Errno::ENOENT),
            FileType::Directory if self.asker.credentials.may(&status, 3) => Ok(status),
            FileType::Directory => Err(Errno::EACCES),
            _ => Err(Errno::ENOTDIR),
        }
    }

    /// EPERM if a directory is sticky and neither it nor what is in it belongs to the asker
    /// (unlink(2)); EBUSY if something is mounted there.
    fn may_remove(&self, found: &Found, place: &PlaceHandle) -> Result<(), Errno> {
        let directory = self.may_edit(found)?;
        let stays = place.node().marks() & (FS_IMMUTABLE_FL | FS_APPEND_FL) != 0;
        if stays || found.parent.node().marks() & FS_APPEND_FL != 0 {
            return Err(Errno::EPERM);
        }
        let credentials = self.asker.credentials;
        let owner = credentials.file_uid;
        if directory.mode & 0o1000 != 0 && owner != directory.uid {
            let status = place.node().status(&self.asker)?;
            if status.uid != owner && !credentials.can_with(&status, CAP_FOWNER) {
                return Err(Errno::EPERM);
            }
        }
        let stands = found.parent.mounted_at(&found.name).is_some() || !place.mount_points().is_empty();
        if stands { Err(Errno::EBUSY) } else { Ok(()) }
    }

    /// Makes something under a new name.
    pub fn create(&self, found: &Found, new: &NewNode) -> Result<PlaceHandle, Errno> {
        if found.place.is_some() {
            return Err(Errno::EEXIST);
        }
        if found.slash && new.file_type != FileType::Directory {
            return Err(Errno::ENOENT);
        }
        found.parent.node().admits_names()?;
        rules::allow(self.asker.credentials, &found.parent, rules::making(new.file_type))?;
        self.may_edit(found)?;
        found.parent.node().create(&self.asker, &found.name, new)?;
        found.parent.forget(&found.name);
        let place = found.parent.child(&self.asker, &found.name)?;
        self.watches.created(found.as_name(), &place);
        Ok(place)
    }

    /// Makes a file that can be opened, also if its mode forbids that to everybody else.
    pub fn create_file(&self, found: &Found, mode: u32) -> Result<PlaceHandle, Errno> {
        found.parent.node().admits_names()?;
        rules::allow(self.asker.credentials, &found.parent, rules::making(FileType::File))?;
        self.may_edit(found)?;
        let node = found.parent.node().create(&self.asker, &found.name, &NewNode::new(FileType::File, mode))?;
        found.parent.forget(&found.name);
        let place = found.parent.adopt(&found.name, node);
        self.watches.created(found.as_name(), &place);
        Ok(place)
    }

    /// Makes a file without a name in a directory, which may get one or not (O_TMPFILE).
    pub fn create_nameless(&self, directory: &PlaceHandle, mode: u32, linkable: bool) -> Result<PlaceHandle, Errno> {
        let found = Found { parent: Arc::clone(directory), name: Vec::new(), place: None, slash: false };
        self.may_edit(&found)?;
        let node = directory.node().create_nameless(&self.asker, mode, linkable)?;
        let name = format!("#{}", node.identity().1);
        Ok(FilePlace::removed(node, directory, name.as_bytes()))
    }

    /// Removes a name: that of an empty directory, or of anything else.
    pub fn remove(&self, found: &Found, directory: bool) -> Result<(), Errno> {
        match (directory, found.name.as_slice()) {
            (true, b".") => return Err(Errno::EINVAL),
            (true, b"..") => return Err(Errno::ENOTEMPTY),
            (true, b"") => return Err(Errno::EBUSY),
            (false, b"." | b".." | b"") => return Err(Errno::EISDIR),
            _ => {}
        }
        let place = found.existing()?;
        rules::allow(self.asker.credentials, &found.parent, rules::removing(place.file_type()))?;
        self.may_remove(found, place)?;
        match (place.file_type() == FileType::Directory, directory) {
            (true, false) => return Err(Errno::EISDIR),
            (false, true) => return Err(Errno::ENOTDIR),
            _ => {}
        }
        let last = self.has_one_name(place);
        found.parent.node().unlink(&self.asker, &found.name, directory)?;
        found.parent.forget(&found.name);
        self.watches.removed(found.as_name(), place, last);
        Ok(())
    }

    /// Gives what is at a place one more name.
    pub fn link(&self, place: &PlaceHandle, found: &Found) -> Result<(), Errno> {
        if found.place.is_some() {
            return Err(Errno::EEXIST);
        }
        if found.slash {
            return Err(Errno::ENOENT);
        }
        if place.file_type() == FileType::Directory || place.node().marks() & (FS_IMMUTABLE_FL | FS_APPEND_FL) != 0 {
            return Err(Errno::EPERM);
        }
        found.parent.node().admits_names()?;
        self.may_change(&found.parent, &found.name)?;
        if place.mount_number() != found.parent.mount_number() {
            return Err(Errno::EXDEV);
        }
        let directories = [(&place.parent(), 0), (&found.parent, rules::making(place.file_type()))];
        rules::allow_move(self.asker.credentials, place, directories)?;
        self.may_edit(found)?;
        found.parent.node().link(&self.asker, &found.name, place.node())?;
        self.watches.linked(found.as_name(), place);
        Ok(())
    }

    /// Whether what is at a place goes with a name that it has, as far as somebody wants to know.
    fn has_one_name(&self, place: &PlaceHandle) -> bool {
        let links = || place.node().status(&self.asker).map_or(1, |status| status.links);
        !self.watches.is_empty() && (place.file_type() == FileType::Directory || links() <= 1)
    }

    /// Moves a name and leaves a device in its place that says that nothing is there (RENAME_WHITEOUT).
    pub fn rename_over_whiteout(&self, from: &Found, to: &Found, keep: bool) -> Result<(), Errno> {
        if !from.parent.node().has_devices() {
            return Err(Errno::EINVAL);
        }
        self.rename(from, to, keep, false)?;
        let place = Found { parent: Arc::clone(&from.parent), name: from.name.clone(), place: None, slash: false };
        self.create(&place, &NewNode::new(FileType::Character, 0)).map(|_| ())
    }

    /// Whether rules let a name go where it shall, what has the new name go away, and in exchange the other way too.
    fn may_move(&self, from: &Found, to: &Found, place: &PlaceHandle, exchange: bool) -> Result<(), Errno> {
        let (leaving, coming) = (rules::removing(place.file_type()), rules::making(place.file_type()));
        let target = to.place.as_ref();
        let replaced = target.map_or(0, |target| rules::removing(target.file_type()));
        let names = [(&from.parent, leaving), (&to.parent, coming | replaced)];
        rules::allow_move(self.asker.credentials, place, names)?;
        match target.filter(|_| exchange) {
            Some(target) => {
                let names = [(&to.parent, replaced), (&from.parent, rules::making(target.file_type()))];
                rules::allow_move(self.asker.credentials, target, names)
            }
            None => Ok(()),
        }
    }

    /// Moves a name, in place of what has the new name, or in exchange for it (rename(2)).
    pub fn rename(&self, from: &Found, to: &Found, keep: bool, exchange: bool) -> Result<(), Errno> {
        let special = |found: &Found| matches!(found.name.as_slice(), b"." | b".." | b"");
        if special(from) || special(to) {
            return Err(Errno::EBUSY);
        }
        if from.parent.mount_number() != to.parent.mount_number() {
            return Err(Errno::EXDEV);
        }
        let place = from.existing()?;
        if to.place.is_none() && exchange {
            return Err(Errno::ENOENT);
        }
        match to.place {
            Some(_) if keep => return Err(Errno::EEXIST),
            Some(_) => {}
            None => to.parent.node().admits_names()?,
        }
        let directory = place.file_type() == FileType::Directory;
        if to.slash && !directory && !exchange {
            return Err(Errno::ENOTDIR);
        }
        if to.parent.is_within(place) {
            return Err(Errno::EINVAL);
        }
        self.may_move(from, to, place, exchange)?;
        self.may_remove(from, place)?;
        match &to.place {
            None => drop(self.may_edit(to)?),
            Some(target) => {
                if from.parent.is_within(target) {
                    return Err(if exchange { Errno::EINVAL } else { Errno::ENOTEMPTY });
                }
                self.may_remove(to, target)?;
                match (directory, target.file_type() == FileType::Directory) {
                    _ if exchange => {}
                    (true, false) => return Err(Errno::ENOTDIR),
                    (false, true) => return Err(Errno::EISDIR),
                    _ => {}
                }
                if place.node().identity() == target.node().identity() && place.node().identity().1 != 0 {
                    return Ok(());
                }
            }
        }
        let replaced = to.place.as_ref().map(|target| (target, self.has_one_name(target)));
        from.parent.node().rename(&self.asker, &from.name, to.parent.node(), &to.name, exchange)?;
        let names = [from.as_name(), to.as_name()];
        match (exchange, replaced) {
            (true, Some((other, _))) => {
                from.parent.exchanged(&from.name, &to.parent, &to.name);
                self.watches.moved(names, place, None);
                self.watches.moved([names[1], names[0]], other, None);
            }
            _ => {
                from.parent.moved(&from.name, &to.parent, &to.name);
                self.watches.moved(names, place, replaced);
            }
        }
        Ok(())
    }
}
