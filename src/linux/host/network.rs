//! The host's network, as far as it was granted: connections that a program may make, and ports at which others
//! reach it. Each connection has two threads of the host that move bytes, so that it works wherever the standard
//! library does; a program that waits costs nothing.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::linux::errno::Errno;

use super::interrupt::Interrupt;
use super::question::Question;
use super::taped::Host;

/// Bytes that are read at once.
const CHUNK: usize = 65_536;
/// Chunks that may wait in either direction.
const QUEUE: usize = 8;
/// How long a connection may take to come about.
const CONNECT_LIMIT: Duration = Duration::from_secs(120);

/// Says that something has come: sets a flag, and wakes a world that waits.
#[derive(Clone, Default, Debug)]
pub struct Arrival {
    arrived: Arc<AtomicBool>,
    interrupt: Interrupt,
    pub(super) host: Host,
}

impl Arrival {
    /// For the world that an interrupt wakes.
    pub fn new(interrupt: &Interrupt, host: &Host) -> Arrival {
        Arrival { arrived: Arc::default(), interrupt: interrupt.clone(), host: host.clone() }
    }

    pub(super) fn tell(&self) {
        self.arrived.store(true, Ordering::Release);
        self.interrupt.nudge();
    }

    /// Whether something has come since the last time.
    pub fn take(&self) -> bool {
        self.host.tell(Question::Arrived, || {
            let arrived = self.arrived.swap(false, Ordering::Acquire);
            if arrived {
                self.interrupt.settle();
            }
            arrived
        })
    }
}

/// What a connection of the host tells.
#[derive(serde::Serialize, serde::Deserialize, Debug)]
pub enum HostMessage {
    /// It has come about.
    Connected,
    /// Bytes.
    Bytes(Vec<u8>),
    /// Nothing more will come.
    End,
    /// It has failed, or never came about.
    Failed(Errno),
}

/// Who has connected.
#[derive(Debug)]
pub struct HostCaller {
    /// Nothing if it is one that a tape tells of.
    pub(super) stream: Option<TcpStream>,
    /// From where.
    pub from: SocketAddr,
}

/// A connection of the host. It ends when this is dropped.
#[derive(Debug)]
pub struct HostConnection {
    /// Nothing if it is one that a tape tells of.
    wire: Option<Wire>,
    /// Who has it has something that is not there, then.
    _missing: Option<Arc<String>>,
    host: Host,
}

/// The threads that move bytes, as the world knows them.
#[derive(Debug)]
struct Wire {
    incoming: Receiver<HostMessage>,
    outgoing: Option<SyncSender<Vec<u8>>>,
    /// Ends when everything has been written.
    written: Receiver<()>,
    stream: Arc<Mutex<Option<TcpStream>>>,
}

impl HostConnection {
    /// Connects, in the background.
    pub fn open(address: SocketAddr, arrival: &Arrival) -> HostConnection {
        let host = arrival.host.clone();
        let connect = move || TcpStream::connect_timeout(&address, CONNECT_LIMIT);
        let wire = (!host.is_replaying()).then(|| Wire::start(connect, arrival));
        HostConnection::with(wire, address, host)
    }

    /// One that somebody else made.
    pub fn accepted(caller: HostCaller, arrival: &Arrival) -> HostConnection {
        let wire = caller.stream.map(|stream| Wire::start(move || Ok(stream), arrival));
        HostConnection::with(wire, caller.from, arrival.host.clone())
    }

    fn with(wire: Option<Wire>, address: SocketAddr, host: Host) -> HostConnection {
        let missing = || host.miss(format!("a connection with {address}"));
        HostConnection { _missing: wire.is_none().then(missing), wire, host }
    }

    /// The next that it tells, if there is anything.
    pub fn receive(&self) -> Option<HostMessage> {
        self.host.tell(Question::Receive, || match self.wire.as_ref().map(|wire| wire.incoming.try_recv()) {
            Some(Ok(message)) => Some(message),
            Some(Err(TryRecvError::Empty)) => None,
            Some(Err(TryRecvError::Disconnected)) | None => Some(HostMessage::End),
        })
    }

    /// Sends bytes; gives them back if there is no room for them yet.
    pub fn send(&self, bytes: Vec<u8>) -> Result<(), Vec<u8>> {
        if !self.host.is_taped() {
            return self.wire.as_ref().map_or(Ok(()), |wire| wire.send(bytes));
        }
        let mut kept = None;
        let taken = self.host.tell(Question::Send, || {
            kept = self.wire.as_ref().and_then(|wire| wire.send(bytes.clone()).err());
            kept.is_none()
        });
        if taken { Ok(()) } else { Err(kept.unwrap_or(bytes)) }
    }

    /// Nothing more will be sent.
    pub fn finish(&mut self) {
        if let Some(wire) = &mut self.wire {
            wire.outgoing = None;
        }
    }

    /// Sends the last bytes, and waits until everything is on its way, but no longer than to a moment.
    pub fn finish_with(&mut self, bytes: impl IntoIterator<Item = Vec<u8>>, until: Instant) {
        let Some(wire) = &mut self.wire else { return };
        for mut piece in bytes {
            while let Err(kept) = wire.send(piece) {
                if Instant::now() >= until {
                    return;
                }
                thread::sleep(Duration::from_millis(1));
                piece = kept;
            }
        }
        wire.outgoing = None;
        let _ = wire.written.recv_timeout(until.saturating_duration_since(Instant::now()));
    }
}

impl Wire {
    fn start(connect: impl FnOnce() -> io::Result<TcpStream> + Send + 'static, arrival: &Arrival) -> Wire {
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
                Err(error) => drop(to_world.send(HostMessage::Failed(error.into()))),
            }
            arrival.tell();
        });
        Wire { incoming, outgoing: Some(outgoing), written, stream }
    }

    fn send(&self, bytes: Vec<u8>) -> Result<(), Vec<u8>> {
        match self.outgoing.as_ref().map(|outgoing| outgoing.try_send(bytes)) {
            Some(Err(TrySendError::Full(bytes))) => Err(bytes),
            // What nobody takes any more is lost, as on a wire.
            _ => Ok(()),
        }
    }
}

impl Drop for Wire {
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
            Err(error) => HostMessage::Failed(error.into()),
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
