//! The observer of a run: sees each instruction before it is executed, and cuts what it sees into runs.
//!
//! It steps, so that nothing is inferred: an instruction belongs to the run if it lies where the one before it
//! ended, that one could continue there, and the run is not yet as long as a block can be.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::cli::failure::Failure;
use crate::cli::run::observe::Observer;
use crate::cpu::Segment;
use crate::decode::MAX_LENGTH;
use crate::engine::{Machine, Options};
use crate::form::{self, Ending};
use crate::linux::Kernel;

use super::counts::{Counts, Kind, Report};

/// Counts the instructions.
pub struct FormCounter<'p> {
    /// Where the counts are written to; standard error if `None`.
    output: Option<&'p Path>,
    counts: Counts,
    /// What was found at addresses, by their low bits.
    sites: Vec<Option<Site>>,
    /// The kinds of the instructions of the current run.
    run: Vec<u32>,
    last: Option<Last>,
}

/// The low bits of addresses that tell sites apart. Two that share them only take each other's place.
const SITE_BITS: u32 = 20;

/// An instruction at an address: whatever process has the same bytes there executes the same one.
#[derive(Clone, Copy)]
struct Site {
    address: u32,
    bytes: [u8; MAX_LENGTH],
    length: u8,
    kind: u32,
    ending: Ending,
}

/// The last instruction.
struct Last {
    eip: u32,
    next: u32,
    ending: Ending,
}

impl<'p> FormCounter<'p> {
    /// One that has seen nothing.
    pub fn new(output: Option<&'p Path>) -> FormCounter<'p> {
        let sites = vec![None; 1 << SITE_BITS];
        FormCounter { output, counts: Counts::default(), sites, run: Vec::new(), last: None }
    }

    fn end_run(&mut self) {
        self.counts.add_run(&self.run);
        self.run.clear();
    }

    /// The instruction at EIP; `None` if there is none.
    fn site(&mut self, machine: &mut Machine) -> Option<Site> {
        let base = machine.cpu.segments[Segment::Cs as usize].descriptor.base();
        let address = base.wrapping_add(machine.cpu.eip);
        let slot = address as usize & ((1 << SITE_BITS) - 1);
        if let Some(site) = self.sites[slot].filter(|site| site.address == address) {
            let mut bytes = [0; MAX_LENGTH];
            let length = usize::from(site.length);
            if machine.memory.fetch(address, &mut bytes[..length]) == length && bytes == site.bytes {
                return Some(site);
            }
        }
        let occurrence = form::occurrence(machine).ok()?;
        let length = occurrence.instruction.length;
        let mut bytes = [0; MAX_LENGTH];
        machine.memory.fetch(address, &mut bytes[..usize::from(length)]);
        let kind = self.counts.kind(Kind::of(&occurrence));
        let site = Site { address, bytes, length, kind, ending: occurrence.ending };
        self.sites[slot] = Some(site);
        Some(site)
    }

    fn step(&mut self, machine: &mut Machine) {
        let eip = machine.cpu.eip;
        let Some(site) = self.site(machine) else { return };
        if let Some(last) = &self.last {
            // A string instruction that repeats comes by for each iteration.
            if last.eip == eip && last.ending == Ending::Conditional && self.counts.repeats(site.kind) {
                return;
            }
            let goes_on = last.next == eip && last.ending != Ending::Always;
            if !goes_on || self.run.len() == usize::from(Options::default().block) {
                self.end_run();
            }
        }
        self.run.push(site.kind);
        self.last = Some(Last { eip, next: eip.wrapping_add(u32::from(site.length)), ending: site.ending });
    }
}

impl Observer for FormCounter<'_> {
    fn entering(&mut self, machine: &mut Machine, _: &Kernel) {
        self.step(machine);
    }

    /// Writes what was counted.
    fn finish(mut self: Box<Self>, _: &mut Machine, _: &Kernel) -> Result<(), Failure> {
        self.end_run();
        let report = self.counts.report();
        let written = match self.output {
            Some(path) => File::create(path).and_then(|file| write(file, &report)),
            None => write(io::stderr(), &report),
        };
        written.map_err(|error| Failure::output(self.output.unwrap_or("standard error".as_ref()), &error))
    }
}

fn write(to: impl Write, report: &Report) -> io::Result<()> {
    let mut to = BufWriter::new(to);
    serde_json::to_writer(&mut to, report)?;
    writeln!(to)?;
    to.flush()
}
