//! Where the world's network meets the host's: what was granted, and the connections that there are.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::linux::abi::sockets::{AF_INET, AF_INET6, IPPROTO_TCP, SOCK_STREAM, Ucred};
use crate::linux::config::{Config, ConnectGrant, ListenGrant};
use crate::linux::copy::{Copier, Duplicate, Uncopied};
use crate::linux::error::LoadError;
use crate::linux::host::{Arrival, HostConnection, HostListener};
use crate::linux::net::{Socket, SocketAddress, SocketNetwork, Transport, is_local, names::NAME_PORT, shown};
use crate::linux::sync::lock;

use super::bridge::Bridge;
use super::queue::WaitQueues;
use super::resolver::Resolver;

/// How long the end of a world waits for others to take what was sent to them.
const PATIENCE: Duration = Duration::from_secs(10);

/// A port of the host, and the port of the world that it leads to.
#[derive(Clone, Debug)]
struct Entrance {
    listener: Arc<Mutex<HostListener>>,
    port: u16,
}

/// The way to the host's network.
#[derive(Debug)]
pub struct Gateway {
    /// Whether every address may be reached.
    everywhere: bool,
    /// Those that may.
    allowed: BTreeSet<SocketAddr>,
    entrances: Vec<Entrance>,
    bridges: Vec<Bridge>,
    resolver: Resolver,
    arrival: Arrival,
    /// Whether the world's side of a bridge has changed.
    noticed: bool,
}

impl Gateway {
    /// What a configuration grants: ports of the host are taken, names are looked up.
    ///
    /// # Errors
    /// A port that somebody else has, a name that the host does not know.
    pub fn new(config: &Config) -> Result<Gateway, LoadError> {
        let mut gateway = Gateway::closed(Arrival::new(&config.interrupt, &config.host));
        for grant in &config.connections {
            match grant {
                ConnectGrant::Everywhere => {
                    gateway.everywhere = true;
                    gateway.resolver.everything = true;
                }
                ConnectGrant::To(name, port) => {
                    let failed = |source| LoadError::Connect { name: name.clone(), source };
                    let addresses = config.host.resolve(name, *port).map_err(failed)?;
                    gateway.resolver.add(name, addresses.iter().map(SocketAddr::ip));
                    gateway.allowed.extend(addresses);
                }
            }
        }
        for ListenGrant { address, port } in &config.listeners {
            let failed = |source| LoadError::Listen { address: *address, source };
            let listener = HostListener::bind(*address, &gateway.arrival).map_err(failed)?;
            gateway.entrances.push(Entrance { listener: Arc::new(Mutex::new(listener)), port: *port });
        }
        Ok(gateway)
    }

    /// One where nothing goes through.
    fn closed(arrival: Arrival) -> Gateway {
        Gateway {
            everywhere: false,
            allowed: BTreeSet::new(),
            entrances: Vec::new(),
            bridges: Vec::new(),
            resolver: Resolver::default(),
            arrival,
            noticed: false,
        }
    }

    /// Whether an address of the host's network may be reached.
    pub fn allows(&self, address: SocketAddr) -> bool {
        let plain = SocketAddr::new(address.ip().to_canonical(), address.port());
        self.everywhere || self.allowed.contains(&plain)
    }

    /// Whether something may come from the host at any time.
    pub fn is_open(&self) -> bool {
        !self.bridges.is_empty() || !self.entrances.is_empty() || self.resolver.is_waiting()
    }

    /// Whether there are connections.
    #[cfg(feature = "cli")]
    pub fn has_connections(&self) -> bool {
        !self.bridges.is_empty()
    }

    /// Connects a program's socket with an address of the host's network; it is told when that has come about.
    pub fn connect(&mut self, client: &Arc<Socket>, end: Arc<Socket>, to: SocketAddr) {
        let plain = SocketAddr::new(to.ip().to_canonical(), to.port());
        let connection = HostConnection::open(plain, &self.arrival);
        self.bridges.push(Bridge::opening(connection, client, end));
    }

