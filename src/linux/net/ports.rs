//! Who has which address and port of the loopback (ip(7), ipv6(7)).

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Weak};

use crate::linux::errno::Errno;

use super::address::plain;

/// The ports that the kernel gives to who names none (`/proc/sys/net/ipv4/ip_local_port_range`).
const EPHEMERAL: std::ops::RangeInclusive<u16> = 32_768..=60_999;

/// The protocols that have ports.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Transport {
    /// TCP.
    Stream,
    /// UDP.
    Datagram,
    /// UDP-Lite (udplite(7)).
    Lite,
    /// ICMP, whose ports are the identifiers of requests (icmp(7)).
    Echo,
}

/// How a socket wants an address.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Claim {
    /// It does not mind others that do not mind it, unless one listens (SO_REUSEADDR).
    pub reuse_address: bool,
    /// It shares the port with others that do (SO_REUSEPORT).
    pub reuse_port: bool,
    /// It wants IPv6 alone (IPV6_V6ONLY).
    pub only_v6: bool,
}

/// An address that somebody has.
#[derive(Debug)]
struct Holder<T> {
    number: u64,
    address: IpAddr,
    claim: Claim,
    listens: bool,
    socket: Weak<T>,
}

impl<T> Holder<T> {
    /// Whether something for an address comes here: exactly, or because it takes all.
    fn hears(&self, address: IpAddr) -> bool {
        let v4 = plain(address).is_ipv4();
        match self.address {
            IpAddr::V4(own) => v4 && (own.is_unspecified() || own == plain(address)),
            IpAddr::V6(own) if own.is_unspecified() => !v4 || !self.claim.only_v6,
            own => plain(own) == plain(address),
        }
    }

    /// Whether both want the same.
    fn meets(&self, address: IpAddr, claim: Claim) -> bool {
        let other = Holder::<T> { number: 0, address, claim, listens: false, socket: Weak::new() };
        self.hears(address) || other.hears(self.address)
    }
}

/// The ports of the world, and the sockets that have them.
#[derive(Debug)]
pub struct Ports<T> {
    holders: BTreeMap<(Transport, u16), Vec<Holder<T>>>,
    last: u16,
    number: u64,
}

impl<T> Default for Ports<T> {
    fn default() -> Ports<T> {
        Ports { holders: BTreeMap::new(), last: 0, number: 0 }
    }
}

impl<T> Ports<T> {
    /// Gives a socket an address, port 0 for any; the number by which it gives it back. EADDRINUSE.
    pub fn claim(
        &mut self,
        transport: Transport,
        address: SocketAddr,
        claim: Claim,
        socket: &Weak<T>,
    ) -> Result<(u16, u64), Errno> {
        let port = match address.port() {
            0 => self.free_port(transport, address.ip(), claim)?,
            port if self.is_free(transport, (address.ip(), port), claim) => port,
            _ => return Err(Errno::EADDRINUSE),
        };
        self.number += 1;
        let holder =
            Holder { number: self.number, address: address.ip(), claim, listens: false, socket: Weak::clone(socket) };
        self.holders.entry((transport, port)).or_default().push(holder);
        Ok((port, self.number))
    }

    fn is_free(&self, transport: Transport, (address, port): (IpAddr, u16), claim: Claim) -> bool {
        let holders = self.holders.get(&(transport, port)).map(Vec::as_slice).unwrap_or_default();
        holders.iter().filter(|holder| holder.meets(address, claim)).all(|holder| {
            let listens = holder.listens && transport == Transport::Stream;
            holder.claim.reuse_port && claim.reuse_port || holder.claim.reuse_address && claim.reuse_address && !listens
        })
    }

    /// The next port that nobody has.
    fn free_port(&mut self, transport: Transport, address: IpAddr, claim: Claim) -> Result<u16, Errno> {
        let alone = Claim { only_v6: claim.only_v6, ..Claim::default() };
        for _ in EPHEMERAL {
            self.last = if EPHEMERAL.contains(&(self.last + 1)) { self.last + 1 } else { *EPHEMERAL.start() };
            if self.is_free(transport, (address, self.last), alone) {
                return Ok(self.last);
            }
        }
        Err(Errno::EADDRINUSE)
    }

    /// Somebody gives an address back.
    pub fn release(&mut self, transport: Transport, port: u16, number: u64) {
        let Some(holders) = self.holders.get_mut(&(transport, port)) else { return };
        holders.retain(|holder| holder.number != number);
        if holders.is_empty() {
            self.holders.remove(&(transport, port));
        }
    }

