//! The host's network, as far as it was granted: connections that a program may make, and ports at which others
//! reach it. Each connection has two threads of the host that move bytes, so that it works wherever the standard
//! library does; a program that waits costs nothing.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::Interrupt;

/// Bytes that are read at once.
const CHUNK: usize = 65_536;
/// Chunks that may wait in either direction.
const QUEUE: usize = 8;
/// Connections that may wait to be taken from a listener.
const BACKLOG: usize = 64;
/// How long a connection may take to come about.
const CONNECT_LIMIT: Duration = Duration::from_secs(120);

/// Says that something has come: sets a flag, and wakes a world that waits.
#[derive(Clone, Default, Debug)]
pub struct Arrival {
    arrived: Arc<AtomicBool>,
    interrupt: Interrupt,
}

impl Arrival {
    /// For the world that an interrupt wakes.
    pub fn new(interrupt: &Interrupt) -> Arrival {
        Arrival { arrived: Arc::default(), interrupt: interrupt.clone() }
    }

    fn tell(&self) {
        self.arrived.store(true, Ordering::Release);
        self.interrupt.nudge();
    }

    /// Whether something has come since the last time.
    pub fn take(&self) -> bool {
        let arrived = self.arrived.swap(false, Ordering::Acquire);
        if arrived {
            self.interrupt.settle();
        }
        arrived
    }
}

/// What a connection of the host tells.
#[derive(Debug)]
pub enum HostMessage {
    /// It has come about.
    Connected,
    /// Bytes.
    Bytes(Vec<u8>),
    /// Nothing more will come.
    End,
    /// It has failed, or never came about.
    Failed(io::Error),
}

/// A connection of the host. It ends when this is dropped.
#[derive(Debug)]
pub struct HostConnection {
    incoming: Receiver<HostMessage>,
    outgoing: Option<SyncSender<Vec<u8>>>,
    /// Ends when everything has been written.
    written: Receiver<()>,
    stream: Arc<Mutex<Option<TcpStream>>>,
}

impl HostConnection {
    /// Connects, in the background.
    pub fn open(address: SocketAddr, arrival: &Arrival) -> HostConnection {
        HostConnection::start(move || TcpStream::connect_timeout(&address, CONNECT_LIMIT), arrival)
    }

    /// One that somebody else made.
    pub fn accepted(stream: TcpStream, arrival: &Arrival) -> HostConnection {
        HostConnection::start(move || Ok(stream), arrival)
    }

    fn start(connect: impl FnOnce() -> io::Result<TcpStream> + Send + 'static, arrival: &Arrival) -> HostConnection {
        let (to_world, incoming) = sync_channel(QUEUE);
        let (outgoing, from_world) = sync_channel(QUEUE);
        let (writing, written) = sync_channel(1);
        let stream = Arc::new(Mutex::new(None));
        let (kept, arrival) = (Arc::clone(&stream), arrival.clone());
        thread::spawn(move || {
            let told = connect().and_then(|stream| {
                // Guests decide themselves what they send at once.
                stream.set_nodelay(true)?;
                let writer = stream.try_clone()?;
                *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(stream.try_clone()?);
                let told = arrival.clone();
                thread::spawn(move || {
                    write_all(writer, &from_world, &told);
                    drop(writing);
                });
                Ok(stream)
            });
            match told {
                Ok(stream) => read_all(stream, &to_world, &arrival),
                Err(error) => drop(to_world.send(HostMessage::Failed(error))),
            }
            arrival.tell();
        });
        HostConnection { incoming, outgoing: Some(outgoing), written, stream }
    }

    /// The next that it tells, if there is anything.
    pub fn receive(&self) -> Option<HostMessage> {
        match self.incoming.try_recv() {
            Ok(message) => Some(message),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(HostMessage::End),
        }
    }

