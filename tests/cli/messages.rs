//! Messages about wrong arguments and wrong files.

use crate::{Answer, PRIMES, SEVEN, failure, file, hex, tab86};

#[test]
fn wrong_arguments_are_our_failure() {
    failure(125, "--bogus", &["run", "--bogus"]);
    failure(125, "PROGRAM", &["run"]);
    failure(125, "subcommand 'walk'", &["walk"]);
    failure(125, "--env: `X` has no value", &["run", "--env", "X", "--hex", SEVEN]);
    failure(125, "no processor `z80`", &["run", "--cpu", "z80", "--hex", SEVEN]);
    failure(125, "/no/such/directory", &["run", "--dir", "/no/such/directory", "--hex", SEVEN]);
    assert_eq!(tab86(&[]).status, 125);
}

#[test]
fn what_cannot_be_found_or_run() {
    failure(127, "/no/such/program: no such file", &["run", "/no/such/program"]);
    failure(127, "no such file", &["disasm", "/no/such/program"]);
    failure(127, "no such file", &["verify", "/no/such/vectors"]);
    let directory = env!("CARGO_TARGET_TMPDIR");
    failure(126, "is a directory", &["run", directory]);
    failure(126, "is a directory", &["disasm", directory]);
    let empty = file("empty", b"");
    failure(126, "the file is empty", &["run", &empty]);
    failure(126, "the file is empty", &["disasm", &empty]);
    failure(126, "the file is empty", &["verify", &empty]);
    let wrong = file("wrong-elf", b"\x7fELF\x02\x01\x01");
    failure(126, "wrong-elf: ", &["run", &wrong]);
    failure(126, "wrong-elf: ", &["disasm", &wrong]);
}

#[test]
fn bad_hex_and_absurd_sizes() {
    failure(126, "`z` in `9z` is no hex digit", &["run", "--hex", "90 9z"]);
    failure(126, "odd number of digits", &["run", "--hex", "b80"]);
    failure(126, "there are no bytes", &["run", "--hex", ""]);
    failure(126, "`x` in", &["disasm", "--hex", "90 x1"]);
    for size in ["5G", "99999999999999999999T", "-1", "0", "many"] {
        failure(126, "--memory", &["run", &format!("--memory={size}"), "--hex", SEVEN]);
    }
    failure(126, "--load-address", &["run", "--load-address", "0x100000000", "--hex", SEVEN]);
    failure(126, "--entry", &["run", "--entry", "start", "--hex", SEVEN]);
    failure(126, "memory", &["run", "--memory", "4", "--hex", SEVEN]);
    failure(126, "memory", &["run", "--memory", "1M", "--load-address", "0xfffff000", "--hex", SEVEN]);
}

/// Options, a file's name, its contents, and what the message says.
#[test]
fn what_is_no_program_is_named() {
    let cases: [(&str, &[u8], &str); 6] = [
        ("kind-script", b"#!/bin/sh\necho hello\n", "kind-script: a script for /bin/sh, not a program itself; run"),
        ("kind-text", b"hello\n", "kind-text: text, not a program; "),
        ("kind-dos", &[b'M'; 2], "kind-dos: text, not a program"),
        ("kind-mach-o", b"\xcf\xfa\xed\xfe\x07\0\0\x01\x03\0\0\0", "a macOS program for x86-64 (Mach-O); "),
        ("kind-gzip", b"\x1f\x8b\x08\0\0\0\0\0", "compressed with gzip; gunzip"),
        ("kind-code", &[0xb8, 1, 0, 0, 0, 0xbb, 7, 0, 0, 0, 0xcd, 0x80], "if it is raw machine code, use --flat"),
    ];
    for (name, bytes, message) in cases {
        let path = file(name, bytes);
        failure(126, message, &["run", &path]);
        failure(126, message, &["disasm", &path]);
        assert_eq!(tab86(&["disasm", "--flat", &path]).status, 0, "{name}");
    }
    assert_eq!(tab86(&["run", "--flat", &file("kind-code", &hex(SEVEN))]).status, 7);
}

#[test]
fn another_processors_program_is_named() {
    let own = std::env::current_exe().unwrap();
    let own = own.to_str().unwrap();
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        failure(126, "a 64-bit (x86-64) ELF program; x86-64 Linux runs it", &["run", own]);
        failure(126, "a 64-bit (x86-64) ELF program; x86-64 Linux runs it", &["disasm", own]);
    }
    let mut header = vec![0; 52];
    header[..7].copy_from_slice(b"\x7fELF\x01\x01\x01");
    for (kind, machine, message) in [
        (2, 40, "an ELF file for another processor (ARM); qemu-arm runs it"),
        (1, 3, "a relocatable object file; link it"),
        (4, 3, "a core dump; a debugger opens it"),
        (3, 3, "a shared library without an entry point"),
    ] {
        (header[16], header[18]) = (kind, machine);
        failure(126, message, &["run", &file("kind-elf", &header)]);
    }
}

#[test]
fn a_load_address_is_for_flat_images() {
    failure(125, "--load-address: only a flat image", &["run", "--load-address", "0x1000", PRIMES]);
    failure(125, "--load-address: only a flat image", &["disasm", "--load-address", "0x1000", PRIMES]);
}

#[test]
fn no_message_has_the_hosts_error_number() {
    let missing = "/no/such/directory/file";
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/vectors/bmi.jsonl.gz");
    let commands: [&[&str]; 9] = [
        &["run", missing],
        &["run", "--dir", missing, "--hex", SEVEN],
        &["run", "--trace=/no/such/directory/file", "--hex", SEVEN],
        &["run", "--strace=/no/such/directory/file", "--hex", SEVEN],
        &["disasm", missing],
        &["verify", missing],
        &["verify", "--record", missing, sample],
        &["audit", "--state", missing],
        &["disasm", "/"],
    ];
    for command in commands {
        let answer = tab86(command);
        assert!(answer.status >= 125, "{command:?}");
        assert!(answer.err.starts_with("tab86: "), "{command:?}: {}", answer.err);
        assert!(!answer.err.contains("os error"), "{command:?}: {}", answer.err);
    }
}

/// Runs tab86 with a standard output whose reader has gone away.
fn unread(arguments: &[&str]) -> Answer {
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("tab86"));
    let piped = std::process::Stdio::piped;
    let mut child = command.args(arguments).stdout(piped()).stderr(piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    Answer { status: output.status.code().unwrap(), out: String::new(), err }
}

#[test]
fn a_reader_who_goes_away_is_no_failure() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/vectors/bmi.jsonl.gz");
    let commands: [&[&str]; 8] = [
        &["disasm", PRIMES],
        &["disasm", "--format", "json", PRIMES],
        &["audit"],
        &["audit", "--format", "html"],
        &["verify", sample],
        &["--help"],
        &["run", "--help"],
        &["--version"],
    ];
    for command in commands {
        let answer = unread(command);
        assert_eq!((answer.status, answer.err.as_str()), (0, ""), "{command:?}");
    }
    let wrong = crate::verify::wrong_vector("unread.jsonl");
    assert_eq!(unread(&["verify", &wrong]).status, 1, "what was found does not depend on who reads it");
}
