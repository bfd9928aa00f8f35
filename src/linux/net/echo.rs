//! What the loopback answers to the requests of an ICMP socket (icmp(7)): echo requests, and nothing else is sent.

use std::net::{IpAddr, SocketAddr};

use crate::linux::errno::Errno;

use super::address::SocketAddress;
use super::message::SocketMessage;
use super::ports::Transport;
use super::socket::Socket;

/// The head of a request: type, code, checksum, identifier, sequence number.
const HEAD: usize = 8;

/// The types of a request and its reply, and the number of the protocol, of IPv4 and of IPv6.
const V4: [u8; 3] = [8, 0, 1];
const V6: [u8; 3] = [128, 129, 58];

impl Socket {
    /// Sends an echo request, whose reply comes at once. The kernel fills in the identifier, which is the socket's port.
    /// EINVAL for anything else. Nobody answers to what is sent to a group.
    pub fn send_echo(&self, to: SocketAddr, message: SocketMessage) -> Result<(), Errno> {
        let from = message.from.internet().ok_or(Errno::EINVAL)?;
        let reply = reply(&message.bytes, from, to.ip())?;
        if to.ip().is_multicast() {
            return Ok(());
        }
        let answering = SocketAddress::Internet(SocketAddr::new(to.ip(), 0));
        let packet = message.packet.map(|packet| super::packet::Packet { to: from.ip(), hops: 64, ..packet });
        // Several sockets may have the same identifier: the last one gets it.
        let Some(receiver) = self.network.at(Transport::Echo, from).pop() else { return Ok(()) };
        self.deliver(&receiver, SocketMessage { bytes: reply, from: answering, packet, ..message })
    }
}

/// The reply of an address to the request of another; EINVAL if it is none.
fn reply(request: &[u8], asks: SocketAddr, answers: IpAddr) -> Result<Vec<u8>, Errno> {
    let [asked, answered, protocol] = if answers.is_ipv4() { V4 } else { V6 };
    if request.len() < HEAD || request[..2] != [asked, 0] {
        return Err(Errno::EINVAL);
    }
    let mut reply = request.to_vec();
    reply[..4].copy_from_slice(&[answered, 0, 0, 0]);
    reply[4..6].copy_from_slice(&asks.port().to_be_bytes());
    // With IPv6 the addresses and the size are summed up too (RFC 4443, section 2.3).
    let mut summed = Vec::new();
    if let (IpAddr::V6(answers), IpAddr::V6(asks)) = (answers, asks.ip()) {
        summed.extend([answers.octets(), asks.octets()].concat());
        summed.extend((reply.len() as u32).to_be_bytes());
        summed.extend([0, 0, 0, protocol]);
    }
    summed.extend(&reply);
    reply[2..4].copy_from_slice(&checksum(&summed).to_be_bytes());
    Ok(reply)
}

/// The checksum of the internet (RFC 1071).
fn checksum(bytes: &[u8]) -> u16 {
    let words = bytes.chunks(2).map(|pair| u64::from(u16::from_be_bytes([pair[0], *pair.get(1).unwrap_or(&0)])));
    let mut sum: u64 = words.sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_has_the_identifier_and_a_checksum() {
        let asks: SocketAddr = "127.0.0.1:4660".parse().unwrap();
        let answered = reply(&[8, 0, 9, 9, 9, 9, 0, 1, b'x'], asks, asks.ip()).unwrap();
        assert_eq!((&answered[..2], &answered[4..]), (&[0, 0][..], &[0x12, 0x34, 0, 1, b'x'][..]));
        assert_eq!(checksum(&answered), 0);
        assert_eq!(reply(&[13, 0, 0, 0, 0, 0, 0, 0], asks, asks.ip()), Err(Errno::EINVAL));
        assert_eq!(reply(&[8, 0, 0, 0], asks, asks.ip()), Err(Errno::EINVAL));
        let six: SocketAddr = "[::1]:1".parse().unwrap();
        assert_eq!(reply(&[128, 0, 0, 0, 0, 0, 0, 0], six, six.ip()).unwrap()[0], 129);
    }
}
