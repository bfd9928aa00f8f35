//! The command line as users meet it: help, exit statuses, and messages about bad input.
//!
//! Every program here is made of bytes in this file, so that nothing has to be installed.

mod audit;
mod check;
mod config;
mod crash;
mod disasm;
mod explain;
mod gdb;
mod generate;
mod help;
mod messages;
mod network;
mod observe;
mod profile;
mod repeat;
#[cfg(unix)]
mod replay;
mod run;
mod snapshot;
mod terminal;
mod verify;

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;

/// PyVM's example: writes a greeting and exits with 0, in 128 bytes of memory.
pub const HELLO: &str = "b804000000 bb01000000 b922000000 ba0e000000 cd80 b801000000 bb00000000 cd80 \
                     48656c6c6f2c20776f726c64210a";

/// Exits with 7.
pub const SEVEN: &str = "b801000000 bb07000000 cd80";

pub struct Answer {
    pub status: i32,
    pub out: String,
    pub err: String,
}

/// Runs tab86.
pub fn tab86(arguments: &[&str]) -> Answer {
    let output = Command::cargo_bin("tab86").unwrap().args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Answer { status: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// Runs tab86, which should fail of itself and say why.
pub fn failure(status: i32, message: &str, arguments: &[&str]) {
    let answer = tab86(arguments);
    assert_eq!(answer.status, status, "{arguments:?}: {}", answer.err);
    assert!(answer.err.starts_with("tab86: "), "{arguments:?}: {}", answer.err);
    assert!(answer.err.contains(message), "{arguments:?}: {}", answer.err);
    assert_eq!(answer.out, "", "{arguments:?}: nothing of ours is on standard output");
}

/// A file for a test, of a name that no other test uses.
pub fn file(name: &str, bytes: &[u8]) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cli");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().into()
}

pub fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// A static program of this repository.
pub const PRIMES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/primes");
