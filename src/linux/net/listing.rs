//! The sockets of a world as `/proc/net` lists them (proc(5)).

use std::net::{IpAddr, SocketAddr};

use crate::linux::abi::sockets::{
    AF_INET, AF_INET6, AF_NETLINK, AF_UNIX, TCP_CLOSE_WAIT, TCP_ESTABLISHED, TCP_FIN_WAIT2, TCP_LISTEN,
};

use super::address::SocketAddress;
use super::ports::Transport;
use super::socket::{Socket, SocketNetwork};

/// Which sockets are listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SocketListing {
    /// TCP over IPv4.
    Tcp,
    /// TCP over IPv6.
    Tcp6,
    /// UDP over IPv4.
    Udp,
    /// UDP over IPv6.
    Udp6,
    /// ICMP over IPv4.
    Icmp,
    /// ICMP over IPv6.
    Icmp6,
    /// Unix sockets.
    Unix,
    /// Netlink.
    Netlink,
    /// How many sockets there are, of IPv4 and of IPv6.
    Statistics(u32),
    /// Counters of the protocols.
    Counters,
    /// Groups of IPv4.
    Memberships,
}

/// The head of the lists of the internet's sockets, and how IPv6 continues it.
const HEAD: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const HEAD6: &str = "  sl  local_address                         remote_address                        st tx_queue rx_queue \
                     tr tm->when retrnsmt   uid  timeout inode";
const HEAD_UNIX: &str = "Num       RefCount Protocol Flags    Type St Inode Path";
const HEAD_NETLINK: &str = "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode";

impl SocketNetwork {
    /// A list, with its head.
    pub fn list(&self, listing: SocketListing) -> String {
        let is = |socket: &Socket, transport, family| {
            socket.is_udp() && socket.transport() == transport && socket.family == family
        };
        let shown = |socket: &&std::sync::Arc<Socket>| match listing {
            SocketListing::Tcp => socket.is_tcp() && socket.family == AF_INET,
            SocketListing::Tcp6 => socket.is_tcp() && socket.family == AF_INET6,
            SocketListing::Udp => is(socket, Transport::Datagram, AF_INET),
            SocketListing::Udp6 => is(socket, Transport::Datagram, AF_INET6),
            SocketListing::Icmp => is(socket, Transport::Echo, AF_INET),
            SocketListing::Icmp6 => is(socket, Transport::Echo, AF_INET6),
            SocketListing::Unix => socket.family == AF_UNIX,
            SocketListing::Netlink => socket.family == AF_NETLINK,
            _ => false,
        };
        let head = match listing {
            SocketListing::Tcp | SocketListing::Udp | SocketListing::Icmp => HEAD,
            SocketListing::Tcp6 | SocketListing::Udp6 | SocketListing::Icmp6 => HEAD6,
            SocketListing::Unix => HEAD_UNIX,
            SocketListing::Netlink => HEAD_NETLINK,
            SocketListing::Statistics(family) => return self.statistics(family),
            SocketListing::Counters => return self.counters(),
            SocketListing::Memberships => return self.memberships(),
        };
        let (sockets, unaccepted) = (self.sockets(), self.unaccepted());
        let lines = sockets.iter().filter(shown).filter(|socket| socket.is_found()).enumerate();
        let lines = lines.map(|(index, socket)| match listing {
            SocketListing::Unix => unix(socket),
            SocketListing::Netlink => netlink(socket),
            _ => internet(index, socket, if unaccepted.contains(&socket.number) { 0 } else { socket.number }),
        });
        std::iter::once(format!("{head}\n")).chain(lines).collect()
    }
}

/// An address as words of the machine, in hexadecimal, and a port.
fn address(address: &SocketAddress) -> String {
    let Some(address) = address.internet() else { return String::new() };
    let words = |bytes: &[u8]| -> String {
        bytes.chunks(4).map(|word| format!("{:02X}{:02X}{:02X}{:02X}", word[3], word[2], word[1], word[0])).collect()
    };
    let text = match address.ip() {
        IpAddr::V4(ip) => words(&ip.octets()),
        IpAddr::V6(ip) => words(&ip.octets()),
    };
    format!("{text}:{:04X}", SocketAddr::port(&address))
}

fn internet(index: usize, socket: &Socket, inode: u64) -> String {
    let waiting = socket.queued()[0];
    format!(
        "{index:4}: {} {} {:02X} 00000000:{waiting:08X} 00:00000000 00000000 {:5}        0 {} 1 0000000000000000 100 0 0 10 0\n",
        address(&socket.address()),
        address(&socket.peer_address()),
        socket.standing(),
        socket.owner().uid,
        inode,
    )
}

fn unix(socket: &Socket) -> String {
    let (flags, state) = match socket.standing() {
        TCP_LISTEN => (0x1_0000, 1),
        TCP_ESTABLISHED | TCP_CLOSE_WAIT | TCP_FIN_WAIT2 => (0, 3),
        _ => (0, 1),
    };
    let path = match socket.address() {
        SocketAddress::Path(path) => [b" ", path.as_slice()].concat(),
        SocketAddress::Abstract(name) => [b" @", name.as_slice()].concat(),
        _ => Vec::new(),
    };
    format!(
        "0000000000000000: 00000002 00000000 {flags:08X} {:04X} {state:02X} {:5}{}\n",
        socket.kind,
        socket.number,
        String::from_utf8_lossy(&path).replace(['\0', '\n'], "@")
    )
}

fn netlink(socket: &Socket) -> String {
    let (port, groups) = match socket.address() {
        SocketAddress::Netlink { port, groups } => (port, groups),
        _ => (0, 0),
    };
    format!(
        "0000000000000000 {:<3} {port:<10} {groups:08x} 0        0        0     2        0        {}\n",
        socket.protocol, socket.number
    )
}