    /// Whether a datagram is for the name server of the world: nobody else has its port.
    pub fn is_name_server(&self, network: &SocketNetwork, to: SocketAddr) -> bool {
        let is_there = to.port() == NAME_PORT && is_local(to.ip()) && self.resolver.is_there();
        is_there && network.at(Transport::Datagram, to).is_empty()
    }

    /// A socket sends a query to the name server.
    pub fn ask(&mut self, from: &Arc<Socket>, server: SocketAddr, query: Vec<u8>) {
        self.resolver.ask(from, server, query, &self.arrival);
    }

    /// A queue was notified.
    pub fn notice(&mut self, queue: u64) {
        self.noticed |= self.bridges.iter().any(|bridge| bridge.queue() == queue);
    }

    /// Whether there is something to be moved.
    pub fn is_busy(&self) -> bool {
        self.noticed
    }

    /// Moves what has come, and what is to go.
    pub fn pump(&mut self, network: &SocketNetwork, queues: &WaitQueues) {
        let arrived = self.is_open() && self.arrival.take();
        if !arrived && !std::mem::take(&mut self.noticed) {
            return;
        }
        self.noticed = false;
        if arrived {
            self.accept(network, queues);
            self.resolver.pump();
        }
        self.bridges.retain_mut(Bridge::pump);
    }

    /// Lets in who has come. Where nobody listens, the connection ends at once.
    fn accept(&mut self, network: &SocketNetwork, queues: &WaitQueues) {
        for Entrance { listener, port } in &self.entrances {
            while let Some(caller) = lock(listener).accept() {
                let Some(end) = let_in(network, queues, *port, caller.from) else { continue };
                let connection = HostConnection::accepted(caller, &self.arrival);
                self.bridges.push(Bridge::accepted(connection, end));
            }
        }
    }
}

impl Default for Gateway {
    fn default() -> Gateway {
        Gateway::closed(Arrival::default())
    }
}

impl Drop for Gateway {
    /// The end of a world does not take away what was sent before.
    fn drop(&mut self) {
        let until = Instant::now() + PATIENCE;
        self.bridges.iter_mut().for_each(|bridge| bridge.finish(until));
    }
}

/// The world's end of a connection from the host to a port of the world, if somebody listens there.
fn let_in(network: &SocketNetwork, queues: &WaitQueues, port: u16, from: SocketAddr) -> Option<Arc<Socket>> {
    let loopback = [IpAddr::from(Ipv4Addr::LOCALHOST), Ipv6Addr::LOCALHOST.into()];
    let to = |address| network.at(Transport::Stream, SocketAddr::new(address, port));
    let listener = loopback.into_iter().flat_map(to).find(|socket| socket.listens())?;
    let end = outside(network, queues, listener.family, from);
    let server = outside(network, queues, listener.family, SocketAddr::new(loopback[0], port));
    end.connect(&listener, &server).ok().map(|()| end)
}

/// A socket that stands for somebody outside of the world.
pub fn outside(network: &SocketNetwork, queues: &WaitQueues, family: u32, address: SocketAddr) -> Arc<Socket> {
    let nobody = Ucred { pid: 0, uid: u32::MAX, gid: u32::MAX };
    let family = if family == AF_INET6 { AF_INET6 } else { AF_INET };
    let socket = Socket::new([family, SOCK_STREAM, IPPROTO_TCP], network, queues.create(), nobody);
    socket.state().address = SocketAddress::Internet(shown(address, family));
    socket
}

impl Duplicate for Gateway {
    /// Ports of the host lead to both worlds, to whichever runs. A connection cannot be at two places in its bytes.
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        let Gateway { everywhere, allowed, entrances, bridges, resolver, arrival, noticed } = self;
        if !bridges.is_empty() {
            return Err(Uncopied("a connection with the host's network open"));
        }
        Ok(Gateway {
            everywhere: *everywhere,
            allowed: allowed.clone(),
            entrances: entrances.clone(),
            bridges: Vec::new(),
            resolver: resolver.duplicate(copier)?,
            arrival: arrival.clone(),
            noticed: *noticed,
        })
    }
}
