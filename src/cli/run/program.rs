//! The program that a run was asked for: found, told apart from what cannot run, and loaded.

use std::path::Path;

use crate::cpu::Register;
use crate::engine::Machine;
use crate::linux::{self, Config, Kernel, LoadError};

use super::super::failure::{self, Failure};
use super::super::file_kind;
use super::super::input;
use super::arguments::RunArguments;

/// Where the memory of a flat image ends if nobody says.
const FLAT_MEMORY: u64 = 64 << 20;

/// A program, and where it was loaded: all that is known about its addresses.
pub struct LoadedProgram {
    /// The file's name, without directories; empty for bytes of the command line.
    pub name: String,
    /// The contents of an ELF file; empty for a flat image, which names nothing.
    pub elf: Vec<u8>,
    /// What was added to the addresses in the file: not 0 for position-independent programs.
    pub bias: u32,
    /// ESP at the first instruction.
    pub stack: u32,
}

impl LoadedProgram {
    /// Reads the contents of a program that was executed in the guest's file tree, for its symbols.
    pub fn read_names(&mut self, machine: &mut Machine, kernel: &mut Kernel) {
        if self.elf.is_empty() {
            self.elf = kernel.executable_bytes(machine);
            self.bias = kernel.load_bias();
        }
    }

    /// Loads what the arguments name.
    ///
    /// # Errors
    /// It cannot be read, cannot be run, or the options make no sense.
    pub fn load(
        arguments: &RunArguments,
        machine: &mut Machine,
        config: &Config,
    ) -> Result<(LoadedProgram, Kernel), Failure> {
        if arguments.root.is_some() && !arguments.flat && arguments.hex.is_none() {
            return execute(machine, config);
        }
        let path = arguments.command.first().map_or(Path::new(""), Path::new);
        let image = match &arguments.hex {
            Some(hex) => input::hex(hex)?,
            None => input::read(path)?,
        };
        let is_flat = arguments.flat || arguments.hex.is_some();
        let kernel = if is_flat {
            let address = arguments.load_address.as_deref();
            let address = address.map_or(Ok(0), |text| input::address("--load-address", text))?;
            let size = arguments.memory.as_deref().map_or(Ok(FLAT_MEMORY), |text| input::size("--memory", text))?;
            linux::load_flat(machine, &image, address, size, config)
        } else {
            input::refuse_load_address(arguments.load_address.as_deref())?;
            if file_kind::is_library(&image) && arguments.entry.is_none() {
                return Err(refuse(path, &image, LoadError::NotElf));
            }
            linux::load(machine, &image, config)
        };
        let kernel = kernel.map_err(|error| refuse(path, &image, error))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().escape_debug().to_string();
        let stack = machine.cpu.regs[Register::Esp];
        let elf = if is_flat { Vec::new() } else { image };
        Ok((LoadedProgram { name, elf, bias: kernel.load_bias(), stack }, kernel))
    }
}

/// Executes a program in the guest's file tree.
fn execute(machine: &mut Machine, config: &Config) -> Result<(LoadedProgram, Kernel), Failure> {
    let kernel = linux::execute(machine, config).map_err(Failure::not_runnable)?;
    let path = String::from_utf8_lossy(kernel.executable()).into_owned();
    let name = path.rsplit('/').next().unwrap_or_default().escape_debug().to_string();
    let stack = machine.cpu.regs[Register::Esp];
    // Read when somebody asks for names: most runs do not.
    let elf = Vec::new();
    Ok((LoadedProgram { name, elf, bias: kernel.load_bias(), stack }, kernel))
}

/// What is wrong with the file makes it not runnable; what is wrong with the options is another
/// matter.
fn refuse(path: &Path, image: &[u8], error: LoadError) -> Failure {
    let reason = match error {
        LoadError::Grant { host, source } => {
            return Failure::failed(format_args!("cannot grant {}: {}", host.display(), failure::reason(&source)));
        }
        LoadError::GuestPath(_) | LoadError::WorkingDirectory(_) => return Failure::failed(error),
        LoadError::NotElf
        | LoadError::WrongClass
        | LoadError::WrongEndianness
        | LoadError::WrongMachine(_)
        | LoadError::WrongType(_) => file_kind::identify(image).to_string(),
        other => other.to_string(),
    };
    match path.as_os_str().is_empty() {
        true => Failure::not_runnable(reason),
        false => Failure::not_runnable(format_args!("{}: {reason}", path.display())),
    }
}
