//! What the build says of a wrong `sequences.json`.

use crate::table::build;
use crate::table::build::copies::Copies;
use crate::table::build::source;

const ROWS: &str = r#"{
"legend":{},
"rows":[
{"opcode":"01 /r", "instruction":"ADD r/m32, r32", "encoding":"MR", "access":"rw r", "flags":"OF:M CF:M", "prefixes":"LOCK", "handler":"add", "sdm":"2A ADD"},
{"opcode":"28 /r", "instruction":"SUB r/m8, r8", "encoding":"MR", "access":"rw r", "flags":"OF:M CF:M", "prefixes":"LOCK", "handler":"add", "sdm":"2B SUB"},
{"opcode":"EB cb", "instruction":"JMP rel8", "encoding":"D", "access":"r", "handler":"jmp", "sdm":"2A JMP"}
]}
"#;

const SOURCE: &str = "pub fn add<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {\n}\n\
                      pub fn jmp<A: AccessMode>(m: &mut Machine, op: &Op) -> Faulting<Direct> {\n}\n";

/// The handlers that two lists of copies lead to, or the first message.
fn build(forwarding: &str, sequences: &str) -> Result<String, String> {
    let list = |names: &str| if names.is_empty() { String::new() } else { format!("\"{names}\"") };
    let [forwarding, sequences] = [forwarding, sequences].map(list);
    let text = format!("{{\"legend\":{{}},\n\"forwarding\":[{forwarding}],\n\"sequences\":[{sequences}]}}");
    let copies = Copies::read(&text).map_err(|error| error.to_string())?;
    let functions = source::read_text("binary_arithmetic", "binary_arithmetic.rs", SOURCE).unwrap();
    build::generate(ROWS, &functions, &copies).map(|found| found.handlers).map_err(|errors| errors[0].to_string())
}

#[test]
fn copies_are_generated() {
    let handlers = build("ADD r32, r32", "ADD r32, r32 ; ADD r32*, r32 ; JMP rel8").unwrap();
    assert!(handlers.contains("forwarded(general) binary_arithmetic::"));
    assert!(handlers.contains("add::<u32, Forwarded<Reg<0>>, Reg<1>>"), "a forwarded operand");
    assert!(handlers.contains("forwarded: &[0, 1, 0], last_writer: 1"), "the sequence, with its forwarded operands");
}

#[test]
fn a_line_with_alternatives_is_many_sequences() {
    let handlers = build("ADD r32, r32", "ADD r32, r32 ; ADD r32, r32 | ADD r32*, r32 | JMP rel8").unwrap();
    assert_eq!(handlers.matches("Sequence {").count(), 3);
    assert!(handlers.contains("forwarded: &[0, 0], last_writer: 1"));
    assert!(handlers.contains("forwarded: &[0, 1], last_writer: 1"));
    assert!(handlers.contains("forwarded: &[0, 0], last_writer: 0"));
    let twice = build("", "ADD r32, r32 ; ADD r32, r32 | JMP rel8\", \"ADD r32, r32 ; JMP rel8").unwrap_err();
    assert!(twice.contains("is there already"));
}

#[test]
fn every_mistake_is_named() {
    let said = |forwarding, sequences| build(forwarding, sequences).unwrap_err();
    assert!(said("ADD r32", "").starts_with("sequences.json:2: `ADD r32` is no instruction of opcodes.json"));
    assert!(said("SUB r8, r8", "").starts_with("sequences.json:2: `SUB r8, r8` writes part of a register"));
    assert!(said("", "ADD r32, r32").contains("at least two instructions"));
    assert!(said("", "JMP rel8 ; ADD r32, r32").contains("only the last instruction"));
    assert!(said("", "ADD r32*, r32 ; JMP rel8").contains("`forwarding` does not list"));
    assert!(said("ADD r32, r32\", \"ADD r32, r32", "ADD r32 ; JMP rel8").contains("sequences.json:3"));
    let twice = "ADD r32, r32 ; JMP rel8\", \"ADD r32, r32 ; JMP rel8";
    assert!(said("", twice).contains("is there already"));
}
