//! What CPUID answers, held against the instruction table.

use std::collections::BTreeSet;

use crate::support::{DATA, machine, run};
use tab86::cpu::{Register, SegmentDescriptor};
use tab86::engine::{Event, Exception};
use tab86::engine::{WrongProcessor, processor};
use tab86::table::coverage::{GROUPS, RowStatus};
use tab86::table::features::{FEATURES, Feature, WITHHELD};
use tab86::table::{self, Row};

fn text(words: impl IntoIterator<Item = u32>) -> String {
    let bytes: Vec<u8> = words.into_iter().flat_map(u32::to_le_bytes).filter(|byte| *byte != 0).collect();
    String::from_utf8(bytes).expect("ASCII")
}

fn has(specification: &str, name: &str) -> bool {
    let model = processor(specification).expect("a specification that is known");
    let feature = FEATURES.iter().find(|feature| feature.name == name).expect("a feature that is known");
    model.answer(feature.leaf, feature.subleaf.unwrap_or(0))[feature.register] & feature.bits == feature.bits
}

#[test]
fn every_feature_is_listed_once_and_has_rows() {
    let names: BTreeSet<&str> = table::rows().iter().flat_map(|row| row.cpuid.split(' ')).collect();
    let mut seen = BTreeSet::new();
    for feature in FEATURES.iter().chain(WITHHELD) {
        assert!(seen.insert(feature.name), "{} is listed twice", feature.name);
        assert!(names.contains(feature.name), "no row needs {}", feature.name);
        assert!(
            feature.needs.is_empty() || seen.contains(feature.needs),
            "{} stands before {}",
            feature.name,
            feature.needs
        );
        assert!(
            GROUPS.iter().any(|group| group.name == feature.group),
            "{}: the audit has no group `{}`",
            feature.name,
            feature.group
        );
    }
}

#[test]
fn no_two_features_share_a_bit() {
    let all: Vec<&Feature> = FEATURES.iter().chain(WITHHELD).collect();
    for (at, one) in all.iter().enumerate() {
        for other in &all[..at] {
            let place = |feature: &Feature| (feature.leaf, feature.subleaf, feature.register);
            assert!(place(one) != place(other) || one.bits & other.bits == 0, "{} and {}", one.name, other.name);
        }
    }
}

#[test]
fn a_feature_that_is_reported_has_no_row_without_a_handler() {
    for feature in FEATURES.iter().filter(|feature| has("max", feature.name)) {
        for row in table::rows().iter().filter(|row| row.cpuid == feature.name) {
            assert!(row.handler.is_some(), "{} is reported, but {} is missing", feature.name, row.instruction);
        }
    }
}

#[test]
fn what_is_implemented_is_reported() {
    for name in ["TSC", "CX8", "CMOV", "POPCNT", "BMI1", "BMI2", "ADX", "LZCNT", "MOVBE", "RDRAND"] {
        assert!(has("max", name), "{name}");
    }
}

#[test]
fn a_lowered_processor_lacks_what_came_later_or_was_taken_away() {
    assert!(has("pentium", "TSC") && !has("pentium", "CMOV"));
    assert!(has("haswell", "BMI2") && !has("haswell", "ADX"));
    assert!(has("max,-bmi1", "BMI2") && !has("max,-bmi1", "BMI1"));
    assert!(!has("max, -tsc", "RDTSCP"), "it needs TSC");
}

#[test]
fn a_wrong_specification_is_refused() {
    assert_eq!(processor("z80"), Err(WrongProcessor::Name("z80".to_string())));
    assert_eq!(processor("max,-sse9"), Err(WrongProcessor::Feature("-sse9".to_string())));
    assert_eq!(processor("max,bmi1"), Err(WrongProcessor::Feature("bmi1".to_string())));
    assert!(WrongProcessor::Name("z80".to_string()).to_string().contains("pentium3"));
}