    /// Sends bytes; gives them back if there is no room for them yet.
    pub fn send(&self, bytes: Vec<u8>) -> Result<(), Vec<u8>> {
        match self.outgoing.as_ref().map(|outgoing| outgoing.try_send(bytes)) {
            Some(Err(TrySendError::Full(bytes))) => Err(bytes),
            // What nobody takes any more is lost, as on a wire.
            _ => Ok(()),
        }
    }

    /// Nothing more will be sent.
    pub fn finish(&mut self) {
        self.outgoing = None;
    }

    /// Sends the last bytes, and waits until everything is on its way, but no longer than to a moment.
    pub fn finish_with(&mut self, bytes: impl IntoIterator<Item = Vec<u8>>, until: Instant) {
        for mut piece in bytes {
            while let Err(kept) = self.send(piece) {
                if Instant::now() >= until {
                    return;
                }
                thread::sleep(Duration::from_millis(1));
                piece = kept;
            }
        }
        self.finish();
        let _ = self.written.recv_timeout(until.saturating_duration_since(Instant::now()));
    }
}

impl Drop for HostConnection {
    fn drop(&mut self) {
        // What was sent goes on its way; a reader that nobody listens to ends.
        self.outgoing = None;
        if let Some(stream) = &*self.stream.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = stream.shutdown(Shutdown::Read);
        }
    }
}

fn read_all(mut stream: TcpStream, to_world: &SyncSender<HostMessage>, arrival: &Arrival) {
    let tell = |message| {
        let told = to_world.send(message).is_ok();
        arrival.tell();
        told
    };
    if !tell(HostMessage::Connected) {
        return;
    }
    let mut bytes = vec![0; CHUNK];
    loop {
        let message = match stream.read(&mut bytes) {
            Ok(0) => HostMessage::End,
            Ok(count) => HostMessage::Bytes(bytes[..count].to_vec()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => HostMessage::Failed(error),
        };
        let goes_on = matches!(message, HostMessage::Bytes(_));
        if !tell(message) || !goes_on {
            return;
        }
    }
}

fn write_all(mut stream: TcpStream, from_world: &Receiver<Vec<u8>>, arrival: &Arrival) {
    while let Ok(bytes) = from_world.recv() {
        // There is room for more.
        arrival.tell();
        if stream.write_all(&bytes).is_err() {
            break;
        }
    }
    let _ = stream.shutdown(Shutdown::Write);
    arrival.tell();
}

/// A port of the host at which others reach the world. It is free again some time after this is dropped.
#[derive(Debug)]
pub struct HostListener {
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
        Ok(HostListener { accepted, address, over })
    }

    /// The next connection, if there is any, and from where.
    pub fn accept(&self) -> Option<(TcpStream, SocketAddr)> {
        self.accepted.try_recv().ok()
    }
}

impl Drop for HostListener {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
        // Nothing but a connection ends the thread's wait.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_millis(100));
    }
}

/// A name that the host looks up in the background.
#[derive(Debug)]
pub struct HostLookup(Receiver<Vec<IpAddr>>);

impl HostLookup {
    /// Begins.
    pub fn start(name: &str, arrival: &Arrival) -> HostLookup {
        let (sender, receiver) = sync_channel(1);
        let (name, arrival) = (name.to_owned(), arrival.clone());
        thread::spawn(move || {
            let found = resolve(&name, 0).unwrap_or_default();
            let _ = sender.send(found.iter().map(SocketAddr::ip).collect());
            arrival.tell();
        });
        HostLookup(receiver)
    }

    /// The addresses once they are known, none if there is no such name.
    pub fn finished(&self) -> Option<Vec<IpAddr>> {
        match self.0.try_recv() {
            Ok(addresses) => Some(addresses),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Vec::new()),
        }
    }
}

/// The addresses of a name and a port, as the host knows them.
///
/// # Errors
/// The host does not know the name.
pub fn resolve(name: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    Ok((name, port).to_socket_addrs()?.collect())
}
