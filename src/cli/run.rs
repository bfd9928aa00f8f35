//! `tab86 run`: runs a program, an ELF file or a flat image, and ends as the program ended.
//!
//! Here lives the order of things; what the options mean to the guest's kernel is in `config`, how
//! a run ended in `ending`.

mod config;
mod ending;
mod stats;
mod trace;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::engine::{self, Options};
use crate::engine::{Event, Machine};
use crate::linux::{self, Kernel, LoadError};

use super::failure::Failure;
use super::input;
use ending::Ending;
use stats::{Format, Stats};
use trace::Trace;

/// Run a program
///
/// PROGRAM is a static 32-bit ELF executable, or a flat image of code. It sees nothing of this
/// machine but standard input, output and error, unless an option grants it. The exit status is the
/// program's; 128+N when signal N killed it; 124 when --max-instructions stopped it; 125 when tab86
/// failed; 126 when PROGRAM cannot be run; 127 when there is none.
#[derive(clap::Args)]
#[command(override_usage = "tab86 run [OPTIONS] PROGRAM [ARGS]...\n       tab86 run [OPTIONS] --hex BYTES")]
#[command(after_help = "Examples:
  tab86 run ./prog one two                    a program with two arguments
  tab86 run --dir . ./busybox sort names.txt  with the current directory, to read and to write
  tab86 run --dir-ro /usr/share::/data ./prog a directory under another name, to read only
  tab86 run --stats --max-instructions 1000000 ./prog
  tab86 run --hex \"b8 01 00 00 00 bb 07 00 00 00 cd 80\"   exits with status 7")]
pub struct Arguments {
    /// The program and its arguments
    #[arg(value_names = ["PROGRAM", "ARGS"], trailing_var_arg = true)]
    #[arg(required_unless_present = "hex", conflicts_with = "hex")]
    command: Vec<OsString>,
    /// Run these bytes (hex digits) as a flat image, in place of a file
    #[arg(long, value_name = "BYTES")]
    hex: Option<String>,
    /// Take the file as a flat image, even if it is an ELF file
    #[arg(long)]
    flat: bool,
    /// Address of the first byte of a flat image
    #[arg(long, value_name = "ADDRESS", default_value = "0")]
    load_address: String,
    /// Start here, in place of the first byte of a flat image or the entry point of an ELF file
    #[arg(long, value_name = "ADDRESS")]
    entry: Option<String>,
    /// Memory: where that of a flat image ends (64M if not given), the most that a program may
    /// have mapped (3G); bytes, or with K, M or G
    #[arg(long, value_name = "SIZE")]
    memory: Option<String>,
    /// Grant a directory for reading and writing, under GUEST if given
    #[arg(long, value_name = "HOST[::GUEST]")]
    dir: Vec<String>,
    /// Grant a directory for reading
    #[arg(long, value_name = "HOST[::GUEST]")]
    dir_ro: Vec<String>,
    /// The working directory, as the program sees it: the first granted one if not given, else /
    #[arg(long, value_name = "GUEST")]
    cwd: Option<String>,
    /// Set a variable of the program's environment, which is empty otherwise
    #[arg(long, value_name = "K=V")]
    env: Vec<OsString>,
    /// The processor: max, or a generation such as pentium3, less features as in max,-sse4_2
    #[arg(long, value_name = "MODEL", default_value = "max")]
    cpu: String,
    /// Stop after this many instructions
    #[arg(long, value_name = "N")]
    max_instructions: Option<u64>,
    /// Print instructions, seconds and speed on standard error at the end
    #[arg(long, value_name = "FORMAT", value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "text")]
    stats: Option<Format>,
    /// Print each system call, on standard error or into a file
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "-")]
    strace: Option<PathBuf>,
    /// Print each instruction and what it changed, on standard error or into a file
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "-")]
    trace: Option<PathBuf>,
}

/// Where the memory of a flat image ends if nobody says.
const FLAT_MEMORY: u64 = 64 << 20;

/// Runs the program and gives its exit status.
///
/// # Errors
/// It cannot be started.
pub fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let mut machine = Machine::default();
    machine.cpu.model =
        engine::processor(&arguments.cpu).map_err(|error| Failure::failed(format_args!("--cpu: {error}")))?;
    let mut kernel = load(arguments, &mut machine)?;
    if let Some(entry) = &arguments.entry {
        machine.cpu.eip = input::address("--entry", entry)?;
    }
    let start = Instant::now();
    let event = execute(arguments, &mut machine, &mut kernel)?;
    let stats = Stats::new(machine.executed(), start.elapsed());
    if let Some(format) = arguments.stats {
        stats.tell(format);
    }
    let ending = Ending::of(&mut machine, &kernel, event);
    ending::tell_refusals(kernel.refusals());
    Ok(ending.tell())
}

fn load(arguments: &Arguments, machine: &mut Machine) -> Result<Kernel, Failure> {
    let config = config::config(arguments)?;
    let path = arguments.command.first().map_or(Path::new(""), Path::new);
    let image = match &arguments.hex {
        Some(hex) => input::hex(hex)?,
        None => input::read(path)?,
    };
    if arguments.hex.is_none() && !arguments.flat && linux::is_elf(&image) {
        return linux::load(machine, &image, &config).map_err(|error| refuse(path, error));
    }
    let address = input::address("--load-address", &arguments.load_address)?;
    let size = arguments.memory.as_deref().map_or(Ok(FLAT_MEMORY), |size| input::size("--memory", size))?;
    linux::load_flat(machine, &image, address, size, &config).map_err(|error| refuse(path, error))
}

/// What is wrong with the file makes it not runnable; what is wrong with the options is another matter.
fn refuse(path: &Path, error: LoadError) -> Failure {
    match error {
        LoadError::Grant { .. } | LoadError::GuestPath(_) => Failure::failed(error),
        _ if path.as_os_str().is_empty() => Failure::not_runnable(error),
        _ => Failure::not_runnable(format_args!("{}: {error}", path.display())),
    }
}

fn execute(arguments: &Arguments, machine: &mut Machine, kernel: &mut Kernel) -> Result<Option<Event>, Failure> {
    let budget = arguments.max_instructions.unwrap_or(u64::MAX);
    let Some(path) = &arguments.trace else {
        return Ok(engine::run(machine, kernel, &Options::default(), budget));
    };
    let mut trace = Trace::new(kernel, config::sink(path)?);
    let event = engine::run(machine, &mut trace, &Trace::options(), budget);
    trace.finish(machine);
    Ok(event)
}
