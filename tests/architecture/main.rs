//! The house rules that a reader of the tree relies on: which room may use which, no opcode number
//! outside the table, no `unsafe`.

mod circles;
mod names;
mod public_api;
mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Room, and the rooms it may use beside itself.
const MAY_USE: [(&str, &[&str]); 13] = [
    ("table", &[]),
    ("decode", &["table"]),
    ("cpu", &[]),
    ("memory", &[]),
    ("float", &[]),
    ("instructions", &["cpu", "memory", "float"]),
    ("engine", &["decode", "table", "instructions", "cpu", "memory"]),
    ("recording", &[]),
    ("linux", &["recording", "engine", "instructions", "cpu", "memory"]),
    ("vectors", &["engine", "instructions", "cpu", "memory", "decode", "table"]),
    ("vm", &["linux", "engine", "instructions", "cpu", "memory", "decode"]),
    ("timeline", &["vm", "linux", "recording", "engine", "cpu", "memory"]),
    ("gdb", &["timeline", "vm", "linux", "engine", "decode"]),
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => files.extend(rust_files(&path)),
            false if path.extension().is_some_and(|extension| extension == "rs") => files.push(path),
            false => {}
        }
    }
    files
}

/// The code of a file without comments and without its unit tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The rooms that a piece of code names as `crate::room`.
fn rooms_named(code: &str) -> BTreeSet<String> {
    let after = code.split("crate::").skip(1);
    let name = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    after.map(name).filter(|name| !name.is_empty()).collect()
}

#[test]
fn rooms_use_only_what_they_may() {
    let mut wrong = Vec::new();
    for (room, may_use) in MAY_USE {
        let files = match source().join(room).is_dir() {
            true => rust_files(&source().join(room)),
            false => vec![source().join(format!("{room}.rs"))].into_iter().filter(|file| file.is_file()).collect(),
        };
        for file in files {
            for used in rooms_named(&code(&file)) {
                if used != room && !may_use.contains(&used.as_str()) {
                    wrong.push(format!("{}: {room} may not use {used}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_room_has_a_rule() {
    let known: Vec<&str> = MAY_USE.iter().map(|(room, _)| *room).chain(["cli", "internals", "lib", "main"]).collect();
    for entry in fs::read_dir(source()).unwrap().flatten() {
        let name = entry.path().file_stem().unwrap().to_string_lossy().into_owned();
        assert!(known.contains(&name.as_str()), "src/{name} is not in the table of rooms");
    }
}

#[test]
fn every_file_says_what_lives_there() {
    for file in rust_files(&source()) {
        assert!(fs::read_to_string(&file).unwrap().starts_with("//!"), "{} does not open with //!", file.display());
    }
}

#[test]
fn unsafe_is_forbidden() {
    for root in ["lib.rs", "main.rs"] {
        assert!(fs::read_to_string(source().join(root)).unwrap().contains("#![forbid(unsafe_code)]"), "{root}");
    }
}

#[test]
fn no_opcode_number_in_the_handlers() {
    // A handler that asks which opcode it was reached by would be a second table.
    for file in rust_files(&source().join("instructions")).into_iter().chain(rust_files(&source().join("engine"))) {
        assert!(!code(&file).contains(".opcode ==") && !code(&file).contains("match opcode"), "{}", file.display());
    }
}
