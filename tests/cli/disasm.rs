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
