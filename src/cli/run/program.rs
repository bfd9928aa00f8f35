//! The program that a run was asked for: found, told apart from what cannot run, and loaded.

use std::path::Path;
use std::sync::Arc;

use crate::cpu::Register;
use crate::engine::{self, Machine};
use crate::linux::{self, Config, Kernel, LoadError};

use super::super::failure::{self, Failure};
use super::super::file_kind;
use super::plan::{Plan, ProgramKind};

/// A program, and where it was loaded: all that is known about its addresses.
pub struct LoadedProgram {
    /// The file's name, without directories; empty for bytes of the command line.
    pub name: String,
    /// The contents of an ELF file; empty for a flat image, which names nothing.
    pub elf: Arc<Vec<u8>>,
    /// What was added to the addresses in the file: not 0 for position-independent programs.
    pub bias: u32,
    /// ESP at the first instruction.
    pub stack: u32,
}

impl LoadedProgram {
    /// Reads the contents of a program that was executed in the guest's file tree, for its symbols.
    pub fn read_names(&mut self, machine: &mut Machine, kernel: &mut Kernel) {
        if self.elf.is_empty() {
            self.elf = Arc::new(kernel.executable_bytes(machine));
            self.bias = kernel.load_bias();
        }
    }

    /// Loads what is planned into a machine with the processor that is asked for; `read` reads its bytes.
    ///
    /// # Errors
    /// It cannot be read, cannot be run, or the options make no sense.
    pub fn load(
        plan: &Plan,
        read: impl FnOnce() -> Result<Vec<u8>, Failure>,
        machine: &mut Machine,
        config: &Config,
    ) -> Result<(LoadedProgram, Kernel), Failure> {
        machine.cpu.model =
            engine::processor(&plan.cpu).map_err(|error| Failure::failed(format_args!("--cpu: {error}")))?;
        let loaded = LoadedProgram::place(plan, read, machine, config)?;
        machine.cpu.eip = plan.entry.unwrap_or(machine.cpu.eip);
        Ok(loaded)
    }

    fn place(
        plan: &Plan,
        read: impl FnOnce() -> Result<Vec<u8>, Failure>,
        machine: &mut Machine,
        config: &Config,
    ) -> Result<(LoadedProgram, Kernel), Failure> {
        if plan.kind == ProgramKind::OfTree {
            return execute(machine, config);
        }
        let path = Path::new(&plan.path);
        let image = Arc::new(config.host.program(read)?);
        let kernel = match plan.kind {
            ProgramKind::Flat { address, size } => linux::load_flat(machine, &image, address, size, config),
            _ if file_kind::is_library(&image) && plan.entry.is_none() => Err(LoadError::NotElf),
            _ => linux::load_shared(machine, Arc::clone(&image), config),
        };
        let kernel = kernel.map_err(|error| refuse(path, &image, error))?;
        let stack = machine.cpu.regs[Register::Esp];
        let elf = if plan.kind == ProgramKind::Elf { image } else { Arc::default() };
        Ok((LoadedProgram { name: plan.name.clone(), elf, bias: kernel.load_bias(), stack }, kernel))
    }
}

/// Executes a program in the guest's file tree.
fn execute(machine: &mut Machine, config: &Config) -> Result<(LoadedProgram, Kernel), Failure> {
    let kernel = linux::execute(machine, config).map_err(Failure::not_runnable)?;
    let path = String::from_utf8_lossy(kernel.executable()).into_owned();
    let name = path.rsplit('/').next().unwrap_or_default().escape_debug().to_string();
    let stack = machine.cpu.regs[Register::Esp];
    // Read when somebody asks for names: most runs do not.
    let elf = Arc::default();
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
