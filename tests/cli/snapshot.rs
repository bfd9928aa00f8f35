//! `run --snapshot` and `run --resume`: what comes before a snapshot and what comes behind it are the whole run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::PRIMES;

fn scratch(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cli/snapshot").join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn tab86(arguments: &[&str], input: &str) -> Output {
    let own = assert_cmd::Command::cargo_bin("tab86").unwrap().args(arguments).write_stdin(input).output();
    own.unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Compiles a program for i386, statically linked; `None` if that cannot be done here.
fn compiled(folder: &Path, source: &str) -> Option<String> {
    let (code, program) = (folder.join("program.c"), folder.join("program"));
    fs::write(&code, source).unwrap();
    let mut compiler = Command::new("gcc");
    let done = compiler.args(["-m32", "-static", "-O1", "-pthread", "-o"]).arg(&program).arg(&code).status();
    let done = done.is_ok_and(|status| status.success());
    if !done {
        eprintln!("skipped: there is no gcc -m32");
    }
    done.then(|| program.display().to_string())
}

/// What is printed up to a count, and what a resumed run prints behind it.
fn parts(folder: &Path, at: u64, grants: &[&str], program: &[&str], inputs: [&str; 2]) -> (String, Output) {
    let (file, at) = (folder.join("half").display().to_string(), at.to_string());
    let start = ["run", "--snapshot", &file, "--snapshot-at", &at, "--max-instructions", &at];
    let first = tab86(&[&start, grants, program].concat(), inputs[0]);
    assert_eq!(first.status.code(), Some(124), "{}", text(&first.stderr));
    (text(&first.stdout), tab86(&[&["run", "--resume", &file], grants].concat(), inputs[1]))
}

/// Prints a letter five times, with 7 instructions each time, and exits with 3.
const LETTERS: &str = "be05000000 b804000000 bb01000000 b92a000000 ba01000000 cd80 4e 75e7 \
                       b801000000 bb03000000 cd80 61";

#[test]
fn before_and_behind_are_the_whole() {
    let folder = scratch("letters");
    for at in 1..38 {
        let (before, behind) = parts(&folder, at, &[], &["--hex", LETTERS], ["", ""]);
        assert_eq!(before.len(), ((at as usize + 1) / 7).min(5), "{at}");
        assert_eq!(before + &text(&behind.stdout), "aaaaa", "{at}: {}", text(&behind.stderr));
        assert_eq!(behind.status.code(), Some(3));
    }
}

/// Threads, a child, a file, the time, and input before and behind.
const WORLD: &str = r#"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <pthread.h>
#include <sys/wait.h>
static volatile unsigned spent[2];
static void spend(int who) { for (int i = 0; i < 300000; i++) spent[who] += i; }
static void *other(void *p) { spend(1); return p; }
int main(void) {
    setvbuf(stdout, 0, _IOLBF, 0);
    char line[80];
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    if (fgets(line, sizeof line, stdin)) printf("first %s", line);
    FILE *kept = fopen("/data/kept", "r");
    if (!kept || !fgets(line, sizeof line, kept)) return 1;
    printf("kept %s", line);
    pthread_t thread;
    pthread_create(&thread, 0, other, 0);
    spend(0);
    pthread_join(thread, 0);
    if (fgets(line, sizeof line, kept)) printf("kept %s", line);
    if (fork() == 0) { puts("child"); exit(0); }
    wait(0);
    FILE *new = fopen("/data/new", "w");
    if (new) { fputs("written\n", new); fclose(new); }
    if (fgets(line, sizeof line, stdin)) printf("second %s", line);
    clock_gettime(CLOCK_MONOTONIC, &after);
    puts(after.tv_sec < before.tv_sec ? "backwards" : "forwards");
    printf("%u %u\n", spent[0], spent[1]);
    return 9;
}
"#;

#[test]
fn a_world_goes_on_with_what_is_granted_again() {
    let folder = scratch("world");
    let Some(program) = compiled(&folder, WORLD) else { return };
    let data = folder.join("data");
    fs::create_dir(&data).unwrap();
    fs::write(data.join("kept"), "one\ntwo\n").unwrap();
    let grant = format!("{}::/data", data.display());
    let grants = ["--dir", &grant];
    let whole = tab86(&[&["run"], grants.as_slice(), &[&program]].concat(), "a\nb\n");
    assert_eq!(whole.status.code(), Some(9), "{}", text(&whole.stderr));
    fs::remove_file(data.join("new")).unwrap();
    // In the middle of what the threads compute. Standard input is read ahead: the second line is not there again.
    let (before, behind) = parts(&folder, 1_500_000, &grants, &[&program], ["a\n", "b\n"]);
    assert_eq!(before, "first a\nkept one\n");
    assert_eq!(before + &text(&behind.stdout), text(&whole.stdout), "{}", text(&behind.stderr));
    assert_eq!((behind.status.code(), fs::read_to_string(data.join("new")).unwrap()), (Some(9), "written\n".into()));
    let file = folder.join("half").display().to_string();
    for (arguments, message) in [
        (vec!["run", "--resume", &file], "--dir HOST::/data"),
        (vec!["run", "--resume", &file, "--dir", &grant, "--dir-ro", "/"], "only what it had"),
        (vec!["replay", &file], "a snapshot"),
    ] {
        let refused = tab86(&arguments, "");
        assert!(text(&refused.stderr).contains(message) && refused.stdout.is_empty(), "{}", text(&refused.stderr));
    }
    fs::remove_file(data.join("kept")).unwrap();
    let gone = tab86(&["run", "--resume", &file, "--dir", &grant], "b\n");
    assert_eq!(gone.status.code(), Some(125));
    assert!(text(&gone.stderr).contains("the file kept"), "{}", text(&gone.stderr));
}

/// It is refused with a message, and nothing runs.
fn refused(file: &Path, message: &str) {
    let answer = tab86(&["run", "--resume", &file.display().to_string()], "");
    let told = text(&answer.stderr);
    assert!(matches!(answer.status.code(), Some(125..=127)) && answer.stdout.is_empty(), "{told}");
    assert!(told.contains(message) && !told.contains("panicked"), "{told}");
}

#[test]
fn damaged_and_foreign_snapshots_are_refused() {
    let folder = scratch("damaged");
    let (_, behind) = parts(&folder, 2000, &[], &[PRIMES], ["", ""]);
    assert_eq!(behind.status.code(), Some(0));
    let whole = fs::read(folder.join("half")).unwrap();
    let damaged = folder.join("damaged");
    for byte in (0..whole.len()).step_by(whole.len() / 20) {
        let mut bytes = whole.clone();
        bytes[byte] ^= 4;
        fs::write(&damaged, bytes).unwrap();
        refused(&damaged, "");
    }
    fs::write(&damaged, [&whole[..16], &[9, 0, 0, 0], &whole[20..]].concat()).unwrap();
    refused(&damaged, "version 9");
    fs::write(&damaged, &whole[..whole.len() - 1]).unwrap();
    refused(&damaged, "ends");
    fs::write(&damaged, "no snapshot").unwrap();
    refused(&damaged, "not a recording");
    let tape = folder.join("tape");
    tab86(&["run", "--record", &tape.display().to_string(), PRIMES], "");
    refused(&tape, "not a snapshot");
    refused(&folder.join("nowhere"), "no such file");
}

#[test]
fn a_program_that_ends_before_leaves_no_snapshot() {
    let file = scratch("early").join("half");
    let early = ["run", "--snapshot-at", "1000000000", "--snapshot", &file.display().to_string(), PRIMES];
    let answer = tab86(&early, "");
    assert_eq!(answer.status.code(), Some(0));
    assert!(text(&answer.stderr).contains("there is no snapshot") && !file.exists());
}
