//! What is to be run: everything that decides a run, beside what the host answers. A recording begins with it.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::linux::{ClockSource, Config, ConnectGrant, Grant, GrantKind, ListenGrant};

use super::super::failure::Failure;
use super::super::input;
use super::arguments::RunArguments;

/// Where the memory of a flat image ends if nobody says.
const FLAT_MEMORY: u64 = 64 << 20;

/// What kind of program it is.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub enum ProgramKind {
    /// It lies in the guest's own file tree.
    OfTree,
    /// An ELF file.
    Elf,
    /// Raw bytes, loaded at an address, in memory that ends somewhere.
    Flat {
        /// Where it is loaded.
        address: u32,
        /// Where memory ends.
        size: u64,
    },
}

/// The program, and how it is run.
#[derive(Clone, Serialize, Deserialize, Debug)]
pub struct Plan {
    /// What kind of program it is.
    pub kind: ProgramKind,
    /// The file's name, without directories; empty for bytes of the command line.
    pub name: String,
    /// The path that messages name.
    pub path: String,
    /// The processor.
    pub cpu: String,
    /// Where it starts, if not where the file says.
    pub entry: Option<u32>,
    /// After how many instructions it is stopped.
    pub max_instructions: Option<u64>,
}

impl Plan {
    /// What the options ask for.
    ///
    /// # Errors
    /// An option whose value makes no sense.
    pub fn of(arguments: &RunArguments) -> Result<Plan, Failure> {
        let flat = arguments.flat || arguments.hex.is_some();
        let kind = match flat {
            true => {
                let address = arguments.load_address.as_deref();
                let address = address.map_or(Ok(0), |text| input::address("--load-address", text))?;
                let size = arguments.memory.as_deref().map_or(Ok(FLAT_MEMORY), |text| input::size("--memory", text))?;
                ProgramKind::Flat { address, size }
            }
            false if arguments.root.is_some() => ProgramKind::OfTree,
            false => {
                input::refuse_load_address(arguments.load_address.as_deref())?;
                ProgramKind::Elf
            }
        };
        let path = arguments.command.first().map_or(Path::new(""), Path::new);
        let entry = arguments.entry.as_deref().map(|text| input::address("--entry", text)).transpose()?;
        Ok(Plan {
            kind,
            name: path.file_name().unwrap_or_default().to_string_lossy().escape_debug().to_string(),
            path: path.display().to_string(),
            cpu: arguments.cpu.clone(),
            entry,
            max_instructions: arguments.max_instructions,
        })
    }
}

/// The configuration of a recorded run, without what only its host knew.
#[derive(Serialize, Deserialize, Debug)]
pub struct RecordedConfig {
    program: String,
    args: Vec<Vec<u8>>,
    env: Vec<Vec<u8>>,
    directory: Option<String>,
    grants: Vec<(String, GrantKind)>,
    connections: Vec<ConnectGrant>,
    listeners: Vec<ListenGrant>,
    memory_limit: u64,
    stack_size: u32,
    seed: u64,
    clock: ClockSource,
    schedule_seed: Option<u64>,
    max_processes: u64,
}

impl RecordedConfig {
    /// Of a configuration.
    pub fn of(config: &Config) -> RecordedConfig {
        RecordedConfig {
            program: config.program.clone(),
            args: config.args.clone(),
            env: config.env.clone(),
            directory: config.directory.clone(),
            grants: config.grants.iter().map(|grant| (grant.guest.clone(), grant.kind)).collect(),
            connections: config.connections.clone(),
            listeners: config.listeners.clone(),
            memory_limit: config.memory_limit,
            stack_size: config.stack_size,
            seed: config.seed,
            clock: config.clock,
            schedule_seed: config.schedule_seed,
            max_processes: config.max_processes as u64,
        }
    }

    /// The configuration of the same run. The directories of the host are not in it: a replay opens none.
    pub fn config(self) -> Config {
        let grant = |(guest, kind)| Grant { host: "".into(), guest, kind };
        Config {
            program: self.program,
            args: self.args,
            env: self.env,
            directory: self.directory,
            grants: self.grants.into_iter().map(grant).collect(),
            connections: self.connections,
            listeners: self.listeners,
            memory_limit: self.memory_limit,
            stack_size: self.stack_size,
            seed: self.seed,
            clock: self.clock,
            schedule_seed: self.schedule_seed,
            max_processes: usize::try_from(self.max_processes).unwrap_or(usize::MAX),
            ..Config::default()
        }
    }
}
