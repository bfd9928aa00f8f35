//! `--sanitize flags`: who depends on a flag that the instruction before has left undefined.
//!
//! Which instruction tests a flag, sets it, or leaves it undefined is in `opcodes.json`. On this interpreter such a
//! flag has a value, and the program may seem to work; on another processor it may not.

use std::collections::{HashMap, HashSet};

use crate::cli::failure;
use crate::cli::failure::Failure;
use crate::cpu::Register;
use crate::decode::Instruction;
use crate::engine::{self, Event, Machine};
use crate::linux::Kernel;
use crate::table::notation::OperandKind;

use super::observe::Observer;

/// The status flags (SDM Vol. 1, "Status Flags").
const FLAGS: [(&str, u32); 6] = [("CF", 0), ("PF", 2), ("AF", 4), ("ZF", 6), ("SF", 7), ("OF", 11)];

/// For each flag the instruction that left it undefined: its address, and its text.
type Undefined = [Option<(u32, String)>; 6];

/// Watches the flags of each thread.
#[derive(Default)]
pub struct FlagSanitizer {
    threads: HashMap<(u32, u32), Undefined>,
    /// The thread that runs, and its instruction, with the flags that it sets and leaves undefined.
    running: Option<((u32, u32), Instruction, Changes)>,
    /// Where something was reported.
    reported: HashSet<u32>,
}

/// What an instruction does to flags, as masks of EFLAGS.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
struct Changes {
    defined: u32,
    undefined: u32,
}

impl Changes {
    /// Those of the instruction that is about to be executed.
    fn of(m: &Machine, instruction: &Instruction) -> Changes {
        let row = instruction.row();
        let effects = row.effects;
        let (width, count) = shift(m, instruction);
        if !row.undefined.is_empty() && count == 0 {
            return Changes::default();
        }
        let holds = |condition: &str| match condition {
            "count>0" => count > 0,
            "count>1" => count > 1,
            "count>width" => count > width,
            "count>=width" => count >= width,
            _ => false,
        };
        let of_condition = row.undefined.iter().filter(|(_, condition)| holds(condition));
        let named = |name: &str| FLAGS.iter().find(|(known, _)| *known == name).map_or(0, |(_, bit)| 1 << bit);
        let undefined = of_condition.fold(effects.undefined, |all, (flag, _)| all | named(flag));
        Changes { defined: effects.written & !undefined, undefined }
    }
}

/// The operand size of a shift or rotate, and its masked count.
fn shift(m: &Machine, instruction: &Instruction) -> (u32, u32) {
    let row = instruction.row();
    let width = match row.operands.first().map(|operand| operand.kind) {
        Some(OperandKind::Register(_, bits)) => u32::from(bits.unwrap_or(instruction.operand_size.into())),
        _ => instruction.operand_size.into(),
    };
    let count = match row.operands.last().map(|operand| operand.kind) {
        Some(OperandKind::Immediate(_)) => instruction.immediates[0],
        Some(OperandKind::Constant(value)) => u32::from(value),
        _ => m.cpu.regs[Register::Ecx],
    };
    (width, count & 31)
}

impl FlagSanitizer {
    /// The instruction that was entered last has been executed.
    fn apply(&mut self) {
        let Some((who, instruction, changes)) = self.running.take() else { return };
        if changes == Changes::default() {
            return;
        }
        let undefined = self.threads.entry(who).or_default();
        for ((_, bit), flag) in FLAGS.iter().zip(undefined) {
            if changes.undefined & 1 << bit != 0 {
                *flag = Some((instruction.eip, instruction.to_string()));
            } else if changes.defined & 1 << bit != 0 {
                *flag = None;
            }
        }
    }

    fn check(&mut self, who: (u32, u32), instruction: &Instruction) {
        let tested = instruction.row().effects.tested;
        let Some(undefined) = self.threads.get(&who).filter(|_| tested != 0) else { return };
        let met = FLAGS.iter().zip(undefined).filter(|((_, bit), _)| tested & 1 << bit != 0);
        let met: Vec<_> = met.filter_map(|((name, _), flag)| Some((name, flag.as_ref()?))).collect();
        if met.is_empty() || !self.reported.insert(instruction.eip) {
            return;
        }
        for (name, (address, text)) in met {
            failure::warn(format_args!(
                "flags: `{instruction}` at {:#010x} depends on {name}, which `{text}` at {address:#010x} leaves undefined",
                instruction.eip
            ));
        }
    }
}

impl Observer for FlagSanitizer {
    fn event(&mut self, _: &mut Machine, _: &Kernel, event: Event) {
        match event {
            // It had no effect.
            Event::Fault(_) => self.running = None,
            _ => self.apply(),
        }
    }

    fn left(&mut self, _: &mut Machine, _: &Kernel) {
        self.apply();
    }

    fn entering(&mut self, m: &mut Machine, kernel: &Kernel) {
        let Ok(instruction) = engine::decode(m, m.cpu.eip) else { return };
        let who = kernel.running();
        self.check(who, &instruction);
        self.running = Some((who, instruction, Changes::of(m, &instruction)));
    }

    fn finish(self: Box<Self>, _: &mut Machine, _: &Kernel) -> Result<(), Failure> {
        Ok(())
    }
}
