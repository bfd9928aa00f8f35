//! Keeps the README true: the worked example of adding an instruction does what it says.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::table::build::copies::Copies;
use crate::table::build::source::{self, Functions};
use crate::table::build::{self, Generated};
use crate::table::features;
use crate::table::schema::{self, TableError};

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
    build::generate(json, functions, &Copies::default()).map_err(join)
}

/// The handlers that the README writes, by the file to which it adds them.
const HANDLERS: [(&str, &str); 2] = [
    ("handler", "src/instructions/general_purpose/binary_arithmetic.rs"),
    ("others", "src/instructions/general_purpose/logical.rs"),
];

/// The table with the first row as the README changes it.
fn first_row_changed() -> String {
    let json = file("opcodes.json");
    let (before, after) = (block("before"), block("after"));
    assert!(json.contains(&before), "the table no longer has the row that the README starts from");
    json.replace(&before, &after)
}

/// The table with all four rows of the feature changed.
fn all_rows_changed() -> String {
    let note = ", \"note\":\"Left to the worked example of the README.\"";
    let lines = first_row_changed().lines().map(|line| change(line, note)).collect::<Vec<_>>();
    lines.join("\n") + "\n"
}

/// A row of the feature that has no handler gets that of its mnemonic, in lower case.
fn change(line: &str, note: &str) -> String {
    if !line.contains("\"cpuid\":\"RAO_INT\"") || !line.contains("\"handler\":null") {
        return line.to_string();
    }
    let mnemonic = line.split("\"instruction\":\"").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
    let handler = format!("\"handler\":\"{}\"", mnemonic.to_lowercase());
    line.replace("\"handler\":null", &handler).replace(note, "")
}

/// The instruction functions with those of the README.
fn functions_with(marks: &[(&str, &str)]) -> Functions {
    let mut all = functions();
    for (mark, file) in marks {
        let module = file.trim_start_matches("src/instructions/").trim_end_matches(".rs").replace('/', "::");
        all.handlers.extend(source::read_text(&module, file, &block(mark)).unwrap().handlers);
    }
    all
}

#[test]
fn adding_an_instruction_is_one_row_and_one_function() {
    let json = first_row_changed();
    let complaint = generate(&json, &functions()).unwrap_err();
    assert!(complaint.contains(&block("message")), "{complaint}");

    let Generated { table, texts, handlers: source } = generate(&json, &functions_with(&HANDLERS[..1])).unwrap();
    let name = texts.find("\naadd\n").expect("a text of the table") + 1;
    assert!(table.contains(&format!("handler: Some(Text::at({name}, 4))")), "the row in the library names its handler");
    for instance in
        ["aadd::<u32, Mem<Base>, Reg<1>>", "aadd::<u32, Mem<Indexed>, Reg<1>>", "aadd::<u32, Mem<Checked>, Reg<1>>"]
    {
        assert!(source.contains(instance), "no instance {instance}");
    }
}

#[test]
fn the_whole_feature_is_four_rows_and_four_functions() {
    let json = all_rows_changed();
    let complaint = generate(&json, &functions()).unwrap_err();
    for (name, file) in
        [("aadd", HANDLERS[0].1), ("aand", HANDLERS[1].1), ("aor", HANDLERS[1].1), ("axor", HANDLERS[1].1)]
    {
        let mut lines = complaint.lines();
        let line = lines.find(|line| line.contains(&format!("there is no handler `{name}`")));
        assert!(line.is_some_and(|line| line.contains(&format!("write it in {file}:"))), "{complaint}");
    }
    generate(&json, &functions_with(&HANDLERS)).unwrap();
    let rows = schema::read(&json).unwrap();
    let of_feature: Vec<_> = rows.iter().filter(|row| row.raw.cpuid == "RAO_INT").collect();
    assert!(of_feature.len() == 4 && of_feature.iter().all(|row| row.raw.handler.is_some()));
    let feature = features::find("RAO_INT").unwrap();
    assert_eq!((feature.leaf, feature.subleaf, feature.register, feature.bits), (7, Some(1), 0, 1 << 3));
    assert!(!feature.since.is_empty(), "a generation of --cpu has it, and older ones have not");
}

/// MOV EAX, 7; MOV ECX, 1; CPUID; SHR EAX, 3; AND EAX, 1; XCHG EBX, EAX; MOV EAX, 1 (exit); INT 80H: the exit
/// status is the feature's bit.
const SHOW_BIT: &str = "B8 07 00 00 00 B9 01 00 00 00 0F A2 C1 E8 03 83 E0 01 93 B8 01 00 00 00 CD 80";

/// PUSH 40; PUSH 2; POP EAX; AADD [ESP], EAX; POP EBX; MOV EAX, 1 (exit); INT 80H: the exit status is the sum.
const ADD: &str = "6A 28 6A 02 58 0F 38 FC 04 24 5B B8 01 00 00 00 CD 80";

/// The example as a reader does it: the package is copied, changed, built, and run. It takes minutes.
#[test]
#[ignore = "builds the package a second time; .ci/run does it"]
fn the_example_builds_and_runs() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme-example");
    let _ = fs::remove_dir_all(root.join("src"));
    for name in
        ["Cargo.toml", "Cargo.lock", "build.rs", "sequences.json", "README.md", "src", "benches", "examples", "tests"]
    {
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(name), &root.join(name));
    }
    fs::write(root.join("opcodes.json"), all_rows_changed()).unwrap();
    for (mark, path) in HANDLERS {
        let text = fs::read_to_string(root.join(path)).unwrap();
        fs::write(root.join(path), format!("{text}\n{}\n", block(mark))).unwrap();
    }
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet"]).current_dir(&root).env("CARGO_TARGET_DIR", root.join("target"));
    assert!(build.status().unwrap().success(), "the example does not build");
    let run = |arguments: &[&str]| {
        let tab86 = root.join("target/debug/tab86");
        Command::new(tab86).arg("run").args(arguments).output().unwrap().status.code()
    };
    assert_eq!(run(&["--hex", ADD]), Some(42), "AADD adds");
    assert_eq!(run(&["--hex", SHOW_BIT]), Some(1), "CPUID shows the feature");
    assert_eq!(run(&["--cpu", "pentium", "--hex", ADD]), Some(128 + 4), "a Pentium has no AADD: SIGILL");
    assert_eq!(run(&["--cpu", "pentium", "--hex", SHOW_BIT]), Some(0), "and its CPUID says so");
}

fn copy(from: &Path, to: &Path) {
    if !from.is_dir() {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
        return;
    }
    for entry in fs::read_dir(from).unwrap().flatten() {
        copy(&entry.path(), &to.join(entry.file_name()));
    }
}
