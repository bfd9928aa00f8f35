//! System V IPC, POSIX queues, and memory shared with children: a program that checks them from inside.

use tab86::linux::{ClockSource, Termination};

use crate::run;

#[test]
fn what_processes_share_holds_from_inside() {
    let ran = run(include_bytes!("../programs/ipc"), |config| config.clock = ClockSource::Virtual);
    assert_eq!((ran.output.as_str(), ran.exit), ("checked\n", Some(Termination::Status(0))), "{:?}", ran.event);
}
