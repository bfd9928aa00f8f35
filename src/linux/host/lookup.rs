//! Names of the host's network.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::thread;

use super::network::Arrival;
use super::question::Question;
use super::taped::Host;

/// A name that the host looks up in the background.
#[derive(Debug)]
pub struct HostLookup {
    /// Nothing if it is one that a tape tells of.
    found: Option<Receiver<Vec<IpAddr>>>,
    host: Host,
}

impl HostLookup {
    /// Begins.
    pub fn start(name: &str, arrival: &Arrival) -> HostLookup {
        let host = arrival.host.clone();
        if host.is_replaying() && !host.is_resuming() {
            return HostLookup { found: None, host };
        }
        let (sender, receiver) = sync_channel(1);
        let (name, arrival) = (name.to_owned(), arrival.clone());
        thread::spawn(move || {
            let found = addresses(&name, 0).unwrap_or_default();
            let _ = sender.send(found.iter().map(SocketAddr::ip).collect());
            arrival.tell();
        });
        HostLookup { found: Some(receiver), host }
    }

    /// The addresses once they are known, none if there is no such name.
    pub fn finished(&self) -> Option<Vec<IpAddr>> {
        self.host.tell(Question::Lookup, || match self.found.as_ref().map(Receiver::try_recv) {
            Some(Ok(addresses)) => Some(addresses),
            Some(Err(TryRecvError::Empty)) => None,
            Some(Err(TryRecvError::Disconnected)) | None => Some(Vec::new()),
        })
    }
}

impl Host {
    /// The addresses of a name and a port.
    ///
    /// # Errors
    /// The host does not know the name.
    pub fn resolve(&self, name: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let mut failure = None;
        let found = self.tell(Question::Resolve, || match addresses(name, port) {
            Ok(found) => found,
            Err(error) => {
                failure = Some(error);
                Vec::new()
            }
        });
        failure.map_or(Ok(found), Err)
    }
}

fn addresses(name: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    Ok((name, port).to_socket_addrs()?.collect())
}
