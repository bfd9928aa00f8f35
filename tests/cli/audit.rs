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
