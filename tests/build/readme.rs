//! Keeps the README true: the worked example of adding an instruction does what it says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::table::build::signature::{self, Signature};
use crate::table::build::{self, Generated};
use crate::table::schema::TableError;

fn file(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The block of the README that is marked with this word.
fn block(mark: &str) -> String {
    let readme = file("README.md");
    let start = readme.find(&format!(" {mark}\n")).unwrap_or_else(|| panic!("the README has no block marked {mark}"));
    let body = &readme[start + mark.len() + 2..];
    body[..body.find("```").unwrap()].trim_end().to_string()
}

/// The instruction functions as they are.
fn signatures() -> BTreeMap<String, Signature> {
    signature::folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/instructions"))
}

/// What build.rs makes of a table and handlers, or its complaints.
fn generate(json: &str, signatures: &BTreeMap<String, Signature>) -> Result<Generated, String> {
    let join = |errors: Vec<TableError>| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    build::generate(json, signatures).map_err(join)
}

#[test]
fn adding_an_instruction_is_one_row_and_one_function() {
    let json = file("opcodes.json");
    let (before, after) = (block("before"), block("after"));
    assert!(json.contains(&before), "the table no longer has the row that the README starts from");
    let json = json.replace(&before, &after);

    let mut handlers = signatures();
    let complaint = generate(&json, &handlers).unwrap_err();
    assert!(complaint.contains(&block("message")), "{complaint}");

    let function = format!("\n{}", block("handler"));
    signature::scan("general_purpose::binary_arithmetic", &function, &mut handlers);
    let Generated { table, handlers: source } = generate(&json, &handlers).unwrap();
    assert!(table.contains(r#"Some("aadd")"#), "the row in the library names its handler");
    for instance in
        ["aadd::<u32, Mem<Base>, Reg<1>>", "aadd::<u32, Mem<Indexed>, Reg<1>>", "aadd::<u32, Mem<Checked>, Reg<1>>"]
    {
        assert!(source.contains(instance), "no instance {instance}");
    }
}
