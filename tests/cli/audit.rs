//! `tab86 audit`.

use crate::{failure, file, tab86};

#[test]
fn the_audit_agrees_with_the_table() {
    let json: serde_json::Value = serde_json::from_str(&tab86(&["audit", "--format", "json"]).out).unwrap();
    let table: serde_json::Value = serde_json::from_str(include_str!("../../opcodes.json")).unwrap();
    let rows = table["rows"].as_array().unwrap();
    let implemented = rows.iter().filter(|row| !row["handler"].is_null()).count();
    assert_eq!(json["summary"]["rows"], rows.len());
    assert_eq!(json["summary"]["implemented"], implemented);
    assert_eq!(json["summary"]["unimplemented"], rows.len() - implemented);
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
    failure(125, "group", &["audit", "--group", "nonsense"]);
}

#[test]
fn nothing_regressed() {
    let answer = tab86(&["audit", "--check"]);
    assert_eq!(answer.status, 0, "{}", answer.err);
    let nothing = file("proven-nothing.json", b"{\"rows\": {}}");
    let answer = tab86(&["audit", "--check", "--state", &nothing]);
    assert_eq!(answer.status, 1);
    assert!(answer.err.contains("was proven by hardware vectors"), "{}", answer.err);
}
