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

/// The trace of some bytes.
fn trace(hex: &str) -> Vec<String> {
    tab86(&["run", "--trace", "--max-instructions", "20", "--hex", hex]).err.lines().map(String::from).collect()
}

#[test]
fn a_trace_shows_every_kind_of_change() {
    let cases: [(&str, &[&str]); 9] = [
        // xor eax, eax; dec eax
        ("31c0 48", &["ZF=1 PF=1", "eax=ffffffff SF=1 ZF=0 AF=1"]),
        // mov dword ptr [0x100], 0x11223344; mov word ptr [0x101], 0x5566
        ("c7050001000044332211 66c705010100006655", &["[00000100] 00000000 -> 11223344", "[00000101] 2233 -> 5566"]),
        // push 5; pop eax
        ("6a05 58", &["esp=03fffffc [03fffffc] 00000000 -> 00000005", "eax=00000005 esp=04000000"]),
        // mov eax, 7; movd xmm1, eax; movd mm2, eax
        (
            "b807000000 660f6ec8 0f6ed0",
            &["eax=00000007", "xmm1=00000000000000000000000000000007", "    mm2=0000000000000007 fpu-tags=ff"],
        ),
        // vbroadcastf128 ymm3, [0]
        ("c4e27d1a1d00000000", &["ymm3=00000000000000000000001d1a7de2c400000000000000000000001d1a7de2c4"]),
        // fld1; fchs; fstp st(0)
        ("d9e8 d9e0 ddd8", &["st(0)=1.0 (3fff:8000000000000000) fpu-status=3800", "st(0)=-1.0", "r7=empty"]),
        // ldmxcsr [8], where the word is
        ("0fae150800000090 803f0000", &["mxcsr=00003f80"]),
        // mov ecx, 8; mov edi, 0x200; mov al, 1; rep stosb
        (
            "b908000000 bf00020000 b001 f3aa",
            &["ecx=", "edi=", "eax=", "[00000200] 0000000000000000 -> 0101010101010101"],
        ),
        // std
        ("fd", &["DF=1"]),
    ];
    for (hex, changes) in cases {
        let lines = trace(hex);
        for (line, change) in lines.iter().zip(changes) {
            assert!(line.contains(change), "{change}: {line}");
        }
    }
}

#[test]
fn a_trace_names_functions() {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/fault-pie");
    let answer = tab86(&["run", "--trace", "--backtrace=none", program, "null"]);
    assert!(
        answer.err.lines().any(|line| line.contains("call 0x5655") && line.contains(" <start> ")),
        "{}",
        answer.err
    );
    let names = ["<_start>", "<start>", "<outer>", "<middle>", "<write_to>", "<write_to+0x4>"];
    names.iter().for_each(|name| assert!(answer.err.contains(name), "{name}: {}", answer.err));
}

/// A flat image keeps its memory while it waits for a child: fork, waitpid, and 4 for the parent's exit status.
#[test]
fn a_flat_image_has_children() {
    let code = "b802000000 cd80 85c0 75 0c b801000000 bb03000000 cd80 89c3 31c9 31d2 b807000000 cd80 \
                b801000000 bb04000000 cd80";
    let status = std::process::Command::new(env!("CARGO_BIN_EXE_tab86")).args(["run", "--hex", code]).status();
    assert_eq!(status.unwrap().code(), Some(4));
}
