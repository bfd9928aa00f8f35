//! Following a path (path_resolution(7)), one component after another: a symbolic link in any
//! filesystem refers to the guest's tree.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::linux::abi::files::{
    RESOLVE_BENEATH, RESOLVE_IN_ROOT, RESOLVE_NO_MAGICLINKS, RESOLVE_NO_SYMLINKS, RESOLVE_NO_XDEV,
};
use crate::linux::errno::Errno;
use crate::linux::host::FileType;

use super::no_view::NoView;
use super::node::{Asker, LinkTarget};
use super::place::PlaceHandle;
use super::refusal::{PathAccess, Refusals};
use super::view::ProcessLink;

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

    /// Whether one of these flags is set.
    fn forbids(self, flags: u32) -> bool {
        self.resolve & flags != 0
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
        let root = if manner.forbids(RESOLVE_IN_ROOT | RESOLVE_BENEATH) { &self.start } else { &self.root };
        let mut way = Way::from(&self.start, root, manner);
        way.turn(path)?;
        while let Some(name) = way.rest.pop_front() {
            self.enter(&way.at)?;
            let Some(here) = self.next(&way, &name)? else {
                return Ok(Found { parent: way.at, name, place: None, slash: way.found.slash });
            };
            let is_end = way.rest.is_empty() && !manner.follow && !way.found.slash;
            if here.file_type() == FileType::Link && !is_end {
                self.follow_link(&mut way, &here)?;
            } else if manner.forbids(RESOLVE_NO_XDEV) && here.mount_number() != self.start.mount_number() {
                return Err(Errno::EXDEV);
            } else {
                let parent = Arc::clone(&way.at);
                way.arrive(parent, name, here);
            }
        }
        match way.found.place {
            Some(place) if way.found.slash && place.file_type() != FileType::Directory => Err(Errno::ENOTDIR),
            place => Ok(Found { place, ..way.found }),
        }
    }

    /// What the next component leads to; `None` if it is the last one and there is nothing.
    fn next(&self, way: &Way, name: &[u8]) -> Result<Option<PlaceHandle>, Errno> {
        let at = &way.at;
        match name {
            b"." => Ok(Some(Arc::clone(at))),
            b".." if Arc::ptr_eq(at, way.root) && way.manner.forbids(RESOLVE_BENEATH) => Err(Errno::EXDEV),
            b".." if Arc::ptr_eq(at, way.root) => Ok(Some(Arc::clone(at))),
            b".." => Ok(Some(at.parent())),
            _ => match self.child(at, name, &way.rest, way.manner.wanted) {
                Err(Errno::ENOENT) if way.rest.is_empty() => Ok(None),
                child => child.map(Some),
            },
        }
    }

    /// Goes on where a link leads.
    fn follow_link(&self, way: &mut Way, link: &PlaceHandle) -> Result<(), Errno> {
        way.links += 1;
        let refuses = way.manner.forbids(RESOLVE_NO_SYMLINKS) || link.mount_point().has_dead_links();
        if way.links > MAX_LINKS || refuses {
            return Err(Errno::ELOOP);
        }
        match link.node().target(&self.asker)? {
            LinkTarget::Path(target) => way.turn(&target),
            LinkTarget::Process(_) if way.manner.forbids(RESOLVE_NO_MAGICLINKS) => Err(Errno::ELOOP),
            LinkTarget::Process(_) if way.manner.forbids(RESOLVE_BENEATH | RESOLVE_IN_ROOT | RESOLVE_NO_XDEV) => {
                Err(Errno::EXDEV)
            }
            LinkTarget::Process(link) => {
                let there = self.jumps.jump(link)?;
                way.arrive(there.parent(), there.name(), there);
                Ok(())
            }
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

/// How far a path has been followed.
struct Way<'a> {
    /// Where absolute paths start.
    root: &'a PlaceHandle,
    manner: Manner,
    at: PlaceHandle,
    /// The components that are left.
    rest: VecDeque<Vec<u8>>,
    /// What there is to tell if none are left.
    found: Found,
    /// How many links have been followed.
    links: usize,
}

impl<'a> Way<'a> {
    fn from(start: &PlaceHandle, root: &'a PlaceHandle, manner: Manner) -> Way<'a> {
        let found = Found { parent: start.parent(), name: Vec::new(), place: Some(Arc::clone(start)), slash: false };
        Way { root, manner, at: Arc::clone(start), rest: VecDeque::new(), found, links: 0 }
    }

    /// The way has led to a name in a directory, and what is there.
    fn arrive(&mut self, parent: PlaceHandle, name: Vec<u8>, place: PlaceHandle) {
        self.at = Arc::clone(&place);
        self.found = Found { parent, name, place: Some(place), slash: self.found.slash };
    }

    /// A path lies before what is left.
    fn turn(&mut self, path: &[u8]) -> Result<(), Errno> {
        if path.is_empty() {
            return Err(Errno::ENOENT);
        }
        if path.starts_with(b"/") {
            if self.manner.forbids(RESOLVE_BENEATH) {
                return Err(Errno::EXDEV);
            }
            let root = Arc::clone(self.root);
            self.arrive(root.parent(), Vec::new(), root);
        }
        self.found.slash |= self.rest.is_empty() && path.ends_with(b"/");
        names(path).rev().for_each(|name| self.rest.push_front(name));
        Ok(())
    }
}

/// The components of a path.
fn names(path: &[u8]) -> impl DoubleEndedIterator<Item = Vec<u8>> + '_ {
    path.split(|byte| *byte == b'/').filter(|name| !name.is_empty()).map(<[u8]>::to_vec)
}
