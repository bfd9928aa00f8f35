//! `--config`: options in a file.

use crate::{SEVEN, failure, file, hex, tab86};

/// Runs a program that exits with 7, with a file of options, and says what else happened.
fn run(name: &str, options: &str, arguments: &[&str]) -> crate::Answer {
    let config = file(name, options.as_bytes());
    let program = file(&format!("{name}.bin"), &hex(SEVEN));
    tab86(&[&["run", "--config", &config], arguments, &[&program]].concat())
}

#[test]
fn options_of_every_kind_stand_in_a_file() {
    let answer = run("kinds.toml", "flat = true\nenv = [\"A=1\", \"B=2\"]\nstats = \"json\"\nseed = 7\n", &[]);
    assert_eq!(answer.status, 7, "{}", answer.err);
    assert!(answer.err.contains("\"instructions\":3"), "{}", answer.err);
    let answer = run("bare.toml", "flat = true\nstats = true\nstrace = false\n", &[]);
    assert_eq!(answer.status, 7, "{}", answer.err);
    assert!(answer.err.contains("3 instructions"), "{}", answer.err);
}

#[test]
fn the_command_line_wins_over_a_single_value() {
    let options = "flat = true\nmax-instructions = 1\n";
    assert_eq!(run("wins.toml", options, &[]).status, 124);
    assert_eq!(run("wins.toml", options, &["--max-instructions", "9"]).status, 7);
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    let run = |name: &str, options: &str, message: &str| {
        failure(125, message, &["run", "--config", &file(name, options.as_bytes()), "x"]);
    };
    run(
        "near.toml",
        "flat = true\n\ndir-or = \"/\"\n",
        "near.toml:3: `dir-or` is no option of `tab86 run` (did you mean `dir-ro`?)",
    );
    run("flag.toml", "flat = 3\n", "flag.toml:1: `flat` is true or false");
    run("table.toml", "[run]\nflat = true\n", "table.toml:1: `run` is no option");
    run("syntax.toml", "seed = 1\nflat = \n", "syntax.toml:2: ");
    failure(127, "/nowhere.toml: no such file", &["run", "--config", "/nowhere.toml", "x"]);
}
