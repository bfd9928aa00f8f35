//! `/proc/sys`: the settings of the kernel that programs read (proc(5)). What is written to them is kept by their paths.

mod fs;
mod kernel;
mod net;
mod vm;

use super::super::pseudo::{PseudoEntry, decimal, directory, fixed, kept, text};

/// What is in `/proc/sys`.
pub static SYS: &[PseudoEntry] = &[
    directory("abi", &[fixed("vsyscall32", "1")]),
    directory("debug", &[fixed("exception-trace", "0")]),
    directory("dev", &[]),
    directory("fs", fs::FS),
    directory("kernel", kernel::KERNEL),
    directory("net", net::NET),
    directory("user", USER),
    directory("vm", vm::VM),
];

/// How many namespaces of a kind a user may have (namespaces(7)): of some there are the first ones alone.
static USER: &[PseudoEntry] = &[
    kept("user/max_cgroup_namespaces", "4096"),
    text("max_fanotify_groups", |_, _| decimal(&[crate::linux::abi::fanotify::FAN_MAX_GROUPS])),
    text("max_fanotify_marks", |_, _| decimal(&[crate::linux::abi::fanotify::FAN_MAX_MARKS])),
    text("max_inotify_instances", |_, _| decimal(&[crate::linux::abi::inotify::MAX_USER_INSTANCES])),
    text("max_inotify_watches", |_, _| decimal(&[crate::linux::abi::inotify::MAX_USER_WATCHES])),
    kept("user/max_ipc_namespaces", "4096"),
    kept("user/max_mnt_namespaces", "4096"),
    kept("user/max_net_namespaces", "0"),
    kept("user/max_pid_namespaces", "0"),
    kept("user/max_time_namespaces", "0"),
    kept("user/max_user_namespaces", "4096"),
    kept("user/max_uts_namespaces", "4096"),
];

#[cfg(test)]
mod tests {
    use super::super::super::pseudo::EntryKind;
    use super::*;

    fn check(entry: &PseudoEntry, path: &str) {
        match entry.kind {
            EntryKind::Directory(below) => {
                below.iter().for_each(|entry| check(entry, &format!("{path}/{}", entry.name)))
            }
            EntryKind::Kept(kept, _) => assert_eq!(kept, &path[1..]),
            _ => {}
        }
    }

    #[test]
    fn what_is_written_is_kept_under_the_path_of_the_file() {
        SYS.iter().for_each(|entry| check(entry, &format!("/{}", entry.name)));
    }
}
