use tab86::engine::{self, Environment, Options};
use tab86::instructions::{Event, Machine};
use tab86::memory::Perm;

struct Stop;
impl Environment for Stop {
    fn event(&mut self, _: &mut Machine, event: Event) -> Option<Event> {
        Some(event)
    }
}

#[test]
fn a_loop_runs() {
    let mut m = Machine::default();
    m.memory.map(0x1000, 0x1000, Perm::ALL);
    // mov eax,0; mov ecx,1000; L: add eax,ecx; sub ecx,1; jne L; int 0x80
    let code = [0xb8, 0, 0, 0, 0, 0xb9, 0xe8, 3, 0, 0, 1, 0xc8, 0x83, 0xe9, 1, 0x75, 0xf9, 0xcd, 0x80];
    m.memory.copy_in(0x1000, &code);
    m.cpu.eip = 0x1000;
    let stop = engine::run(&mut m, &mut Stop, &Options::default(), 1_000_000);
    assert_eq!(stop, Some(Event::Interrupt(0x80)));
    assert_eq!(m.cpu.regs[0u8], 500500);
    assert_eq!(m.cpu.eip, 0x1013);
    assert_eq!(m.executed(), 2 + 3000 + 1);
}
