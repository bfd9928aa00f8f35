//! Programs that make one call after another and keep the answers.

use tab86::engine::Machine;
use tab86::linux::{Config, Termination};

use crate::calls::call;
use crate::{BASE, run, tiny};

/// Where the program keeps what it prepares, what it reads, and its answers.
pub const DATA: u32 = BASE + 0x800;
pub const BUFFER: u32 = BASE + 0x900;
const ANSWERS: u32 = BASE + 0xa00;

/// A program of calls.
#[derive(Default)]
pub struct Script {
    pub code: Vec<u8>,
    calls: u32,
}

impl Script {
    /// Stores words from [`DATA`] on.
    pub fn prepare(mut self, words: &[u32]) -> Script {
        for (index, word) in (0..).zip(words) {
            let address: u32 = DATA + 4 * index;
            self.code.extend([&[0xc7, 0x05][..], &address.to_le_bytes(), &word.to_le_bytes()].concat());
        }
        self
    }

    /// Stores a string of up to fifteen bytes at [`DATA`].
    pub fn path(self, path: &str) -> Script {
        let mut bytes = [0; 16];
        bytes[..path.len()].copy_from_slice(path.as_bytes());
        let words: Vec<u32> = bytes.chunks_exact(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect();
        self.prepare(&words)
    }

    /// Makes a call and keeps its answer.
    pub fn call(mut self, number: u32, args: &[u32]) -> Script {
        self.code.extend(call(number, args));
        self.code.push(0xa3);
        self.code.extend((ANSWERS + 4 * self.calls).to_le_bytes());
        self.calls += 1;
        self
    }

    /// Runs it, and gives the answers and the machine.
    pub fn run(mut self, change: impl FnOnce(&mut Config)) -> (Vec<i32>, Machine) {
        self.code.extend(call(1, &[0]));
        let mut ran = run(&tiny(&self.code), change);
        assert_eq!(ran.exit, Some(Termination::Status(0)), "{:?}", ran.event);
        let mut answer = |index| ran.machine.memory.load::<u32>(ANSWERS + 4 * index).unwrap() as i32;
        let answers = (0..self.calls).map(&mut answer).collect();
        (answers, ran.machine)
    }
}
