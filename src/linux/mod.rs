//! The kernel that the guest believes in: i386 Linux, for a world of processes.
//!
//! The kernel is an [`Environment`](crate::engine::Environment): the engine asks it what interrupts and
//! exceptions mean, and offers it control between blocks. Everything it knows is in one [`Kernel`] value.
//! The host is reached in `host` and nowhere else, through granted directories.
//!
//! # The world
//!
//! *One runs at a time.* A world has many processes and threads, and one machine. The thread that runs, its
//! process and its address space are in the kernel's and the machine's hands; everybody else is in `world`.
//! The scheduler hands the machine on by instruction counts, and wherever a call waits. So atomic
//! instructions are atomic and a futex is a queue, a run with threads repeats, and no host thread, host
//! process or host signal is needed.
//!
//! *Frames belong to the world.* Every byte lies in a page frame of one pool. An address space is regions
//! (what is mapped, from where) over a page table (what has been touched) over frames, which count their
//! users: `fork` copies the table and shares the frames until they are written, a shared mapping is one
//! frame in two tables, and the contents of a file are frames that `read`, `write` and every mapping see.
//!
//! *A call answers, or names what it waits for.* A call that cannot answer yet gives the kernel a list of
//! conditions (queues of objects, a moment, streams of the host) and the error number `ERESTARTSYS`, as in
//! Linux itself. When one of them comes true it is made again from the start; no call keeps half of its work
//! elsewhere, and `EINTR` and `SA_RESTART` are decided in one place.
//!
//! *Translations outlive processes.* A translated block is right wherever the pages that it was made from
//! have the same frames. The engine compares frames when it changes between address spaces, so that a forked
//! child and the thousandth `/bin/true` find what the first one translated.
//!
//! *The network is the world's own.* Every socket has an inbox; a connection is two sockets that know each
//! other's. What was granted of the host's network meets it at one place, the gateway of `world/`: a
//! connection of the host is an ordinary one of the loopback for the program, whose other end tab86 holds.
//!
//! | folder | what lives there |
//! |---|---|
//! | `kernel/` | the state, how the processor enters it, scheduling, signals, the ends of threads and processes |
//! | `world/` | who does not run: processes, threads, address spaces; queues, futexes, timers |
//! | `process/`, `thread/` | what a process and a thread own |
//! | `debugging/` | what a debugger outside of the world reads and changes in it |
//! | `tracing/` | threads that are traced: their stops, their registers as a debugger sees them |
//! | `signals/` | queues, delivery, the frames of handlers; `vdso/`: the page that returns from them |
//! | `files/` | the file tree: nodes, places, granted directories, copies in memory, `/proc`, `/sys`, `/dev` |
//! | `objects/` | what a descriptor refers to: contents of files, pipes, terminals, events, processes, streams; locks |
//! | `net/` | sockets, and a loopback that exists only in the world |
//! | `ipc/` | System V IPC: shared memory, semaphores, queues of messages; POSIX queues |
//! | `keys/` | keys that the kernel keeps in keyrings |
//! | `calls/` | the system calls, one file a family, and the table that names them |
//! | `loader/` | ELF files and the initial stack |
//! | `abi/` | numbers, flags and structures as data |
//! | `copy/` | how the state is copied to another world, for snapshots |
//! | `host/` | the only way to the host |
//!
//! # Example
//!
//! ```no_run
//! use tab86::engine::{self, Options};
//! use tab86::engine::Machine;
//! use tab86::linux::{self, Config, Termination};
//! let image = std::fs::read("hello").unwrap();
//! let config = Config { args: vec![b"hello".to_vec()], ..Config::default() };
//! let mut machine = Machine::default();
//! let mut kernel = linux::load(&mut machine, &image, &config).unwrap();
//! engine::run(&mut machine, &mut kernel, &Options::default(), u64::MAX);
//! assert_eq!(kernel.exit(), Some(Termination::Status(0)));
//! ```

mod abi;
mod calls;
mod clock;
mod clock_discipline;
mod config;
mod copy;
#[cfg(feature = "cli")]
mod debugging;
mod errno;
mod error;
mod files;
mod guest;
mod host;
mod ipc;
mod kernel;
mod keys;
mod loader;
mod net;
mod objects;
mod observer;
mod process;
mod signals;
mod strace;
mod sync;
mod thread;
mod tracing;
mod vdso;
mod view;
mod virtual_file;
mod world;

