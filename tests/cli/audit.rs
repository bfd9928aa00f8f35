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

#[test]
fn the_rows_that_a_program_uses_are_counted_and_a_page_has_a_section_for_each_row() {
    let contained = tab86(&["audit", "--program", crate::PRIMES]).out;
    assert!(contained.contains("INT imm8") && !contained.contains("AAA"), "{contained}");
    let executed = file("executed.json", br#"{"rows": {"01 /r ADD r/m32, r32": 42, "90 NOP": 5}}"#);
    let json: serde_json::Value =
        serde_json::from_str(&tab86(&["audit", "--executed", &executed, "--format", "json"]).out).unwrap();
    let rows = json["rows"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[0]["instruction"], &rows[0]["uses"]), (2, &"ADD r/m32, r32".into(), &42.into()));
    let page = tab86(&["audit", "--executed", &executed, "--format", "html", "--source", "../"]).out;
    assert!(page.contains("<dt>Used</dt><dd>42 times</dd>") && page.contains("--heat:1.00"));
    // The logarithm of 6 to that of 43.
    assert!(page.contains("--heat:0.48") && page.contains("--heat:0.00"));
    assert!(page.contains("the stronger a colour, the more its rows are used: up to "), "the legend says what heat is");
    assert!(page.contains("<a href=\"../src/instructions/general_purpose/"));
    let lines: usize = page.matches("<section class=\"row\"").count();
    assert_eq!(
        lines,
        serde_json::from_str::<serde_json::Value>(include_str!("../../opcodes.json")).unwrap()["rows"]
            .as_array()
            .unwrap()
            .len()
    );
    failure(126, "no.program: ", &["audit", "--program", &file("no.program", b"text")]);
}
