//! The kernel that guests believe in, from outside: loading, system calls, the file tree, whole
//! programs.

mod accounting;
mod bound;
mod calls;
mod elf;
mod ipc;
mod mounting;
mod namespace;
#[cfg(unix)]
mod odd_elf;
mod open_files;
mod programs;
mod script;
mod segments;
mod signals;
mod strace;
mod terminal;
mod time;
mod tracing;
mod trees;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tab86::engine::{self, Options};
use tab86::engine::{Event, Machine};
use tab86::linux::{self, Buffer, ClockSource, Config, Grant, GrantKind, Kernel, Stream, Termination};

/// Instructions that no test needs.
const BUDGET: u64 = 2_000_000_000;

/// Where tiny programs go.
pub const BASE: u32 = 0x0804_8000;

/// Bytes of the headers before the code of [`tiny`].
pub const HEADERS: u32 = 52 + 2 * 32;

/// A run that has ended.
pub struct Ran {
    pub exit: Option<Termination>,
    pub event: Option<Event>,
    pub output: String,
    pub kernel: Kernel,
    pub machine: Machine,
}

/// A static ELF file with one segment, readable, writable and executable, that starts at `code`.
pub fn tiny(code: &[u8]) -> Vec<u8> {
    let size = HEADERS + code.len() as u32;
    let mut file = b"\x7fELF\x01\x01\x01".to_vec();
    file.resize(16, 0);
    let half = |file: &mut Vec<u8>, value: u16| file.extend_from_slice(&value.to_le_bytes());
    let words = |file: &mut Vec<u8>, values: &[u32]| values.iter().for_each(|value| file.extend(value.to_le_bytes()));
    half(&mut file, 2);
    half(&mut file, 3);
    words(&mut file, &[1, BASE + HEADERS, 52, 0, 0]);
    [52, 32, 2, 0, 0, 0].into_iter().for_each(|value| half(&mut file, value));
    words(&mut file, &[1, 0, BASE, BASE, size, size + 4096, 7, 4096]);
    words(&mut file, &[0x6474_e551, 0, 0, 0, 0, 0, 6, 16]);
    file.extend_from_slice(code);
    file
}

/// A configuration whose standard output is the buffer.
pub fn captured(output: &Buffer) -> Config {
    let streams = [Stream::Closed, Stream::Buffer(Arc::clone(output)), Stream::Buffer(Arc::clone(output))];
    Config { args: vec![b"program".to_vec()], streams, ..Config::default() }
}

/// Runs an ELF file to its end.
pub fn run(image: &[u8], change: impl FnOnce(&mut Config)) -> Ran {
    run_for(BUDGET, image, change)
}

/// Runs at most so many instructions of an ELF file.
pub fn run_for(budget: u64, image: &[u8], change: impl FnOnce(&mut Config)) -> Ran {
    let output = Buffer::default();
    let mut config = captured(&output);
    change(&mut config);
    let mut machine = Machine::default();
    let mut kernel = linux::load(&mut machine, image, &config).expect("a good image");
    let event = engine::run(&mut machine, &mut kernel, &Options::default(), budget);
    let bytes: Vec<u8> = output.lock().unwrap().drain(..).collect();
    let output = String::from_utf8_lossy(&bytes).into_owned();
    Ran { exit: kernel.exit(), event, output, kernel, machine }
}

/// An empty directory of a test's own.
pub fn scratch(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("linux").join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("a writable target directory");
    path
}

/// A grant of a host directory as `/data`.
pub fn data(host: &std::path::Path, writable: bool) -> Grant {
    let kind = if writable { GrantKind::Writable } else { GrantKind::ReadOnly };
    Grant { host: host.into(), guest: "/data".into(), kind }
}

/// A place for a trace.
pub fn sink() -> Arc<Mutex<Vec<u8>>> {
    Arc::default()
}

/// Runs a program by the virtual clock: its output, its number of instructions, and the trace of its calls.
pub fn traced(program: &[u8]) -> (String, u64, String) {
    let trace = sink();
    let ran = run(program, |config| {
        config.clock = ClockSource::Virtual;
        config.strace = Some(trace.clone());
    });
    let text = String::from_utf8(trace.lock().unwrap().clone()).unwrap();
    (ran.output, ran.machine.executed(), text)
}
