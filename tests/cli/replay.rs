//! `run --record` and `replay`: what was recorded happens again, without anything that the first run had.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// Prints 8 random bytes, the date, the time stamp counter and what it reads from standard input: getrandom, time,
/// RDTSC, read, write; exits with 5.
const CHANCE: &str = "b863010000 bb00010000 b908000000 ba00000000 cd80 \
                      b80d000000 bb08010000 cd80 0f31 a30c010000 \
                      b803000000 bb00000000 b910010000 ba08000000 cd80 \
                      b804000000 bb01000000 b900010000 ba18000000 cd80 \
                      b801000000 bb05000000 cd80";

fn scratch(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cli/replay").join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn tab86(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tab86"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// The instruction count that `--stats=json` tells.
fn count(output: &Output) -> u64 {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find(|line| line.starts_with('{')).unwrap_or_else(|| panic!("{text}"));
    serde_json::from_str::<serde_json::Value>(line).unwrap()["instructions"].as_u64().unwrap()
}

/// Replays, and compares with the run that was recorded.
fn replay(tape: &str, recorded: &Output) {
    let replayed = tab86(&["replay", "--stats=json", tape], b"");
    let message = String::from_utf8_lossy(&replayed.stderr);
    assert_eq!(replayed.status.code(), recorded.status.code(), "{message}");
    assert_eq!(String::from_utf8_lossy(&replayed.stdout), String::from_utf8_lossy(&recorded.stdout));
    assert_eq!(count(&replayed), count(recorded));
    let quiet = tab86(&["replay", "--quiet", tape], b"");
    assert_eq!((quiet.stdout.as_slice(), quiet.status.code()), (b"".as_slice(), recorded.status.code()));
}

fn record_chance(folder: &std::path::Path) -> (String, Output) {
    let tape = folder.join("tape").display().to_string();
    let recorded = tab86(&["run", "--stats=json", "--record", &tape, "--hex", CHANCE], b"standard");
    assert_eq!(recorded.status.code(), Some(5));
    assert_eq!(&recorded.stdout[16..], b"standard");
    (tape, recorded)
}

#[test]
fn clocks_random_numbers_and_input_are_the_recorded_ones() {
    let (tape, recorded) = record_chance(&scratch("chance"));
    replay(&tape, &recorded);
}

#[test]
fn files_threads_and_forks_are_replayed_when_the_files_are_gone() {
    for program in ["calls", "files", "ipc", "signals"] {
        let folder = scratch(program);
        let (granted, tape) = (folder.join("granted"), folder.join("tape").display().to_string());
        fs::create_dir(&granted).unwrap();
        let copy = folder.join("program").display().to_string();
        fs::copy(format!("{}/tests/programs/{program}", env!("CARGO_MANIFEST_DIR")), &copy).unwrap();
        let grant = format!("{}::/granted", granted.display());
        let recorded = tab86(&["run", "--stats=json", "--record", &tape, "--dir", &grant, &copy], b"");
        fs::remove_dir_all(&granted).unwrap();
        fs::remove_file(&copy).unwrap();
        replay(&tape, &recorded);
        assert!(!granted.exists(), "nothing is written");
    }
}

#[test]
fn a_crash_is_replayed_with_the_names_of_its_functions() {
    let folder = scratch("crash");
    let (root, tape) = (folder.join("root"), folder.join("tape").display().to_string());
    fs::create_dir(&root).unwrap();
    fs::copy(format!("{}/tests/programs/fault", env!("CARGO_MANIFEST_DIR")), root.join("fault")).unwrap();
    let recorded = tab86(&["run", "--record", &tape, "--root", &root.display().to_string(), "/fault", "null"], b"");
    fs::remove_dir_all(&root).unwrap();
    let replayed = tab86(&["replay", &tape], b"");
    let told = String::from_utf8_lossy(&recorded.stderr);
    assert!(told.contains(" in _start"), "{told}");
    assert_eq!(String::from_utf8_lossy(&replayed.stderr), told);
    assert_eq!((replayed.status.code(), replayed.stdout), (recorded.status.code(), recorded.stdout));
}

/// Everything that is wrong with a recording is told, with status 1.
fn refused(tape: &str, message: &str) {
    let answer = tab86(&["replay", "--quiet", tape], b"");
    let text = String::from_utf8_lossy(&answer.stderr);
    assert_eq!(answer.status.code(), Some(1), "{text}");
    assert!(text.contains(message) && !text.contains("panicked"), "{text}");
}

#[test]
fn damaged_and_foreign_files_are_refused() {
    let folder = scratch("damaged");
    let (tape, _) = record_chance(&folder);
    let whole = fs::read(&tape).unwrap();
    let damaged = folder.join("damaged").display().to_string();
    for byte in (0..whole.len()).step_by(13) {
        let mut bytes = whole.clone();
        bytes[byte] ^= 0x10;
        fs::write(&damaged, bytes).unwrap();
        refused(&damaged, "");
    }
    fs::write(&damaged, &whole[..whole.len() - 1]).unwrap();
    refused(&damaged, "the recording ends");
    fs::write(&damaged, [&whole[..16], &[9, 0, 0, 0], &whole[20..]].concat()).unwrap();
    refused(&damaged, "version 9");
    fs::write(&damaged, "#!/bin/sh\n").unwrap();
    refused(&damaged, "not a recording");
    refused("/nowhere", "no such file");
}

#[test]
fn what_is_not_recorded_is_refused() {
    let tape = scratch("refused").join("tape").display().to_string();
    let answer = tab86(&["run", "--record", &tape, "--trace", "--hex", CHANCE], b"");
    assert_eq!(answer.status.code(), Some(125));
    assert!(String::from_utf8_lossy(&answer.stderr).contains("--record"));
}
