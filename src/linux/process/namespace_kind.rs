//! The kinds of namespaces (namespaces(7)).

use crate::linux::abi::clone::{
    CLONE_NEWCGROUP, CLONE_NEWIPC, CLONE_NEWNET, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWTIME, CLONE_NEWUSER, CLONE_NEWUTS,
};

/// What processes can have or share (namespaces(7)).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum NamespaceKind {
    /// The directory that is the root of all cgroups.
    Cgroup,
    /// System V IPC and POSIX queues.
    Ipc,
    /// Mounts.
    Mount,
    /// Network devices and addresses.
    Network,
    /// Numbers of processes.
    Process,
    /// Clocks.
    Time,
    /// Users and groups.
    User,
    /// The name of the machine.
    Host,
}

impl NamespaceKind {
    /// All of them.
    pub const ALL: [NamespaceKind; 8] = [
        NamespaceKind::Cgroup,
        NamespaceKind::Ipc,
        NamespaceKind::Mount,
        NamespaceKind::Network,
        NamespaceKind::Process,
        NamespaceKind::Time,
        NamespaceKind::User,
        NamespaceKind::Host,
    ];

    /// What links to one begin with.
    pub fn name(self) -> &'static str {
        match self {
            NamespaceKind::Cgroup => "cgroup",
            NamespaceKind::Ipc => "ipc",
            NamespaceKind::Mount => "mnt",
            NamespaceKind::Network => "net",
            NamespaceKind::Process => "pid",
            NamespaceKind::Time => "time",
            NamespaceKind::User => "user",
            NamespaceKind::Host => "uts",
        }
    }

    /// The flag of clone(2) that asks for one.
    pub fn flag(self) -> u64 {
        match self {
            NamespaceKind::Cgroup => CLONE_NEWCGROUP,
            NamespaceKind::Ipc => CLONE_NEWIPC,
            NamespaceKind::Mount => CLONE_NEWNS,
            NamespaceKind::Network => CLONE_NEWNET,
            NamespaceKind::Process => CLONE_NEWPID,
            NamespaceKind::Time => CLONE_NEWTIME,
            NamespaceKind::User => CLONE_NEWUSER,
            NamespaceKind::Host => CLONE_NEWUTS,
        }
    }

    /// The number that Linux gives the first one of the kind.
    pub fn first(self) -> u64 {
        match self {
            NamespaceKind::Time => 0xefff_fffa,
            NamespaceKind::Cgroup => 0xefff_fffb,
            NamespaceKind::Process => 0xefff_fffc,
            NamespaceKind::User => 0xefff_fffd,
            NamespaceKind::Host => 0xefff_fffe,
            NamespaceKind::Ipc => 0xefff_ffff,
            NamespaceKind::Network => 0xf000_0000,
            NamespaceKind::Mount => 0xf000_0001,
        }
    }

    /// The path below `/proc/sys` of the limit of how many there may be of each user.
    pub fn limit(self) -> &'static str {
        match self {
            NamespaceKind::Cgroup => "user/max_cgroup_namespaces",
            NamespaceKind::Ipc => "user/max_ipc_namespaces",
            NamespaceKind::Mount => "user/max_mnt_namespaces",
            NamespaceKind::Network => "user/max_net_namespaces",
            NamespaceKind::Process => "user/max_pid_namespaces",
            NamespaceKind::Time => "user/max_time_namespaces",
            NamespaceKind::User => "user/max_user_namespaces",
            NamespaceKind::Host => "user/max_uts_namespaces",
        }
    }
}
