//! Following a path (path_resolution(7)), one component after another: a symbolic link in any
//! filesystem refers to the guest's tree.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::linux::abi::files::{
    RESOLVE_BENEATH, RESOLVE_IN_ROOT, RESOLVE_NO_MAGICLINKS, RESOLVE_NO_SYMLINKS, RESOLVE_NO_XDEV,
};
use crate::linux::errno::Errno;
use crate::linux::host::FileType;

use super::node::{Asker, LinkTarget};
use super::place::PlaceHandle;
use super::refusal::{PathAccess, Refusals};
use super::view::{NoView, ProcessLink};

/// Most symbolic links in one path.
const MAX_LINKS: usize = 40;

/// The longest name of one component.
const NAME_MAX: usize = 255;

/// Where links of `/proc` lead.
pub trait Jumps {
    /// The place that a link leads to.
    fn jump(&self, link: ProcessLink) -> Result<PlaceHandle, Errno>;
}

impl Jumps for NoView {
    fn jump(&self, _: ProcessLink) -> Result<PlaceHandle, Errno> {
        Err(Errno::ENOENT)
    }
}

/// How to follow a path.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// Whether a symbolic link in the last component is followed as well.
    pub follow: bool,
    /// What the guest wants there, for the list of refusals.
    pub wanted: PathAccess,
    /// What is forbidden on the way: `RESOLVE_…` of openat2(2).
    pub resolve: u32,
}

impl Manner {
    /// Without anything forbidden.
    pub fn new(follow: bool, wanted: PathAccess) -> Manner {
        Manner { follow, wanted, resolve: 0 }
    }
}

/// Where a path leads: the name in a directory, and what is there, if anything is.
#[derive(Clone, Debug)]
pub struct Found {
    /// The directory that has, or may get, the name.
    pub parent: PlaceHandle,
    /// The name; `.`, `..` or empty if the path does not end in one.
    pub name: Vec<u8>,
    /// What is there.
    pub place: Option<PlaceHandle>,
    /// Whether the path ended in a slash.
    pub slash: bool,
}

impl Found {
    /// What is there; ENOENT if nothing is.
    pub fn existing(&self) -> Result<&PlaceHandle, Errno> {
        self.place.as_ref().ok_or(Errno::ENOENT)
    }

    /// The directory and the name in it.
    pub fn as_name(&self) -> (&PlaceHandle, &[u8]) {
        (&self.parent, &self.name)
    }
}

/// Where walks start and what they need.
pub struct Walk<'a> {
    /// Where relative paths start.
    pub start: PlaceHandle,
    /// Where absolute paths start.
    pub root: PlaceHandle,
    /// Who asks.
    pub asker: Asker<'a>,
    /// Where links of `/proc` lead.
    pub jumps: &'a dyn Jumps,
    /// What was refused.
    pub refusals: &'a Refusals,
}

