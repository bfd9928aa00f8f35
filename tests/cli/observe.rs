//! What can be seen of a run: flame graphs, coverage, core files, undefined flags.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::{PRIMES, failure, file, hex, tab86};

const FAULT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/fault");

#[test]
fn the_counts_of_a_profile_add_up_to_what_was_executed() {
    // mov ecx, 5; mov esi, 64; mov edi, 128; rep movsb; call +2; jmp +1; ret; mov eax, 1; int 0x80
    let repeats =
        file("profile-rep.bin", &hex("b905000000 be40000000 bf80000000 f3a4 e802000000 eb01 c3 b801000000 cd80"));
    for (number, program) in [&[FAULT, "null"][..], &[PRIMES, "500"], &["--flat", &repeats]].into_iter().enumerate() {
        let output = file(&format!("profile-{number}.folded"), b"");
        let answer = tab86(&[&["run", "--stats=json", "--profile", &output], program].concat());
        let stats = answer.err.lines().find(|line| line.starts_with('{')).unwrap();
        let stats: Value = serde_json::from_str(stats).unwrap();
        let folded = fs::read_to_string(output).unwrap();
        let counts = folded.lines().map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap());
        assert_eq!(counts.sum::<u64>(), stats["instructions"].as_u64().unwrap(), "{program:?}: {folded}");
    }
}

/// Threads, signal handlers on stacks of their own, faults, code that changes, repeated instructions: all that makes a
/// block end before its end, or what runs change from one block to the next.
#[test]
fn what_is_counted_by_blocks_is_what_steps_are_counted() {
    let programs = |name: &str| FAULT.replace("fault", name);
    for name in ["primes", "signals", "special", "ipc", "odd", "calls"] {
        let program = programs(name);
        let seen = |how: &[&str]| {
            let outputs = ["folded", "info", "json"].map(|kind| file(&format!("seen-{name}.{kind}"), b""));
            let [folded, info, rows] = &outputs;
            let options = ["run", "--clock", "virtual", "--profile", folded, "--coverage", info, "--rows", rows];
            tab86(&[&options[..], how, &[&program]].concat());
            outputs.map(|output| fs::read_to_string(output).unwrap())
        };
        // A trace steps.
        let [blocks, steps] = [seen(&[]), seen(&["--trace=/dev/null"])];
        assert!(blocks[1..] == steps[1..], "{name}: {blocks:?}\n{steps:?}");
        // A block belongs to the function that it begins in; a step can be behind the place where ESP leaves it.
        let stacks = |seen: &[String; 3]| -> Vec<String> {
            seen[0].lines().map(|line| line.rsplit_once(' ').unwrap().0.to_string()).collect()
        };
        assert_eq!(stacks(&blocks), stacks(&steps), "{name}");
    }
}

#[test]
fn a_recursion_is_one_stack_for_each_depth() {
    // mov ecx, 12; call f; mov eax, 1; int 0x80; f: dec ecx; js done; call f; call f; done: inc ecx; ret
    let code = "b90c000000 e807000000 b801000000 cd80 49 780a e8f8ffffff e8f3ffffff 41 c3";
    let output = file("recursion.folded", b"");
    tab86(&["run", "--profile", &output, "--hex", code]);
    assert_eq!(fs::read_to_string(output).unwrap().lines().count(), 14);
}

#[test]
fn rows_are_counted_for_the_audit() {
    // mov ecx, 5; mov esi, 64; mov edi, 128; rep movsb; mov eax, 1; int 0x80
    let image = file("rows.bin", &hex("b905000000 be40000000 bf80000000 f3a4 b801000000 cd80"));
    let output = file("rows.json", b"");
    tab86(&["run", "--rows", &output, "--flat", &image]);
    let counted: Value = serde_json::from_str(&fs::read_to_string(&output).unwrap()).unwrap();
    let expected = serde_json::json!({"A4 MOVSB": 5, "B8+rd id MOV r32, imm32": 4, "CD ib INT imm8": 1});
    assert_eq!(counted["rows"], expected);
    let audit = tab86(&["audit", "--executed", &output, "--format", "json"]).out;
    let rows: Value = serde_json::from_str(&audit).unwrap();
    let uses = rows["rows"].as_array().unwrap().iter().map(|row| row["uses"].as_u64().unwrap());
    assert_eq!(uses.sum::<u64>(), 10);
}

#[test]
fn a_profile_shows_who_called_whom_with_inlined_functions() {
    for build in ["fault", "fault-pie"] {
        let output = file(&format!("{build}.folded"), b"");
        let program = FAULT.replace("fault", build);
        tab86(&["run", "--profile", &output, &program, "null"]);
        let folded = fs::read_to_string(output).unwrap();
        assert!(folded.contains(";_start;start;outer;middle;write_to;store 2\n"), "{build}: {folded}");
    }
    let output = file("fault.svg", b"");
    tab86(&["run", "--profile", &output, FAULT, "null"]);
    let svg = fs::read_to_string(output).unwrap();
    assert!(svg.contains("<svg") && svg.contains("write_to (2 instructions"), "{svg}");
}

