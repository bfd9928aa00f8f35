//! Rows are checked for all that they say: each way to be wrong, and what the build says of it.

use crate::table::schema;

/// Rows that are right, of several kinds.
const ADD: &str = r#"{"opcode":"01 /r", "instruction":"ADD r/m32, r32", "encoding":"MR", "access":"rw r", "flags":"OF:M CF:M", "prefixes":"LOCK", "handler":"add", "sdm":"2A ADD"}"#;
const ADD_IMM: &str = r#"{"opcode":"83 /0 ib", "instruction":"ADD r/m32, imm8", "encoding":"MI", "access":"rw r", "flags":"OF:M CF:M", "prefixes":"LOCK", "handler":"add", "sdm":"2A ADD"}"#;
const SHL: &str = r#"{"opcode":"D3 /4", "instruction":"SHL r/m32, CL", "encoding":"MC", "access":"rw r", "flags":"OF:m CF:m", "handler":"shl", "sdm":"2B SAL/SAR/SHL/SHR"}"#;
const SHL_1: &str = r#"{"opcode":"D1 /4", "instruction":"SHL r/m32, 1", "encoding":"M1", "access":"rw r", "flags":"OF:M CF:M", "handler":"shl", "sdm":"2B SAL/SAR/SHL/SHR"}"#;
const JO: &str = r#"{"opcode":"70 cb", "instruction":"JO rel8", "encoding":"D", "access":"r", "flags":"OF:T", "handler":"jcc", "sdm":"2A Jcc"}"#;
const MOV_REGISTER: &str = r#"{"opcode":"B8+rd id", "instruction":"MOV r32, imm32", "encoding":"OI", "access":"w r", "handler":"mov", "sdm":"2B MOV"}"#;
const MOV_OFFSET: &str = r#"{"opcode":"A1", "instruction":"MOV EAX, moffs32", "encoding":"FD", "access":"w r", "handler":"mov", "sdm":"2B MOV"}"#;
const JMP_FAR: &str = r#"{"opcode":"EA cp", "instruction":"JMP ptr16:32", "far":true, "encoding":"D", "access":"r", "handler":"jmp_far", "sdm":"2A JMP"}"#;
const MOVSB: &str = r#"{"opcode":"A4", "instruction":"MOVSB", "size":8, "encoding":"ZO", "prefixes":"REP", "handler":"movs", "sdm":"2B MOVS/MOVSB/MOVSW/MOVSD/MOVSQ"}"#;
const MOVUPS: &str = r#"{"opcode":"NP 0F 10 /r", "instruction":"MOVUPS xmm1, xmm2/m128", "alignment":1, "encoding":"RM", "cpuid":"SSE", "access":"w r", "handler":"movaps", "sdm":"2B MOVUPS"}"#;
pub const VMOVAPS: &str = r#"{"opcode":"VEX.256.0F.WIG 28 /r", "instruction":"VMOVAPS ymm1, ymm2/m256", "alignment":32, "encoding":"RM", "cpuid":"AVX", "access":"w r", "handler":"movaps", "sdm":"2B MOVAPS"}"#;
const VBLENDVPS: &str = r#"{"opcode":"VEX.128.66.0F3A.W0 4A /r /is4", "instruction":"VBLENDVPS xmm1, xmm2, xmm3/m128, xmm4", "lanes":"32", "encoding":"RVMS", "cpuid":"AVX", "access":"w r r r", "handler":"blendv", "sdm":"2A BLENDVPS"}"#;
const SHA256RNDS2: &str = r#"{"opcode":"NP 0F 38 CB /r", "instruction":"SHA256RNDS2 xmm1, xmm2/m128, <XMM0>", "alignment":1, "encoding":"RM0", "cpuid":"SHA", "access":"rw r r", "handler":"sha256rnds2", "sdm":"2B SHA256RNDS2"}"#;

