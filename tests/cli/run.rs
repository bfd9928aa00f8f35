//! `tab86 run`: what the guest sees, and how a run ends.

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;

use crate::{HELLO, SEVEN, file, hex, tab86};

#[test]
fn a_flat_image_runs() {
    let answer = tab86(&["run", "--memory", "128", "--hex", HELLO]);
    assert_eq!((answer.status, answer.out.as_str(), answer.err.as_str()), (0, "Hello, world!\n", ""));
    let image = file("hello.bin", &hex(HELLO));
    assert_eq!(tab86(&["run", "--flat", "--memory", "128", &image]).out, "Hello, world!\n");
    assert_eq!(tab86(&["run", "--hex", SEVEN]).status, 7);
    let entry = format!("cc {SEVEN}");
    assert_eq!(tab86(&["run", "--load-address", "0x1000", "--entry", "0x1001", "--hex", &entry]).status, 7);
}

#[test]
fn standard_input_is_the_guests() {
    // Reads three bytes to 0x100 and writes them.
    let echo = "b803000000 bb00000000 b900010000 ba03000000 cd80 b804000000 bb01000000 cd80 \
                b801000000 bb00000000 cd80";
    Command::cargo_bin("tab86")
        .unwrap()
        .args(["run", "--hex", echo])
        .write_stdin("abc")
        .assert()
        .success()
        .stdout("abc");
}

#[test]
fn options_end_where_the_program_begins() {
    let image = file("seven.bin", &hex(SEVEN));
    assert_eq!(tab86(&["run", "--flat", &image, "--bogus", "--help"]).status, 7);
}

#[test]
fn faults_are_signals() {
    let answer = tab86(&["run", "--hex", "0f0b"]);
    assert_eq!(answer.status, 128 + 4);
    assert!(answer.err.contains("SIGILL") && answer.err.contains("`ud2`"), "{}", answer.err);
    let answer = tab86(&["run", "--hex", "a100000080"]);
    assert_eq!(answer.status, 128 + 11);
    assert!(answer.err.contains("SIGSEGV") && answer.err.contains("0x80000000"), "{}", answer.err);
    assert_eq!(tab86(&["run", "--hex", "31c9f7f1"]).status, 128 + 8);
}

#[test]
fn a_budget_stops_exactly() {
    let answer = tab86(&["run", "--max-instructions", "1000", "--stats=json", "--hex", "ebfe"]);
    assert_eq!(answer.status, 124);
    let stats: serde_json::Value = serde_json::from_str(answer.err.lines().next().unwrap()).unwrap();
    assert_eq!(stats["instructions"], 1000);
    assert!(stats["seconds"].is_number() && stats["mips"].is_number());
}

#[test]
fn traces_go_where_they_are_told() {
    let answer = tab86(&["run", "--trace", "--hex", SEVEN]);
    assert!(answer.err.contains("mov eax, 1") && answer.err.contains("eax=00000001"), "{}", answer.err);
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("strace.txt");
    let answer = tab86(&["run", &format!("--strace={}", path.display()), "--hex", SEVEN]);
    assert_eq!((answer.status, answer.err.as_str()), (7, ""));
    assert!(fs::read_to_string(path).unwrap().starts_with("exit(7)"));
}
