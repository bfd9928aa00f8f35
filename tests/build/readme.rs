//! Keeps the README true: the worked example of adding an instruction does what it says.

use std::fs;
use std::path::Path;

use crate::table::build::emit::Copies;
use crate::table::build::source::{self, Functions};
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
fn functions() -> Functions {
    source::read(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// What build.rs makes of a table and handlers, or its complaints.
fn generate(json: &str, functions: &Functions) -> Result<Generated, String> {
    let join = |errors: Vec<TableError>| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    build::generate(json, functions, Copies::Specialised).map_err(join)
}

#[test]
fn adding_an_instruction_is_one_row_and_one_function() {
    let json = file("opcodes.json");
    let (before, after) = (block("before"), block("after"));
    assert!(json.contains(&before), "the table no longer has the row that the README starts from");
    let json = json.replace(&before, &after);

    let mut handlers = functions();
    let complaint = generate(&json, &handlers).unwrap_err();
    assert!(complaint.contains(&block("message")), "{complaint}");

    let added =
        source::read_text("general_purpose::binary_arithmetic", "binary_arithmetic.rs", &block("handler")).unwrap();
    handlers.handlers.extend(added.handlers);
    let Generated { table, handlers: source } = generate(&json, &handlers).unwrap();
    assert!(table.contains(r#"Some("aadd")"#), "the row in the library names its handler");
    for instance in
        ["aadd::<u32, Mem<Base>, Reg<1>>", "aadd::<u32, Mem<Indexed>, Reg<1>>", "aadd::<u32, Mem<Checked>, Reg<1>>"]
    {
        assert!(source.contains(instance), "no instance {instance}");
    }
}
