//! Observers of a run: what watches a program while it runs, and how several do so at once.
//!
//! They stand in front of the kernel and see every block, or every instruction if one of them wants that. None of
//! them changes what the program does. Without one the engine runs at full speed, for the kernel alone.

pub mod blocks;
pub mod code_map;
pub mod names;

use std::path::Path;

use crate::engine::{self, Environment, Event, Machine, Options};
use crate::linux::Kernel;

use crate::cli::failure::Failure;

/// How often an observer has to be asked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Granularity {
    /// For each block.
    Block,
    /// For each instruction.
    Instruction,
}

/// What watches a run.
pub trait Observer {
    /// How often it has to be asked.
    fn granularity(&self) -> Granularity;

    /// What was entered last has raised an event, which the kernel has not seen yet.
    fn event(&mut self, _: &mut Machine, _: &Kernel, _: Event) {}

    /// What was entered last is over, and so is the kernel's work on its event. The next thread's turn has not
    /// come yet.
    fn left(&mut self, _: &mut Machine, _: &Kernel) {}

    /// The block or instruction at EIP is executed next.
    fn entering(&mut self, m: &mut Machine, kernel: &Kernel);

    /// The run is over: writes what was seen.
    ///
    /// # Errors
    /// It cannot be written.
    fn finish(self: Box<Self>, m: &mut Machine, kernel: &Kernel) -> Result<(), Failure>;
}

/// What the ending of a file's name stands for.
///
/// # Errors
/// It stands for nothing; the message names what there is.
pub fn ending<T: Copy>(option: &str, path: &Path, choices: &[(&str, T)]) -> Result<T, Failure> {
    let extension = path.extension().unwrap_or_default();
    let chosen = choices.iter().find(|(name, _)| extension.eq_ignore_ascii_case(name));
    chosen.map(|(_, choice)| *choice).ok_or_else(|| {
        let names: Vec<String> = choices.iter().map(|(name, _)| format!(".{name}")).collect();
        let path = path.display();
        Failure::failed(format_args!(
            "{option}: {path}: the name must end in {}, which says what is written",
            names.join(" or ")
        ))
    })
}

/// The observers of a run.
pub type Observers<'o> = Vec<Box<dyn Observer + 'o>>;

/// Runs at most `budget` instructions before the eyes of observers.
///
/// # Errors
/// One of them cannot write what it saw.
pub fn run(
    machine: &mut Machine,
    kernel: &mut Kernel,
    observers: Observers,
    budget: u64,
) -> Result<Option<Event>, Failure> {
    let Some(finest) = observers.iter().map(|observer| observer.granularity()).max() else {
        return Ok(engine::run(machine, kernel, &Options::default(), budget));
    };
    let block = if finest == Granularity::Instruction { 1 } else { Options::default().block };
    let options = Options { block, link: false, ..Options::default() };
    let mut observed = Observed { kernel, observers };
    let event = engine::run(machine, &mut observed, &options, budget);
    let Observed { kernel, observers } = observed;
    // All of them write, also if one cannot.
    let written: Vec<_> = observers.into_iter().map(|observer| observer.finish(machine, kernel)).collect();
    written.into_iter().collect::<Result<(), Failure>>().map(|()| event)
}

/// The kernel with observers in front of it.
struct Observed<'k, 'o> {
    kernel: &'k mut Kernel,
    observers: Observers<'o>,
}

impl Environment for Observed<'_, '_> {
    fn event(&mut self, m: &mut Machine, event: Event) -> Option<Event> {
        self.observers.iter_mut().for_each(|observer| observer.event(m, self.kernel, event));
        self.kernel.event(m, event)
    }

    fn allowance(&self, m: &Machine) -> u64 {
        self.kernel.allowance(m)
    }

    fn entering(&mut self, m: &mut Machine) -> bool {
        self.observers.iter_mut().for_each(|observer| observer.left(m, self.kernel));
        let goes_on = self.kernel.entering(m);
        if goes_on {
            self.observers.iter_mut().for_each(|observer| observer.entering(m, self.kernel));
        }
        goes_on
    }
}
