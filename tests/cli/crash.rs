//! What is told of a fatal signal: registers, memory, and the way there.
//!
//! `tests/programs/fault.c` ends by a signal in the way that its argument names. It was built three
//! times: with DWARF and no frame pointers, the same position independent, and with frame pointers
//! and nothing else.

use crate::{Answer, tab86};

const BUILDS: [&str; 3] = ["fault", "fault-pie", "fault-frames"];

fn fault(build: &str, how: &str, options: &[&str]) -> Answer {
    let program = format!("{}/tests/programs/{build}", env!("CARGO_MANIFEST_DIR"));
    tab86(&[&["run"], options, &[&program, how]].concat())
}

/// The functions of the backtrace, without offsets and lines.
fn functions(answer: &Answer) -> Vec<String> {
    let lines = answer.err.lines().filter_map(|line| line.trim_start().strip_prefix('#'));
    let name = |line: &str| {
        let name = line.split(" in ").nth(1).unwrap().split(" at ").next().unwrap();
        name.split('+').next().unwrap().to_string()
    };
    lines.map(name).collect()
}

fn has(answer: &Answer, words: &[&str]) {
    words.iter().for_each(|word| assert!(answer.err.contains(word), "{word}: {}", answer.err));
}

#[test]
fn the_way_there_is_found_in_every_build() {
    for build in BUILDS {
        let inlined: &[&str] = if build == "fault-frames" { &[] } else { &["store (inlined)"] };
        for (how, status, way) in [
            ("null", 139, [inlined, &["write_to"]].concat()),
            ("constant", 139, [inlined, &["write_to"]].concat()),
            ("jump", 139, vec!["??"]),
            ("divide", 136, vec!["divide"]),
            ("undefined", 132, vec![]),
        ] {
            let answer = fault(build, how, &[]);
            assert_eq!(answer.status, status, "{build} {how}: {}", answer.err);
            let expected = [&way[..], &["middle", "outer", "start", "_start"]].concat();
            assert_eq!(functions(&answer), expected, "{build} {how}: {}", answer.err);
        }
        let answer = fault(build, "kill", &[]);
        assert_eq!(answer.status, 134, "{build}");
        assert!(
            functions(&answer).ends_with(&["middle", "outer", "start", "_start"].map(String::from)),
            "{}",
            answer.err
        );
    }
}

#[test]
fn lines_are_those_of_the_source() {
    let source = include_str!("../programs/fault.c");
    let line = |text: &str| source.lines().position(|line| line.contains(text)).unwrap() + 1;
    for build in ["fault", "fault-pie"] {
        let answer = fault(build, "null", &[]);
        for (function, text) in [
            ("store (inlined)", "*place = value;"),
            ("write_to", "store(place, value);"),
            ("middle", "write_to((int *)0, 1)"),
            ("outer", "return middle(how) + 1;"),
        ] {
            let end = format!("fault.c:{}", line(text));
            let found = answer.err.lines().any(|line| line.contains(function) && line.ends_with(&end));
            assert!(found, "{build}: {function} at {end}: {}", answer.err);
        }
    }
}

#[test]
fn registers_and_memory_are_told() {
    let answer = fault("fault", "null", &[]);
    has(&answer, &["tab86: killed by signal 11 (SIGSEGV)", "eax ", "esp ", "eflags 00", " IF]", "cs 0023"]);
    has(&answer, &["mov dword ptr [", "0x00000000: nothing is mapped", "a null pointer"]);
    has(&fault("fault", "constant", &[]), &["mapped r", "section .rodata of fault"]);
    has(&fault("fault-pie", "constant", &[]), &["mapped r", "section .rodata of fault-pie"]);
    has(&fault("fault", "jump", &[]), &["at 0x00000000: no instruction"]);
    has(&fault("fault", "recursion", &[]), &["the stack above is full"]);
}

#[test]
fn a_backtrace_is_as_long_as_wanted() {
    let short = fault("fault", "recursion", &[]);
    assert_eq!(functions(&short).len(), 10);
    has(&short, &[" more; --backtrace=full shows them"]);
    let full = fault("fault", "recursion", &["--backtrace=full"]);
    let all = functions(&full);
    assert!(all.len() > 1_000, "{}", all.len());
    assert_eq!(all[all.len() - 4..], ["middle", "outer", "start", "_start"]);
    assert!(all[..all.len() - 4].iter().all(|name| name == "recurse"));
    let none = fault("fault", "null", &["--backtrace=none"]);
    assert!(!none.err.contains("backtrace") && none.err.contains("eax "), "{}", none.err);
}

#[test]
fn garbage_on_the_stack_ends_the_backtrace() {
    for build in BUILDS {
        let answer = fault(build, "garbage", &["--backtrace=full"]);
        assert_eq!(answer.status, 139);
        assert!(functions(&answer).len() < 100, "{}", answer.err);
    }
}

#[test]
fn a_flat_image_has_a_backtrace_by_frame_pointers() {
    // call 6; hlt; push ebp; mov ebp, esp; ud2
    let answer = tab86(&["run", "--hex", "e801000000 f4 55 89e5 0f0b"]);
    has(&answer, &["at 0x00000009: 0f 0b  ud2", "#0   0x00000009 in ??", "#1   0x00000005 in ??"]);
}
