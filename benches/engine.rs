//! The project's own benchmark: decode rate, block execution, memory access. `cargo bench` prints
//! one line a case; each figure is the best of several runs, since other work on the machine only
//! ever makes a run slower.

use std::hint::black_box;
use std::time::{Duration, Instant};

use tab86::cpu::Register::{Eax, Ecx, Edi, Esi, Esp};
use tab86::decode::Decoder;
use tab86::engine::{self, Environment, Options};
use tab86::engine::{Event, Machine};
use tab86::memory::{Memory, Perm};

struct Stop;

impl Environment for Stop {
    fn event(&mut self, _: &mut Machine, event: Event) -> Option<Event> {
        Some(event)
    }
}

const CODE: u32 = 0x1000;
const DATA: u32 = 0x10_0000;

fn machine(code: &[u8]) -> Machine {
    let mut m = Machine::default();
    m.memory.map(CODE, 0x1000, Perm::ALL);
    m.memory.map(DATA, 0x10_0000, Perm::READ | Perm::WRITE);
    m.memory.copy_in(CODE, code);
    m.cpu.eip = CODE;
    m.cpu.regs[Esp] = DATA + 0x8000;
    m.cpu.regs[Esi] = DATA;
    m.cpu.regs[Edi] = DATA + 0x2_0000;
    m
}

/// The shortest of seven runs, which do `count` things each, told as millions a second.
fn measure(name: &str, unit: &str, mut run: impl FnMut() -> u64) {
    let mut best = (Duration::MAX, 0);
    for _ in 0..7 {
        let start = Instant::now();
        let count = run();
        best = best.min((start.elapsed(), count));
    }
    println!("{name:<36} {:>9.1} million {unit}/s", best.1 as f64 / best.0.as_secs_f64() / 1e6);
}

/// Runs a program that counts ECX down from `rounds`.
fn program(name: &str, code: &[u8], rounds: u32) {
    measure(name, "instructions", || {
        let mut m = machine(code);
        m.cpu.regs[Ecx] = rounds;
        assert_eq!(engine::run(&mut m, &mut Stop, &Options::default(), u64::MAX), Some(Event::Interrupt(3)));
        black_box(m.cpu.regs[Eax]);
        m.executed()
    });
}

fn decode() {
    // add; mov with SIB and displacement; jcc; SSE; VEX; LOCK with a segment override.
    let code: &[&[u8]] = &[
        &[0x01, 0xd8],
        &[0x8b, 0x44, 0x8d, 0x10],
        &[0x0f, 0x84, 0, 1, 0, 0],
        &[0x66, 0x0f, 0x58, 0xc1],
        &[0xc5, 0xf5, 0x58, 0xc2],
        &[0x65, 0xf0, 0x81, 0x05, 1, 2, 3, 4, 5, 6, 7, 8],
    ];
    measure("decode, mixed encodings", "instructions", || {
        let decoder = Decoder::new(32);
        let mut lengths = 0_u64;
        for round in 0..200_000_u32 {
            for bytes in code {
                lengths += u64::from(decoder.decode(black_box(bytes), round).map_or(0, |one| one.length));
            }
        }
        black_box(lengths);
        200_000 * code.len() as u64
    });
}

fn memory() {
    let mut memory = Memory::new();
    memory.map(DATA, 0x10_0000, Perm::READ | Perm::WRITE);
    memory.write(DATA, &[1; 0x1_0000]).expect("it was just mapped");
    measure("memory, aligned loads", "accesses", || {
        let sum = (0..4_000_000_u32)
            .fold(0_u32, |sum, at| sum.wrapping_add(memory.load(DATA + ((at * 4) & 0xfffc)).unwrap_or(0)));
        black_box(sum);
        4_000_000
    });
    measure("memory, stores across pages", "accesses", || {
        (0..400_000_u32).for_each(|at| memory.store(DATA + 0xffe + (at & 7) * 0x1000, at).unwrap_or(()));
        400_000
    });
}

fn main() {
    decode();
    // L: add eax,ecx; xor edx,eax; lea ebx,[eax+edx*2]; dec ecx; jnz L; int3
    program(
        "blocks, arithmetic in registers",
        &[1, 0xc8, 0x31, 0xc2, 0x8d, 0x1c, 0x50, 0x49, 0x75, 0xf6, 0xcc],
        5_000_000,
    );
    // L: mov eax,[esi]; add [edi],eax; movzx edx,byte [esi]; mov [edi],dl; dec ecx; jnz L; int3
    program(
        "blocks, loads and stores",
        &[0x8b, 0x06, 1, 0x07, 0x0f, 0xb6, 0x16, 0x88, 0x17, 0x49, 0x75, 0xf4, 0xcc],
        5_000_000,
    );
    // L: call F; dec ecx; jnz L; int3; F: push ebx; pop ebx; ret
    program("blocks, calls and returns", &[0xe8, 4, 0, 0, 0, 0x49, 0x75, 0xf8, 0xcc, 0x53, 0x5b, 0xc3], 4_000_000);
    // L: mov edx,ecx; mov ecx,4096; mov edi,DATA; rep stosd; mov ecx,edx; dec ecx; jnz L; int3
    let fill = [0x89, 0xca, 0xb9, 0, 0x10, 0, 0, 0xbf, 0, 0, 0x10, 0, 0xf3, 0xab, 0x89, 0xd1, 0x49, 0x75, 0xed, 0xcc];
    program("blocks, REP STOSD of 16 KiB", &fill, 5_000);
    memory();
}
