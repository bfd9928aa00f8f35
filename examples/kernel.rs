//! Runs a flat kernel image at 0x100000 with write and exit only (throw-away measuring aid).
use std::io::Write;
use tab86::engine::{self, Environment, Options};
use tab86::instructions::{Event, Machine};
use tab86::memory::Perm;

struct Calls;
impl Environment for Calls {
    fn event(&mut self, m: &mut Machine, event: Event) -> Option<Event> {
        if event != Event::Interrupt(0x80) || m.cpu.regs[0u8] != 4 {
            return Some(event);
        }
        let mut bytes = vec![0; m.cpu.regs[2u8] as usize];
        m.memory.read(m.cpu.regs[1u8], &mut bytes).ok()?;
        std::io::stdout().write_all(&bytes).ok()?;
        None
    }
}

fn main() {
    let mut args = std::env::args().skip(1);
    let image = std::fs::read(args.next().unwrap()).unwrap();
    let entry = u32::from_str_radix(&args.next().unwrap(), 16).unwrap();
    let mut m = Machine::default();
    m.memory.map(0x10_0000, 0x100_0000, Perm::ALL);
    m.memory.copy_in(0x10_0000, &image);
    m.cpu.eip = entry;
    m.cpu.regs[4u8] = 0x110_0000 - 64;
    let start = std::time::Instant::now();
    let stop = engine::run(&mut m, &mut Calls, &Options::default(), u64::MAX / 2);
    let time = start.elapsed().as_secs_f64();
    eprintln!(
        "{stop:x?} eip={:x} {} instructions {time:.3} s {:.0} MIPS",
        m.cpu.eip,
        m.executed(),
        m.executed() as f64 / time / 1e6
    );
}
