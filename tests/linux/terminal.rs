//! Pseudoterminals: a program that checks them from inside.

use tab86::linux::Termination;

use crate::{run, traced};

const PROGRAM: &[u8] = include_bytes!("../programs/pty");

#[test]
fn pseudoterminals_hold_from_inside() {
    let ran = run(PROGRAM, |_| {});
    assert_eq!((ran.output.as_str(), ran.exit), ("checked\n", Some(Termination::Status(0))), "{:?}", ran.event);
}

/// Stopping in the background, hang-up and what is typed repeat to the instruction.
#[test]
fn pseudoterminals_repeat() {
    let first = traced(PROGRAM);
    assert!(first.2.contains(", TIOCGPTN, [0])"), "{}", first.2);
    assert!(first.2.contains("--- SIGTTIN {si_signo=SIGTTIN, si_code=SI_KERNEL} ---"), "{}", first.2);
    assert_eq!(first, traced(PROGRAM));
}