#[test]
fn a_file_name_says_what_is_written() {
    let wrong = |option, choices| failure(125, choices, &["run", option, "somewhere.txt", FAULT, "null"]);
    wrong("--profile", "must end in .svg or .folded or .pprof");
    wrong("--coverage", "must end in .info or .drcov");
}

#[test]
fn coverage_tells_lines_and_functions() {
    let output = file("fault.info", b"");
    tab86(&["run", "--coverage", &output, FAULT, "null"]);
    let info = fs::read_to_string(output).unwrap();
    let source = include_str!("../programs/fault.c");
    let line = |text: &str| source.lines().position(|line| line.contains(text)).unwrap() + 1;
    let executed = format!("DA:{},1\n", line("write_to((int *)0, 1)"));
    let not = format!("DA:{},0\n", line("return a / b;"));
    for text in ["FNDA:1,middle\n", "FNDA:0,divide\n", &executed, &not] {
        assert!(info.contains(text), "{text}: {info}");
    }
}

#[test]
fn drcov_has_the_blocks_that_were_executed() {
    // xor eax, eax; jnz +1; nop; jz +1; hlt; mov eax, 1; int 0x80
    let image = file("drcov.bin", &hex("31c0 7501 90 7401 f4 b801000000 cd80"));
    let output = file("flat.drcov", b"");
    tab86(&["run", "--coverage", &output, "--flat", &image]);
    let bytes = fs::read(output).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.starts_with("DRCOV VERSION: 2\n") && text.contains("BB Table: 3 bbs\n"), "{text}");
    let blocks = [[0, 0, 0, 0, 4, 0, 0, 0], [4, 0, 0, 0, 3, 0, 0, 0], [8, 0, 0, 0, 7, 0, 0, 0]].concat();
    assert!(bytes.ends_with(&blocks), "{bytes:?}");
}

/// fork, and an undefined instruction in the child; the parent waits and exits with 4. The child leaves a core file, whose
/// name has its number.
#[test]
fn processes_that_were_started_leave_core_files() {
    let code = "b802000000 cd80 85c0 75 02 0f0b 89c3 31c9 31d2 b807000000 cd80 b801000000 bb04000000 cd80";
    let core = file("child.core", b"");
    fs::remove_file(&core).unwrap();
    let output = tab86(&["run", "--core", &core, "--hex", code]);
    assert_eq!(output.status, 4);
    let bytes = fs::read(format!("{core}.1001")).unwrap();
    assert_eq!((&bytes[..4], bytes[16]), (&b"\x7fELF"[..], 4));
    let said = output.err;
    assert!(said.contains("the core of process 1001 is in") && !fs::exists(&core).unwrap(), "{said}");
}

#[test]
fn gdb_reads_a_core_file() {
    let core = file("fault.core", b"");
    tab86(&["run", "--core", &core, FAULT, "null"]);
    let bytes = fs::read(&core).unwrap();
    assert_eq!((&bytes[..4], bytes[16]), (&b"\x7fELF"[..], 4));
    let commands = ["-batch", "-ex", "bt", "-ex", "info registers", "-ex", "p $_siginfo.si_signo"];
    let Ok(output) = Command::new("gdb").args(["-q", FAULT, &core]).args(commands).output() else {
        return eprintln!("skipped: gdb is not here");
    };
    let text = String::from_utf8_lossy(&output.stdout);
    for wanted in ["SIGSEGV", "write_to (place=", "in middle (", "in outer (", "edx            0x1", "$1 = 11"] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}

#[test]
fn who_depends_on_an_undefined_flag_is_reported_once() {
    // mov ecx, 2; again: mul ecx; jz +0; dec ecx; jnz again; mov eax, 1; int 0x80
    let answer = tab86(&["run", "--sanitize", "flags", "--hex", "b902000000 f7e1 7400 49 75f9 b801000000 cd80"]);
    let reports: Vec<&str> = answer.err.lines().filter(|line| line.contains("flags:")).collect();
    let expected = "`je 0x9` at 0x00000007 depends on ZF, which `mul ecx` at 0x00000005 leaves undefined";
    assert!(reports.len() == 1 && reports[0].contains(expected), "{reports:?}");
    // OF is undefined after a shift by more than one, and defined after a shift by one: shl eax, 2 or 1; jo +0
    let shift = |code: &str| tab86(&["run", "--sanitize", "flags", "--hex", code]).err.contains("depends on OF");
    assert!(shift("c1e002 7000 b801000000 cd80") && !shift("d1e0 7000 b801000000 cd80"));
}