fn read(row: &str) -> Vec<String> {
    let text = format!("{{\n\"legend\":{{}},\n\"rows\":[\n{row}\n]}}\n");
    schema::read(&text).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

/// What is said about a row in which one part is replaced by another, without the line and the title.
#[track_caller]
pub fn problem(row: &str, part: &str, replacement: &str) -> String {
    assert_eq!(read(row), [""; 0], "the row is right");
    assert!(row.contains(part), "the row has no {part}");
    let messages = read(&row.replace(part, replacement));
    assert_eq!(messages.len(), 1, "{messages:#?}");
    assert!(messages[0].starts_with("opcodes.json:4:"), "{messages:#?}");
    messages[0].split_once("`: ").map_or(messages[0].as_str(), |(_, problem)| problem).to_string()
}

/// The same with a key in front of the encoding.
#[track_caller]
pub fn with(row: &str, key: &str) -> String {
    problem(row, "\"encoding\"", &format!("{key}, \"encoding\""))
}

#[test]
fn every_kind_of_row_is_right() {
    for row in [
        ADD,
        ADD_IMM,
        SHL,
        SHL_1,
        JO,
        MOV_REGISTER,
        MOV_OFFSET,
        JMP_FAR,
        MOVSB,
        MOVUPS,
        VMOVAPS,
        VBLENDVPS,
        SHA256RNDS2,
    ] {
        assert_eq!(read(row), [""; 0]);
    }
}

#[test]
fn keys_say_something_once_and_in_order() {
    assert_eq!(
        problem(ADD, "\"sdm\":\"2A ADD\"", "\"sdm\":\"2A ADD\", \"note\":\"\""),
        "note: says nothing; write its value, or leave the key out"
    );
    assert_eq!(with(ADD, "\"far\":false"), "far: says nothing; write its value, or leave the key out");
    assert_eq!(with(ADD, "\"size\":null"), "size: says nothing; write its value, or leave the key out");
    assert_eq!(
        problem(ADD, "\"rw r\"", "\"rw  r\""),
        "access: `rw  r`; write one space between two words, and none around"
    );
    assert_eq!(with(ADD, "\"instruction\":\"ADD r/m32, r32\""), "the key `instruction` stands there twice; remove one");
    assert!(
        problem(ADD, "\"encoding\":\"MR\", \"access\":\"rw r\"", "\"access\":\"rw r\", \"encoding\":\"MR\"")
            .starts_with("`encoding` stands behind `access`; write the keys in the order opcode, instruction, ")
    );
    assert_eq!(
        problem(SHL, "\"handler\"", "\"undefined\":{\"OF\":\"count>1\", \"OF\":\"count>0\"}, \"handler\""),
        "undefined: OF stands there twice; remove one"
    );
}

#[test]
fn a_feature_that_is_not_listed() {
    assert_eq!(
        problem(MOVUPS, "\"SSE\"", "\"SSE99\""),
        "cpuid: `SSE99` is no feature of src/table/features.rs (did you mean `SSE`?); write one that stands there, or add \
         to its list FEATURES, at its generation: feature(\"SSE99\", \"GROUP\", \"GENERATION\", \"FEATURE THAT IT NEEDS\", WORD, \
         BIT),"
    );
    assert_eq!(problem(MOVUPS, "\"SSE\"", "\"SSE SSE\""), "cpuid: `SSE` stands there twice; remove one");
    let missing = "cpuid: missing, but no 80386 has such registers or prefixes; write the SDM's CPUID feature flag";
    assert_eq!(problem(MOVUPS, "\"cpuid\":\"SSE\", ", ""), missing);
    assert_eq!(problem(VMOVAPS, "\"cpuid\":\"AVX\", ", ""), missing);
}

#[test]
fn alignment() {
    assert_eq!(
        problem(VMOVAPS, "\"alignment\":32", "\"alignment\":7"),
        "alignment: 7; write 16, 32 or 64 bytes, or 1 for none"
    );
    assert_eq!(
        problem(VMOVAPS, "\"alignment\":32", "\"alignment\":16"),
        "alignment: 16 bytes for memory of 32 bytes; write 32, or 1 for none"
    );
    assert_eq!(
        problem(VMOVAPS, "\"alignment\":32", "\"alignment\":1"),
        "alignment: 1 is what holds without the key; leave it out"
    );
    assert_eq!(
        problem(MOVUPS, "\"alignment\":1", "\"alignment\":16"),
        "alignment: 16 is what holds without the key; leave it out"
    );
    assert_eq!(with(MOVSB, "\"alignment\":16"), "alignment: the row has no memory operand; leave the key out");
}

#[test]
fn encoding_letters() {
    for (row, written, right) in [
        (ADD, "MRI", "MR"),
        (ADD, "MR1", "MR"),
        (ADD_IMM, "M", "MI"),
        (ADD_IMM, "IM", "MI"),
        (SHL, "M", "MC"),
        (SHL, "MI", "MC"),
        (SHL_1, "MC", "M1"),
        (JO, "I", "D"),
        (JO, "ZO", "D"),
        (MOV_REGISTER, "OD", "OI"),
        (MOV_OFFSET, "TD", "FD"),
        (MOV_OFFSET, "ZO", "FD"),
        (MOVSB, "NP", "ZO"),
        (SHA256RNDS2, "RM1", "RM"),
    ] {
        let instruction = row.split("\"instruction\":\"").nth(1).unwrap().split('"').next().unwrap();
        let own = row.split("\"encoding\":\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(
            problem(row, &format!("\"{own}\""), &format!("\"{written}\"")),
            format!("encoding: `{written}` does not fit `{instruction}`; write {right}")
        );
    }
}

#[test]
fn encoding_places() {
    assert_eq!(
        problem(ADD, "\"MR\"", "\"RM\""),
        "encoding: `RM` puts memory of `ADD r/m32, r32` where only a register can be; M names memory"
    );
    assert_eq!(
        problem(ADD, "\"MR\"", "\"MM\""),
        "encoding: M twice in `MM`; each of R, M, V, O and S names one operand"
    );
    assert_eq!(
        problem(VBLENDVPS, "RVMS", "RRMS"),
        "encoding: R twice in `RRMS`; each of R, M, V, O and S names one operand"
    );
    assert_eq!(
        problem(MOV_REGISTER, "+rd", "+rb"),
        "encoding: O, but `B8+rb id` has no +rd; write +rd behind a byte, or another letter"
    );
    assert_eq!(
        problem(VBLENDVPS, "/r /is4", "/r ib"),
        "opcode: `ib` for immediates, where `VBLENDVPS xmm1, xmm2, xmm3/m128, xmm4` has `/is4`; write that"
    );
    assert_eq!(problem(JO, "cb", "ib"), "opcode: `ib` for immediates, where `JO rel8` has `cb`; write that");
    assert_eq!(
        problem(ADD_IMM, "ib", "id"),
        "opcode: `id` for immediates, where `ADD r/m32, imm8` has `ib`; write that"
    );
    assert_eq!(
        problem(MOVSB, "A4", "A4 /0"),
        "encoding: no M, but `A4 /0` has a ModR/M byte; write the byte, or an operand with M"
    );
    assert_eq!(
        problem(MOVSB, "A4", "A0+rb"),
        "encoding: no O, but `A0+rb` has a register in a byte; write an operand with O"
    );
}

#[test]
fn the_fields_of_a_vex_prefix() {
    assert_eq!(
        problem(VMOVAPS, "VEX.256", "VEX.128"),
        "opcode: `VEX.128.0F.WIG 28 /r` for ymm registers; write VEX.256"
    );
    assert_eq!(
        problem(VBLENDVPS, "VEX.128", "VEX.256"),
        "opcode: VEX.256, but `VBLENDVPS xmm1, xmm2, xmm3/m128, xmm4` has no ymm register; write VEX.128"
    );
    assert_eq!(
        problem(VMOVAPS, "VEX.256.0F.WIG", "XOP.256.X9.W0"),
        "opcode: `XOP.256.X9.W0`; Intel's processors have no XOP prefix; write VEX or EVEX, or leave the row out and list \
         its encoding in tests/data/left-out.tsv"
    );
    let order = "write VEX.length.prefix.map.W, each once: 128 256 L0 L1 LZ or LIG, 66 F3 F2 or nothing, 0F 0F38 or 0F3A, \
                 W0 W1 or WIG";
    for wrong in ["VEX.256.0F", "VEX.0F.WIG", "VEX.0F.256.WIG", "VEX.256.128.0F.WIG", "VEX.256.66.66.0F.WIG"] {
        assert_eq!(problem(VMOVAPS, "VEX.256.0F.WIG", wrong), format!("opcode: `{wrong}`; {order}"));
    }
}

#[test]
fn access() {
    assert_eq!(problem(ADD, "\"rw r\"", "\"rw\""), "access: 1 token for 2 operands; write one token for each");
    assert_eq!(problem(ADD, "\"rw r\"", "\"rw r r\""), "access: 3 tokens for 2 operands; write one token for each");
    assert_eq!(problem(ADD, "\"access\":\"rw r\", ", ""), "access: 0 tokens for 2 operands; write one token for each");
    for wrong in ["w", "rw", "n", "cr"] {
        assert_eq!(
            problem(ADD_IMM, "\"rw r\"", &format!("\"rw {wrong}\"")),
            format!("access: `{wrong}` for `imm8`, which stands in the instruction; write r")
        );
    }
    assert_eq!(problem(SHL_1, "\"rw r\"", "\"rw w\""), "access: `w` for `1`, which stands in the instruction; write r");
    assert_eq!(
        problem(MOV_OFFSET, "\"w r\"", "\"w n\""),
        "access: `n` for `moffs32`, which is memory at a given address; write r or w"
    );
}

#[test]
fn mnemonics_and_pages() {
    assert_eq!(
        problem(ADD, "\"ADD r", "\"ADDD r"),
        "instruction: the page `2A ADD` has no `ADDD`; write a mnemonic of that page, or another page under sdm"
    );
    assert_eq!(
        problem(ADD, "\"ADD r", "\"OR r"),
        "instruction: the page `2A ADD` has no `OR` (`2B OR` has OR); write a mnemonic of that page, or another page under sdm"
    );
    assert_eq!(
        problem(ADD, "2A ADD", "2A AD"),
        "sdm: `2A AD` is no page of src/table/schema/pages.txt (did you mean `2A AAD`?); write volume and title as the \
         manual's contents have them, or add the line there"
    );
    assert!(problem(ADD, "2A ADD", "2B ADD").starts_with("sdm: `2B ADD` is no page of"));
    assert_eq!(
        problem(ADD, ", \"sdm\":\"2A ADD\"", ""),
        "sdm: missing; write volume and page title, as in \"2A ADD\" (`2A ADD` has ADD)"
    );
    assert_eq!(problem(ADD, "r/m32, r32", "r/m32,r32"), "instruction: write `ADD r/m32, r32`");
    assert_eq!(problem(ADD, "r/m32, r32", "r/m32, r32,"), "instruction: write `ADD r/m32, r32`");
}

#[test]
fn flags_and_undefined() {
    let letters = "write one of T, M, m, 0, 1, -, TM, Tm behind the colon";
    for wrong in ["MT", "MM", "T0", "Mm"] {
        assert_eq!(problem(ADD, "CF:M", &format!("CF:{wrong}")), format!("flags: `CF:{wrong}`; {letters}"));
    }
}

#[test]
fn prefixes() {
    let lock = "prefixes: LOCK is for a read-modify-write of memory by one of ADC, ADD, AND, BTC, BTR, BTS, CMPXCHG, \
                CMPXCHG8B, DEC, INC, NEG, NOT, OR, SBB, SUB, XADD, XOR, XCHG; leave the key out";
    let locked = |row: &str| row.replace("\"handler\"", "\"prefixes\":\"LOCK\", \"handler\"");
    assert_eq!(problem(SHL, SHL, &locked(SHL)), lock);
    assert_eq!(problem(MOV_REGISTER, MOV_REGISTER, &locked(MOV_REGISTER)), lock);
    assert_eq!(problem(ADD, "r/m32, r32\", \"encoding\":\"MR", "r32, r/m32\", \"encoding\":\"RM"), lock);
    assert_eq!(
        problem(ADD, "LOCK", "REP"),
        "prefixes: LOCK may stand before `ADD r/m32, r32`; write \"prefixes\":\"LOCK\""
    );
    assert_eq!(
        problem(MOVSB, "REP", "REPE REPNE"),
        "prefixes: REP may stand before `MOVSB`; write \"prefixes\":\"REP\""
    );
    assert_eq!(
        problem(MOVSB, "\"prefixes\":\"REP\", ", ""),
        "prefixes: REP may stand before `MOVSB`; write \"prefixes\":\"REP\""
    );
    assert_eq!(
        problem(JO, "\"handler\"", "\"prefixes\":\"REP\", \"handler\""),
        "prefixes: REP is for string instructions; leave the key out"
    );
}

#[test]
fn keys_without_effect() {
    assert_eq!(with(ADD, "\"size\":32"), "size: the operands of `ADD r/m32, r32` tell it; leave the key out");
    assert_eq!(with(ADD, "\"size\":8"), "size: 8 is for string instructions on bytes");
    assert_eq!(problem(MOVSB, "\"size\":8", "\"size\":16"), "size: write \"size\":8 for a string of bytes");
    assert_eq!(with(ADD, "\"far\":true"), "far: ADD is no CALL, JMP or RET; leave the key out");
    assert_eq!(
        problem(JMP_FAR, "\"far\":true, ", ""),
        "far: the operand of `JMP ptr16:32` says that it is far; write \"far\":true"
    );
    assert_eq!(
        problem(JMP_FAR, "\"EA cp\", \"instruction\":\"JMP ptr16:32\"", "\"E9 cd\", \"instruction\":\"JMP rel32\""),
        "far: the operand of `JMP rel32` says that it is near; leave the key out"
    );
}

#[test]
fn lanes() {
    assert_eq!(
        problem(VBLENDVPS, "\"lanes\":\"32\"", "\"lanes\":\"7\""),
        "lanes: `7`; write bits of an element: 8, 16, 32 or 64, one number for each size that the handler asks for"
    );
    assert_eq!(with(ADD, "\"lanes\":\"32\""), "lanes: no operand of `ADD r/m32, r32` is a vector; leave the key out");
}
