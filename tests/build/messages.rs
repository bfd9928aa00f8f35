//! What the build says about wrong rows: the line, what is wrong, and what to write.

use proptest::prelude::*;

use crate::table::build::copies::Copies;
use crate::table::build::{self, source};
use crate::table::{notation, schema};

/// A row that is right.
const ADD: &str = r#"{"opcode":"01 /r", "instruction":"ADD r/m32, r32", "encoding":"MR", "access":"rw r", "flags":"OF:M CF:M", "prefixes":"LOCK", "handler":"add", "sdm":"2A ADD"}"#;

/// The source of the only handler.
const SOURCE: &str =
    "pub fn add<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {\n}\n";

fn file(rows: &[&str]) -> String {
    format!("{{\n\"legend\":{{}},\n\"rows\":[\n{}\n]}}\n", rows.join(",\n"))
}

/// Builds a file with the one handler and gives every message.
fn messages_of(text: &str) -> Vec<String> {
    let functions = source::read_text("binary_arithmetic", "binary_arithmetic.rs", SOURCE).unwrap();
    match build::generate(text, &functions, &Copies::default()) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}

fn messages(rows: &[&str]) -> Vec<String> {
    messages_of(&file(rows))
}

/// The message about the right row with one part replaced.
#[track_caller]
fn message_with(part: &str, replacement: &str) -> String {
    assert!(ADD.contains(part), "the row has no {part}");
    let messages = messages(&[&ADD.replace(part, replacement)]);
    assert_eq!(messages.len(), 1, "{messages:#?}");
    messages[0].clone()
}

/// The same without the title of the row.
#[track_caller]
fn problem(part: &str, replacement: &str) -> String {
    message_with(part, replacement).split_once("`: ").expect("a title").1.to_string()
}

#[test]
fn the_right_row_builds() {
    assert_eq!(messages(&[ADD]), [""; 0]);
}

#[test]
fn not_json() {
    assert_eq!(messages_of("{\n\"rows\":[\n"), ["opcodes.json:3: not JSON: EOF while parsing a list"]);
    assert_eq!(
        messages_of("[]"),
        ["opcodes.json: there is no list \"rows\"; the file is {\"legend\":{…},\"rows\":[…]}"]
    );
    let legend = file(&[ADD]).replace("{}", "{\"opcode\" \"The opcode\"}");
    assert_eq!(messages_of(&legend), ["opcodes.json:2:20: not JSON: expected `:`"]);
    let other = file(&[ADD]).replace("\"legend\"", "\"footnote\"");
    assert_eq!(messages_of(&other), ["opcodes.json: `footnote` stands beside the legend and the rows; remove it"]);
}

/// A fault inside a row: its line and column, once, and nothing about the rows around it.
#[test]
fn a_row_that_is_not_json() {
    let broken = [
        (ADD.replace("\"encoding\":", "\"encoding\" "), 63, "expected `:`; mend the JSON"),
        (ADD.replace(", \"access\"", " \"access\""), 68, "expected `,` or `}`; mend the JSON"),
        (
            ADD.replace("\"sdm\":\"2A ADD\"}", "\"sdm\":\"2A ADD}"),
            156,
            "EOF while parsing a string; write one row a line, whole",
        ),
        (format!("{ADD} {ADD}"), 159, "trailing characters; write one row a line, whole"),
        (format!("{ADD},"), 158, "trailing characters; write one row a line, whole"),
        (ADD.replace("\"MR\"", "3"), 63, "invalid type: integer `3`, expected a string"),
    ];
    for (row, column, problem) in broken {
        let messages = messages(&[&row, ADD]);
        assert_eq!(messages.len(), 1, "{messages:#?}");
        assert!(messages[0].starts_with(&format!("opcodes.json:4:{column}: ")), "{messages:#?}");
        assert!(messages[0].ends_with(problem), "{messages:#?}");
    }
}

#[test]
fn commas_between_rows() {
    let lacking = file(&[ADD, ADD]).replace("},\n{", "}\n{");
    assert_eq!(messages_of(&lacking), ["opcodes.json:4:157: write a comma behind the row"]);
    let trailing = file(&[ADD]).replace("}\n]", "},\n]");
    assert_eq!(messages_of(&trailing), ["opcodes.json:4:158: the last row has a comma behind it; remove it"]);
}

