//! The network of a world: which sockets have which names. Sockets hold it, so that what they are called ends
//! with them.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, Weak};

use crate::linux::copy::{Copier, Duplicate, Opaque, Uncopied};
use crate::linux::errno::Errno;
use crate::linux::sync::lock;
use crate::linux::world::{Charge, KernelMemory};

use super::address::plain;
use super::ports::{Claim, Ports, Transport};

/// Most refused addresses that are remembered.
const MAX_REFUSED: usize = 1000;

/// An address beyond the loopback that the guest was refused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RefusedAddress {
    /// The address and port.
    pub address: SocketAddr,
    /// Whether a datagram was to go there: no grant lets one through.
    pub datagram: bool,
}

/// What a socket that speaks to the world alone is found by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LocalName {
    /// Device and inode of its file.
    File(u64, u64),
    /// An abstract name.
    Abstract(Vec<u8>),
    /// Protocol and port of netlink.
    Netlink(u32, u32),
}

#[derive(Debug)]
struct Names<T> {
    unix: BTreeMap<LocalName, Weak<T>>,
    ports: Ports<T>,
    last_automatic: u32,
    last_number: u64,
    sockets: BTreeMap<u64, Weak<T>>,
    refused: BTreeSet<RefusedAddress>,
}

/// What ends with a socket: in it may be other sockets, whose ends are not to be nested.
#[derive(Default, Debug)]
struct Burial {
    remains: Vec<Box<dyn Any + Send>>,
    under_way: bool,
}

/// The names, and the memory that what is under way takes. Clones are the same network.
#[derive(Debug)]
pub struct Network<T> {
    names: Arc<Mutex<Names<T>>>,
    burial: Arc<Mutex<Burial>>,
    memory: KernelMemory,
}

impl<T> Clone for Network<T> {
    fn clone(&self) -> Network<T> {
        Network { names: Arc::clone(&self.names), burial: Arc::clone(&self.burial), memory: self.memory.clone() }
    }
}

impl<T> Network<T> {
    /// One without any names.
    pub fn new(memory: &KernelMemory) -> Network<T> {
        let names = Names {
            unix: BTreeMap::new(),
            ports: Ports::default(),
            last_automatic: 0,
            last_number: 0,
            sockets: BTreeMap::new(),
            refused: BTreeSet::new(),
        };
        Network { names: Arc::new(Mutex::new(names)), burial: Arc::default(), memory: memory.clone() }
    }

    /// Counts bytes that are under way; ENOBUFS if there is no memory for more.
    pub fn charge(&self, bytes: usize) -> Result<Charge, Errno> {
        self.memory.charge(bytes as u64).map_err(|_| Errno::ENOBUFS)
    }

    /// Knows a new socket: its number, which no other has.
    pub fn enter(&self, socket: &Weak<T>) -> u64 {
        let mut names = lock(&self.names);
        names.last_number += 1;
        let number = names.last_number;
        names.sockets.insert(number, Weak::clone(socket));
        number
    }

    /// A socket is gone.
    pub fn leave(&self, number: u64) {
        lock(&self.names).sockets.remove(&number);
    }

    /// Drops what a socket leaves behind. Sockets that end with it leave theirs to the same loop, however many
    /// are in one another: the host's stack is not as deep.
    pub fn bury(&self, remains: impl Any + Send) {
        let mut burial = lock(&self.burial);
        burial.remains.push(Box::new(remains));
        if std::mem::replace(&mut burial.under_way, true) {
            return;
        }
        while let Some(next) = burial.remains.pop() {
            drop(burial);
            drop(next);
            burial = lock(&self.burial);
        }
        burial.under_way = false;
    }

    /// The world is over: sockets that are on their way in each other, in a circle that nobody reaches, end too.
    pub fn end(&self, remains: impl Fn(&T) -> Box<dyn Any + Send>) {
        self.sockets().iter().for_each(|socket| self.bury(remains(socket)));
    }

    /// Every socket, the oldest first.
    pub fn sockets(&self) -> Vec<Arc<T>> {
        lock(&self.names).sockets.values().filter_map(Weak::upgrade).collect()
    }

    /// Gives a Unix socket a name; EADDRINUSE if another has it.
    pub fn name(&self, name: LocalName, socket: &Weak<T>) -> Result<SocketName<T>, Errno> {
        let mut names = lock(&self.names);
        if names.unix.get(&name).is_some_and(|other| other.strong_count() > 0) {
            return Err(Errno::EADDRINUSE);
        }
        names.unix.insert(name.clone(), Weak::clone(socket));
        Ok(SocketName { network: self.clone(), what: Named::Unix(name) })
    }

    /// An abstract name of five digits that nobody has (unix(7), "Autobind feature").
    pub fn automatic_name(&self) -> Vec<u8> {
        let mut names = lock(&self.names);
        loop {
            names.last_automatic = names.last_automatic.wrapping_add(1) & 0xf_ffff;
            let name = format!("{:05x}", names.last_automatic).into_bytes();
            if !names.unix.contains_key(&LocalName::Abstract(name.clone())) {
                return name;
            }
        }
    }

