//! What the outside decides about a guest before it starts: arguments, environment, granted
//! directories, limits and where its standard streams lead.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use crate::cpu::Random;

use super::clock::ClockSource;
use super::error::LoadError;
use super::host::{Host, Interrupt};
use super::virtual_file::VirtualEntry;

/// Where the lines of a system call trace go.
pub type Sink = Arc<Mutex<dyn Write + Send>>;

/// What writes a core file.
pub type CoreWriter<'w> = &'w mut dyn FnMut(&mut dyn Write) -> io::Result<()>;

/// Where core files of processes other than the first go: it is given the number of a process.
pub type CoreSink = Arc<dyn Fn(u32, CoreWriter) + Send + Sync>;

/// Bytes in memory that a stream reads from or writes to.
pub type Buffer = Arc<Mutex<VecDeque<u8>>>;

/// A host directory that the guest sees.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant {
    /// The directory on the host.
    pub host: PathBuf,
    /// The absolute path under which the guest sees it.
    pub guest: String,
    /// What the guest may do there.
    pub kind: GrantKind,
}

/// What a guest may do in a granted directory.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub enum GrantKind {
    /// Read.
    ReadOnly,
    /// Read and change.
    Writable,
    /// Read, and change what it sees: the changes stay in memory and are gone at the end.
    CopyOnWrite,
}

/// What a guest may reach of the host's network.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub enum ConnectGrant {
    /// Everything that the host reaches.
    Everywhere,
    /// A name or address of the host's network, and a port.
    To(String, u16),
}

/// Where others reach a guest.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct ListenGrant {
    /// The address and port on the host.
    pub address: SocketAddr,
    /// The port at which the guest listens on its loopback.
    pub port: u16,
}

/// Where a standard stream leads.
#[derive(Clone, Default, Debug)]
pub enum Stream {
    /// To the host's stream of the same number.
    #[default]
    Host,
    /// To bytes in memory: reading takes them from the front, writing appends.
    Buffer(Buffer),
    /// Nowhere: the descriptor is closed.
    Closed,
}

/// Everything that [`load`](super::load) and [`load_flat`](super::load_flat) are told.
#[derive(Clone)]
pub struct Config {
    /// The program's path as the guest sees it: the `AT_EXECFN` entry and `/proc/self/exe`.
    pub program: String,
    /// The arguments, the program's own name first.
    pub args: Vec<Vec<u8>>,
    /// The environment: `NAME=value` each.
    pub env: Vec<Vec<u8>>,
    /// The guest's working directory; `None` is that of the first grant, or `/`.
    pub directory: Option<String>,
    /// The directories that the guest may see; of two for one path the later one counts.
    pub grants: Vec<Grant>,
    /// Files and directories that the embedding program makes up, with their absolute paths; what is granted there is
    /// hidden.
    pub files: Vec<(String, VirtualEntry)>,
    /// What the guest may connect to, outside of its own loopback.
    pub connections: Vec<ConnectGrant>,
    /// Where others may connect to it. With these, `interrupt` should be one of [`Interrupt::new`]: a default
    /// one cannot wake a guest that waits, which then looks every few milliseconds.
    pub listeners: Vec<ListenGrant>,
    /// Most bytes of address space that the guest may have mapped at any time.
    pub memory_limit: u64,
    /// Bytes of stack.
    pub stack_size: u32,
    /// Where every random number that the guest gets starts (`getrandom`, AT_RANDOM, the random
    /// devices, RDRAND and RDSEED): equal seeds give equal numbers.
    pub seed: u64,
    /// Where the guest's time comes from.
    pub clock: ClockSource,
    /// Shuffles when threads take turns: other orders, each of which repeats. `None` is one of equal turns.
    pub schedule_seed: Option<u64>,
    /// Most threads that may exist at any time, those of all processes together.
    pub max_processes: usize,
    /// Ends the guest from outside.
    pub interrupt: Interrupt,
    /// The way to the host: live, recording or replaying.
    pub host: Host,
    /// Standard input, output and error.
    pub streams: [Stream; 3],
    /// Where a line for each system call goes; `None` costs nothing.
    pub strace: Option<Sink>,
    /// Where the core files of processes other than the first go, if a signal ends them that leaves one (core(5)).
    pub cores: Option<CoreSink>,
}

impl Default for Config {
    /// No arguments, no environment, no grants, 3 GiB of address space, 8 MiB of stack.
    fn default() -> Self {
        Config {
            program: "/program".into(),
            args: Vec::new(),
            env: Vec::new(),
            directory: None,
            grants: Vec::new(),
            files: Vec::new(),
            connections: Vec::new(),
            listeners: Vec::new(),
            memory_limit: 3 << 30,
            stack_size: 8 << 20,
            seed: Random::default().0,
            clock: ClockSource::default(),
            schedule_seed: None,
            max_processes: 4096,
            interrupt: Interrupt::default(),
            host: Host::default(),
            streams: Default::default(),
            strace: None,
            cores: None,
        }
    }
}

impl Config {
    /// A replay could not ask again for what only this process has.
    ///
    /// # Errors
    /// There is a tape, and something that is not on it.
    pub(super) fn check_tape(&self) -> Result<(), LoadError> {
        let buffer = |stream: &Stream| matches!(stream, Stream::Buffer(_));
        match (self.host.is_taped(), self.files.first()) {
            (true, Some((path, _))) => Err(LoadError::NotOnTape(format!("the virtual file {path}"))),
            (true, _) if self.streams.iter().any(buffer) => Err(LoadError::NotOnTape("a buffer as a stream".into())),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config").field("program", &self.program).field("grants", &self.grants).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_tape_does_not_have_is_refused() {
        let refused = |config: &Config| config.check_tape().err().map(|error| error.to_string()).unwrap_or_default();
        let file = ("/data".to_string(), VirtualEntry::file(b"text".as_slice()));
        let live = Config { files: vec![file], ..Config::default() };
        let taped = Config { host: Host::rewindable(), ..live.clone() };
        assert!(refused(&live).is_empty() && refused(&taped).contains("the virtual file /data"));
        let streams = [Stream::Buffer(Buffer::default()), Stream::Host, Stream::Closed];
        let live = Config { streams, ..Config::default() };
        let taped = Config { host: Host::rewindable(), ..live.clone() };
        assert!(refused(&live).is_empty() && refused(&taped).contains("a buffer as a stream"));
        assert!(refused(&Config { host: Host::rewindable(), ..Config::default() }).is_empty());
    }
}
