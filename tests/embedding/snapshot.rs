//! Snapshots of whole programs: whatever happens between a snapshot and going back to it, the program goes on as it did.

#[path = "../../examples/snapshots/sweep.rs"]
mod sweep;

use tab86::linux::Config;
use tab86::vm::{Snapshot, Stop, Vm};

/// Takes a snapshot at each of so many places, and goes back to each of them, in this machine and in another thread.
fn repeats(image: &'static [u8], places: u64) {
    let config = || Config { args: vec![b"program".to_vec()], ..Config::default() };
    let make = |config: &Config| Vm::with_elf(image, config).unwrap();
    let (_, stop) = sweep::sweep(&|| sweep::machine(&make, config()), places).unwrap();
    assert!(stop != Stop::Budget);
}

#[test]
fn a_computing_program_goes_on_as_it_did() {
    repeats(include_bytes!("../programs/primes"), 10);
}

#[test]
fn programs_with_signals_processes_and_files_go_on_as_they_did() {
    repeats(include_bytes!("../programs/signals"), 10);
    repeats(include_bytes!("../programs/calls"), 10);
    repeats(include_bytes!("../programs/files"), 10);
}

#[test]
fn programs_with_terminals_and_queues_go_on_as_they_did() {
    repeats(include_bytes!("../programs/pty"), 10);
    repeats(include_bytes!("../programs/ipc"), 10);
}

/// Descriptors under way in the sockets that they stand for, connections that nobody has accepted, sets that watch sets,
/// and a process that waits in each call.
#[test]
fn a_program_with_all_kinds_of_objects_in_use_goes_on_as_it_did() {
    repeats(include_bytes!("../programs/flight"), 16);
}

#[test]
fn snapshots_can_be_sent_and_shared() {
    fn sendable<T: Clone + Send + Sync>(_: &T) {}
    let mut vm = Vm::new(4096);
    let snapshot: Snapshot = vm.snapshot().unwrap();
    sendable(&snapshot);
    let copy = snapshot.clone();
    let stop = std::thread::spawn(move || {
        let mut other = Vm::default();
        other.restore(&copy).unwrap();
        other.execute_bytes(&[0xb8, 1, 0, 0, 0, 0xbb, 7, 0, 0, 0, 0xcd, 0x80], 0).unwrap()
    });
    assert_eq!(stop.join().unwrap(), Stop::Exit(7));
}
