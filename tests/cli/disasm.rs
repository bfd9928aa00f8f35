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

/// An encoding that the table leaves out is shown whole, with the reason, and what follows it is right again.
#[test]
fn what_the_table_leaves_out_is_named() {
    // blcfill eax, eax (TBM); pfadd mm0, [eax+0x10] (3DNow!); FE /7, which is nothing, and what its second byte is
    let hex = "8fe97801c8 0f0f40109e fe f8";
    let out = tab86(&["disasm", "--hex", hex]).out;
    let lines: Vec<Vec<&str>> = out.lines().map(|line| line.split("  ").map(str::trim).collect()).collect();
    let columns = |at: usize| (lines[at][0], *lines[at].last().unwrap());
    assert_eq!(columns(0), ("00000000", "; not in the table: AMD-only: TBM"));
    assert!(out.contains(" db 0x8f, 0xe9, 0x78, 0x01, 0xc8  "), "{out}");
    assert_eq!(columns(1), ("00000005", "; not in the table: AMD-only: 3DNow!"));
    assert_eq!(columns(2), ("0000000a", "; no instruction has this encoding"));
    assert!(lines[3][0] == "0000000b" && out.ends_with(" clc\n"), "{out}");
    let json = tab86(&["disasm", "--format", "json", "--hex", hex]).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["error"], "not in the table: AMD-only: TBM");
    assert_eq!(json[0]["text"], "db 0x8f, 0xe9, 0x78, 0x01, 0xc8");
    assert_eq!((&json[1]["address"], &json[2]["error"]), (&5.into(), &"no instruction has this encoding".into()));
    assert_eq!(json[3].get("error"), None);
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