    /// Somebody listens at its address from now on; EADDRINUSE if another does.
    pub fn listen(&mut self, port: u16, number: u64) -> Result<(), Errno> {
        let Some(holders) = self.holders.get_mut(&(Transport::Stream, port)) else { return Ok(()) };
        let Some(own) = holders.iter().position(|holder| holder.number == number) else { return Ok(()) };
        let (address, claim) = (holders[own].address, holders[own].claim);
        let shared = |holder: &Holder<T>| holder.claim.reuse_port && claim.reuse_port;
        let taken = holders
            .iter()
            .any(|other| other.number != number && other.listens && other.meets(address, claim) && !shared(other));
        if taken {
            return Err(Errno::EADDRINUSE);
        }
        holders[own].listens = true;
        Ok(())
    }

    /// Who hears what is sent to an address: those with the address itself first.
    pub fn at(&self, transport: Transport, address: SocketAddr) -> Vec<Arc<T>> {
        let holders = self.holders.get(&(transport, address.port())).map(Vec::as_slice).unwrap_or_default();
        let mut hearing: Vec<&Holder<T>> = holders.iter().filter(|holder| holder.hears(address.ip())).collect();
        hearing.sort_by_key(|holder| (holder.address.is_unspecified(), holder.address.is_ipv6()));
        hearing.into_iter().filter_map(|holder| holder.socket.upgrade()).collect()
    }
}

impl<T> Ports<T> {
    /// The same, with other sockets in place of these.
    pub fn with(&self, other: &dyn Fn(&Weak<T>) -> Weak<T>) -> Ports<T> {
        let Ports { holders, last, number } = self;
        let copy = |holder: &Holder<T>| Holder { socket: other(&holder.socket), ..*holder };
        let holders = holders.iter().map(|(port, holders)| (*port, holders.iter().map(copy).collect())).collect();
        Ports { holders, last: *last, number: *number }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(ports: &mut Ports<()>, address: &str, claim: Claim) -> Result<(u16, u64), Errno> {
        ports.claim(Transport::Stream, address.parse().unwrap(), claim, &Weak::new())
    }

    #[test]
    fn an_address_is_given_once() {
        let mut ports = Ports::<()>::default();
        let plain = Claim::default();
        assert_eq!(claim(&mut ports, "127.0.0.1:80", plain), Ok((80, 1)));
        assert_eq!(claim(&mut ports, "0.0.0.0:80", plain), Err(Errno::EADDRINUSE), "that is all addresses");
        assert_eq!(claim(&mut ports, "[::]:80", plain), Err(Errno::EADDRINUSE), "and IPv4 as well");
        assert_eq!(claim(&mut ports, "[::]:80", Claim { only_v6: true, ..plain }), Ok((80, 2)));
        assert_eq!(claim(&mut ports, "127.0.0.2:80", plain), Ok((80, 3)));
        ports.release(Transport::Stream, 80, 1);
        assert_eq!(claim(&mut ports, "127.0.0.1:80", plain), Ok((80, 4)));
    }

    #[test]
    fn who_names_no_port_gets_one_that_is_free() {
        let mut ports = Ports::<()>::default();
        let first = claim(&mut ports, "127.0.0.1:0", Claim::default()).unwrap().0;
        let second = claim(&mut ports, "127.0.0.1:0", Claim::default()).unwrap().0;
        assert!(EPHEMERAL.contains(&first) && EPHEMERAL.contains(&second) && first != second);
    }

    #[test]
    fn addresses_are_used_again_but_not_while_somebody_listens() {
        let mut ports = Ports::<()>::default();
        let reuse = Claim { reuse_address: true, ..Claim::default() };
        let (port, first) = claim(&mut ports, "127.0.0.1:80", reuse).unwrap();
        let (_, second) = claim(&mut ports, "127.0.0.1:80", reuse).unwrap();
        assert_eq!(ports.listen(port, first), Ok(()));
        assert_eq!(ports.listen(port, second), Err(Errno::EADDRINUSE));
        assert_eq!(claim(&mut ports, "127.0.0.1:80", reuse), Err(Errno::EADDRINUSE));
        let shared = Claim { reuse_port: true, ..Claim::default() };
        for _ in 0..2 {
            let (port, number) = claim(&mut ports, "127.0.0.1:81", shared).unwrap();
            assert_eq!(ports.listen(port, number), Ok(()));
        }
    }
}
