//! One line for each system call, in the manner of `strace`.

use std::fmt::Write as _;

use crate::memory::Memory;

use super::calls::{Args, ArgumentKind, Call};
use super::config::Sink;
use super::errno::{Answer, Errno};
use super::guest;
use super::sync::lock;

/// Most bytes of data that a line shows.
const SHOWN: u32 = 32;

/// Writes the line of a call that has been done.
pub fn call(
    sink: &Sink,
    memory: &mut Memory,
    number: u32,
    call: Option<&Call>,
    args: &Args,
    answer: Answer,
    ended: bool,
) {
    let mut line = match call {
        Some(call) => format!("{}({})", call.name, arguments(memory, call, args, answer)),
        None => format!("syscall_{number}({:#x}, {:#x}, {:#x})", args[0], args[1], args[2]),
    };
    let _ = match answer {
        _ if ended => write!(line, " = ?"),
        Ok(value) if value > 0xffff => write!(line, " = {value:#x}"),
        Ok(value) => write!(line, " = {value}"),
        Err(error) => write!(line, " = -{} {} ({})", error.0, error.describe().0, error.describe().1),
    };
    put(sink, &line);
}

/// Writes the line of a fatal signal.
pub fn signal(sink: &Sink, number: u8) {
    put(sink, &format!("+++ killed by signal {number} +++"));
}

fn put(sink: &Sink, line: &str) {
    // A trace that cannot be written must not stop the guest.
    let _ = writeln!(lock(sink), "{line}");
}

fn arguments(memory: &mut Memory, call: &Call, args: &Args, answer: Answer) -> String {
    let texts = call.arguments.iter().enumerate().map(|(index, kind)| {
        let next = args.get(index + 1).copied().unwrap_or(0);
        argument(memory, *kind, args[index], next, answer)
    });
    texts.collect::<Vec<_>>().join(", ")
}

fn argument(memory: &mut Memory, kind: ArgumentKind, value: u32, next: u32, answer: Answer) -> String {
    match (kind, answer) {
        (ArgumentKind::Int, _) => (value as i32).to_string(),
        (ArgumentKind::Uint, _) => value.to_string(),
        (ArgumentKind::Hex, _) | (ArgumentKind::Out, Err(Errno(_))) => format!("{value:#x}"),
        (ArgumentKind::Octal, _) => format!("{value:#o}"),
        (ArgumentKind::Path, _) => path(memory, value),
        (ArgumentKind::In, _) => data(memory, value, next),
        (ArgumentKind::Out, Ok(count)) => data(memory, value, count),
    }
}

fn path(memory: &mut Memory, address: u32) -> String {
    match guest::string(memory, address) {
        Ok(path) => format!("\"{}\"", path.escape_ascii()),
        Err(_) => format!("{address:#x}"),
    }
}

fn data(memory: &mut Memory, address: u32, size: u32) -> String {
    let mut bytes = vec![0; size.min(SHOWN) as usize];
    match memory.read(address, &mut bytes) {
        Ok(()) => format!("\"{}\"{}", bytes.escape_ascii(), if size > SHOWN { "…" } else { "" }),
        Err(_) => format!("{address:#x}"),
    }
}