    /// The Unix socket with a name.
    pub fn named(&self, name: &LocalName) -> Option<Arc<T>> {
        lock(&self.names).unix.get(name).and_then(Weak::upgrade)
    }

    /// Gives a socket an address and a port, any if it is 0; EADDRINUSE if another has it.
    pub fn claim(
        &self,
        transport: Transport,
        address: SocketAddr,
        claim: Claim,
        socket: &Weak<T>,
    ) -> Result<(SocketAddr, SocketName<T>), Errno> {
        let (port, number) = lock(&self.names).ports.claim(transport, address, claim, socket)?;
        let what = Named::Port { transport, port, number };
        Ok((SocketAddr::new(address.ip(), port), SocketName { network: self.clone(), what }))
    }

    /// A program wanted to reach an address beyond the loopback, and did not.
    pub fn refuse(&self, address: SocketAddr, datagram: bool) {
        let address = SocketAddr::new(plain(address.ip()), address.port());
        let mut names = lock(&self.names);
        if names.refused.len() < MAX_REFUSED {
            names.refused.insert(RefusedAddress { address, datagram });
        }
    }

    /// The addresses that were refused.
    pub fn refused(&self) -> Vec<RefusedAddress> {
        lock(&self.names).refused.iter().copied().collect()
    }

    /// Who hears what is sent to an address, the most particular first.
    pub fn at(&self, transport: Transport, address: SocketAddr) -> Vec<Arc<T>> {
        lock(&self.names).ports.at(transport, address)
    }
}

#[derive(Clone, Debug)]
enum Named {
    Unix(LocalName),
    Port { transport: Transport, port: u16, number: u64 },
}

/// A name that a socket has: others can have it when this is dropped.
#[derive(Debug)]
pub struct SocketName<T> {
    network: Network<T>,
    what: Named,
}

impl<T> SocketName<T> {
    /// Somebody listens there from now on; EADDRINUSE if another does.
    pub fn listen(&self) -> Result<(), Errno> {
        match self.what {
            Named::Port { port, number, .. } => lock(&self.network.names).ports.listen(port, number),
            Named::Unix(_) => Ok(()),
        }
    }

    /// What a Unix socket is found by.
    pub fn unix(&self) -> Option<&LocalName> {
        if let Named::Unix(name) = &self.what { Some(name) } else { None }
    }
}

impl<T> Drop for SocketName<T> {
    fn drop(&mut self) {
        let mut names = lock(&self.network.names);
        match &self.what {
            Named::Unix(name) => drop(names.unix.remove(name)),
            Named::Port { transport, port, number } => names.ports.release(*transport, *port, *number),
        }
    }
}

impl<T: Opaque + Duplicate> Duplicate for Names<T> {
    /// Without the sockets, which refer to it.
    fn duplicate(&self, _: &mut Copier) -> Result<Self, Uncopied> {
        let Names { unix: _, ports, last_automatic, last_number, sockets: _, refused } = self;
        Ok(Names {
            unix: BTreeMap::new(),
            ports: ports.with(&|_| Weak::new()),
            last_automatic: *last_automatic,
            last_number: *last_number,
            sockets: BTreeMap::new(),
            refused: refused.clone(),
        })
    }

    fn duplicate_locked(this: &Arc<Mutex<Self>>, copier: &mut Copier) -> Result<Arc<Mutex<Self>>, Uncopied> {
        let shell = lock(this).duplicate(copier)?;
        let copy = Arc::new(Mutex::new(shell));
        let (original, made) = (Arc::clone(this), Arc::clone(&copy));
        copier.then(move |copier| {
            // Also those that nobody reaches any more: each is on its way in another, in a circle.
            let all: Vec<Weak<T>> = lock(&original).sockets.values().cloned().collect();
            all.duplicate(copier)?;
            copier.at_last(move |copier| {
                let referred = |socket: &Weak<T>| copier.referred(socket);
                let (names, mut made) = (lock(&original), lock(&made));
                made.unix = names.unix.iter().map(|(name, socket)| (name.clone(), referred(socket))).collect();
                made.sockets = names.sockets.iter().map(|(number, socket)| (*number, referred(socket))).collect();
                made.ports = names.ports.with(&referred);
                Ok(())
            });
            Ok(())
        });
        Ok(copy)
    }
}

impl Duplicate for Burial {
    /// Nothing is on its way to its grave between two calls.
    fn duplicate(&self, _: &mut Copier) -> Result<Self, Uncopied> {
        Ok(Burial::default())
    }
}

impl<T: Opaque + Duplicate> Duplicate for SocketName<T> {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(SocketName { network: self.network.duplicate(copier)?, what: self.what.clone() })
    }
}

impl<T: Opaque + Duplicate> Duplicate for Network<T> {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        let Network { names, burial, memory } = self;
        let (names, burial, memory) = (names.duplicate(copier)?, burial.duplicate(copier)?, memory.duplicate(copier)?);
        Ok(Network { names, burial, memory })
    }
}
