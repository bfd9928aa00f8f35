//! Arguments of the calls on sockets.

use crate::linux::abi::{CallArgument, Choice, Count, Meaning, netlink, socket_options, sockets};

use super::{INT, UINT, flags};

/// The address of a socket; the argument with this index has its size.
pub const fn socket_address(size: usize) -> CallArgument {
    CallArgument::In(Meaning::SocketAddress(Count::Argument(size)))
}

/// An address that the call stores; the third argument points to its size.
pub const SOCKET_ADDRESS_STORED: CallArgument = CallArgument::Out(Meaning::SocketAddress(Count::Pointed(2)));

/// The protocol of a socket, by its family.
pub const PROTOCOL: CallArgument = CallArgument::By(&PROTOCOLS);

static PROTOCOLS: Choice = Choice {
    index: 0,
    mask: u32::MAX,
    cases: &[
        (sockets::AF_INET, flags(&sockets::IPPROTO)),
        (sockets::AF_INET6, flags(&sockets::IPPROTO)),
        (sockets::AF_NETLINK, flags(&netlink::NETLINK)),
    ],
    otherwise: Some(UINT),
};

/// The name of an option, by its level.
pub const SOCKET_OPTION: CallArgument = CallArgument::By(&SOCKET_OPTIONS);

static SOCKET_OPTIONS: Choice = Choice {
    index: 1,
    mask: u32::MAX,
    cases: &[
        (sockets::SOL_SOCKET, flags(&socket_options::SO)),
        (sockets::SOL_IP, flags(&socket_options::IP_OPTION)),
        (sockets::SOL_IPV6, flags(&socket_options::IPV6_OPTION)),
        (sockets::SOL_TCP, flags(&socket_options::TCP_OPTION)),
        (sockets::SOL_UDP, flags(&socket_options::UDP_OPTION)),
        (sockets::SOL_UDPLITE, flags(&socket_options::UDPLITE_OPTION)),
        (sockets::SOL_NETLINK, flags(&socket_options::NETLINK_OPTION)),
    ],
    otherwise: Some(INT),
};
