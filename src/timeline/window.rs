//! The last instructions, each with what it changed, so that they can be undone one by one: as long as the kernel
//! has done nothing in between, processor and memory are all that has changed.

use crate::cpu::Cpu;
use crate::engine::Machine;

/// What one instruction has changed.
#[derive(Debug)]
struct Undo {
    cpu: Cpu,
    /// Address and former bytes of each write.
    writes: Vec<(u32, Vec<u8>)>,
}

/// Instructions that can be undone.
#[derive(Default, Debug)]
pub struct Window(Vec<Undo>);

impl Window {
    /// How many instructions are kept at first, and at most.
    pub const FIRST: u64 = 256;
    pub const MOST: u64 = 1 << 14;

    /// An instruction was executed.
    pub fn push(&mut self, cpu: Cpu, writes: Vec<(u32, Vec<u8>)>) {
        self.0.push(Undo { cpu, writes });
    }

    /// How many can be undone.
    pub fn len(&self) -> u64 {
        self.0.len() as u64
    }

    /// Nothing can be undone any more.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Undoes the last instruction.
    pub fn undo(&mut self, m: &mut Machine) {
        let Some(Undo { cpu, writes }) = self.0.pop() else { return };
        m.cpu = cpu;
        for (address, bytes) in writes.iter().rev() {
            m.memory.copy_in(*address, bytes);
        }
        m.allow(0);
        m.horizon -= 1;
    }
}