#[test]
fn one_row_a_line() {
    let remedy = "write one row a line, its opcode first: {\"opcode\":\"01 /r\", \"instruction\":…";
    let broken = ADD.replace(", \"handler\"", ",\n\"handler\"");
    assert_eq!(messages(&[&broken]).len(), 1);
    assert!(messages(&[&broken])[0].starts_with("opcodes.json:4:123: EOF while parsing"), "{:?}", messages(&[&broken]));
    let turned = r#"{"instruction":"NOP", "opcode":"90", "encoding":"ZO", "handler":null}"#;
    assert_eq!(messages(&[ADD, turned]), [format!("opcodes.json:5: {remedy}")]);
}

#[test]
fn keys() {
    let keys = "the keys are opcode, instruction, size, address, alignment, lanes, far, encoding, tuple, cpuid, access, flags, undefined, \
                prefixes, handler, sdm, note";
    assert_eq!(
        message_with("\"handler\"", "\"handlr\""),
        format!("opcodes.json:4:126: `01 /r` `ADD r/m32, r32`: `handlr` is no key (did you mean `handler`?); {keys}")
    );
    assert_eq!(
        message_with(", \"handler\":\"add\"", ""),
        "opcodes.json:4:140: `01 /r` `ADD r/m32, r32`: missing field `handler`; \
         write \"handler\":null while nothing executes the row"
    );
    assert!(message_with(", \"encoding\":\"MR\"", "").contains("missing field `encoding`"));
}

#[test]
fn values() {
    let with = |key: &str| problem(", \"encoding\"", &format!(", {key}, \"encoding\""));
    assert_eq!(with("\"size\":64"), "size: write 16 or 32, or 8 for a string instruction on bytes");
    assert_eq!(with("\"address\":8"), "address: write 16 or 32");
    assert_eq!(problem("\"LOCK\"", "\"LOCK REP\""), "prefixes: `LOCK REP`; write LOCK, REP or \"REPE REPNE\"");
}

#[test]
fn notation() {
    assert_eq!(
        message_with("01 /r", "01 /x"),
        "opcodes.json:4: `01 /x` `ADD r/m32, r32`: opcode: `/x` is not understood; write NP, NFx, 66, F2 or F3, then \
         hex bytes, +rb +rw +rd or +i, /r or /0 to /7, /is4, ib iw id cb cw cd cp"
    );
    assert_eq!(
        message_with("r/m32, r32", "r/m32, r64"),
        "opcodes.json:4: `01 /r` `ADD r/m32, r64`: instruction: `r64` is not understood; write an operand as the SDM \
         prints it: r32, r/m32, m32, imm8, rel32, moffs32, Sreg, xmm1, xmm2/m128, AL, CL, 1 …"
    );
}

#[test]
fn columns_that_contradict_each_other() {
    let problem =
        |part: &str, replacement: &str| message_with(part, replacement).split_once("`: ").unwrap().1.to_string();
    assert_eq!(
        problem("\"MR\"", "\"M\""),
        "instruction: `M` is not understood; write an encoding with a letter of R, M, V, O, S for each explicit operand"
    );
    assert_eq!(
        problem("01 /r", "01"),
        "encoding: M, but `01` has no ModR/M byte; write /r or /digit, or another letter"
    );
    assert_eq!(problem("01 /r", "01 /3"), "encoding: R, but `01 /3` has no /r; write /r or another letter");
    assert_eq!(problem("\"MR\"", "\"MV\""), "encoding: V, but `01 /r` has no VEX prefix; write another letter");
    assert_eq!(
        problem("\"MR\"", "\"MO\""),
        "encoding: O, but `01 /r` has no +rd; write +rd behind a byte, or another letter"
    );
    assert_eq!(
        problem("01 /r", "01 /r ib"),
        "opcode: `ib` for immediates, where `ADD r/m32, r32` has nothing; write that"
    );
}

#[test]
fn access() {
    assert_eq!(problem("rw r", "wr r"), "access: `wr`; write r, w, rw, cr, cw, rcw or n for each operand");
}

