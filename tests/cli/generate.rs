//! Completions and manual pages follow from the command line itself.

use std::fs;
use std::path::Path;

use crate::{failure, file, tab86};

#[test]
fn every_shell_gets_completions_that_know_the_options() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let answer = tab86(&["generate", "completions", shell]);
        assert_eq!((answer.status, answer.err.as_str()), (0, ""), "{shell}");
        for word in ["disasm", "max-instructions", "strace"] {
            assert!(answer.out.contains(word), "{shell}: {word}");
        }
    }
    failure(125, "invalid value 'csh'", &["generate", "completions", "csh"]);
}

#[test]
fn every_command_has_a_manual_page() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("man/man1");
    let answer = tab86(&["generate", "man", directory.to_str().unwrap()]);
    assert_eq!((answer.status, answer.err.as_str()), (0, ""));
    for (page, word) in [("tab86", "audit"), ("tab86-run", r"\-\-dir"), ("tab86-verify", r"\-\-record")] {
        let text = fs::read_to_string(directory.join(page).with_extension("1")).unwrap();
        assert!(text.contains(".TH ") && text.contains(word), "{page}: {text}");
    }
    assert!(tab86(&["generate", "man"]).out.contains(".TH tab86 1"));
    let occupied = file("occupied", b"no directory");
    failure(125, "occupied: ", &["generate", "man", &occupied]);
}

#[test]
fn help_does_not_list_what_packagers_need() {
    assert!(!tab86(&["--help"]).out.contains("generate"));
}
