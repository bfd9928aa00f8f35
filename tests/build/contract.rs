//! The contract between rows and handlers: what the build reads of an instruction function, and what
//! it says of one that it does not understand.

use std::fs;
use std::path::PathBuf;

use crate::table::build::copies::Copies;
use crate::table::build::signature::Parameter;
use crate::table::build::source::{self, Functions};
use crate::table::build::{self};
use crate::table::handler::Ending;

fn read(text: &str) -> Result<Functions, String> {
    source::read_text("logical", "logical.rs", text)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// A table whose only row names the handler `and`.
fn message_about_and(text: &str) -> String {
    let json = "{\n\"legend\":{},\n\"rows\":[\n{\"opcode\":\"21 /r\", \"instruction\":\"AND r/m32, r32\", \
                \"encoding\":\"MR\", \"access\":\"rw r\", \"flags\":\"OF:0 SF:M ZF:M AF:- PF:M CF:0\", \
                \"prefixes\":\"LOCK\", \"handler\":\"and\", \"sdm\":\"2A AND\"}\n]}\n";
    let errors = build::generate(json, &read(text).unwrap(), &Copies::default()).unwrap_err();
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

const AND: &str = "pub fn and<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> { x }";

#[test]
fn return_types_say_how_an_instruction_ends() {
    for (result, ending, faulting) in [
        ("Outcome<()>", Ending::Plain, false),
        ("Faulting<()>", Ending::Plain, true),
        ("Outcome<Flags>", Ending::Flags, false),
        ("exception::Faulting<effect::Branch>", Ending::Conditional, true),
        ("Outcome<Repeated>", Ending::Conditional, false),
        ("Faulting<Leave>", Ending::Always, true),
    ] {
        let found = read(&format!("pub fn f(m: &mut Machine, _: &Op) -> {result} {{ x }}")).unwrap();
        let returns = found.handlers["f"].returns;
        assert_eq!((returns.ending, returns.faulting), (ending, faulting), "{result}");
    }
}

#[test]
fn a_return_type_that_no_ending_has() {
    for result in ["Outcome<u32>", "Result<(), Exception>", "Option<Flags>", "()", "Outcome<(Flags, Flags)>"] {
        let message = read(&format!("\npub fn f(m: &mut Machine, op: &Op) -> {result} {{ x }}")).unwrap_err();
        assert_eq!(
            message,
            "logical.rs:2: `f`: an instruction function returns Outcome<T> or Faulting<T>, where T is one of (), \
             Flags, Branch, Repeated, Direct, Jump, Leave"
        );
    }
}

#[test]
fn a_where_clause_and_a_qualified_bound_are_bounds() {
    let found = read(
        "pub fn f<W, D>(m: &mut machine::Machine, op: &operand::Op) -> Outcome<()>\nwhere\n    W: operand::Width,\n    \
         D: operand::Place<W>,\n{ x }",
    );
    let signature = &found.unwrap().handlers["f"];
    assert_eq!(signature.parameters, [Parameter::Width("W".into()), Parameter::Place("W".into())]);
    assert_eq!(signature.returns.ending, Ending::Plain);
}

#[test]
fn bounds_that_are_not_understood() {
    for (generics, problem) in [
        ("D: Clone", "the bound of `D` is not understood"),
        ("D", "`D` has no bound"),
        ("W: Width + Copy", "`W` has several bounds"),
        ("D: Place", "the bound of `D` is not understood"),
        ("'a", "the lifetime `'a` has no meaning here"),
        ("const N: usize", "`const N` is neither u8 (a condition) nor u16 (a number)"),
    ] {
        let message = read(&format!("pub fn f<{generics}>(m: &mut Machine, op: &Op) -> Outcome<()> {{ x }}"));
        let message = message.unwrap_err();
        assert!(message.starts_with(&format!("logical.rs:1: `f`: {problem}")), "{message}");
    }
}

#[test]
fn two_handlers_of_one_name() {
    let inner = format!("{AND}\nmod inner {{\n    {AND}\n}}\n");
    assert_eq!(read(&inner).unwrap_err(), "logical.rs:3: there is another handler `and` at logical.rs:1; rename one");
}

#[test]
fn inner_modules_and_crate_visibility_count() {
    let found = read(&format!("pub mod inner {{ {} }}", AND.replace("pub fn", "pub(crate) fn"))).unwrap();
    assert_eq!(found.handlers["and"].module, "logical::inner");
}

#[test]
fn what_is_not_compiled_does_not_count() {
    let text = format!("// {AND}\n/* {AND} */\n#[cfg(test)]\n{AND}\n#[cfg(test)]\nmod tests {{ {AND} }}\n");
    assert!(read(&text).unwrap().handlers.is_empty());
}

#[test]
fn a_handler_that_stands_there_and_cannot_be_used_says_why() {
    for (text, reason) in [
        (AND.replace("pub fn", "fn"), "logical.rs:1: `and` is private; handlers are `pub`"),
        (AND.replace("op: &Op", "op: &Op, count: u8"), "logical.rs:1: `and` does not take `m: &mut Machine, op: &Op`"),
        (
            "logic! { and, |a, b| a & b }".to_string(),
            "logical.rs:1: a macro names `and`; handlers are read as they are",
        ),
    ] {
        let message = message_about_and(&text);
        assert!(message.contains(&format!("its handler cannot be used: {reason}")), "{message}");
    }
}

#[test]
fn source_that_is_not_rust() {
    assert!(read("pub fn and(\n").unwrap_err().starts_with("logical.rs:"));
}

/// A package whose `src/instructions` has these files.
fn package(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&root);
    for (path, text) in files {
        let path = root.join("src/instructions").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

#[test]
fn modules_are_followed_into_folders() {
    let root = package(
        "followed",
        &[("mod.rs", "pub mod general;"), ("general/mod.rs", "pub mod logical;"), ("general/logical.rs", AND)],
    );
    let found = source::read(&root).unwrap();
    let signature = &found.handlers["and"];
    assert_eq!(signature.module, "general::logical");
    assert_eq!(signature.at.to_string(), "src/instructions/general/logical.rs:1");
}

#[test]
fn a_file_that_no_module_declares() {
    let root = package("orphan", &[("mod.rs", ""), ("general/logical.rs", AND)]);
    let errors = source::read(&root).unwrap_err();
    assert_eq!(
        errors.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["src/instructions/general/logical.rs:1: no `mod` declares this file, so that it is not compiled; declare or \
          remove it"]
    );
}
