//! A fuzzer: goes back to a snapshot, changes the input, runs the program, until it crashes.
//!
//! `cargo run --release --example fuzzing`

use std::time::Instant;

use tab86::vm::{Stop, Vm};

/// Where the program finds its input.
const INPUT: u32 = 0x800;

/// Compares the four bytes of the input with `BUG!`, one after the other, and crashes if they are equal.
const PROGRAM: [u8; 46] = [
    0x80, 0x3d, 0x00, 0x08, 0x00, 0x00, b'B', // cmp byte [0x800], 'B'
    0x75, 0x1d, // jne end
    0x80, 0x3d, 0x01, 0x08, 0x00, 0x00, b'U', // cmp byte [0x801], 'U'
    0x75, 0x14, // jne end
    0x80, 0x3d, 0x02, 0x08, 0x00, 0x00, b'G', // cmp byte [0x802], 'G'
    0x75, 0x0b, // jne end
    0x80, 0x3d, 0x03, 0x08, 0x00, 0x00, b'!', // cmp byte [0x803], '!'
    0x75, 0x02, // jne end
    0x0f, 0x0b, // ud2
    0xb8, 0x01, 0x00, 0x00, 0x00, // end: mov eax, 1
    0xcd, 0x80, // int 0x80: exit
    0x90,
];

/// A number that looks random (xorshift).
fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

fn main() {
    let mut vm = Vm::new(0x2000);
    vm.memory_mut().copy_in(0, &PROGRAM);
    let snapshot = vm.snapshot().expect("nothing is open");
    let (mut state, mut best, mut most) = (1, *b"aaaa", 0);
    let (begin, mut rounds) = (Instant::now(), 0);
    let crash = loop {
        vm.restore(&snapshot).expect("nothing is open");
        let mut input = best;
        let choice = random(&mut state);
        input[choice as usize % 4] = (choice >> 32) as u8;
        vm.memory_mut().copy_in(INPUT, &input);
        rounds += 1;
        if let Stop::Signal(signal) = vm.run(1000) {
            break (input, signal);
        }
        // More instructions are a longer way into the program: what went there is changed further.
        if vm.executed() > most {
            (best, most) = (input, vm.executed());
        }
    };
    let rate = f64::from(rounds) / begin.elapsed().as_secs_f64();
    println!("{:?} ends by signal {}", String::from_utf8_lossy(&crash.0), crash.1);
    println!("{rounds} rounds, {rate:.0} a second");
}
