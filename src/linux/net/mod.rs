//! The network of a world: sockets of its own (socket(7), unix(7), ip(7), netlink(7)), whose internet is a
//! loopback that exists only there.
//!
//! Every socket has an inbox. A connection is two sockets that know each other's inbox; a datagram goes to
//! whoever has the address. Nothing here waits, and nothing knows a host: `calls/` lets threads wait.

mod address;
mod attribute;
mod connection;
mod copy;
pub mod diagnosis;
mod echo;
mod groups;
mod hopefuls;
mod inbox;
mod listing;
pub mod loopback;
mod membership;
mod message;
pub mod names;
mod netlink;
mod network;
mod option_table;
mod options;
mod packet;
mod ports;
mod routes;
pub mod rtnetlink;
mod socket;
mod standing;
mod summary;
mod transfer;
mod urgency;
mod urgent;

pub use address::{SocketAddress, is_local, plain, shown};
pub use connection::NetworkEnd;
pub use listing::SocketListing;
pub use message::{PassedFile, Received, SocketMessage};
pub use network::{LocalName, RefusedAddress};
pub use packet::{Packet, PacketWishes};
pub use ports::{Claim, Transport};
pub use socket::{Role, Socket, SocketNetwork};
pub use transfer::PIECE;
