//! What CPUID answers, held against the instruction table.

mod support;

use std::collections::BTreeSet;

use support::{machine, run};
use tab86::cpu::Register;
use tab86::engine::{WrongProcessor, processor};
use tab86::table;
use tab86::table::coverage::GROUPS;
use tab86::table::features::{FEATURES, Feature, WITHHELD};

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
