//! `/proc/net`: the sockets of the world, and the one device of its network.

use crate::linux::net::SocketListing;

use super::entry::{ProcEntry, Told, text};

/// What a loopback has moved is not counted.
const DEVICES: &[u8] = b"Inter-|   Receive                                                |  Transmit\n \
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n    \
 lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0\n";
const ADDRESSES6: &[u8] = b"00000000000000000000000000000001 01 80 10 80       lo\n";
const ROUTES: &[u8] =
    b"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT                                                       \n";
const NEIGHBOURS: &[u8] = b"IP address       HW type     Flags       HW address            Mask     Device\n";

/// The folder.
pub static NET: &[ProcEntry] = &[
    text("arp", |_, _| fixed(NEIGHBOURS)),
    text("dev", |_, _| fixed(DEVICES)),
    text("if_inet6", |_, _| fixed(ADDRESSES6)),
    text("ipv6_route", |_, _| fixed(b"")),
    text("netlink", |world, _| Ok(world.sockets(SocketListing::Netlink))),
    text("raw", |_, _| fixed(b"")),
    text("route", |_, _| fixed(ROUTES)),
    text("tcp", |world, _| Ok(world.sockets(SocketListing::Tcp))),
    text("tcp6", |world, _| Ok(world.sockets(SocketListing::Tcp6))),
    text("udp", |world, _| Ok(world.sockets(SocketListing::Udp))),
    text("udp6", |world, _| Ok(world.sockets(SocketListing::Udp6))),
    text("unix", |world, _| Ok(world.sockets(SocketListing::Unix))),
];

fn fixed(bytes: &[u8]) -> Told {
    Ok(bytes.to_vec())
}
