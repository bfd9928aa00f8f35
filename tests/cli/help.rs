//! Help: each command has it, and its examples work.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::{PRIMES, tab86};

const COMMANDS: [&str; 8] = ["run", "replay", "disasm", "explain", "check", "audit", "verify", "profile"];

#[test]
fn every_command_has_help_with_examples() {
    for command in COMMANDS {
        let answer = tab86(&[command, "--help"]);
        assert_eq!(answer.status, 0, "{command}");
        assert!(answer.out.contains("Examples:\n  tab86 "), "{command}: {}", answer.out);
        assert_eq!(answer.out, tab86(&["help", command]).out);
    }
    assert!(tab86(&["--help"]).out.contains("Examples:"));
    assert!(tab86(&["--version"]).out.starts_with("tab86 "));
}

/// A folder with every file that the examples name.
fn folder() -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("examples");
    fs::create_dir_all(folder.join("vectors")).unwrap();
    fs::copy(PRIMES, folder.join("prog")).unwrap();
    fs::write(folder.join("boot"), [0x90; 512]).unwrap();
    fs::write(folder.join("names.txt"), "one\n").unwrap();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/vectors/bmi.jsonl.gz");
    for name in ["general.jsonl.gz", "string.jsonl.gz", "vectors/bmi.jsonl.gz"] {
        fs::copy(sample, folder.join(name)).unwrap();
    }
    folder
}

/// The command lines of the examples, without what is said about them.
fn examples(help: &str) -> Vec<String> {
    let lines = help.split("Examples:\n").nth(1).unwrap_or_default().lines().map(str::trim);
    let commands = lines.filter(|line| line.starts_with("tab86 "));
    commands.map(|line| line.split("  ").next().unwrap().to_string()).collect()
}

#[test]
fn the_examples_work() {
    let folder = folder();
    let own = assert_cmd::cargo::cargo_bin("tab86");
    let path = format!("{}:{}", own.parent().unwrap().display(), std::env::var("PATH").unwrap());
    for command in COMMANDS.into_iter().chain([""]) {
        let help = tab86(&[&[command][..usize::from(!command.is_empty())], &["--help"]].concat()).out;
        let examples = examples(&help);
        assert!(!examples.is_empty(), "{command}");
        for example in examples {
            let mut shell = Command::new("sh");
            let output = shell.args(["-c", &example]).current_dir(&folder).env("PATH", &path).output().unwrap();
            let status = output.status.code().unwrap();
            let message = String::from_utf8_lossy(&output.stderr);
            assert!(!(125..=127).contains(&status), "{example}: {status}: {message}");
        }
    }
}

#[test]
fn colour_is_for_terminals() {
    assert!(!tab86(&["run", "--hex", "0f0b"]).err.contains('\x1b'));
    // script(1) gives its command a terminal.
    let own = assert_cmd::cargo::cargo_bin("tab86");
    let command = format!("{} run --hex 0f0b", own.display());
    let on_terminal = |objection: &str| {
        let mut script = Command::new("script");
        script.args(["-qec", &command, "/dev/null"]).env("TERM", "xterm").env("NO_COLOR", objection);
        script.output().ok().map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let Some(coloured) = on_terminal("").filter(|text| text.contains("SIGILL")) else {
        return eprintln!("skipped: script(1) is not here");
    };
    assert!(coloured.contains("\x1b[1;31mtab86:\x1b[0m killed"), "{coloured:?}");
    assert!(!on_terminal("1").unwrap().contains('\x1b'));
}
