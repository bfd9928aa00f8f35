//! Snapshots of whole programs: whatever happens between a snapshot and going back to it, the program goes on as it did.

use std::sync::Arc;

use tab86::linux::{Buffer, ClockSource, Config, Stream};
use tab86::vm::{Snapshot, Stop, Vm};

/// A machine with a program that writes to a buffer.
fn program(image: &[u8]) -> (Vm, Buffer) {
    let output = Buffer::default();
    let stream = || Stream::Buffer(Arc::clone(&output));
    let streams = [Stream::Buffer(Buffer::default()), stream(), stream()];
    let config = Config { args: vec![b"program".to_vec()], streams, clock: ClockSource::Virtual, ..Config::default() };
    (Vm::with_elf(image, &config).unwrap(), output)
}

/// Runs to the end: how it ends, instructions, registers and output.
fn to_the_end(vm: &mut Vm, output: &Buffer) -> (Stop, u64, String, Vec<u8>) {
    let stop = vm.run(200_000_000);
    let registers = format!("{:?} {:x}", vm.cpu().regs, vm.eip());
    (stop, vm.executed(), registers, output.lock().unwrap().drain(..).collect())
}

/// Takes a snapshot every so many instructions, and goes back to each of them, in this machine and in another one.
fn repeats(image: &[u8], distances: &[u64]) -> usize {
    let mut taken = 0;
    for distance in distances {
        let (mut vm, output) = program(image);
        if vm.run(*distance) != Stop::Budget {
            continue;
        }
        let Ok(snapshot) = vm.snapshot() else { continue };
        output.lock().unwrap().clear();
        let first = to_the_end(&mut vm, &output);
        for _ in 0..2 {
            vm.restore(&snapshot).unwrap();
            assert_eq!(vm.executed(), *distance);
            assert_eq!(to_the_end(&mut vm, &output), first, "from {distance} on");
        }
        let (mut other, _) = program(image);
        other.restore(&snapshot).unwrap();
        drop((vm, snapshot));
        assert_eq!(to_the_end(&mut other, &output), first, "in another machine, from {distance} on");
        taken += 1;
    }
    taken
}

#[test]
fn a_computing_program_goes_on_as_it_did() {
    assert!(repeats(include_bytes!("../programs/primes"), &[1, 1000, 54_321]) >= 2);
}

#[test]
fn programs_with_signals_processes_and_files_go_on_as_they_did() {
    let distances: Vec<u64> = (0..24).map(|step| 700 + step * 1733).collect();
    assert!(repeats(include_bytes!("../programs/signals"), &distances) > 0);
    assert!(repeats(include_bytes!("../programs/calls"), &distances) > 0);
    assert!(repeats(include_bytes!("../programs/ipc"), &distances) > 0);
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
