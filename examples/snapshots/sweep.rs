//! The sweep: there and back again, from each of many places on the way of a program.

use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;
use std::sync::Arc;

use tab86::linux::{Buffer, ClockSource, Config, Stream};
use tab86::vm::{Snapshot, Stop, Vm};

/// The most instructions of a run.
const MOST: u64 = 2_000_000_000;

/// A machine whose program writes to a buffer.
pub fn machine(make: &dyn Fn(&Config) -> Vm, config: Config) -> (Vm, Buffer) {
    let output = Buffer::default();
    let stream = || Stream::Buffer(Arc::clone(&output));
    let streams = [Stream::Buffer(Buffer::default()), stream(), stream()];
    (make(&Config { streams, clock: ClockSource::Virtual, ..config }), output)
}

/// The machine at a place on the way: a hash of its state, how many instructions there were, and the output since the
/// last place.
#[derive(PartialEq, Eq, Debug)]
pub struct Place {
    state: u64,
    executed: u64,
    stop: Stop,
    output: String,
}

/// The way from one place to the next.
fn go(vm: &mut Vm, output: &Buffer, budget: u64) -> Place {
    let stop = vm.run(budget);
    // What was written lies outside of the world.
    let output = output.lock().unwrap().drain(..).collect::<Vec<u8>>();
    let output = String::from_utf8_lossy(&output).into_owned();
    let mut hasher = DefaultHasher::new();
    hasher.write(tab86::internals::state(vm).as_bytes());
    Place { state: hasher.finish(), executed: vm.executed(), stop, output }
}

/// Runs a program with a snapshot at each of so many places, and from each of them again, in this machine and in
/// another thread; or says what differs.
pub fn sweep(make: &dyn Fn() -> (Vm, Buffer), places: u64) -> Result<(u64, Stop), String> {
    let (mut plain, plain_output) = make();
    let stop = plain.run(MOST);
    let (total, all) = (plain.executed(), std::mem::take(&mut *plain_output.lock().unwrap()));
    let distance = (total / places).max(1);
    let (mut vm, output) = make();
    let mut way: Vec<(Snapshot, Place)> = Vec::new();
    loop {
        let snapshot = vm.snapshot().map_err(|error| format!("after {}: {error}", vm.executed()))?;
        let place = go(&mut vm, &output, distance);
        let over = place.stop != Stop::Budget;
        way.push((snapshot, place));
        if over {
            break;
        }
    }
    let told: String = way.iter().map(|(_, place)| place.output.as_str()).collect();
    let same = told == String::from_utf8_lossy(&Vec::from(all));
    if !same || (vm.executed(), vm.ended()) != (total, plain.ended()) {
        return Err(format!("with snapshots it ends after {} of {total} with {:?}", vm.executed(), vm.ended()));
    }
    // Each snapshot is taken up twice: the next place is reached from it, and the end.
    for index in (0..way.len()).rev() {
        from(&mut vm, &output, &way[index..], distance)?;
        from(&mut vm, &output, &way[index..], MOST)?;
    }
    let rest = way.split_off(way.len() / 2);
    drop((vm, way, plain));
    let elsewhere = std::thread::spawn(move || from(&mut Vm::default(), &output, &rest, MOST));
    elsewhere.join().map_err(|_| "a panic in another thread")??;
    Ok((total, stop))
}

/// Goes from the first of these snapshots so far as it goes: to the next place or to the last.
fn from(vm: &mut Vm, output: &Buffer, way: &[(Snapshot, Place)], budget: u64) -> Result<(), String> {
    let places = if budget == MOST { way } else { &way[..1] };
    let told: String = places.iter().map(|(_, place)| place.output.as_str()).collect();
    let (snapshot, last) = (&way[0].0, &places[places.len() - 1].1);
    vm.restore(snapshot).map_err(|error| error.to_string())?;
    let found = go(vm, output, budget);
    let same =
        found.output == told && (found.state, found.executed, found.stop) == (last.state, last.executed, last.stop);
    if same { Ok(()) } else { Err(format!("from {} on: {found:#?}, not {last:#?}", snapshot.executed())) }
}
