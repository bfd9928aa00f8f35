//! Nothing gets out: programs that try to reach files they were not granted, to change what they may only read,
//! to use up the host, or to bring tab86 down. Each test says what is tried and what must come of it.
//!
//! The programs run under the command line, in a process of their own that the host gives little memory: what
//! panics, hangs or grows beyond `--memory` fails here.
#![cfg(unix)]

mod files;
mod fuzz;
mod network;
mod odd;
mod resources;
mod signals;
mod special;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What the host gives tab86, in addresses: of those that page tables take most are never touched.
const HOST_KILOBYTES: u32 = 1 << 20;

/// Instructions that no attack needs, nor gets.
const BUDGET: &str = "20000000";

/// Runs a program of `tests/programs` in a world of 64 MiB and 50 threads.
pub fn attack(program: &str, words: &[&str], options: &[&str]) -> Output {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs").join(program);
    let limited = format!("ulimit -v {HOST_KILOBYTES}; exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.args(["-c", &limited, env!("CARGO_BIN_EXE_tab86"), "run", "--clock", "virtual"]);
    command.args(["--memory", "64M", "--max-processes", "50", "--max-instructions", BUDGET]);
    command.args(options).arg(program).args(words).output().expect("a shell")
}

/// What a program has printed, once it is certain that tab86 itself is well.
pub fn printed(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!errors.contains("panicked") && !errors.contains("overflowed"), "{errors}");
    assert!(output.status.code().is_some_and(|status| status != 125), "{:?}: {errors}", output.status);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// An empty directory of a test's own.
pub fn scratch(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("hostile").join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("a writable target directory");
    path
}