pub use clock::ClockSource;
pub use config::{Buffer, Config, ConnectGrant, CoreSink, CoreWriter, Grant, GrantKind, ListenGrant, Sink, Stream};
#[cfg(feature = "cli")]
pub(crate) use debugging::DebugFile;
pub use errno::Errno;
pub use error::LoadError;
pub use files::{PathAccess, Refusal};
#[cfg(feature = "cli")]
pub(crate) use host::FileStatus;
pub(crate) use host::Pause;
pub use host::{Host, Interrupt, ReplayError, RunPlace, restore_terminal};
#[cfg(feature = "cli")]
pub(crate) use kernel::DebugEvent;
pub use kernel::Kernel;
pub use loader::is_elf;
pub use net::RefusedAddress;
pub use observer::{CallObserver, SystemCall};
pub use process::Termination;
#[cfg(feature = "cli")]
pub(crate) use signals::Siginfo;
pub(crate) use sync::lock;
#[cfg(feature = "cli")]
pub(crate) use tracing::RegisterSet;
pub use virtual_file::{VirtualDirectory, VirtualEntry, VirtualFile};

use std::sync::Arc;

use crate::cpu::Random;
use crate::instructions::Machine;
use crate::memory::PAGE_SIZE;

/// Loads a statically linked ELF file into an empty machine, builds its stack, and sets EIP and
/// ESP for its first instruction.
///
/// # Errors
/// [`LoadError`] says what is wrong with the file or the configuration.
pub fn load(machine: &mut Machine, image: &[u8], config: &Config) -> Result<Kernel, LoadError> {
    load_shared(machine, Arc::new(image.to_vec()), config)
}

/// Does what [`load`] does with a file that the caller keeps: it is not copied.
///
/// # Errors
/// As there.
pub fn load_shared(machine: &mut Machine, image: Arc<Vec<u8>>, config: &Config) -> Result<Kernel, LoadError> {
    let mut kernel = Kernel::new(config)?;
    prepare(machine, config);
    kernel.start(machine, image, config)?;
    Ok(kernel)
}

/// Executes a program that lies in the guest's own file tree, as `execve` does: `config.program` is its path
/// there, or a name that is looked for in the directories of PATH. Scripts run as well.
///
/// # Errors
/// [`LoadError::Execute`] if it cannot be executed, and what is wrong with the configuration.
pub fn execute(machine: &mut Machine, config: &Config) -> Result<Kernel, LoadError> {
    let mut kernel = Kernel::new(config)?;
    prepare(machine, config);
    let executed = calls::start(&mut kernel, machine, config);
    executed.map_err(|error| LoadError::Execute { program: config.program.clone(), reason: error.describe().1 })?;
    Ok(kernel)
}

/// The name of a system call of i386 Linux; `None` for a number that stands for none that is known here.
///
/// ```
/// assert_eq!(tab86::linux::system_call_name(4), Some("write"));
/// ```
#[must_use]
pub fn system_call_name(number: u32) -> Option<&'static str> {
    calls::name(number)
}

/// Whether the guest's Linux has a system call. One that it does not have is answered by -ENOSYS.
///
/// ```
/// assert!(tab86::linux::has_system_call(4) && !tab86::linux::has_system_call(9999));
/// ```
#[must_use]
pub fn has_system_call(number: u32) -> bool {
    calls::is_answered(number)
}

/// Random numbers begin at the seed, and the world may fill as much memory as was granted.
fn prepare(machine: &mut Machine, config: &Config) {
    machine.cpu.random = Random(config.seed);
    machine.memory.pool_mut().set_limit(usize::try_from(config.memory_limit / PAGE_SIZE as u64).unwrap_or(usize::MAX));
}

/// Loads raw bytes at `address` into memory that ends at `size` bytes, all of it readable,
/// writable and executable. EIP is `address`, ESP is `size`.
///
/// # Errors
/// [`LoadError::Empty`] without bytes, [`LoadError::TooLarge`] when they do not fit in, and what
/// is wrong with the configuration.
pub fn load_flat(
    machine: &mut Machine,
    image: &[u8],
    address: u32,
    size: u64,
    config: &Config,
) -> Result<Kernel, LoadError> {
    let kernel = Kernel::new(config)?;
    machine.cpu.random = Random(config.seed);
    loader::load_flat(machine, image, address, size)?;
    Ok(kernel)
}
