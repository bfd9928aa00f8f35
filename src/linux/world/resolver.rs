//! The name server of a world, at port 53 of its loopback, where programs ask that know no other
//! (resolv.conf(5)). It knows the names that were granted, or asks the host for any.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use crate::linux::copy::{Copier, Duplicate, Uncopied};
use crate::linux::host::{Arrival, HostLookup};
use crate::linux::net::{Socket, SocketAddress, SocketMessage, names};

/// A query that the host is looking at.
#[derive(Debug)]
struct PendingQuery {
    lookup: HostLookup,
    query: Vec<u8>,
    from: Arc<Socket>,
    server: SocketAddr,
}

/// What names are known, and what is being asked.
#[derive(Debug, Default)]
pub struct Resolver {
    /// Whether the host is asked for names that are not known.
    pub everything: bool,
    known: BTreeMap<String, Vec<IpAddr>>,
    pending: Vec<PendingQuery>,
}

impl Resolver {
    /// A name was granted.
    pub fn add(&mut self, name: &str, addresses: impl IntoIterator<Item = IpAddr>) {
        self.known.entry(name.to_ascii_lowercase()).or_default().extend(addresses);
    }

    /// Whether it answers at all: without a grant there is nobody at its port.
    pub fn is_there(&self) -> bool {
        self.everything || !self.known.is_empty()
    }

    /// Whether the host is being asked.
    pub fn is_waiting(&self) -> bool {
        !self.pending.is_empty()
    }

    /// A socket sends a query to the server.
    pub fn ask(&mut self, from: &Arc<Socket>, server: SocketAddr, query: Vec<u8>, arrival: &Arrival) {
        // What is no query gets no answer.
        let Some(name) = names::asked(&query) else { return };
        match self.known.get(&name.to_ascii_lowercase()) {
            None if self.everything => {
                let lookup = HostLookup::start(&name, arrival);
                self.pending.push(PendingQuery { lookup, query, from: Arc::clone(from), server });
            }
            known => answer(from, server, &query, known.map_or(&[], Vec::as_slice)),
        }
    }

    /// Answers what the host has found out.
    pub fn pump(&mut self) {
        self.pending.retain(|PendingQuery { lookup, query, from, server }| match lookup.finished() {
            Some(addresses) => {
                answer(from, *server, query, &addresses);
                false
            }
            None => true,
        });
    }
}

fn answer(to: &Arc<Socket>, server: SocketAddr, query: &[u8], addresses: &[IpAddr]) {
    let Some(reply) = names::answer(query, addresses) else { return };
    let message = SocketMessage::new(reply, SocketAddress::Internet(server), to.owner());
    // A datagram for which there is no room is lost.
    let _ = to.send_datagram(to, message);
}

impl Duplicate for Resolver {
    fn duplicate(&self, _: &mut Copier) -> Result<Self, Uncopied> {
        if !self.pending.is_empty() {
            return Err(Uncopied("a name of the host's network under way"));
        }
        Ok(Resolver { everything: self.everything, known: self.known.clone(), pending: Vec::new() })
    }
}
