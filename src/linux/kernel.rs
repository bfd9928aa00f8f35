//! The kernel's state, and what interrupts and exceptions mean to it.

use std::time::Instant;

use crate::cpu::{Random, Register};
use crate::engine::Environment;
use crate::instructions::{Event, Exception, Machine};
use crate::memory::Memory;

use super::calls::limits::Limits;
use super::calls::shared::SharedMapping;
use super::calls::signals::Signals;
use super::calls::{self, Args};
use super::config::{Config, Sink};
use super::descriptors::{Descriptors, Object, Shared, lock};
use super::errno::{Answer, Errno};
use super::error::LoadError;
use super::guest;
use super::host::{self, Kind};
use super::identity::Identity;
use super::namespace::{Granted, Namespace, Place, Resolved};
use super::space::Space;
use super::strace;

/// How a guest ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// By `exit` or `exit_group`, with this status (0 to 255).
    Status(u8),
    /// By a fatal signal.
    Signal(u8),
}

/// What the guest wanted to do with a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// Look at it or read it.
    Read,
    /// Create, change or remove it.
    Write,
}

/// Something that the guest was refused because no directory that contains it is granted, or none
/// that may be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The absolute path in the guest.
    pub path: String,
    /// What the guest wanted.
    pub wanted: Wanted,
}

/// The descriptor that stands for the working directory in calls that take one.
pub const AT_FDCWD: u32 = -100_i32 as u32;

/// i386 Linux, as far as a static program of one thread can tell.
///
/// A clone shares open files with the original, positions included, as after `fork`.
#[derive(Clone)]
pub struct Kernel {
    pub(super) exit: Option<Exit>,
    pub(super) descriptors: Descriptors,
    pub(super) namespace: Namespace,
    pub(super) directory: Vec<u8>,
    pub(super) umask: u32,
    host_umask: u32,
    pub(super) space: Space,
    pub(super) shared: Vec<SharedMapping>,
    pub(super) identity: Identity,
    pub(super) signals: Signals,
    pub(super) limits: Limits,
    pub(super) random: Random,
    pub(super) start: Instant,
    pub(super) name: Vec<u8>,
    strace: Option<Sink>,
}

impl Kernel {
    /// A process without an image, as [`load`](super::load) and [`load_flat`](super::load_flat) make
    /// it before they load one.
    ///
    /// # Errors
    /// A granted directory that cannot be opened, a guest path that is not absolute.
    pub fn new(config: &Config) -> Result<Kernel, LoadError> {
        let first = config.grants.first().map_or("/", |grant| grant.guest.as_str());
        let directory = config.directory.as_deref().unwrap_or(first);
        let mut kernel = Kernel::with_namespace(config, Namespace::new(config)?);
        let found = kernel.working_directory(directory);
        kernel.directory = found.map_err(|_| LoadError::WorkingDirectory(directory.into()))?;
        Ok(kernel)
    }

    fn with_namespace(config: &Config, namespace: Namespace) -> Kernel {
        let umask = host::umask();
        let name = config.program.rsplit('/').next().unwrap_or_default();
        Kernel {
            exit: None,
            descriptors: Descriptors::new(&config.streams),
            namespace,
            directory: b"/".to_vec(),
            umask,
            host_umask: umask,
            space: Space::new(config.memory_limit),
            shared: Vec::new(),
            identity: Identity::of_host(),
            signals: Signals::default(),
            limits: Limits::new(config.stack_size),
            random: Random(config.seed),
            start: Instant::now(),
            name: name.as_bytes()[..name.len().min(15)].to_vec(),
            strace: config.strace.clone(),
        }
    }

    fn working_directory(&mut self, path: &str) -> Result<Vec<u8>, Errno> {
        let resolved = self.namespace.resolve(b"/", path.as_bytes(), true, Wanted::Read)?;
        let status = calls::status::of_place(self, &resolved)?;
        if status.kind() == Kind::Directory { Ok(resolved.path) } else { Err(Errno::ENOTDIR) }
    }

    /// How the guest ended; `None` while it has not.
    pub fn exit(&self) -> Option<Exit> {
        self.exit
    }

    /// Lets another program begin in this process, with the files that the last one left open.
    pub(crate) fn revive(&mut self) {
        self.exit = None;
    }

    /// What the guest was refused for want of a granted directory, each path once.
    pub fn refusals(&self) -> &[Refusal] {
        self.namespace.refusals()
    }

    /// Sixteen bytes for AT_RANDOM.
    pub(super) fn random_bytes(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.random.fill(&mut bytes);
        bytes
    }

    /// The description behind a descriptor.
    pub(super) fn open_file(&self, number: u32) -> Result<Shared, Errno> {
        self.descriptors.get(number)
    }

    /// Follows a path that the guest gave, relative to a directory's descriptor.
    pub(super) fn resolve(
        &mut self,
        memory: &mut Memory,
        directory: u32,
        path: u32,
        follow: bool,
        wanted: Wanted,
    ) -> Result<Resolved, Errno> {
        let path = guest::string(memory, path)?;
        self.resolve_bytes(directory, &path, follow, wanted)
    }

