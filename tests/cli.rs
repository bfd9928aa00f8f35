//! The command line as users meet it: help, exit statuses, and messages about bad input.
//!
//! Every program here is made of bytes in this file, so that nothing has to be installed.

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;

/// PyVM's example: writes a greeting and exits with 0, in 128 bytes of memory.
const HELLO: &str = "b804000000 bb01000000 b922000000 ba0e000000 cd80 b801000000 bb00000000 cd80 \
                     48656c6c6f2c20776f726c64210a";

/// Exits with 7.
const SEVEN: &str = "b801000000 bb07000000 cd80";

struct Answer {
    status: i32,
    out: String,
    err: String,
}

/// Runs tab86.
fn tab86(arguments: &[&str]) -> Answer {
    let output = Command::cargo_bin("tab86").unwrap().args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Answer { status: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// Runs tab86, which should fail of itself and say why.
fn failure(status: i32, message: &str, arguments: &[&str]) {
    let answer = tab86(arguments);
    assert_eq!(answer.status, status, "{arguments:?}: {}", answer.err);
    assert!(answer.err.starts_with("tab86: "), "{arguments:?}: {}", answer.err);
    assert!(answer.err.contains(message), "{arguments:?}: {}", answer.err);
    assert_eq!(answer.out, "", "{arguments:?}: nothing of ours is on standard output");
}

/// A file for a test, of a name that no other test uses.
fn file(name: &str, bytes: &[u8]) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().into()
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

#[test]
fn every_command_has_help_with_examples() {
    for command in ["run", "disasm", "audit", "verify"] {
        let answer = tab86(&[command, "--help"]);
        assert_eq!(answer.status, 0, "{command}");
        assert!(answer.out.contains("Examples:\n  tab86 "), "{command}: {}", answer.out);
        assert_eq!(answer.out, tab86(&["help", command]).out);
    }
    assert!(tab86(&["--help"]).out.contains("Examples:"));
    assert!(tab86(&["--version"]).out.starts_with("tab86 "));
}

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

#[test]
fn a_flat_image_runs() {
    let answer = tab86(&["run", "--memory", "128", "--hex", HELLO]);
    assert_eq!((answer.status, answer.out.as_str(), answer.err.as_str()), (0, "Hello, world!\n", ""));
    let image = file("hello.bin", &hex(HELLO));
    assert_eq!(tab86(&["run", "--memory", "128", &image]).out, "Hello, world!\n");
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
    assert_eq!(tab86(&["run", &image, "--bogus", "--help"]).status, 7);
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

#[test]
fn disassembly_says_everything() {
    let answer = tab86(&["disasm", "--rows", "--hex", "b8 04 00 00 00 ff ff"]);
    let lines: Vec<&str> = answer.out.lines().collect();
    assert!(lines[0].starts_with("00000000  b8 04 00 00 00") && lines[0].contains("mov eax, 4"), "{}", lines[0]);
    assert!(lines[0].contains("B8+rd id | MOV r32, imm32 | opcodes.json:"), "{}", lines[0]);
    assert!(lines[1].contains("db 0xff"), "{}", lines[1]);
    let json = tab86(&["disasm", "--format", "json", "--load-address", "0x1000", "--hex", "90"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json[0]["address"].as_u64(), json[0]["text"].as_str()), (Some(0x1000), Some("nop")));
}

#[test]
fn the_audit_agrees_with_the_table() {
    let json: serde_json::Value = serde_json::from_str(&tab86(&["audit", "--format", "json"]).out).unwrap();
    let table: serde_json::Value = serde_json::from_str(include_str!("../opcodes.json")).unwrap();
    let rows = table["rows"].as_array().unwrap();
    let implemented = rows.iter().filter(|row| !row["handler"].is_null()).count();
    assert_eq!(json["summary"]["rows"], rows.len());
    assert_eq!(json["summary"]["implemented"], implemented);
    assert_eq!(json["summary"]["unimplemented"], rows.len() - implemented);
    for status in ["implemented", "privileged", "undefined", "missing"] {
        let with = json["rows"].as_array().unwrap().iter().filter(|row| row["status"] == status).count();
        assert!(with > 0 && json["summary"]["statuses"][status] == with, "{status}: {with}");
    }
    for (ours, theirs) in json["rows"].as_array().unwrap().iter().zip(rows) {
        for key in ["opcode", "instruction", "handler"] {
            assert_eq!(ours[key], theirs[key]);
        }
    }
}

#[test]
fn the_audit_has_its_formats() {
    assert!(tab86(&["audit"]).out.contains("integer"));
    assert!(tab86(&["audit", "--format", "markdown"]).out.starts_with("| group |"));
    let page = tab86(&["audit", "--format", "html"]).out;
    assert!(page.starts_with("<!DOCTYPE html>"));
    assert!(!page.contains("http:") && !page.contains("https:"), "the page needs nothing else");
    let missing = tab86(&["audit", "--group", "avx", "--missing"]).out;
    assert!(!missing.contains("integer"), "{missing}");
    failure(125, "the groups are integer, system", &["audit", "--group", "nonsense"]);
    let bmi = tab86(&["audit", "--group", "bmi"]).out;
    assert!(bmi.contains("ANDN r32a, r32b, r/m32") && !bmi.contains("AAA"), "{bmi}");
    assert!(tab86(&["audit", "--help"]).out.contains("avx512bw"));
    assert!(tab86(&["audit", "--left-out"]).out.contains("AMD-only: XOP"));
}

#[test]
fn the_audit_says_why_a_row_is_missing_and_which_are_unproven() {
    let missing = tab86(&["audit", "--group", "AVX512F", "--missing"]).out;
    let row = missing.lines().find(|line| line.contains("VADDPD zmm1 {k1}{z}")).unwrap_or_else(|| panic!("{missing}"));
    assert!(row.contains("missing: AVX-512 is decoded but not executed yet"), "{row}");
    let json: serde_json::Value =
        serde_json::from_str(&tab86(&["audit", "--unproven", "--format", "json"]).out).unwrap();
    for row in json["rows"].as_array().unwrap() {
        assert!(row["status"] == "implemented" && row["vectors"] == 0, "{row}");
    }
    assert_eq!(json["summary"]["unproven"], json["summary"]["rows"]);
}

#[test]
fn nothing_regressed() {
    let answer = tab86(&["audit", "--check"]);
    assert_eq!(answer.status, 0, "{}", answer.err);
    let nothing = file("proven-nothing.json", b"{\"rows\": {}}");
    let answer = tab86(&["audit", "--check", "--state", &nothing]);
    assert_eq!(answer.status, 1);
    assert!(answer.err.contains("tab86: 00 /r ADD r/m8, r8: proven -> implemented"), "{}", answer.err);
    assert!(answer.err.lines().count() < 40, "{}", answer.err);
    assert!(answer.err.contains("are worse off now, 0 better"), "{}", answer.err);
}

#[test]
fn verify_reports_for_each_form() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/vectors/bmi.jsonl.gz");
    let answer = tab86(&["verify", sample]);
    assert_eq!(answer.status, 0, "{}", answer.out);
    let json: serde_json::Value = serde_json::from_str(&tab86(&["verify", "--format", "json", sample]).out).unwrap();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["failed", "forms", "passed", "skipped", "total"]);
    assert_eq!(json["forms"]["POPCNT r16, r/m16"]["total"], 3);
}

#[test]
fn verify_fails_when_a_vector_does() {
    let header = r#"{"format":"ia32-hw-vectors","version":1,"kind":"single","group":"made up","regions":[{"base":4096,"size":4096,"perm":"rx"}],"gs":{"selector":99,"base":0},"fs":{"selector":107,"base":0},"selectors":{"cs":35,"ds":43,"es":43,"ss":43}}"#;
    let vector = r#"{"id":1,"form":"INC r32","asm":"inc eax","bytes":"40","initial":{"eax":1,"eip":4096,"eflags":514},"final":{"eax":3,"eip":4097}}"#;
    let wrong = file("wrong.jsonl", format!("{header}\n{vector}\n").as_bytes());
    let answer = tab86(&["verify", &wrong]);
    assert_eq!(answer.status, 1);
    for part in ["INC r32", "inc eax", "EAX", "expected 0x00000003", "got      0x00000002", "1 FAILED"] {
        assert!(answer.out.contains(part), "{part}: {}", answer.out);
    }
    let broken = file("broken.jsonl", format!("{header}\n{{\"id\":1\n").as_bytes());
    failure(126, "broken.jsonl:2: ", &["verify", &broken]);
    let other = file("other.jsonl", b"{\"format\":\"other\"}\n");
    failure(126, "other.jsonl:1: ", &["verify", &other]);
}
