//! `/proc/sys/net`: sockets.

use super::super::super::pseudo::{PseudoEntry, directory, kept};

/// What is in `/proc/sys/net`.
pub static NET: &[PseudoEntry] = &[directory("core", CORE), directory("ipv4", IPV4), directory("unix", UNIX)];

static CORE: &[PseudoEntry] = &[kept("net/core/somaxconn", "4096")];

static IPV4: &[PseudoEntry] = &[
    kept("net/ipv4/ip_forward", "0"),
    kept("net/ipv4/ip_local_port_range", "32768\t60999"),
    kept("net/ipv4/ip_unprivileged_port_start", "1024"),
    // Everybody may ask for echoes.
    kept("net/ipv4/ping_group_range", "0\t2147483647"),
];

static UNIX: &[PseudoEntry] = &[kept("net/unix/max_dgram_qlen", "512")];
