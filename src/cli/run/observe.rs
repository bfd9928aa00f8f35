//! Observers of a run: what watches a program while it runs, and how several do so at once.
//!
//! They stand in front of the kernel and see every instruction. None of them changes what the program does. Reports
//! need less: what was executed, and how often. The engine counts that for all of them together, at nearly full speed.
//! Without either it runs for the kernel alone.

mod blocks;
pub mod code_map;
pub mod counts;
pub mod names;
pub mod stacks;

use std::path::Path;

use crate::counting;
use crate::engine::{Environment, Event, Machine, Options};
use crate::linux::Kernel;

use crate::cli::failure::Failure;

use counts::{Counting, Executed};

/// What watches each instruction of a run.
pub trait Observer {
    /// What was entered last has raised an event, which the kernel has not seen yet.
    fn event(&mut self, _: &mut Machine, _: &Kernel, _: Event) {}

    /// What was entered last is over, and so is the kernel's work on its event. The next thread's turn has not
    /// come yet.
    fn left(&mut self, _: &mut Machine, _: &Kernel) {}

    /// The instruction at EIP is executed next.
    fn entering(&mut self, m: &mut Machine, kernel: &Kernel);

    /// The run is over: writes what was seen.
    ///
    /// # Errors
    /// It cannot be written.
    fn finish(self: Box<Self>, m: &mut Machine, kernel: &Kernel) -> Result<(), Failure>;
}

/// What is written about a run at its end, from the counts of what it executed.
pub trait RunReport {
    /// Whether the counts must tell who called whom.
    fn wants_calls(&self) -> bool {
        false
    }

    /// Writes it.
    ///
    /// # Errors
    /// It cannot be written.
    fn write(&mut self, executed: &mut Executed) -> Result<(), Failure>;
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

/// The observers of a run, and the reports of it.
#[derive(Default)]
pub struct Observers<'o> {
    /// What watches it.
    pub observers: Vec<Box<dyn Observer + 'o>>,
    /// What is written at its end.
    pub reports: Vec<Box<dyn RunReport>>,
}

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
    let Observers { observers, mut reports } = observers;
    let stepping = Options { block: 1, link: false, ..Options::default() };
    let options = if observers.is_empty() { Options::default() } else { stepping };
    let calls = reports.iter().any(|report| report.wants_calls());
    let counting = (!reports.is_empty()).then(|| Counting::new(calls));
    let counter = counting.as_ref().map(|counting| counting.counter.clone());
    let mut observed = Observed { kernel, observers, counting };
    let event = counting::count(machine, &mut observed, &options, counter.as_deref(), budget);
    let Observed { kernel, observers, counting } = observed;
    // All of them write, also if one cannot.
    let mut written: Vec<_> = observers.into_iter().map(|observer| observer.finish(machine, kernel)).collect();
    if let Some(mut executed) = counting.map(|counting| counting.finish(machine)) {
        written.extend(reports.iter_mut().map(|report| report.write(&mut executed)));
    }
    written.into_iter().collect::<Result<(), Failure>>().map(|()| event)
}

/// The kernel with observers in front of it.
struct Observed<'k, 'o> {
    kernel: &'k mut Kernel,
    observers: Vec<Box<dyn Observer + 'o>>,
    counting: Option<Counting>,
}

impl Environment for Observed<'_, '_> {
    fn event(&mut self, m: &mut Machine, event: Event) -> Option<Event> {
        if let Some(counting) = &self.counting {
            counting.event(m, event);
        }
        self.observers.iter_mut().for_each(|observer| observer.event(m, self.kernel, event));
        self.kernel.event(m, event)
    }

    fn allowance(&self, m: &Machine) -> u64 {
        self.kernel.allowance(m)
    }

    fn entering(&mut self, m: &mut Machine) -> bool {
        if let Some(counting) = &self.counting {
            counting.left(m);
        }
        self.observers.iter_mut().for_each(|observer| observer.left(m, self.kernel));
        let goes_on = self.kernel.entering(m);
        if goes_on {
            if let Some(counting) = &self.counting {
                counting.entering(m, self.kernel);
            }
            self.observers.iter_mut().for_each(|observer| observer.entering(m, self.kernel));
        }
        goes_on
    }
}