    /// Follows a path relative to a directory's descriptor.
    pub(super) fn resolve_bytes(
        &mut self,
        directory: u32,
        path: &[u8],
        follow: bool,
        wanted: Wanted,
    ) -> Result<Resolved, Errno> {
        let base = if path.starts_with(b"/") { b"/".to_vec() } else { self.base(directory)? };
        self.namespace.resolve(&base, path, follow, wanted)
    }

    /// A place that the guest may change; what it may not is remembered.
    pub(super) fn writable(&mut self, resolved: &Resolved) -> Result<Granted, Errno> {
        match &resolved.place {
            Place::Granted(granted) if granted.writable => Ok(granted.clone()),
            Place::Granted(_) => {
                self.namespace.note(&resolved.path, Wanted::Write);
                Err(Errno::EROFS)
            }
            Place::Nowhere => Err(Errno::EACCES),
            _ => Err(Errno::EPERM),
        }
    }

    /// The absolute path of a directory's descriptor.
    fn base(&self, directory: u32) -> Result<Vec<u8>, Errno> {
        if directory == AT_FDCWD {
            return Ok(self.directory.clone());
        }
        let open = self.open_file(directory)?;
        let open = lock(&open);
        match open.object {
            Object::Directory(..) => Ok(open.path.clone()),
            _ => Err(Errno::ENOTDIR),
        }
    }

    /// The permission bits of something new, and whether they must be set once it is there: the
    /// host takes away what its own mask says, also when the guest has changed its mask.
    pub(super) fn creation_mode(&self, mode: u32) -> (u32, bool) {
        let mode = mode & !self.umask;
        (mode, mode & self.host_umask != 0)
    }

    /// Ends the guest.
    pub(super) fn end(&mut self, m: &mut Machine, exit: Exit) {
        self.write_back_all(m);
        self.exit = Some(exit);
    }

    fn fatal(&mut self, m: &mut Machine, signal: u8) {
        self.end(m, Exit::Signal(signal));
        if let Some(sink) = &self.strace {
            strace::signal(sink, signal);
        }
    }

    /// A system call: number in EAX, arguments in EBX, ECX, EDX, ESI, EDI and EBP, answer in EAX.
    fn call(&mut self, m: &mut Machine, sixth: Result<u32, Errno>) {
        use Register::{Eax, Ebx, Ecx, Edi, Edx, Esi};
        let number = m.cpu.regs[Eax];
        let [ebx, ecx, edx, esi, edi] = [Ebx, Ecx, Edx, Esi, Edi].map(|register| m.cpu.regs[register]);
        let answer = sixth.and_then(|ebp| self.dispatch(m, number, &[ebx, ecx, edx, esi, edi, ebp]));
        m.cpu.regs[Eax] = answer.unwrap_or_else(|error| error.0.wrapping_neg());
    }

    fn dispatch(&mut self, m: &mut Machine, number: u32, args: &Args) -> Answer {
        let call = calls::find(number);
        let answer = match call {
            Some(call) => (call.run)(self, m, args),
            None => Err(Errno::ENOSYS),
        };
        if let Some(sink) = &self.strace {
            strace::call(sink, &mut m.memory, number, call, args, answer, self.exit.is_some());
        }
        answer
    }
}

impl Default for Kernel {
    /// A process with the host's standard streams and no granted directory.
    fn default() -> Self {
        Kernel::with_namespace(&Config::default(), Namespace::default())
    }
}

impl Environment for Kernel {
    /// Deals with system calls; everything else is fatal, and so are the calls that end the guest.
    fn event(&mut self, m: &mut Machine, event: Event) -> Option<Event> {
        match event {
            Event::Interrupt(0x80) => {
                let ebp = m.cpu.regs[Register::Ebp];
                self.call(m, Ok(ebp));
            }
            // With SYSENTER, EBP is the stack pointer, and the sixth argument is where it points.
            Event::Sysenter => {
                let ebp = m.cpu.regs[Register::Ebp];
                let sixth = guest::number(&mut m.memory, ebp);
                self.call(m, sixth);
            }
            other => {
                if let Some(signal) = signal_of(other) {
                    self.fatal(m, signal);
                }
                return Some(other);
            }
        }
        self.exit.is_some().then_some(event)
    }
}

/// The signal that an exception or interrupt raises; `None` for what is our own failure.
fn signal_of(event: Event) -> Option<u8> {
    const SIGILL: u8 = 4;
    const SIGTRAP: u8 = 5;
    const SIGBUS: u8 = 7;
    const SIGFPE: u8 = 8;
    const SIGSEGV: u8 = 11;
    Some(match event {
        Event::Fault(Exception::Unimplemented(_) | Exception::Miss) => return None,
        Event::Fault(Exception::Divide) => SIGFPE,
        Event::Fault(Exception::InvalidOpcode) => SIGILL,
        Event::Fault(Exception::Debug) | Event::Interrupt(1 | 3) => SIGTRAP,
        Event::Fault(Exception::X87 | Exception::Simd) => SIGFPE,
        Event::Fault(Exception::Alignment) => SIGBUS,
        _ => SIGSEGV,
    })
}

impl std::fmt::Debug for Kernel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kernel").field("exit", &self.exit).field("refusals", &self.refusals()).finish_non_exhaustive()
    }
}
