//! `tab86 disasm`.

use crate::tab86;

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
fn functions_are_labelled_and_targets_named() {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/fault");
    let out = tab86(&["disasm", program]).out;
    for label in ["<_start>:", "<start>:", "<outer>:", "<middle>:", "<write_to>:", "<divide>:"] {
        assert!(out.lines().any(|line| line.ends_with(label)), "{label}: {out}");
    }
    assert!(out.lines().any(|line| line.contains("call 0x80") && line.ends_with(" <write_to>")), "{out}");
    assert!(out.lines().any(|line| line.contains("ja 0x80") && line.contains(" <middle+0x")), "{out}");
    let json: serde_json::Value = serde_json::from_str(&tab86(&["disasm", "--format", "json", program]).out).unwrap();
    let json = json.as_array().unwrap();
    assert!(json.iter().any(|line| line["function"] == "middle") && json.iter().any(|line| line["target"] == "start"));
}

#[test]
fn targets_have_one_notation() {
    // jmp 2; jmp 0x20; call far 1:5
    let out = tab86(&["disasm", "--hex", "eb00 eb1c 9a050000000100"]).out;
    for target in ["jmp 0x2\n", "jmp 0x20\n", "call far 0x1:0x5\n"] {
        assert!(out.contains(target), "{target}: {out}");
    }
}
