//! What is counted of processes, and what is written down when they end.

use crate::script::{BUFFER, DATA, Script};

const OPEN: u32 = 5;
const READ: u32 = 3;
const ACCT: u32 = 51;

#[test]
fn calls_take_system_time_and_the_sum_is_what_was_executed() {
    const GETRUSAGE: u32 = 77;
    let script = (0..20).fold(Script::default(), |script, _| script.call(20, &[]));
    let (_, mut machine) = script.call(GETRUSAGE, &[0, BUFFER]).run(|_| {});
    // Twenty calls of a few instructions take less than a microsecond: what a second of them takes is in the guests.
    let [user, system, faults] = [4, 12, 32].map(|at| machine.memory.load::<u32>(BUFFER + at).unwrap());
    assert_eq!([user, system], [0; 2]);
    assert!((1..100).contains(&faults), "{faults}");
}

#[test]
fn a_process_that_ends_leaves_an_account() {
    let script = Script::default().path("/tmp/a").call(OPEN, &[DATA, 0o102, 0o600]).call(ACCT, &[DATA]);
    let mut script = script.call(2, &[]);
    // The child: test eax, eax; jnz over `exit(7)`.
    script.code.extend([0x85, 0xc0, 0x75, 12, 0xbb, 7, 0, 0, 0, 0xb8, 1, 0, 0, 0, 0xcd, 0x80]);
    let script = script.call(7, &[u32::MAX, 0, 0]).call(ACCT, &[0]).call(READ, &[0, BUFFER, 200]);
    let (answers, machine) = script.run(|_| {});
    assert_eq!([answers[1], answers[3] - answers[2], answers[4], answers[5]], [0, 0, 0, 64], "{answers:?}");
    let account = machine.memory.get(BUFFER, 64).unwrap().to_vec();
    assert_eq!(account[0] & 0x11, 1, "it has executed nothing, and no signal has ended it");
    assert_eq!((account[1], &account[4..8], &account[48..56]), (3, &[0, 7, 0, 0][..], &b"program\0"[..]));
    assert_eq!(u32::from_le_bytes(account[16..20].try_into().unwrap()), answers[2] as u32);
}

#[test]
fn accounts_are_kept_in_regular_files() {
    let script = Script::default().path("/dev/null").call(ACCT, &[DATA]).path("/").call(ACCT, &[DATA]);
    let script = script.path("/nothing").call(ACCT, &[DATA]).call(ACCT, &[16]);
    assert_eq!(script.run(|_| {}).0, [-13, -21, -2, -14]);
}

#[test]
fn the_log_can_be_read_once_and_looked_at_often() {
    const SYSLOG: u32 = 103;
    let script = Script::default().call(SYSLOG, &[3, BUFFER, 200]).call(SYSLOG, &[9, 0, 0]);
    let script = script.call(SYSLOG, &[2, BUFFER, 10]).call(SYSLOG, &[9, 0, 0]).call(SYSLOG, &[5, 0, 0]);
    let script = script.call(SYSLOG, &[3, BUFFER, 200]).call(SYSLOG, &[8, 0, 9]).call(SYSLOG, &[11, 0, 0]);
    let (answers, _) = script.run(|_| {});
    assert!(answers[0] > 20 && answers[0] == answers[1], "{answers:?}");
    assert_eq!(answers[2..], [10, answers[1] - 10, 0, 0, -22, -22]);
}
