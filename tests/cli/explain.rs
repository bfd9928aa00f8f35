//! `tab86 explain`: rows, and executions on given registers.

use serde_json::{Value, json};

use crate::{failure, tab86};

fn explain(arguments: &[&str]) -> Value {
    let answer = tab86(&[&["explain", "--format", "json"], arguments].concat());
    serde_json::from_str(&answer.out).unwrap_or_else(|_| panic!("{}", answer.err))
}

/// What changed, as name, value before and value after.
fn changes(explanation: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_string();
    let list = explanation["execution"]["changes"].as_array().unwrap().iter();
    list.map(|change| (text(&change["what"]), text(&change["before"]), text(&change["after"]))).collect()
}

fn change(what: &str, before: &str, after: &str) -> (String, String, String) {
    (what.into(), before.into(), after.into())
}

#[test]
fn an_execution_shows_what_changed() {
    let add = explain(&["--hex", "01 d8", "--set", "eax=5", "ebx=0xffffffff"]);
    assert_eq!(add["text"], "add eax, ebx");
    let eip = change("eip", "08048000", "08048002");
    assert_eq!(changes(&add), [change("eax", "00000005", "00000004"), eip.clone(), change("eflags", "IF", "AF CF IF")]);
    let row = &add["rows"][0];
    assert_eq!(
        (&row["instruction"], &row["operands"][0]["access"]),
        (&json!("ADD r/m32, r32"), &json!("read and written"))
    );
    assert!(row["vectors"].as_u64() > Some(0) && row["source"][0].as_str().unwrap().ends_with(".rs"));
    // mov [ebx+4], eax
    let store = explain(&["--hex", "894304", "--set", "eax=-2", "ebx=0x1000", "[0x1004]=0x11223344"]);
    assert!(changes(&store).contains(&change("[0x1004]", "44 33 22 11", "fe ff ff ff")), "{store}");
}

#[test]
fn a_repeated_instruction_goes_to_its_end_and_a_fault_is_shown() {
    let copy = explain(&["--hex", "f3a4", "--set", "ecx=3", "esi=0x1000", "edi=0x2000", "[0x1000]=0x030201"]);
    assert!(changes(&copy).contains(&change("ecx", "00000003", "00000000")), "{copy}");
    let divide = explain(&["--hex", "f7f1"]);
    assert_eq!((&divide["execution"]["raised"], changes(&divide).len()), (&json!("#DE divide error"), 0));
    let old = explain(&["--hex", "0f58c1", "--cpu", "pentium"]);
    assert_eq!(old["execution"]["raised"], "#UD invalid opcode");
    assert_eq!(explain(&["--hex", "cd80"])["execution"]["raised"], "interrupt 0x80");
}

#[test]
fn a_mnemonic_has_rows_and_a_wrong_one_a_neighbour() {
    assert!(explain(&["shld"])["rows"].as_array().unwrap().len() == 4);
    let text = tab86(&["explain", "SHLD"]).out;
    assert!(text.contains("undefined if count>1") && text.contains("SDM         2B SHLD"), "{text}");
    failure(1, "no instruction is called `fadx` (did you mean `FADD`?)", &["explain", "fadx"]);
    failure(1, "AMD-only: TBM", &["explain", "--hex", "8fe97801c8"]);
    failure(125, "takes 1 bytes, and 1 more follow", &["explain", "--hex", "4040"]);
    failure(125, "--set: `eax`: there is no value", &["explain", "--hex", "40", "--set", "eax"]);
    failure(125, "takes more than 1 bytes", &["explain", "--hex", "40", "--set", "al=300"]);
    failure(125, "there is no register `eex`", &["explain", "--hex", "40", "--set", "eex=1"]);
}
