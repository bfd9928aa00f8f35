//! How a run ended, and what the user should know about it.

use std::path::Path;

use crate::engine;
use crate::engine::{Event, Exception, Machine};
use crate::linux::{Kernel, PathAccess, Refusal, Termination};
use crate::table;

use super::super::failure::{self, FAILED};

/// The status of a run that its budget ended.
const STOPPED: u8 = 124;

/// Added to the number of a fatal signal.
const SIGNALLED: u8 = 128;

/// The most refusals that are listed.
const MAX_REFUSALS: usize = 10;

/// The exit status, and a message if there is something to say.
#[derive(PartialEq, Eq, Debug)]
pub struct ExitReport {
    status: u8,
    message: Option<String>,
}

impl ExitReport {
    /// The report on the event that ended a run, and on what the guest's kernel made of it.
    pub fn of(machine: &mut Machine, kernel: &Kernel, event: Option<Event>) -> ExitReport {
        let eip = machine.cpu.eip;
        let (status, message) = match (kernel.exit(), event) {
            (Some(Termination::Status(status)), _) => (status, None),
            (Some(Termination::Signal(signal)), Some(Event::Fault(exception))) => {
                let at = instruction(machine).map_or_else(String::new, |text| format!(", in `{text}`"));
                let why = feature(machine).map_or_else(String::new, |name| {
                    format!("; the processor that --cpu chose has no {name}: --cpu max has everything")
                });
                (SIGNALLED | signal, Some(format!("killed by {} at {eip:#010x}{at}: {exception}{why}", name(signal))))
            }
            (Some(Termination::Signal(signal)), _) => {
                (SIGNALLED | signal, Some(format!("killed by {} at {eip:#010x}", name(signal))))
            }
            (None, Some(Event::Fault(Exception::Unimplemented(row)))) => (FAILED, Some(unimplemented(machine, row))),
            (None, Some(event)) => {
                (FAILED, Some(format!("stopped at {eip:#010x} by an event that means nothing to Linux: {event:?}")))
            }
            (None, None) => (STOPPED, Some(format!("stopped by --max-instructions at {eip:#010x}"))),
        };
        ExitReport { status, message }
    }

    /// Tells the user and gives the exit status.
    pub fn tell(&self) -> u8 {
        self.message.iter().for_each(failure::warn);
        self.status
    }
}

/// The text of the instruction at EIP, if there is one.
fn instruction(machine: &mut Machine) -> Option<String> {
    engine::decode(machine, machine.cpu.eip).ok().map(|instruction| instruction.to_string())
}

/// The feature that the instruction at EIP needs and that the processor was told to do without.
fn feature(machine: &mut Machine) -> Option<&'static str> {
    let instruction = engine::decode(machine, machine.cpu.eip).ok()?;
    machine.cpu.model.lacks(&instruction.row().cpuid)
}

fn unimplemented(machine: &mut Machine, row: u16) -> String {
    let row = table::row(row);
    let text = instruction(machine).unwrap_or_default();
    format!(
        "`{text}` at {:#010x} is not implemented: {} (opcode {}, line {} of opcodes.json) has no handler",
        machine.cpu.eip, row.instruction, row.opcode, row.line
    )
}

/// A signal by its Linux name.
fn name(signal: u8) -> String {
    const NAMES: [(u8, &str); 12] = [
        (1, "SIGHUP"),
        (2, "SIGINT"),
        (4, "SIGILL"),
        (5, "SIGTRAP"),
        (6, "SIGABRT"),
        (7, "SIGBUS"),
        (8, "SIGFPE"),
        (9, "SIGKILL"),
        (11, "SIGSEGV"),
        (13, "SIGPIPE"),
        (14, "SIGALRM"),
        (15, "SIGTERM"),
    ];
    let known = NAMES.iter().find(|(number, _)| *number == signal);
    known.map_or_else(|| format!("signal {signal}"), |(number, name)| format!("signal {number} ({name})"))
}

/// Says what the guest was refused, and which option would grant it.
pub fn tell_refusals(refusals: &[Refusal]) {
    for Refusal { path, wanted } in refusals.iter().take(MAX_REFUSALS) {
        // Names may have any characters, also such that a terminal obeys.
        let path = &path.escape_debug().to_string();
        let directory = Path::new(path).parent().filter(|parent| *parent != Path::new("/")).unwrap_or(Path::new(path));
        let (what, option) = match wanted {
            PathAccess::Read => ("see", "--dir-ro"),
            PathAccess::Write => ("change", "--dir"),
        };
        failure::warn(format_args!(
            "the program was not allowed to {what} {path}; {option} {} would allow it",
            directory.display()
        ));
    }
    if let more @ 1.. = refusals.len().saturating_sub(MAX_REFUSALS) {
        failure::warn(format_args!("and to see or change {more} more"));
    }
}
