//! The options of `tab86 run`, and what its help says about them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::cpu::Random;
use crate::linux::ClockSource;

use super::super::failure::Failure;
use super::super::format::OutputFormat;
use super::super::input;

/// Run a program
///
/// PROGRAM is a 32-bit x86 ELF executable; with --flat, a flat image of machine code. It sees nothing of this
/// machine but standard input, output and error, unless an option grants it. The exit status is the
/// program's; 128+N when signal N killed it; 124 when --max-instructions stopped it; 125 when tab86
/// failed; 126 when PROGRAM cannot be run; 127 when there is none.
#[derive(Clone, clap::Args)]
#[command(
    override_usage = "tab86 run [OPTIONS] PROGRAM [ARGS]...\n       tab86 run [OPTIONS] --hex BYTES\n       tab86 run [OPTIONS] --resume FILE"
)]
#[command(after_help = "Examples:
  tab86 run ./prog one two                     a program with two arguments
  tab86 run --dir . ./prog names.txt           with the current directory, to read and to write
  tab86 run --dir-ro /usr/share::/data ./prog  a directory under another name, to read only
  tab86 run --stats --max-instructions 1000000 ./prog
  tab86 run --clock virtual --seed 7 ./prog    prints the same each time
  tab86 run --record run.tape ./prog           to be run again by tab86 replay
  tab86 run --snapshot-at 1000 --snapshot half ./prog
  tab86 run --resume half                      goes on behind the 1000 instructions
  tab86 run --trace=trace.txt --backtrace=full ./prog
  tab86 run --profile flame.svg ./prog         a flame graph, for a browser
  tab86 run --coverage prog.drcov ./prog
  tab86 run --rows rows.json ./prog            for tab86 audit --executed rows.json
  tab86 run --core core --sanitize flags ./prog
  tab86 run --hex \"b8 01 00 00 00 bb 07 00 00 00 cd 80\"   exits with status 7")]
