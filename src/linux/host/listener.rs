//! Ports of the host at which others reach a world.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::Duration;

use super::network::{Arrival, HostCaller};
use super::question::Question;
use super::taped::Host;

/// Connections that may wait to be taken from a listener.
const BACKLOG: usize = 64;

/// A port of the host at which others reach the world. It is free again some time after this is dropped.
#[derive(Debug)]
pub struct HostListener {
    /// Nothing if it is one that a tape tells of.
    port: Option<OpenPort>,
    host: Host,
}

#[derive(Debug)]
struct OpenPort {
    accepted: Receiver<(TcpStream, SocketAddr)>,
    address: SocketAddr,
    over: Arc<AtomicBool>,
}

impl HostListener {
    /// Listens at an address of the host.
    ///
    /// # Errors
    /// The address is not the host's, or somebody else has it.
    pub fn bind(address: SocketAddr, arrival: &Arrival) -> io::Result<HostListener> {
        let host = arrival.host.clone();
        let port =
            (!host.is_replaying() || host.is_resuming()).then(|| OpenPort::bind(address, arrival)).transpose()?;
        Ok(HostListener { port, host })
    }

    /// The next connection, if there is any.
    pub fn accept(&self) -> Option<HostCaller> {
        let mut stream = None;
        let from = self.host.tell(Question::Accept, || {
            let (accepted, from) = self.port.as_ref()?.accepted.try_recv().ok()?;
            stream = Some(accepted);
            Some(from)
        })?;
        Some(HostCaller { stream, from })
    }
}

impl OpenPort {
    fn bind(address: SocketAddr, arrival: &Arrival) -> io::Result<OpenPort> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let (sender, accepted) = sync_channel(BACKLOG);
        let over = Arc::new(AtomicBool::new(false));
        let (ended, arrival) = (Arc::clone(&over), arrival.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::Acquire) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let Ok(peer) = stream.peer_addr() else { continue };
                if sender.send((stream, peer)).is_err() {
                    return;
                }
                arrival.tell();
            }
        });
        Ok(OpenPort { accepted, address, over })
    }
}

impl Drop for OpenPort {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
        // Nothing but a connection ends the thread's wait.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_millis(100));
    }
}
