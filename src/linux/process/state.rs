//! What the kernel knows about a process. The calls that read and change it are in `calls/`.

use std::sync::Arc;
use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::clock::{Clock, ClockSource};
use crate::linux::config::Config;
use crate::linux::errno::Errno;
use crate::linux::files::{Namespace, PlaceHandle};
use crate::linux::host::{self, Interrupt};
use crate::linux::objects::OpenFileHandle;

use super::credentials::Credentials;
use super::descriptors::Descriptors;
use super::limits::ResourceLimits;
use super::shared_mappings::SharedMappings;
use super::signals::SignalState;
use super::space::Space;

/// The number of the only process, thread, process group and session.
pub const PID: u32 = 1000;

/// The longest name that `prctl(PR_SET_NAME)` keeps, in bytes.
const NAME_LENGTH: usize = 15;

/// How a guest ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Termination {
    /// By `exit` or `exit_group`, with this status (0 to 255).
    Status(u8),
    /// By a fatal signal.
    Signal(u8),
}

/// A process with one thread. A clone shares open files with the original, as after `fork`.
#[derive(Clone)]
pub struct Process {
    /// How it ended; `None` while it runs.
    pub exit: Option<Termination>,
    /// The descriptor table.
    pub descriptors: Descriptors,
    /// The file tree that it sees.
    pub namespace: Namespace,
    /// The working directory.
    pub directory: PlaceHandle,
    /// Where absolute paths start.
    pub root: PlaceHandle,
    /// The program that it runs, if the guest can see that.
    pub program: Option<PlaceHandle>,
    /// The permission bits that new files do not get.
    pub umask: u32,
    /// The address space.
    pub space: Space,
    /// Writable shared mappings of files.
    pub shared: SharedMappings,
    /// User and group.
    pub credentials: Credentials,
    /// Dispositions, mask and pending signals.
    pub signals: SignalState,
    /// Resource limits.
    pub limits: ResourceLimits,
    /// What time it is.
    pub clock: Clock,
    /// Ends the process from outside.
    pub interrupt: Interrupt,
    /// The name that `prctl(PR_GET_NAME)` tells.
    pub name: Vec<u8>,
}

impl Process {
    /// A process without an image, in the root directory.
    pub fn new(config: &Config, namespace: Namespace) -> Process {
        let name = config.program.rsplit('/').next().unwrap_or_default();
        Process {
            exit: None,
            descriptors: Descriptors::new(&config.streams),
            directory: Arc::clone(namespace.root()),
            root: Arc::clone(namespace.root()),
            program: None,
            namespace,
            umask: host::umask(),
            space: Space::new(config.memory_limit),
            shared: SharedMappings::default(),
            credentials: Credentials::of_host(),
            signals: SignalState::default(),
            limits: ResourceLimits::new(config.stack_size),
            clock: Clock::new(config.clock),
            interrupt: config.interrupt.clone(),
            name: name.as_bytes()[..name.len().min(NAME_LENGTH)].to_vec(),
        }
    }

    /// Lets time pass; EINTR if the process shall end.
    pub fn sleep(&self, m: &mut Machine, time: Duration) -> Result<(), Errno> {
        match self.clock.source() {
            ClockSource::Host => self.interrupt.sleep(time)?,
            ClockSource::Virtual => Clock::advance(m, time),
        }
        Ok(())
    }

    /// The open file behind a descriptor; EBADF if there is none.
    pub fn open_file(&self, number: u32) -> Result<OpenFileHandle, Errno> {
        self.descriptors.get(number)
    }

    /// Ends the process.
    pub fn end(&mut self, m: &mut Machine, exit: Termination) {
        self.shared.write_back_all(&mut m.memory);
        self.namespace.contents().write_back(m.memory.pool_mut());
        self.exit = Some(exit);
    }
}
