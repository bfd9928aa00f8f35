//! The file tree that the guest sees: granted directories at their mount points, the directories
//! that lead to them, a few devices, and nothing else.
//!
//! Paths are resolved here, one component after another, because a symbolic link in a granted
//! directory refers to the guest's tree, not to the host's. A resolved path contains no link and no
//! `..`; cap-std confines it to the granted directory in any case.

use std::collections::VecDeque;

use crate::linux::config::{Config, Grant};
use crate::linux::errno::Errno;
use crate::linux::error::LoadError;
use crate::linux::host::{DirectoryEntry, FileType, HostDirectory};

use super::devices::Device;
use super::location::{Granted, Location, Resolved};
use super::path::{Components, components, joined};
use super::refusal::{PathAccess, Refusal};

/// Most symbolic links in one path.
const MAX_LINKS: usize = 40;

/// The longest name of one component.
const NAME_MAX: usize = 255;

#[derive(Clone, Debug)]
struct Mount {
    at: Components,
    root: HostDirectory,
    writable: bool,
}

/// The file tree, and the paths that were refused in it.
#[derive(Clone, Debug, Default)]
pub struct Namespace {
    mounts: Vec<Mount>,
    program: Vec<u8>,
    refusals: Vec<Refusal>,
}

impl Namespace {
    /// Opens the granted directories.
    pub fn new(config: &Config) -> Result<Namespace, LoadError> {
        let mut mounts: Vec<Mount> = Vec::new();
        for Grant { host, guest, writable } in &config.grants {
            let at = absolute(guest)?;
            let root = HostDirectory::grant(host).map_err(|source| LoadError::Grant { host: host.clone(), source })?;
            mounts.retain(|mount| mount.at != at);
            mounts.push(Mount { at, root, writable: *writable });
        }
        // The longest mount point that fits is the right one.
        mounts.sort_by_key(|mount| std::cmp::Reverse(mount.at.len()));
        Ok(Namespace { mounts, program: config.program.clone().into_bytes(), refusals: Vec::new() })
    }