impl Walk<'_> {
    /// Follows a path.
    pub fn follow(&self, path: &[u8], manner: Manner) -> Result<Found, Errno> {
        if path.is_empty() {
            return Err(Errno::ENOENT);
        }
        let forbidden = |flags: u32| manner.resolve & flags != 0;
        let root = if forbidden(RESOLVE_IN_ROOT | RESOLVE_BENEATH) { &self.start } else { &self.root };
        if path.starts_with(b"/") && forbidden(RESOLVE_BENEATH) {
            return Err(Errno::EXDEV);
        }
        let mut at = Arc::clone(if path.starts_with(b"/") { root } else { &self.start });
        let mut rest: VecDeque<Vec<u8>> = names(path).collect();
        let mut slash = path.ends_with(b"/");
        let mut found = Found { parent: at.parent(), name: Vec::new(), place: Some(Arc::clone(&at)), slash };
        let mut links = 0;
        while let Some(name) = rest.pop_front() {
            self.enter(&at)?;
            let here = match name.as_slice() {
                b"." => Arc::clone(&at),
                b".." if Arc::ptr_eq(&at, root) && forbidden(RESOLVE_BENEATH) => return Err(Errno::EXDEV),
                b".." if Arc::ptr_eq(&at, root) => Arc::clone(&at),
                b".." => at.parent(),
                _ => match self.child(&at, &name, &rest, manner.wanted) {
                    Err(Errno::ENOENT) if rest.is_empty() => {
                        return Ok(Found { parent: at, name, place: None, slash });
                    }
                    child => child?,
                },
            };
            let last = rest.is_empty();
            if here.file_type() != FileType::Link || last && !manner.follow && !slash {
                if forbidden(RESOLVE_NO_XDEV) && here.mount_number() != self.start.mount_number() {
                    return Err(Errno::EXDEV);
                }
                found = Found { parent: at, name, place: Some(Arc::clone(&here)), slash };
                at = here;
                continue;
            }
            links += 1;
            if links > MAX_LINKS || forbidden(RESOLVE_NO_SYMLINKS) {
                return Err(Errno::ELOOP);
            }
            match here.node().target(&self.asker)? {
                LinkTarget::Path(target) if target.is_empty() => return Err(Errno::ENOENT),
                LinkTarget::Path(target) => {
                    if target.starts_with(b"/") && forbidden(RESOLVE_BENEATH) {
                        return Err(Errno::EXDEV);
                    }
                    if target.starts_with(b"/") {
                        at = Arc::clone(root);
                        found = Found { parent: at.parent(), name: Vec::new(), place: Some(Arc::clone(&at)), slash };
                    }
                    slash |= last && target.ends_with(b"/");
                    found.slash = slash;
                    names(&target).rev().for_each(|name| rest.push_front(name));
                }
                LinkTarget::Process(_) if forbidden(RESOLVE_NO_MAGICLINKS) => return Err(Errno::ELOOP),
                LinkTarget::Process(_) if forbidden(RESOLVE_BENEATH | RESOLVE_IN_ROOT | RESOLVE_NO_XDEV) => {
                    return Err(Errno::EXDEV);
                }
                LinkTarget::Process(link) => {
                    let there = self.jumps.jump(link)?;
                    found =
                        Found { parent: there.parent(), name: there.name(), place: Some(Arc::clone(&there)), slash };
                    at = there;
                }
            }
        }
        match found.place {
            Some(place) if slash && place.file_type() != FileType::Directory => Err(Errno::ENOTDIR),
            place => Ok(Found { place, ..found }),
        }
    }

    /// ENOTDIR or EACCES unless names can be looked up in a place.
    fn enter(&self, at: &PlaceHandle) -> Result<(), Errno> {
        if at.file_type() != FileType::Directory {
            return Err(Errno::ENOTDIR);
        }
        let status = at.node().status(&self.asker)?;
        if self.asker.credentials.may(&status, 1) { Ok(()) } else { Err(Errno::EACCES) }
    }

    /// The place that has a name. What is missing for want of a grant is noted, with the rest of the
    /// path.
    fn child(
        &self,
        at: &PlaceHandle,
        name: &[u8],
        rest: &VecDeque<Vec<u8>>,
        wanted: PathAccess,
    ) -> Result<PlaceHandle, Errno> {
        if name.len() > NAME_MAX {
            return Err(Errno::ENAMETOOLONG);
        }
        let child = at.child(&self.asker, name);
        if at.node().withholds() && matches!(child, Err(Errno::ENOENT)) {
            let mut path = at.path(&self.root);
            for name in std::iter::once(name).chain(rest.iter().map(Vec::as_slice)) {
                if !path.ends_with(b"/") {
                    path.push(b'/');
                }
                path.extend_from_slice(name);
            }
            self.refusals.note(&path, wanted);
        }
        child
    }
}

/// The components of a path.
fn names(path: &[u8]) -> impl DoubleEndedIterator<Item = Vec<u8>> + '_ {
    path.split(|byte| *byte == b'/').filter(|name| !name.is_empty()).map(<[u8]>::to_vec)
}
