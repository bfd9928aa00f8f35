//! Tracing: a program that traces its own children and checks what it sees.

use tab86::linux::Termination;

use crate::{run, traced};

const PROGRAM: &[u8] = include_bytes!("../programs/tracing");

#[test]
fn tracing_holds_from_inside() {
    let ran = run(PROGRAM, |_| {});
    assert_eq!((ran.output.as_str(), ran.exit), ("checked\n", Some(Termination::Status(0))), "{:?}", ran.event);
}

/// Every stop repeats to the instruction.
#[test]
fn tracing_repeats() {
    assert_eq!(traced(PROGRAM), traced(PROGRAM));
}
