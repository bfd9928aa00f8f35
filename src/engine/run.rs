//! The run loop: finds or translates the block at EIP, enters it, and handles the reason for which it
//! returned.

use bumpalo::Bump;

use crate::cpu::Flag;
use crate::instructions::{Event, Exception, Machine, Results};

use super::code::Code;
use super::counter::Counter;
use super::draft::Draft;
use super::environment::Environment;
use super::options::Options;
use super::translations::Translations;
use super::{dispatch, translate};

/// All translations are discarded when they take more bytes than this.
const MAX_CODE: usize = 64 << 20;

/// The most instructions of a block that is translated for the end of a budget, to be executed once. The block that the
/// budget does not cover may be left early, as at the end of a loop: a longer one would be translated in vain.
const CUT: u64 = 8;

/// Instructions that may be executed before control must return to the loop. In an unoptimised build
/// each of them takes a stack frame.
const QUANTUM: u64 = if cfg!(unoptimised) { 400 } else { 20_000 };

/// Runs at most `budget` instructions.
///
/// Returns the event that the environment did not deal with; `None` when the budget is used up.
pub fn run(m: &mut Machine, environment: &mut dyn Environment, options: &Options, budget: u64) -> Option<Event> {
    count(m, environment, options, None, budget)
}

/// The same, and a counter counts the blocks that are executed.
pub fn count(
    m: &mut Machine,
    environment: &mut dyn Environment,
    options: &Options,
    counter: Option<&Counter>,
    budget: u64,
) -> Option<Event> {
    let mut left = budget;
    let mut drafts = Vec::new();
    loop {
        let arena = Bump::new();
        let mut translations = Translations::new(&arena, options.link, counter);
        m.memory.forget_code();
        while translations.size() < MAX_CODE {
            if left == 0 || !environment.entering(m) {
                m.allow(0);
                return None;
            }
            let code = translations.current(m);
            left -= slice(m, code, environment, options, left, &mut drafts);
            if let Some(event) = m.event.take() {
                translations.unlink();
                let stop = environment.event(m, event);
                if stop.is_some() {
                    m.allow(0);
                    return stop;
                }
            }
            translations.drop_stale(m);
        }
    }
}

/// Executes at most `left` instructions from EIP on and returns their number.
fn slice(
    m: &mut Machine,
    code: &Code,
    environment: &dyn Environment,
    options: &Options,
    left: u64,
    drafts: &mut Vec<Draft>,
) -> u64 {
    let trap = m.cpu.eflags.0 & Flag::Trap.mask() != 0;
    let quantum = if trap { 1 } else { left.min(QUANTUM).min(environment.allowance(m).max(1)) };
    m.allow(quantum);
    enter(m, code, environment, options, drafts);
    if trap && m.event.is_none() {
        m.event = Some(Event::Fault(Exception::Debug));
    }
    quantum - m.budget
}

/// Enters the block at EIP, translating it if necessary. If the budget does not cover the block, a
/// shorter one is translated for this entry, to which nothing leads.
fn enter<'a>(
    m: &mut Machine,
    code: &Code<'a>,
    environment: &dyn Environment,
    options: &Options,
    drafts: &mut Vec<Draft>,
) {
    let block = match code.find(m.cpu.eip) {
        Some(block) => Ok(block),
        None => translate::block(m, code, environment, options, options.longest(), drafts),
    };
    let block = match block {
        Ok(block) if u64::from(block.first().map_or(0, |head| head.op.done)) > m.budget => {
            code.unlink();
            let limit = m.budget.min(CUT) as u8;
            translate::block(m, code, environment, options, limit, drafts)
        }
        Ok(block) => {
            code.link(block, environment.watches(m.cpu.eip));
            Ok(block)
        }
        fault => fault,
    };
    match block {
        Ok(block) => dispatch::enter(m, code.links(), block, Results::default()),
        Err(exception) => m.event = Some(Event::Fault(exception)),
    }
}
