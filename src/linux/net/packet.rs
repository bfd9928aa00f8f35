//! What the head of a datagram says beside the addresses: where it was sent to, how far it may go, its class, and when
//! it came (ip(7), ipv6(7), socket(7)).

use std::net::IpAddr;
use std::time::Duration;

/// The head of a datagram.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Packet {
    /// The address that it was sent to.
    pub to: IpAddr,
    /// How many routers it may pass.
    pub hops: u8,
    /// Its class of traffic, or type of service.
    pub class: u8,
    /// The date when it came.
    pub came: Duration,
}

/// What a sender says of one datagram; what it does not say is as the options of its socket are.
#[derive(Clone, Copy, Default, Debug)]
pub struct PacketWishes {
    /// How many routers it may pass.
    pub hops: Option<u8>,
    /// Its class.
    pub class: Option<u8>,
}
