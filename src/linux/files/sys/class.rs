//! `/sys/class`: devices by what they are for.

use super::super::pseudo::{PseudoEntry, directory, fixed, path};

/// The directory.
pub static CLASSES: &[PseudoEntry] = &[
    directory("block", &[]),
    directory("hwmon", &[]),
    directory("mem", &[]),
    directory("net", &[path("lo", |_, _| Ok(b"../../devices/virtual/net/lo".to_vec()))]),
    directory("power_supply", &[]),
    directory("thermal", &[]),
    directory("tty", &[]),
];

/// The network interfaces.
pub static NET: &[PseudoEntry] = &[directory("lo", LOOPBACK)];

static LOOPBACK: &[PseudoEntry] = &[
    fixed("addr_assign_type", "0"),
    fixed("addr_len", "6"),
    fixed("address", "00:00:00:00:00:00"),
    fixed("broadcast", "00:00:00:00:00:00"),
    fixed("carrier", "1"),
    fixed("dev_id", "0x0"),
    fixed("dormant", "0"),
    fixed("flags", "0x9"),
    fixed("ifindex", "1"),
    fixed("iflink", "1"),
    fixed("mtu", "65536"),
    fixed("operstate", "unknown"),
    fixed("tx_queue_len", "1000"),
    fixed("type", "772"),
    fixed("uevent", "INTERFACE=lo\nIFINDEX=1"),
];
