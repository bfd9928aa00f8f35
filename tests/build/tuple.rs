//! The tuple type of an EVEX row with a memory operand: each way to be wrong, and what the build says of it.

use crate::rows::{VMOVAPS, problem, with};

const EVEX_VMOVUPS: &str = r#"{"opcode":"EVEX.256.0F.W0 10 /r", "instruction":"VMOVUPS ymm1 {k1}{z}, ymm2/m256", "encoding":"RM", "tuple":"Full Mem", "cpuid":"AVX512VL AVX512F", "access":"w r", "handler":null, "sdm":"2B MOVUPS"}"#;
const EVEX_VMOVSS: &str = r#"{"opcode":"EVEX.LIG.F3.0F.W0 10 /r", "instruction":"VMOVSS xmm1 {k1}{z}, m32", "encoding":"RM", "tuple":"Tuple1 Scalar", "cpuid":"AVX512F", "access":"w r", "handler":null, "sdm":"2B MOVSS"}"#;
const EVEX_VMOVSS_REGISTER: &str = r#"{"opcode":"EVEX.LIG.F3.0F.W0 10 /r", "instruction":"VMOVSS xmm1 {k1}{z}, xmm2, xmm3", "encoding":"RVM", "cpuid":"AVX512F", "access":"w r r", "handler":null, "sdm":"2B MOVSS"}"#;
const VSCATTERDPD: &str = r#"{"opcode":"EVEX.128.66.0F38.W1 A2 /r", "instruction":"VSCATTERDPD vm32x {k1}, xmm1", "lanes":"64", "encoding":"MR", "tuple":"Tuple1 Scalar", "cpuid":"AVX512VL AVX512F", "access":"w r", "handler":null, "sdm":"2C VSCATTERDPS/VSCATTERDPD/VSCATTERQPS/VSCATTERQPD"}"#;

#[test]
fn it_stands_where_evex_addresses_memory() {
    let out_of_place = "tuple: only EVEX with a memory operand has one; remove the key";
    let behind = "\"RM\", \"tuple\":\"Full Mem\"";
    assert_eq!(problem(VMOVAPS, "\"RM\"", behind), out_of_place);
    assert_eq!(problem(EVEX_VMOVSS_REGISTER, "\"RVM\"", "\"RVM\", \"tuple\":\"Tuple1 Scalar\""), out_of_place);
    assert_eq!(
        problem(EVEX_VMOVUPS, behind, "\"RM\""),
        "tuple: missing; write the tuple type of the memory operand, as in \"Full\""
    );
}

#[test]
fn it_has_a_name_of_the_manual() {
    assert_eq!(
        problem(EVEX_VMOVUPS, "Full Mem", "Full Memory"),
        "tuple: `Full Memory` is not understood; write Full, Half, Quarter, Full Mem, Half Mem, Quarter Mem, Eighth Mem, \
         Scalar, Tuple1 Scalar, Tuple1 Fixed, Tuple2, Tuple4, Tuple8, Tuple1_4X, Mem128 or MOVDDUP"
    );
}

#[test]
fn it_says_the_size_of_the_operand() {
    assert_eq!(
        problem(EVEX_VMOVUPS, "Full Mem", "Half Mem"),
        "tuple: `Half Mem` is 128 bits of memory, the operand m256; correct one of them"
    );
    assert_eq!(
        problem(EVEX_VMOVUPS, "Full Mem", "Mem128"),
        "tuple: `Mem128` is 128 bits of memory, the operand m256; correct one of them"
    );
    assert_eq!(
        problem(EVEX_VMOVSS, "Tuple1 Scalar", "Full"),
        "tuple: `Full` follows the vector length, and the row has none; write Tuple1 Scalar"
    );
}

/// What `lanes` must tell where the operand does not.
#[test]
fn it_takes_the_size_of_an_element_from_lanes() {
    let missing = "lanes: write the bits of one element, 8, 16, 32 or 64; `Tuple1 Scalar` does not tell them";
    assert_eq!(problem(VSCATTERDPD, "\"lanes\":\"64\", ", ""), missing);
    assert_eq!(problem(VSCATTERDPD, "\"lanes\":\"64\"", "\"lanes\":\"63\""), missing);
    assert!(with(EVEX_VMOVSS_REGISTER, "\"lanes\":\"7\"").starts_with("lanes: `7`; write bits of an element"));
}
