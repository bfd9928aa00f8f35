//! The kernel that the guest believes in: i386 Linux for static programs.
//!
//! Here live the ELF loader, the initial process image and the system calls. The kernel is an
//! [`Environment`](crate::engine::Environment): the engine asks it what interrupts and exceptions
//! mean. Everything it knows is in one [`Kernel`] value. The host is reached
//! in `host` and nowhere else, through granted directories.
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
mod config;
mod errno;
mod error;
mod files;
mod guest;
mod host;
mod kernel;
mod loader;
mod objects;
mod process;
mod signals;
mod strace;
mod sync;
mod thread;
mod vdso;
mod view;
mod world;

pub use clock::ClockSource;
pub use config::{Buffer, Config, Grant, GrantKind, Sink, Stream};
pub use error::LoadError;
pub use files::{PathAccess, Refusal};
pub use host::Interrupt;
pub use kernel::Kernel;
pub use loader::is_elf;
pub use process::Termination;

use crate::cpu::Random;
use crate::instructions::Machine;

/// Loads a statically linked ELF file into an empty machine, builds its stack, and sets EIP and
/// ESP for its first instruction.
///
/// # Errors
/// [`LoadError`] says what is wrong with the file or the configuration.
pub fn load(machine: &mut Machine, image: &[u8], config: &Config) -> Result<Kernel, LoadError> {
    let mut kernel = Kernel::new(config)?;
    machine.cpu.random = Random(config.seed);
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
    machine.cpu.random = Random(config.seed);
    let executed = calls::start(&mut kernel, machine, config);
    executed.map_err(|error| LoadError::Execute { program: config.program.clone(), reason: error.describe().1 })?;
    Ok(kernel)
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
