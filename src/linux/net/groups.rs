//! Groups of the internet on the loopback: who has joined which, and what is sent to one (ip(7), "Multicast"; ipv6(7)).
//! There is no route to groups: a sender names the device, or the address from which it sends. IPv6 groups are joined
//! and never reached, as on a Linux whose one device is the loopback.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use crate::linux::abi::socket_options::IP_MULTICAST_ALL;
use crate::linux::abi::sockets::SOL_IP;
use crate::linux::errno::Errno;

use super::address::plain;
use super::message::SocketMessage;
use super::socket::{Socket, SocketNetwork};

/// The groups that the device itself is in: all systems (RFC 1112, RFC 4291).
const OF_DEVICE: [IpAddr; 3] = [
    IpAddr::V4(Ipv4Addr::new(224, 0, 0, 1)),
    IpAddr::V6(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1)),
    IpAddr::V6(Ipv6Addr::new(0xff01, 0, 0, 0, 0, 0, 0, 1)),
];

impl Socket {
    /// Whether what is sent to a group that somebody has joined comes here: it has joined it too, or takes those of
    /// others (IP_MULTICAST_ALL).
    fn takes_group(&self, group: IpAddr) -> bool {
        self.state().groups.joined().contains(&group) || self.has(SOL_IP, IP_MULTICAST_ALL)
    }

    /// The address from which it sends to groups; ENETUNREACH if it has said neither that nor a device.
    pub fn departure(&self) -> Result<Ipv4Addr, Errno> {
        let state = self.state();
        match state.address.internet().map(|own| plain(own.ip())) {
            Some(IpAddr::V4(own)) if !own.is_unspecified() && !own.is_multicast() => Ok(own),
            _ => state.groups.departure.ok_or(Errno::ENETUNREACH),
        }
    }

    /// Sends a datagram to all that have joined a group. Nobody there is no error.
    pub(super) fn send_to_group(&self, to: SocketAddr, message: &SocketMessage) -> Result<(), Errno> {
        let group = plain(to.ip());
        if !self.network.is_joined(group) {
            return Ok(());
        }
        let hearing = self.network.at(self.transport(), to);
        let taking = hearing.iter().filter(|socket| socket.takes_from(message) && socket.takes_group(group));
        taking.cloned().try_for_each(|receiver: Arc<Socket>| self.deliver(&receiver, message.copy()))
    }
}

impl SocketNetwork {
    /// Whether the device has joined a group: for a socket that has, or for itself.
    fn is_joined(&self, group: IpAddr) -> bool {
        let joined = |socket: &Arc<Socket>| socket.state().groups.joined().contains(&group);
        OF_DEVICE.contains(&group) || self.sockets().iter().any(joined)
    }
}
