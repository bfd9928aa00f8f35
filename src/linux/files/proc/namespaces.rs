//! Namespaces (namespaces(7)): everybody is in the first ones, and each user is itself.

use super::super::pseudo::{EntryKind, PseudoEntry, fixed, link};
use super::super::view::{NamespaceKind, ProcessLink};

/// Every user and group is itself (user_namespaces(7)).
const WHOLE: &str = "         0          0 4294967295";

/// The links in `ns`.
pub static NAMESPACES: &[PseudoEntry] = &[
    link("cgroup", |_| ProcessLink::Namespace(NamespaceKind::Cgroup)),
    link("ipc", |_| ProcessLink::Namespace(NamespaceKind::Ipc)),
    link("mnt", |_| ProcessLink::Namespace(NamespaceKind::Mount)),
    link("net", |_| ProcessLink::Namespace(NamespaceKind::Network)),
    link("pid", |_| ProcessLink::Namespace(NamespaceKind::Process)),
    link("pid_for_children", |_| ProcessLink::Namespace(NamespaceKind::Process)),
    link("time", |_| ProcessLink::Namespace(NamespaceKind::Time)),
    link("time_for_children", |_| ProcessLink::Namespace(NamespaceKind::Time)),
    link("user", |_| ProcessLink::Namespace(NamespaceKind::User)),
    link("uts", |_| ProcessLink::Namespace(NamespaceKind::Host)),
];

/// Files of a process about its user namespace.
pub const USER_MAP: PseudoEntry = fixed("uid_map", WHOLE);
/// The same of groups.
pub const GROUP_MAP: PseudoEntry = fixed("gid_map", WHOLE);
/// The same of projects.
pub const PROJECT_MAP: PseudoEntry = fixed("projid_map", WHOLE);

/// The directory of links.
pub const NS: PseudoEntry = PseudoEntry { name: "ns", mode: 0o511, kind: EntryKind::Directory(NAMESPACES) };