    /// The paths that the guest was refused, each once.
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }

    /// Resolves a path relative to the absolute path `base`. If `follow`, a symbolic link in the last
    /// component is followed as well.
    pub fn resolve(&mut self, base: &[u8], path: &[u8], follow: bool, wanted: PathAccess) -> Result<Resolved, Errno> {
        if path.is_empty() {
            return Err(Errno::ENOENT);
        }
        let mut at = if path.starts_with(b"/") { Vec::new() } else { components(base).collect() };
        let mut rest: VecDeque<Vec<u8>> = components(path).collect();
        let directory = path.ends_with(b"/") || path.ends_with(b"/.");
        let mut links = 0;
        while let Some(name) = rest.pop_front() {
            match name.as_slice() {
                b".." => drop(at.pop()),
                name if name.len() > NAME_MAX => return Err(Errno::ENAMETOOLONG),
                _ => at.push(name),
            }
            if rest.is_empty() && !follow && !directory || rest.is_empty() && at.is_empty() {
                break;
            }
            if let Some(target) = self.link_at(&at, rest.is_empty(), &rest, wanted)? {
                links += 1;
                if links > MAX_LINKS {
                    return Err(Errno::ELOOP);
                }
                at.pop();
                if target.starts_with(b"/") {
                    at.clear();
                }
                components(&target).rev().for_each(|name| rest.push_front(name));
            }
        }
        let location = self.location(&at);
        if let Location::Nowhere = location {
            self.refuse(&at, &VecDeque::new(), wanted);
        }
        Ok(Resolved { path: joined(&at), location, directory })
    }

    /// The target of the symbolic link at a path; `None` if there is something else. ENOTDIR if that
    /// is not a directory and components follow.
    fn link_at(
        &mut self,
        at: &Components,
        last: bool,
        rest: &VecDeque<Vec<u8>>,
        wanted: PathAccess,
    ) -> Result<Option<Vec<u8>>, Errno> {
        let granted = match self.location(at) {
            Location::Granted(granted) => granted,
            Location::Link(target) => return Ok(Some(target)),
            Location::Between => return Ok(None),
            _ if last => return Ok(None),
            Location::Nowhere => {
                self.refuse(at, rest, wanted);
                return Err(Errno::ENOENT);
            }
            _ => return Err(Errno::ENOTDIR),
        };
        match granted.root.status(&granted.path) {
            Ok(status) if status.file_type() == FileType::Link => granted.root.read_link(&granted.path).map(Some),
            Ok(status) if last || status.file_type() == FileType::Directory => Ok(None),
            Ok(_) => Err(Errno::ENOTDIR),
            Err(Errno::ENOENT) if last => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn location(&self, at: &Components) -> Location {
        let mount = self.mounts.iter().find(|mount| at.starts_with(&mount.at));
        let own = self.own_location(at);
        match (mount, own) {
            // What is mounted at the root does not hide the devices, anything nearer does.
            (Some(mount), Some(own)) if mount.at.is_empty() && !at.is_empty() => own,
            (Some(mount), _) => {
                let rest = at[mount.at.len()..].join(&b'/');
                let path = if rest.is_empty() { b".".to_vec() } else { rest };
                Location::Granted(Granted { root: mount.root.clone(), path, writable: mount.writable })
            }
            (None, Some(own)) => own,
            (None, None) if self.mounts.iter().any(|mount| mount.at.starts_with(at)) => Location::Between,
            (None, None) => Location::Nowhere,
        }
    }

    /// The location of a device or of a file in `/proc`, which every guest has.
    fn own_location(&self, at: &Components) -> Option<Location> {
        let names: Vec<&[u8]> = at.iter().map(Vec::as_slice).collect();
        Some(match names.as_slice() {
            [] | [b"dev"] | [b"proc"] | [b"proc", b"self"] => Location::Between,
            [b"proc", b"self", b"exe"] => Location::Link(self.program.clone()),
            [b"dev", b"stdin"] => Location::Descriptor(0),
            [b"dev", b"stdout"] => Location::Descriptor(1),
            [b"dev", b"stderr"] => Location::Descriptor(2),
            [b"dev", name] => Location::Device(Device::by_name(name)?),
            _ => return None,
        })
    }

    /// The entries that the kernel adds to a directory: mount points and devices.
    pub fn own_entries(&self, path: &[u8]) -> Vec<DirectoryEntry> {
        let at: Components = components(path).collect();
        let mut entries = Vec::new();
        let mut add = |file_type, name: &[u8]| {
            if !entries.iter().any(|entry: &DirectoryEntry| entry.name == name) {
                entries.push(DirectoryEntry { inode: 1, file_type, name: name.to_vec() });
            }
        };
        for mount in self.mounts.iter().filter(|mount| mount.at.starts_with(&at)) {
            if let Some(name) = mount.at.get(at.len()) {
                add(FileType::Directory, name);
            }
        }
        if path == b"/" {
            add(FileType::Directory, b"dev");
            add(FileType::Directory, b"proc");
        }
        if let (b"/dev", Location::Between) = (path, self.location(&at)) {
            Device::NAMES.iter().for_each(|(name, _)| add(FileType::Character, name.as_bytes()));
        }
        entries
    }

    /// Records a refused path, unless it has been recorded before.
    pub fn note(&mut self, path: &[u8], wanted: PathAccess) {
        let refusal = Refusal { path: String::from_utf8_lossy(path).into_owned(), wanted };
        if self.refusals.len() < 1000 && !self.refusals.contains(&refusal) {
            self.refusals.push(refusal);
        }
    }

    fn refuse(&mut self, at: &Components, rest: &VecDeque<Vec<u8>>, wanted: PathAccess) {
        let whole: Components = at.iter().chain(rest).cloned().collect();
        self.note(&joined(&whole), wanted);
    }
}

/// The components of a mount point.
fn absolute(path: &str) -> Result<Components, LoadError> {
    let names: Components = components(path.as_bytes()).collect();
    if path.starts_with('/') && !names.iter().any(|name| name == b"..") {
        Ok(names)
    } else {
        Err(LoadError::GuestPath(path.into()))
    }
}
