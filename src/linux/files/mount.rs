//! What is mounted, and how `/proc/PID` lists it (proc(5)).

use std::borrow::Cow;

use crate::linux::abi::administration::{
    MS_NOATIME, MS_NODEV, MS_NODIRATIME, MS_NOEXEC, MS_NOSUID, MS_NOSYMFOLLOW, MS_RDONLY, MS_RELATIME, MS_SYNCHRONOUS,
    MS_UNBINDABLE,
};

use super::mount_point::MountPoint;
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
    /// Whether it came from a namespace whose users have more rights: it stays then, as what it covers is not to be seen.
    pub is_locked: bool,
    /// The options of its filesystem, each with a comma before it.
    pub options: String,
}

impl Mount {
    /// What a copy of it has from it: its source, and the options of its filesystem.
    pub fn told(&self) -> (Cow<'static, str>, String) {
        (self.source.clone(), self.options.clone())
    }

    /// Its line in a list of mounts.
    pub fn line(&self, root: &PlaceHandle, listing: MountListing) -> String {
        let Mount { place, number, parent, source, is_made, options, .. } = self;
        let path = String::from_utf8_lossy(&place.path(root)).replace(' ', "\\040");
        let filesystem = place.node().filesystem();
        let (kind, flags) = (filesystem.name, place.mount_point().flags());
        let rights = |read_only| if read_only { "ro" } else { "rw" };
        let (own, whole) = (rights(filesystem.read_only || flags & MS_RDONLY != 0), rights(filesystem.read_only));
        let used = used(place.mount_point());
        let source = if *is_made || kind == "ext4" { source } else { kind };
        let device = place.node().identity().0;
        let (major, minor) = (device >> 8, device & 0xff);
        match listing {
            MountListing::Mounts => format!("{source} {path} {kind} {own}{used}{options} 0 0\n"),
            MountListing::Mountinfo => {
                let shares = shared(place.mount_point());
                format!(
                    "{number} {parent} {major}:{minor} / {path} {own}{used}{shares} - {kind} {source} {whole}{options}\n"
                )
            }
            MountListing::Mountstats => format!("device {source} mounted on {path} with fstype {kind}\n"),
        }
    }
}

/// With whom it shares what is mounted in it, as a list says it.
fn shared(point: &MountPoint) -> String {
    let [peers, master] = point.groups();
    let told = [(peers, "shared"), (master, "master")].map(|(group, name)| match group {
        0 => String::new(),
        group => format!(" {name}:{group}"),
    });
    told.concat() + if point.flags() & MS_UNBINDABLE != 0 { " unbindable" } else { "" }
}

/// How a mount may be used, as the lists say it.
fn used(point: &MountPoint) -> String {
    const NAMES: [(u32, &str); 8] = [
        (MS_SYNCHRONOUS, "sync"),
        (MS_NOSUID, "nosuid"),
        (MS_NODEV, "nodev"),
        (MS_NOEXEC, "noexec"),
        (MS_NOATIME, "noatime"),
        (MS_NODIRATIME, "nodiratime"),
        (MS_RELATIME, "relatime"),
        (MS_NOSYMFOLLOW, "nosymfollow"),
    ];
    let flags = point.flags() | if point.keeps_relative_times() { MS_RELATIME } else { 0 };
    NAMES.iter().filter(|(flag, _)| flags & flag != 0).map(|(_, name)| format!(",{name}")).collect()
}

copied!(Mount: clone { number, parent, source, is_made, is_locked, options } duplicate { place });
