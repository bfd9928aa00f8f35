//! `tab86 profile`: what it counts.

use serde_json::Value;

use crate::{file, hex, tab86};

/// The counts of a flat image, and its exit status.
fn profile(name: &str, code: &str) -> (Value, i32) {
    let image = file(&format!("{name}.bin"), &hex(code));
    let output = file(&format!("{name}.json"), b"");
    let answer = tab86(&["profile", "--output", &output, "--flat", &image]);
    (serde_json::from_str(&std::fs::read_to_string(output).unwrap()).unwrap(), answer.status)
}

/// Runs as counts and names.
fn runs(counts: &Value) -> Vec<(u64, Vec<&str>)> {
    let name = |form: &Value| counts["forms"][form.as_u64().unwrap() as usize]["form"].as_str().unwrap();
    let list = counts["runs"].as_array().unwrap().iter();
    list.map(|run| (run[0].as_u64().unwrap(), run[1].as_array().unwrap().iter().map(name).collect())).collect()
}

#[test]
fn runs_end_where_a_jump_is_taken_and_go_on_where_it_is_not() {
    // mov ecx, 3; again: dec ecx; jnz again; mov eax, 1; mov ebx, 7; int 0x80
    let (counts, status) = profile("loop", "b903000000 49 75fd b801000000 bb07000000 cd80");
    assert_eq!(status, 7);
    assert_eq!(counts["instructions"], 10);
    let (mov, dec, jne) = ("MOV r32, imm32", "DEC r32", "JNE rel8");
    let expected = [(1, vec![dec, jne, mov, mov, "INT imm8"]), (1, vec![mov, dec, jne]), (1, vec![dec, jne])];
    assert_eq!(runs(&counts), expected);
    assert_eq!(counts["forms"][2]["operands"]["eax, n"], 1);
}

#[test]
fn a_repeated_string_instruction_counts_once_and_does_not_end_a_run() {
    // mov ecx, 5; mov esi, 64; mov edi, 128; rep movsb; mov eax, 1; int 0x80
    let (counts, _) = profile("rep", "b905000000 be40000000 bf80000000 f3a4 b801000000 cd80");
    let mov = "MOV r32, imm32";
    assert_eq!(runs(&counts), [(1, vec![mov, mov, mov, "MOVSB", mov, "INT imm8"])]);
}

#[test]
fn code_that_changes_is_counted_as_what_it_was_when_it_was_executed() {
    // mov ecx, 2; again: inc eax; mov byte [again], 0x48 (dec eax); dec ecx; jnz again; mov eax, 1; int 0x80
    let (counts, _) = profile("changes", "b902000000 40 c60505000000 48 49 75f5 b801000000 cd80");
    let count =
        |name| counts["forms"].as_array().unwrap().iter().find(|form| form["form"] == name).unwrap()["count"].clone();
    assert_eq!((count("INC r32"), count("DEC r32")), (1.into(), 3.into()));
}
