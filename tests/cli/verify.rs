//! `tab86 verify`.

use crate::{failure, file, tab86};

#[test]
fn verify_reports_for_each_form() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/vectors/bmi.jsonl.gz");
    let answer = tab86(&["verify", sample]);
    assert_eq!(answer.status, 0, "{}", answer.out);
    let json: serde_json::Value = serde_json::from_str(&tab86(&["verify", "--format", "json", sample]).out).unwrap();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["failed", "forms", "passed", "skipped", "total"]);
    assert_eq!(json["forms"]["POPCNT r16, r/m16"]["total"], 3);
}

/// What every file of vectors begins with.
const HEADER: &str = r#"{"format":"ia32-hw-vectors","version":1,"kind":"single","group":"made up","regions":[{"base":4096,"size":4096,"perm":"rx"}],"gs":{"selector":99,"base":0},"fs":{"selector":107,"base":0},"selectors":{"cs":35,"ds":43,"es":43,"ss":43}}"#;

/// A file with one vector, of a processor that cannot count.
pub fn wrong_vector(name: &str) -> String {
    let vector = r#"{"id":1,"form":"INC r32","asm":"inc eax","bytes":"40","initial":{"eax":1,"eip":4096,"eflags":514},"final":{"eax":3,"eip":4097}}"#;
    file(name, format!("{HEADER}\n{vector}\n").as_bytes())
}

#[test]
fn verify_fails_when_a_vector_does() {
    let wrong = wrong_vector("wrong.jsonl");
    let answer = tab86(&["verify", &wrong]);
    assert_eq!(answer.status, 1);
    for part in ["INC r32", "inc eax", "EAX", "expected 0x00000003", "got      0x00000002", "1 FAILED"] {
        assert!(answer.out.contains(part), "{part}: {}", answer.out);
    }
    let broken = file("broken.jsonl", format!("{HEADER}\n{{\"id\":1\n").as_bytes());
    failure(126, "broken.jsonl:2: ", &["verify", &broken]);
    let other = file("other.jsonl", b"{\"format\":\"other\"}\n");
    failure(126, "other.jsonl:1: ", &["verify", &other]);
}