pub struct RunArguments {
    /// The program and its arguments
    #[arg(value_names = ["PROGRAM", "ARGS"], trailing_var_arg = true)]
    #[arg(required_unless_present_any = ["hex", "resume"], conflicts_with_all = ["hex", "resume"])]
    pub command: Vec<OsString>,
    /// Take options from a TOML file, under the names that they have here: `dir = ["a", "b::/b"]`, `stats = true`.
    /// Lists are added to those of the command line, whose single values win
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Run these bytes (hex digits) as a flat image, in place of a file
    #[arg(long, value_name = "BYTES")]
    pub hex: Option<String>,
    /// PROGRAM is raw machine code: take it as a flat image
    #[arg(long)]
    pub flat: bool,
    /// Address of the first byte of a flat image (0 if not given)
    #[arg(long, value_name = "ADDRESS")]
    pub load_address: Option<String>,
    /// Start here, in place of the first byte of a flat image or the entry point of an ELF file
    #[arg(long, value_name = "ADDRESS")]
    pub entry: Option<String>,
    /// Memory: where that of a flat image ends (64M if not given), the most that a program may
    /// have mapped (3G); bytes, or with K, M or G
    #[arg(long, value_name = "SIZE")]
    pub memory: Option<String>,
    /// Grant a directory for reading and writing, under GUEST if given
    #[arg(long, value_name = "HOST[::GUEST]")]
    pub dir: Vec<String>,
    /// Grant a directory for reading
    #[arg(long, value_name = "HOST[::GUEST]")]
    pub dir_ro: Vec<String>,
    /// Grant a directory for reading and, as far as the program can tell, for writing: what it changes
    /// stays in memory and is gone at the end
    #[arg(long, value_name = "HOST[::GUEST]")]
    pub dir_cow: Vec<String>,
    /// The program's / is DIR, where it may change everything: what it changes stays in memory
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// Let the program connect to a name or address of this machine's network and a port, or to `all`
    #[arg(long, value_name = "HOST:PORT|all")]
    pub connect: Vec<String>,
    /// Let others connect to the program: at this PORT, on 127.0.0.1 if ADDR is not given, they reach
    /// GUESTPORT, or the same port, of the program's own loopback
    #[arg(long, value_name = "[ADDR:]PORT[:GUESTPORT]")]
    pub listen: Vec<String>,
    /// The working directory, as the program sees it: the first granted one if not given, else /
    #[arg(long, value_name = "GUEST")]
    pub cwd: Option<String>,
    /// Set a variable of the program's environment, which is empty otherwise
    #[arg(long, value_name = "K=V")]
    pub env: Vec<OsString>,
    /// The processor: max, or a generation such as pentium3, less features as in max,-sse4_2
    #[arg(long, value_name = "MODEL", default_value = "max")]
    pub cpu: String,
    /// Where random numbers start (getrandom, AT_RANDOM, /dev/urandom, RDRAND): equal seeds give equal
    /// numbers
    #[arg(long, value_name = "N", default_value_t = Random::default().0)]
    pub seed: u64,
    /// The program's time
    #[arg(long, value_name = "CLOCK", value_enum, default_value_t)]
    pub clock: ClockChoice,
    /// Shuffle when threads take turns, to bring out races: each N is another order, and always the same
    #[arg(long, value_name = "N")]
    pub schedule_seed: Option<u64>,
    /// Most threads that may exist, those of all processes together
    #[arg(long, value_name = "N", default_value_t = 4096)]
    pub max_processes: usize,
    /// Stop after this many instructions
    #[arg(long, value_name = "N")]
    pub max_instructions: Option<u64>,
    /// Print instructions, seconds and speed on standard error at the end, also after Ctrl-C
    #[arg(long, value_name = "FORMAT", value_parser = OutputFormat::parser(&OutputFormat::PLAIN), num_args = 0..=1, require_equals = true, default_missing_value = "text")]
    pub stats: Option<OutputFormat>,
    /// Print each system call, on standard error or into a file
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "-")]
    pub strace: Option<PathBuf>,
    /// Print each instruction and what it changed, on standard error or into a file
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "-")]
    pub trace: Option<PathBuf>,
    /// Record into a file all that the program is told from outside: `tab86 replay FILE` runs it again
    #[arg(long, value_name = "FILE", conflicts_with_all = ["trace", "strace", "profile", "coverage", "rows"])]
    pub record: Option<PathBuf>,
    /// Write a snapshot into a file, from which --resume goes on: all that the program is told from outside up to
    /// --snapshot-at. The program goes on as well
    #[arg(long, value_name = "FILE", requires = "snapshot_at")]
    #[arg(conflicts_with_all = ["trace", "strace", "record", "profile", "coverage", "rows", "sanitize", "gdb", "resume"])]
    pub snapshot: Option<PathBuf>,
    /// The instruction count of the snapshot
    #[arg(long, value_name = "N", requires = "snapshot")]
    pub snapshot_at: Option<u64>,
    /// Go on from a snapshot, in place of running PROGRAM: up to there it runs again without output, then with what
    /// is granted here, which must be what it had
    #[arg(long, value_name = "FILE")]
    #[arg(conflicts_with_all = ["hex", "flat", "load_address", "entry", "memory", "cwd", "env", "cpu", "seed", "clock", "schedule_seed", "max_processes", "trace", "strace", "record", "gdb"])]
    pub resume: Option<PathBuf>,
    /// Count each instruction for the functions that are active, and write a flame graph (.svg), its stacks
    /// (.folded) or a profile for pprof (.pprof)
    #[arg(long, value_name = "FILE")]
    pub profile: Option<PathBuf>,
    /// Write what was executed: lines and functions for lcov (.info), or basic blocks (.drcov)
    #[arg(long, value_name = "FILE")]
    pub coverage: Option<PathBuf>,
    /// Write how often each row of the table was executed, for `tab86 audit --executed`; iterations count
    #[arg(long, value_name = "FILE")]
    pub rows: Option<PathBuf>,
    /// After a fatal signal, write a core file for gdb; that of a process which the program has started goes to
    /// FILE.PID
    #[arg(long, value_name = "FILE")]
    pub core: Option<PathBuf>,
    /// Report each instruction that depends on a flag which is undefined there
    #[arg(long, value_name = "WHAT", value_enum)]
    pub sanitize: Vec<Sanitizer>,
    /// Wait for gdb and let it run the program, forwards and backwards; gdb connects with
    /// `target remote ADDR:PORT`
    #[arg(long, value_name = "[ADDR:]PORT|unix:PATH", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = super::gdb::GDB_ADDRESS, conflicts_with_all = ["trace", "strace", "record", "profile", "coverage", "rows", "sanitize", "max_instructions"])]
    pub gdb: Option<String>,
    /// After a fatal signal, show the way to where the program was: the innermost functions, all of
    /// them, or none
    #[arg(long, value_name = "STYLE", value_enum, num_args = 0..=1, require_equals = true)]
    #[arg(default_value = "short", default_missing_value = "full")]
    pub backtrace: BacktraceStyle,
}

/// What is watched for mistakes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Sanitizer {
    /// Undefined flags
    Flags,
}

impl RunArguments {
    /// The bytes of the program, from its file or from the command line.
    ///
    /// # Errors
    /// The file cannot be read, or the digits make no sense.
    pub fn image(&self) -> Result<Vec<u8>, Failure> {
        match (&self.hex, self.command.first()) {
            (Some(hex), _) => input::hex(hex),
            (_, path) => input::read(path.map_or(Path::new(""), Path::new)),
        }
    }
}

/// Where the program's time comes from.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, ValueEnum)]
pub enum ClockChoice {
    /// This machine's clocks
    #[default]
    Host,
    /// A nanosecond for each instruction, from 2026-01-01 00:00:00 UTC on; sleeping only advances it,
    /// so that runs repeat
    Virtual,
}

impl ClockChoice {
    /// What the kernel is told.
    pub fn source(self) -> ClockSource {
        match self {
            ClockChoice::Host => ClockSource::Host,
            ClockChoice::Virtual => ClockSource::Virtual,
        }
    }
}

/// How much of the backtrace is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum BacktraceStyle {
    /// The innermost functions
    Short,
    /// Every function
    Full,
    /// No backtrace
    None,
}
