//! Runs that repeat, and runs that Ctrl-C ends.

#![cfg(unix)]

use std::io::Read;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// Prints 8 random bytes, the date, the time stamp counter, and its number: getrandom, time, RDTSC,
/// getpid into 0x100 and on, then write and exit.
const CHANCE: &str = "b863010000 bb00010000 b908000000 ba00000000 cd80 \
                      b80d000000 bb08010000 cd80 0f31 a30c010000 b814000000 cd80 a310010000 \
                      b804000000 bb01000000 b900010000 ba14000000 cd80 \
                      b801000000 bb00000000 cd80";

/// Reads a byte from standard input and exits with 0.
const READING: &str = "b803000000 bb00000000 b900010000 ba01000000 cd80 b801000000 bb00000000 cd80";

/// Jumps to itself.
const RUNNING: &str = "ebfe";

/// Sleeps for a million seconds.
const SLEEPING: &str = "c7050001000040420f00 b8a2000000 bb00010000 b900000000 cd80 ebfe";

fn tab86(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tab86"));
    command.arg("run").args(arguments);
    command
}

fn output(arguments: &[&str]) -> Output {
    tab86(arguments).output().unwrap()
}

#[test]
fn with_a_virtual_clock_runs_repeat_to_the_byte() {
    let run = |seed| output(&["--clock", "virtual", "--seed", seed, "--strace", "--hex", CHANCE]);
    let (first, second) = (run("7"), run("7"));
    assert_eq!(first.stdout.len(), 20);
    assert_eq!((first.stdout, first.stderr), (second.stdout.clone(), second.stderr));
    let other = run("8").stdout;
    assert_ne!(second.stdout[..8], other[..8], "another seed gives other random numbers");
    assert_eq!(second.stdout[8..], other[8..], "and nothing else");
    assert_eq!(second.stdout[8..12], 1_767_225_600_u32.to_le_bytes(), "1 January 2026");
}

#[test]
fn the_seed_has_a_default() {
    let random = |arguments: &[&str]| output(&[arguments, &["--hex", CHANCE]].concat()).stdout[..8].to_vec();
    assert_eq!(random(&[]), random(&["--seed", "86"]));
}

/// Runs a program, sends a signal after a while, and gives exit status and standard error.
fn interrupted(signal: &str, code: &str) -> (Option<i32>, String) {
    let mut child =
        tab86(&["--stats", "--strace", "--hex", code]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Standard input stays open: nothing but the signal ends a read.
    let input = child.stdin.take();
    std::thread::sleep(Duration::from_millis(500));
    assert!(child.try_wait().unwrap().is_none(), "it runs until somebody ends it");
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let status = child.wait().unwrap();
    drop(input);
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    (status.code(), told)
}

#[test]
fn ctrl_c_ends_a_run_in_good_order() {
    for code in [RUNNING, SLEEPING, READING] {
        let (status, told) = interrupted("-INT", code);
        assert_eq!(status, Some(130), "{code}: {told}");
        assert!(told.contains(" instructions in "), "{code}: {told}");
        assert!(told.contains("--- SIGINT {si_signo=SIGINT, si_code=SI_KERNEL} ---"), "{code}: {told}");
        assert!(told.contains("+++ killed by SIGINT +++"), "{code}: {told}");
        assert!(!told.contains("eip"), "nobody asks where it was: {told}");
    }
    let (status, told) = interrupted("-TERM", RUNNING);
    assert_eq!((status, told.contains("+++ killed by SIGTERM +++")), (Some(143), true), "{told}");
}