#[test]
fn the_brand_is_ours_and_the_vendor_the_manuals() {
    let model = processor("max").expect("max is always there");
    let [_, b, c, d] = model.answer(0, 0);
    assert_eq!(text([b, d, c]), "GenuineIntel");
    assert_eq!(
        text((2..5).flat_map(|leaf| model.answer(0x8000_0000 + leaf, 0))),
        concat!("tab86 ", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn leaves_beyond_the_last_answer_like_the_last_basic_one() {
    let model = processor("max").expect("max is always there");
    let last = model.answer(0, 0)[0];
    assert_eq!(model.answer(last + 1, 0), model.answer(last, 0));
    assert_eq!(model.answer(0x8000_0005, 0), model.answer(last, 0));
    assert_eq!(model.answer(4, 9), [0; 4], "no such cache");
}

#[test]
fn the_instruction_gives_the_models_answer() {
    let mut m = machine(&[0x0f, 0xa2]);
    m.cpu.model = processor("max").expect("max is always there");
    (m.cpu.regs[Register::Eax], m.cpu.regs[Register::Ecx]) = (4, 2);
    let (m, _) = run(&m);
    let registers = [Register::Eax, Register::Ebx, Register::Ecx, Register::Edx].map(|register| m.cpu.regs[register]);
    assert_eq!(registers, m.cpu.model.answer(4, 2));
}

/// What an instruction raises in user mode.
fn exception(code: &[u8]) -> Option<Exception> {
    let mut m = machine(code);
    m.cpu.regs[Register::Ebx] = DATA;
    match run(&m).1 {
        Event::Fault(exception) => Some(exception),
        _ => None,
    }
}

/// SDM Vol. 2, the exceptions of each: that a feature is missing comes before that only the system may
/// use it. WBNOINVD is WBINVD to a processor that lacks it.
#[test]
fn no_row_of_a_feature_that_is_withheld_is_privileged() {
    let withheld = |row: &&Row| row.features().any(|feature| WITHHELD.contains(feature));
    let privileged = table::rows().iter().filter(withheld).filter(|row| row.handler.as_deref() == Some("privileged"));
    assert_eq!(privileged.map(|row| row.mnemonic.as_str()).collect::<Vec<_>>(), ["WBNOINVD"]);
    let undefined: [&[u8]; 9] = [
        &[0xf3, 0x0f, 0x38, 0xdc, 0xc1],       // LOADIWKEY xmm0, xmm1
        &[0x0f, 0x01, 0xc5],                   // PCONFIG
        &[0x0f, 0x01, 0xc6],                   // WRMSRNS
        &[0x0f, 0xc7, 0x2b],                   // XSAVES [ebx]
        &[0x0f, 0xc7, 0x1b],                   // XRSTORS [ebx]
        &[0x66, 0x0f, 0x38, 0x82, 0x03],       // INVPCID eax, [ebx]
        &[0xf3, 0x0f, 0x38, 0xf8, 0x03],       // ENQCMDS eax, [ebx]
        &[0xf2, 0x0f, 0x38, 0xf8, 0x03],       // ENQCMD eax, [ebx]
        &[0xf3, 0x0f, 0x3a, 0xf0, 0xc0, 0x00], // HRESET 0
    ];
    for code in undefined {
        assert_eq!(exception(code), Some(Exception::InvalidOpcode), "{code:x?}");
    }
    assert_eq!(exception(&[0xf3, 0x0f, 0x09]), Some(Exception::GP0), "WBNOINVD");
}

/// MOV to and from CR0, 2, 3 and 4 is #GP(0) in user mode, the others do not exist. Hardware said so.
#[test]
fn control_registers_that_do_not_exist_are_undefined() {
    for number in 0..8 {
        let exists = [0, 2, 3, 4].contains(&number);
        let expected = if exists { Exception::GP0 } else { Exception::InvalidOpcode };
        for opcode in [0x20, 0x22] {
            assert_eq!(exception(&[0x0f, opcode, 0xc0 | number << 3]), Some(expected), "0F {opcode:x}, CR{number}");
        }
    }
}

/// SGDT, SIDT, SMSW, SLDT and STR as 64-bit Linux has them for a 32-bit program: a program that ran
/// natively gave these values.
#[test]
fn without_umip_user_mode_may_store_system_registers() {
    const BEFORE: u32 = 0xaaaa_aaaa;
    // At the address in EBX; with the prefix, the operand size is 16 bits.
    let stored: [(&[u8], &[u8]); 5] = [
        (&[0x0f, 0x01, 0x03], &[0, 0, 0, 0, 0xfe, 0xff]),
        (&[0x0f, 0x01, 0x0b], &[0, 0, 0, 0, 0xff, 0xff]),
        (&[0x0f, 0x01, 0x23], &[0x33, 0]),
        (&[0x0f, 0x00, 0x03], &[0, 0]),
        (&[0x0f, 0x00, 0x0b], &[0x40, 0]),
    ];
    for (code, expected) in stored {
        for code in [code.to_vec(), [&[0x66], code].concat()] {
            let mut m = machine(&code);
            m.cpu.regs[Register::Ebx] = DATA;
            m.memory.copy_in(DATA, &[0xcc; 16]);
            let (m, event) = run(&m);
            assert_eq!(event, Event::Interrupt(0x80), "{code:x?}");
            let mut found = [0; 16];
            m.memory.clone().read(DATA, &mut found).expect("mapped");
            assert_eq!(found[..expected.len()], *expected, "{code:x?}");
            assert!(found[expected.len()..].iter().all(|byte| *byte == 0xcc), "{code:x?}");
        }
    }
    // In EAX, with an operand size of 32 bits and of 16.
    let registers: [(&[u8], u32, u32); 3] = [
        (&[0x0f, 0x01, 0xe0], 0x8005_0033, 0xaaaa_0033),
        (&[0x0f, 0x00, 0xc0], 0, 0xaaaa_0000),
        (&[0x0f, 0x00, 0xc8], 0x40, 0xaaaa_0040),
    ];
    for (code, wide, narrow) in registers {
        for (code, expected) in [(code.to_vec(), wide), ([&[0x66], code].concat(), narrow)] {
            let mut m = machine(&code);
            m.cpu.regs[Register::Eax] = BEFORE;
            assert_eq!(run(&m).0.cpu.regs[Register::Eax], expected, "{code:x?}");
        }
    }
    assert!(!table::rows().iter().any(|row| row.mnemonic == "SMSW" && row.status() != RowStatus::Implemented));
}

/// SLDT gives the selector of the local descriptor table once there is one.
#[test]
fn a_local_descriptor_table_has_a_selector() {
    let mut m = machine(&[0x0f, 0x00, 0xc0]);
    m.cpu.ldt = vec![SegmentDescriptor::default()];
    assert_eq!(run(&m).0.cpu.regs[Register::Eax], 0x50);
}
