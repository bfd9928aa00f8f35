//! `/proc/net`: the sockets of the world, and the one device of its network.

use crate::linux::abi::sockets::{AF_INET, AF_INET6};
use crate::linux::net::SocketListing;

use super::super::pseudo::{PseudoEntry, fixed, text};

/// What a loopback has moved is not counted.
const DEVICES: &str = "Inter-|   Receive                                                |  Transmit\n \
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n    \
 lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0";
const ADDRESSES6: &str = "00000000000000000000000000000001 01 80 10 80       lo";
const ROUTES: &str = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT                                                       ";
const NEIGHBOURS: &str = "IP address       HW type     Flags       HW address            Mask     Device";

/// The folder.
pub static NET: &[PseudoEntry] = &[
    fixed("arp", NEIGHBOURS),
    fixed("dev", DEVICES),
    text("icmp", |world, _| Ok(world.sockets(SocketListing::Icmp))),
    text("icmp6", |world, _| Ok(world.sockets(SocketListing::Icmp6))),
    fixed("if_inet6", ADDRESSES6),
    text("igmp", |world, _| Ok(world.sockets(SocketListing::Memberships))),
    text("ipv6_route", |_, _| Ok(Vec::new())),
    text("netlink", |world, _| Ok(world.sockets(SocketListing::Netlink))),
    text("raw", |_, _| Ok(Vec::new())),
    fixed("route", ROUTES),
    text("snmp", |world, _| Ok(world.sockets(SocketListing::Counters))),
    text("sockstat", |world, _| Ok(world.sockets(SocketListing::Statistics(AF_INET)))),
    text("sockstat6", |world, _| Ok(world.sockets(SocketListing::Statistics(AF_INET6)))),
    text("tcp", |world, _| Ok(world.sockets(SocketListing::Tcp))),
    text("tcp6", |world, _| Ok(world.sockets(SocketListing::Tcp6))),
    text("udp", |world, _| Ok(world.sockets(SocketListing::Udp))),
    text("udp6", |world, _| Ok(world.sockets(SocketListing::Udp6))),
    text("unix", |world, _| Ok(world.sockets(SocketListing::Unix))),
];