#[test]
fn flags() {
    let problem = |flags| problem("OF:M CF:M", flags);
    assert_eq!(problem("OF:X"), "flags: `X` in `OF:X`; the letters are T M m 0 1 -");
    assert_eq!(problem("OF"), "flags: `OF` has no letter; write OF:M");
    assert_eq!(problem("VF:M"), "flags: `VF` is no flag; write OF SF ZF AF PF CF DF IF TF NT RF or AC");
    assert_eq!(problem("OF:M OF:0"), "flags: `OF:0`; write each flag once, with its letters");
}

#[test]
fn undefined_agrees_with_flags() {
    let problem = |undefined| problem("\"prefixes\"", &format!("\"undefined\":{undefined}, \"prefixes\""));
    assert_eq!(
        problem(r#"{"AF":"count>0"}"#),
        "undefined: AF when count>0, but flags does not say that AF is written; add AF:m there"
    );
    assert_eq!(
        problem(r#"{"OF":"count=7"}"#),
        "undefined: `count=7`; write count>0, count>1, count>width or count>=width"
    );
    let always =
        ADD.replace("OF:M", "OF:-").replace("\"prefixes\"", "\"undefined\":{\"OF\":\"count>1\"}, \"prefixes\"");
    assert!(
        messages(&[&always])[0]
            .ends_with("undefined: OF when count>1, but flags says OF:-, always; keep one of the two")
    );
}

/// The row with another opcode byte.
fn at(byte: &str) -> String {
    ADD.replace("01 /r", &format!("{byte} /r"))
}

#[test]
fn two_rows_on_one_key() {
    let other = ADD.replace("ADD r/m32, r32", "AND r/m32, r32").replace("2A ADD", "2A AND");
    assert_eq!(
        messages(&[ADD, &other]),
        ["opcodes.json:5: `01 /r` `AND r/m32, r32`: decodes to the same key as line 4: `01 /r` `ADD r/m32, r32`; \
          tell them apart by prefix, /digit, size or address, or remove one"]
    );
}

/// A copy is blamed, and points at the row that it repeats: the later of the two, but for one that
/// stands out of order.
#[test]
fn a_copy() {
    let message = |copy: usize, original: usize| {
        format!(
            "opcodes.json:{copy}: `01 /r` `ADD r/m32, r32`: decodes to the same key as line {original}: `01 /r` \
             `ADD r/m32, r32`; remove one"
        )
    };
    let (before, after) = (at("00"), at("09"));
    assert_eq!(messages(&[&before, ADD, ADD, &after]), [message(6, 5)]);
    assert_eq!(messages(&[&before, ADD, &after, ADD]), [message(7, 5)]);
    assert_eq!(messages(&[ADD, &before, ADD, &after]), [message(4, 6)]);
}

#[test]
fn rows_out_of_order() {
    let (second, third) = (at("09"), at("11"));
    assert_eq!(
        messages(&[ADD, &third, &second]),
        ["opcodes.json:6: `09 /r` `ADD r/m32, r32`: out of opcode-map order; move it behind line 4: `01 /r` \
          `ADD r/m32, r32`"]
    );
    assert_eq!(
        messages(&[&second, ADD, &third]),
        ["opcodes.json:5: `01 /r` `ADD r/m32, r32`: out of opcode-map order; move it before all others"]
    );
}

#[test]
fn a_size_without_another() {
    let cbw =
        r#"{"opcode":"98", "instruction":"CBW", "size":16, "encoding":"ZO", "handler":null, "sdm":"2A CBW/CWDE/CDQE"}"#;
    assert_eq!(
        messages(&[ADD, cbw]),
        ["opcodes.json:5: `98` `CBW`: size: no row of opcode `98` has another; leave the key out"]
    );
}

#[test]
fn an_unreachable_row() {
    let digits: Vec<String> = (0..8)
        .map(|digit| {
            ADD.replace("/r\"", &format!("/{digit}\""))
                .replace("r/m32, r32", "r/m32")
                .replace("MR", "M")
                .replace("rw r", "rw")
        })
        .collect();
    let rows: Vec<&str> = std::iter::once(ADD).chain(digits.iter().map(String::as_str)).collect();
    assert_eq!(
        messages(&rows),
        ["opcodes.json:4: `01 /r` `ADD r/m32, r32`: unreachable: the more specific rows of lines 5, 6, 7, 8, 9, 10, \
          11, 12 take every encoding of it; remove it or make it more specific"]
    );
}

#[test]
fn a_handler_that_does_not_exist_is_reported_once_with_its_signature() {
    let shld = r#"{"opcode":"0F A5 /r", "instruction":"SHLD r/m32, r32, CL", "encoding":"MRC", "access":"rw r r", "flags":"CF:m", "handler":"shld", "sdm":"2B SHLD"}"#;
    let shorter = shld.replace("32", "16");
    let expected = [
        "opcodes.json:5: `0F A5 /r` `SHLD r/m32, r32, CL`: there is no handler `shld`; write it in binary_arithmetic.rs:",
        "    /// SHLD: … (SDM Vol. 2B, \"SHLD\").",
        "    pub fn shld<W: Width, D: Place<W>, S: Value<W>, T: Value<u8>>(m: &mut Machine, op: &Op) -> Outcome<Flags>",
        "    (\"handler\":null says that it is still to be written; 1 more row names it)",
    ];
    assert_eq!(messages(&[ADD, shld, &shorter]), [expected.join("\n")]);
}

/// Of a slip in a name only the row is reported: neither the function that was meant, as unused, nor more.
#[test]
fn a_name_that_is_nearly_right() {
    let messages = messages(&[&ADD.replace("\"add\"", "\"ad\"")]);
    assert_eq!(messages.len(), 1, "{messages:#?}");
    assert!(messages[0].contains("there is no handler `ad` (did you mean `add`?); write it in "), "{messages:#?}");
}

#[test]
fn a_handler_that_no_row_names() {
    let unused = ADD.replace("\"add\"", "null");
    assert_eq!(
        messages(&[&unused]),
        ["opcodes.json: no row names the handler `add` of binary_arithmetic.rs:1; name it in a row, or make it \
          `pub(super)` if it is none"]
    );
}

#[test]
fn operands_that_do_not_fit_the_handler() {
    let one = r#"{"opcode":"F7 /3", "instruction":"NEG r/m32", "encoding":"M", "access":"rw", "flags":"CF:M", "prefixes":"LOCK", "handler":"add", "sdm":"2B NEG"}"#;
    assert_eq!(
        messages(&[one]),
        ["opcodes.json:4: `F7 /3` `NEG r/m32`: has 1 operands, but its handler takes 2; write the operands, or \
          another handler"]
    );
}

/// Texts near to the notation: its tokens, in any order.
fn tokens() -> impl Strategy<Value = String> {
    let all = "NP 66 F3 0F 38 3A 00 C0+i 50+rd /r /7 ib cp /is4 VEX.128.66.0F.W0 ADD r32 r/m16 m16:32 xmm1, imm8, vm32x \
               <XMM0> m mem CL 1 é + / , .";
    let token = prop::sample::select(all.split(' ').collect::<Vec<_>>());
    prop::collection::vec(token, 0..8).prop_map(|tokens| tokens.join(" "))
}

proptest! {
    #[test]
    fn no_notation_panics(text in prop_oneof![any::<String>(), tokens()], encoding in "[A-Z0-9]{0,5}") {
        let _ = notation::opcode(&text);
        let _ = notation::instruction(&text, &encoding);
    }

    #[test]
    fn no_row_panics(opcode in tokens(), instruction in tokens(), encoding in "[RMVOSIZ]{0,4}", access in "[rwcn ]{0,6}", flags in "[A-Z:mM01 -]{0,12}", size in 0..40_u8) {
        let row = format!(
            r#"{{"opcode":"{opcode}", "instruction":"{instruction}", "size":{size}, "encoding":"{encoding}", "access":"{access}", "flags":"{flags}", "handler":"add"}}"#
        );
        messages(&[ADD, &row]);
    }

    #[test]
    fn no_file_panics(text in any::<String>(), at in 0..300_usize) {
        messages_of(&text);
        let mut broken = file(&[ADD]);
        if broken.is_char_boundary(at) && at <= broken.len() {
            broken.insert_str(at, &text);
        }
        let _ = schema::read(&broken);
        messages_of(&broken);
    }
}
