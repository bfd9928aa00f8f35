//! What is mounted, and how `/proc/PID` lists it (proc(5)).

use std::borrow::Cow;

use super::place::PlaceHandle;
use super::view::MountListing;

use crate::linux::copy::copied;

/// A filesystem, and where it is.
#[derive(Debug)]
pub struct Mount {
    /// Its root.
    pub place: PlaceHandle,
    /// Its number.
    pub number: u32,
    /// The number of the one that it is mounted in.
    pub parent: u32,
    /// What it is mounted from, if it is what the user granted.
    pub source: Cow<'static, str>,
    /// Whether mount(2) has made it.
    pub is_made: bool,
}

impl Mount {
    /// Its line in a list of mounts.
    pub fn line(&self, root: &PlaceHandle, listing: MountListing) -> String {
        let Mount { place, number, parent, source, is_made } = self;
        let path = String::from_utf8_lossy(&place.path(root)).replace(' ', "\\040");
        let filesystem = place.node().filesystem();
        let (kind, rights) = (filesystem.name, if filesystem.read_only { "ro" } else { "rw" });
        let source = if *is_made || kind == "ext4" { source } else { kind };
        let device = place.node().identity().0;
        let (major, minor) = (device >> 8, device & 0xff);
        match listing {
            MountListing::Mounts => format!("{source} {path} {kind} {rights},relatime 0 0\n"),
            MountListing::Mountinfo => {
                format!("{number} {parent} {major}:{minor} / {path} {rights},relatime - {kind} {source} {rights}\n")
            }
            MountListing::Mountstats => format!("device {source} mounted on {path} with fstype {kind}\n"),
        }
    }
}

copied!(Mount: clone { number, parent, source, is_made } duplicate { place });
