//! The run loop: finds or translates the block at EIP, enters it, and sees why it came back.

use bumpalo::Bump;

use crate::cpu::Flag;
use crate::instructions::{Event, Exception, Machine};

use super::code::Code;
use super::options::Options;
use super::{dispatch, translate};

/// Who the machine belongs to: decides what interrupts and exceptions mean.
pub trait Environment {
    /// Something happened that the program cannot deal with alone. `None` goes on; an answer ends
    /// the run. For a fault EIP is at the instruction, else behind it.
    fn event(&mut self, m: &mut Machine, event: Event) -> Option<Event>;

    /// Control is about to enter the block at CS:EIP: each one when [`Options::link`] is off, each
    /// instruction when [`Options::block`] is 1 as well. A linked engine calls it rarely.
    /// `false` ends the run here.
    fn entering(&mut self, _: &mut Machine) -> bool {
        true
    }
}

/// Translations are thrown away when they take more bytes than this.
const MAX_CODE: usize = 64 << 20;

/// Instructions that may run before control must return to the loop. In an unoptimised build each
/// of them takes a stack frame.
const QUANTUM: u64 = if cfg!(unoptimised) { 400 } else { 20_000 };

/// Runs at most `budget` instructions.
///
/// Gives the event that the environment did not deal with; `None` when the budget is used up.
pub fn run(m: &mut Machine, environment: &mut dyn Environment, options: &Options, budget: u64) -> Option<Event> {
    let mut left = budget;
    loop {
        let arena = Bump::new();
        let code = Code::new(&arena, options.link);
        m.memory.forget_code();
        let (flat, segments) = (m.cpu.is_flat(), m.cpu.segments);
        while m.cpu.is_flat() == flat && m.cpu.segments == segments && code.size() < MAX_CODE {
            if left == 0 || !environment.entering(m) {
                m.allow(0);
                return None;
            }
            left -= slice(m, &code, options, left);
            if let Some(event) = m.event.take() {
                code.want(None);
                let stop = environment.event(m, event);
                if stop.is_some() {
                    m.allow(0);
                    return stop;
                }
            }
            drop_stale(m, &code);
        }
    }
}

/// Runs from EIP until control comes back, for at most `left` instructions; says how many it were.
fn slice(m: &mut Machine, code: &Code, options: &Options, left: u64) -> u64 {
    let trap = m.cpu.eflags.0 & Flag::Trap.mask() != 0;
    let quantum = if trap { 1 } else { left.min(QUANTUM) };
    m.allow(quantum);
    enter(m, code, options);
    if trap && m.event.is_none() {
        m.event = Some(Event::Fault(Exception::Debug));
    }
    quantum - m.budget
}

/// Enters the block at EIP, translating it if need be. A block that the budget does not cover is
/// cut to what it does cover.
fn enter<'a>(m: &mut Machine, code: &Code<'a>, options: &Options) {
    let block = match code.find(m.cpu.eip) {
        Some(block) => Ok(block),
        None => translate::block(m, code, options, options.block),
    };
    let block = match block {
        Ok(block) if u64::from(block.first().map_or(0, |first| first.op.left)) > m.budget => {
            // Less than a block's instructions, which `u8` counts.
            let limit = m.budget as u8;
            translate::block(m, code, options, limit)
        }
        other => other,
    };
    match block {
        Ok(block) => {
            code.link(block);
            dispatch::enter(m, code, block)
        }
        Err(exception) => m.event = Some(Event::Fault(exception)),
    }
}

/// Forgets translations whose bytes were written to or remapped.
fn drop_stale(m: &mut Machine, code: &Code) {
    if m.memory.has_stale() {
        code.want(None);
        for (first, last) in m.memory.take_stale() {
            (first >> 12..=last >> 12).for_each(|page| code.forget_page(page, dispatch::stale));
        }
    }
}
