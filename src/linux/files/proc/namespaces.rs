//! The namespaces that a process is in (namespaces(7)), and who is who in that of its users (user_namespaces(7)).

use crate::linux::process::{IdKind, NamespaceKind};

use super::super::pseudo::{EntryKind, Numbers, PseudoEntry, Told, link, setting};
use super::super::view::{ProcSetting, ProcessLink, View};

/// The links in `ns`.
pub static NAMESPACES: &[PseudoEntry] = &[
    link("cgroup", |[id, _]| ProcessLink::Namespace(id, NamespaceKind::Cgroup)),
    link("ipc", |[id, _]| ProcessLink::Namespace(id, NamespaceKind::Ipc)),
    link("mnt", |[id, _]| ProcessLink::Namespace(id, NamespaceKind::Mount)),
    link("net", |[id, _]| ProcessLink::Namespace(id, NamespaceKind::Network)),
    link("pid", |[id, _]| ProcessLink::Namespace(id, NamespaceKind::Process)),
    link("pid_for_children", |[id, _]| ProcessLink::Namespace(id, NamespaceKind::Process)),
    link("time", |[id, _]| ProcessLink::Namespace(id, NamespaceKind::Time)),
    link("time_for_children", |[id, _]| ProcessLink::Namespace(id, NamespaceKind::Time)),
    link("user", |[id, _]| ProcessLink::Namespace(id, NamespaceKind::User)),
    link("uts", |[id, _]| ProcessLink::Namespace(id, NamespaceKind::Host)),
];

/// Files of a process about its user namespace.
pub const USER_MAP: PseudoEntry =
    setting("uid_map", |world, [id, _]| world.id_map(id, IdKind::User), ProcSetting::IdMap(IdKind::User));
/// The same of groups.
pub const GROUP_MAP: PseudoEntry =
    setting("gid_map", |world, [id, _]| world.id_map(id, IdKind::Group), ProcSetting::IdMap(IdKind::Group));
/// The same of projects.
pub const PROJECT_MAP: PseudoEntry =
    setting("projid_map", |world, [id, _]| world.id_map(id, IdKind::Project), ProcSetting::IdMap(IdKind::Project));
/// Whether groups may be set in it.
pub const SET_GROUPS: PseudoEntry = setting("setgroups", set_groups, ProcSetting::SetGroups);

fn set_groups(world: &dyn View, [id, _]: Numbers) -> Told {
    Ok(if world.sets_groups(id)? { b"allow\n".to_vec() } else { b"deny\n".to_vec() })
}

/// The directory of links.
pub const NS: PseudoEntry = PseudoEntry { name: "ns", mode: 0o511, kind: EntryKind::Directory(NAMESPACES) };
