//! `/proc/sys/net`: sockets.

use super::super::super::pseudo::{PseudoEntry, directory, fixed};

/// What is in `/proc/sys/net`.
pub static NET: &[PseudoEntry] = &[directory("core", CORE), directory("ipv4", IPV4), directory("unix", UNIX)];

static CORE: &[PseudoEntry] = &[fixed("somaxconn", "4096")];

static IPV4: &[PseudoEntry] = &[
    fixed("ip_forward", "0"),
    fixed("ip_local_port_range", "32768\t60999"),
    fixed("ip_unprivileged_port_start", "1024"),
    // Everybody may ask for echoes.
    fixed("ping_group_range", "0\t2147483647"),
];

static UNIX: &[PseudoEntry] = &[fixed("max_dgram_qlen", "512")];
