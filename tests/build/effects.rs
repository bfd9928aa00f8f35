//! A row and its handler must not contradict each other: what the return type does to the flags, and which
//! operands the parameters write.

use crate::table::build::copies::Copies;
use crate::table::build::{self, source};

const ADD: &str = r#"{"opcode":"01 /r", "instruction":"ADD r/m32, r32", "encoding":"MR", "access":"rw r", "flags":"OF:M CF:M", "prefixes":"LOCK", "handler":"add", "sdm":"2A ADD"}"#;
const DIV: &str = r#"{"opcode":"F7 /6", "instruction":"DIV r/m32", "encoding":"M", "access":"r", "flags":"OF:- CF:-", "handler":"add", "sdm":"2A DIV"}"#;
const CLD: &str =
    r#"{"opcode":"FC", "instruction":"CLD", "encoding":"ZO", "flags":"DF:0", "handler":"add", "sdm":"2A CLD"}"#;
const IRET: &str = r#"{"opcode":"CF", "instruction":"IRETD", "encoding":"ZO", "flags":"OF:M CF:M DF:M", "handler":"add", "sdm":"2A IRET/IRETD/IRETQ"}"#;
const JMP: &str =
    r#"{"opcode":"E9 cd", "instruction":"JMP rel32", "encoding":"D", "access":"r", "handler":"add", "sdm":"2A JMP"}"#;
const FADD: &str = r#"{"opcode":"D8 C0+i", "instruction":"FADD ST(0), ST(i)", "encoding":"O", "cpuid":"FPU", "access":"rw r", "handler":"add", "sdm":"2A FADD/FADDP/FIADD"}"#;

/// What the build says of a row and its handler, without the title of the row.
fn problem(row: &str, generics: &str, result: &str) -> String {
    let text = format!("pub fn add{generics}(m: &mut Machine, op: &Op) -> {result} {{}}");
    let functions = source::read_text("arithmetic", "arithmetic.rs", &text).unwrap();
    let json = format!("{{\n\"legend\":{{}},\n\"rows\":[\n{row}\n]}}\n");
    let errors = build::generate(&json, &functions, &Copies::default()).err().unwrap_or_default();
    let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert!(messages.len() <= 1, "{messages:#?}");
    let message = messages.first().map_or("", String::as_str);
    message.split_once("`: ").map_or(message, |(_, problem)| problem).to_string()
}

const BOTH: &str = "<W: Width, D: Place<W>, S: Value<W>>";

#[test]
fn who_agrees_builds() {
    for (row, generics, result) in [
        (ADD, BOTH, "Outcome<Flags>"),
        (DIV, "<W: Width, S: Value<W>>", "Faulting<()>"),
        (CLD, "", "Outcome<()>"),
        (IRET, "", "Faulting<Leave>"),
        (JMP, "", "Outcome<Direct>"),
        (FADD, "<A: AccessMode, D: Value<StackIndex>, S: Value<StackIndex>>", "Faulting<()>"),
    ] {
        assert_eq!(problem(row, generics, result), "", "{row}");
    }
}

#[test]
fn flags_that_the_return_type_cannot_write() {
    let kept = "but its handler `add` of arithmetic.rs:1 leaves OF SF ZF AF PF CF as they are; let it return Flags, or \
                leave out here what it does not write";
    for result in ["Outcome<()>", "Faulting<()>", "Outcome<Branch>", "Outcome<Direct>", "Outcome<Jump>"] {
        assert_eq!(problem(ADD, BOTH, result), format!("flags: `OF:M CF:M`, {kept}"), "{result}");
    }
    let cleared = DIV.replace("OF:- CF:-", "OF:- CF:0");
    assert_eq!(problem(&cleared, "<W: Width, S: Value<W>>", "Faulting<()>"), format!("flags: `OF:- CF:0`, {kept}"));
}

#[test]
fn flags_that_the_row_does_not_mention() {
    let wanted = "flags: none of OF SF ZF AF PF CF is written, but its handler `add` of arithmetic.rs:1 returns Flags; \
                  write what it does to them, as in \"OF:M\", or let it return ()";
    let none = ADD.replace("\"flags\":\"OF:M CF:M\", ", "");
    let tested = ADD.replace("OF:M CF:M", "CF:T DF:M");
    assert_eq!(problem(&none, BOTH, "Outcome<Flags>"), wanted);
    assert_eq!(problem(&tested, BOTH, "Outcome<Flags>"), wanted);
}

#[test]
fn an_operand_that_is_written_and_should_not_be() {
    let wrong = "but its handler `add` of arithmetic.rs:1 writes it, a Place; write w or rw, or let it take a Value";
    let only_read = ADD.replace("rw r", "r r").replace("\"prefixes\":\"LOCK\", ", "");
    assert_eq!(problem(&only_read, BOTH, "Outcome<Flags>"), format!("access: `r` for `r/m32`, {wrong}"));
    let both = "<W: Width, D: Place<W>, S: Place<W>>";
    assert_eq!(problem(ADD, both, "Outcome<Flags>"), format!("access: `r` for `r32`, {wrong}"));
}

#[test]
fn an_operand_that_should_be_written_and_is_not() {
    let none = "<W: Width, D: Value<W>, S: Value<W>>";
    assert_eq!(
        problem(ADD, none, "Outcome<Flags>"),
        "access: `rw` for `r/m32`, but its handler `add` of arithmetic.rs:1 only reads it, a Value; write r, or let it \
         take a Place"
    );
}
