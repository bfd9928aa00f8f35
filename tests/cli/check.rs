//! `tab86 check`: what it finds in a program that it does not run.

use serde_json::Value;

use crate::{PRIMES, failure, file, hex, tab86};

/// An ELF file with one segment of code at 0x1000 that begins with its entry point, and no sections.
fn elf(name: &str, code: &str) -> String {
    let code = hex(code);
    let mut bytes = hex("7f454c46 01010100 0000000000000000 0200 0300 01000000 00100000 34000000 00000000 00000000 \
                         3400 2000 0100 0000 0000 0000 01000000 54000000 00100000 00100000");
    for size in [code.len() as u32; 2] {
        bytes.extend(size.to_le_bytes());
    }
    bytes.extend(hex("05000000 01000000"));
    bytes.extend(code);
    file(name, &bytes)
}

fn check(arguments: &[&str]) -> (Value, i32) {
    let answer = tab86(&[&["check", "--format", "json"], arguments].concat());
    (serde_json::from_str(&answer.out).unwrap_or_else(|_| panic!("{}", answer.err)), answer.status)
}

#[test]
fn a_program_is_found_whole() {
    let (report, status) = check(&[PRIMES]);
    assert_eq!((status, &report["runs"]), (0, &Value::Bool(true)));
    assert_eq!(report["processor"]["oldest"], "pentiumpro");
    assert_eq!(report["processor"]["because"], serde_json::json!(["CMOV"]));
    let sum: u64 = report["rows"].as_array().unwrap().iter().map(|row| row["count"].as_u64().unwrap()).sum();
    assert_eq!(report["instructions"], sum);
    let calls = report["system_calls"]["calls"].as_array().unwrap();
    let names: Vec<&str> = calls.iter().map(|call| call["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["exit", "write"]);
    let (report, status) = check(&["--cpu", "i386", PRIMES]);
    assert_eq!((status, &report["runs"]), (1, &Value::Bool(false)));
    let text = tab86(&["check", "--cpu", "pentium", PRIMES]);
    assert_eq!(text.status, 1);
    assert!(text.out.contains("pentium lacks CMOV"), "{}", text.out);
}

#[test]
fn system_calls_are_told_by_the_number_in_eax() {
    // mov edx, 1; xor ebx, ebx; mov eax, edx; int 0x80; mov eax, 4; call gs:[0x10]; mov eax, [ebx]; int 0x80;
    // mov eax, 20; call entry; mov eax, 999; int 0x80; ret; entry: int 0x80; ret
    let program = elf(
        "calls",
        "ba01000000 31db 89d0 cd80 b804000000 65ff1510000000 8b03 cd80 b814000000 e808000000 b8e7030000 cd80 c3 cd80 c3",
    );
    let (report, status) = check(&[&program]);
    assert_eq!(status, 0);
    let calls = &report["system_calls"];
    let found: Vec<(u64, &Value)> = calls["calls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| (call["number"].as_u64().unwrap(), &call["name"]))
        .collect();
    let name = |name: &str| Value::String(name.into());
    assert_eq!(found, [(1, &name("exit")), (4, &name("write")), (20, &name("getpid")), (999, &Value::Null)]);
    assert_eq!(calls["untold"], serde_json::json!([0x1000 + 25]));
    let text = tab86(&["check", &program]).out;
    assert!(text.contains("of these the guest's Linux does not have 999: ENOSYS\n"), "{text}");
    // mov eax, 386; int 0x80: rseq, which has a name
    let text = tab86(&["check", &elf("rseq", "b882010000 cd80 c3")]).out;
    assert!(text.contains("does not have rseq: ENOSYS\n"), "{text}");
}

#[test]
fn a_flat_image_is_code_from_its_first_byte_on() {
    // mov eax, [0x7c0c]; call eax is not followed; mov eax, 1; int 0x80
    let image = file("check.bin", &hex("b801000000 cd80 ebfe"));
    let (report, status) = check(&["--flat", "--load-address", "0x7c00", &image]);
    assert_eq!((status, &report["instructions"]), (0, &3.into()));
    assert_eq!(report["system_calls"]["calls"][0]["name"], "exit");
    failure(125, "--load-address: only a flat image has one", &["check", "--load-address", "1", PRIMES]);
}

#[test]
fn what_cannot_be_executed_is_said() {
    // vaddpd zmm0, zmm0, zmm0; ret
    let program = elf("wide", "62f1fd4858c0 c3");
    let answer = tab86(&["check", &program]);
    assert_eq!(answer.status, 1);
    assert!(answer.out.contains("missing: 1 instructions of 1 rows"), "{}", answer.out);
    assert!(answer.out.contains("skylakex or newer, for AVX512F"), "{}", answer.out);
    // jmp +4; (data); blcfill, which the table leaves out
    let program = elf("xop", "eb04 ffffffff 8fe97801c8 c3");
    let (report, status) = check(&[&program]);
    assert_eq!(status, 1);
    assert_eq!(report["undecodable"][0]["address"], 0x1006);
    assert!(report["undecodable"][0]["reason"].as_str().unwrap().contains("AMD-only: TBM"));
}

#[test]
fn code_that_nothing_leads_to_is_swept_and_data_is_not() {
    // ret; 15 bytes of zeros; push ebp; mov ebp, esp; pop ebp; ret; zeros; hlt, as data
    let program = elf("swept", &format!("c3 {} 55 89e5 5d c3 {} f4f4f4f4", "00".repeat(15), "00".repeat(11)));
    let (report, _) = check(&[&program]);
    assert_eq!((&report["instructions"], &report["swept"]), (&5.into(), &4.into()));
    assert_eq!(report["untold_bytes"], 4);
}

#[test]
fn what_is_no_program_is_refused() {
    failure(126, "no.elf: ", &["check", &file("no.elf", b"#!/bin/sh\n")]);
    failure(127, "no such file", &["check", "/nowhere"]);
    failure(125, "--cpu: there is no processor `z80`", &["check", "--cpu", "z80", PRIMES]);
}
