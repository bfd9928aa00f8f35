//! `--gdb`: a debugger runs the program, or a recording of it. Its world is told by a tape what the host has answered,
//! so that the past can be looked at; a run has one in memory.

use std::sync::Arc;

use crate::engine::{Event, Machine};
use crate::gdb::{self, Debuggee, GdbAddress};
use crate::linux::{Config, Kernel};
use crate::recording::TapePosition;
use crate::vm::Vm;

use super::super::failure::{self, Failure};
use super::plan::Plan;
use super::program::LoadedProgram;

/// Where gdb is awaited if nobody says.
pub const GDB_ADDRESS: &str = "127.0.0.1:1234";

/// What is debugged.
pub struct Debugging<'d> {
    /// Where gdb is awaited.
    pub address: &'d str,
    /// The program.
    pub plan: &'d Plan,
    /// Its configuration, with the tape.
    pub config: &'d Config,
    /// Where the tape stood before the program was loaded.
    pub start: TapePosition,
    /// Whether the program ends where the plan says, as its recording does.
    pub ends: bool,
}

impl Debugging<'_> {
    /// Waits for gdb and lets it run a program that was loaded; what is left of the program when it has gone runs
    /// alone. Machine and kernel are those of the program then.
    ///
    /// # Errors
    /// The address makes no sense, or the host does not let us listen there.
    pub fn run(
        &self,
        machine: &mut Machine,
        kernel: &mut Kernel,
        program: &LoadedProgram,
    ) -> Result<Option<Event>, Failure> {
        let address: GdbAddress =
            self.address.parse().map_err(|error| Failure::failed(format_args!("--gdb: {error}")))?;
        let vm = Vm::from_parts(std::mem::take(machine), std::mem::take(kernel));
        let limit = self.plan.max_instructions.filter(|_| self.ends);
        let debuggee = Debuggee { vm, origin: self.origin(), limit, image: Arc::clone(&program.elf) };
        let (vm, served) = gdb::serve(debuggee, &address, &mut |at| {
            failure::warn(format_args!("waiting for gdb: connect with `target remote {at}`"));
        });
        (*machine, *kernel) = vm.into_parts();
        served.map_err(|error| Failure::failed(format_args!("--gdb: {}", failure::reason(&error))))
    }

    /// The same world at its first instruction. The tape has the program, too.
    fn origin(&self) -> Box<dyn FnMut() -> Result<Vm, String>> {
        let (plan, config, start) = (self.plan.clone(), self.config.clone(), self.start);
        Box::new(move || {
            config.host.seek(start);
            let mut machine = Machine::default();
            let loaded = LoadedProgram::load(&plan, || Ok(Vec::new()), &mut machine, &config);
            loaded.map(|(_, kernel)| Vm::from_parts(machine, kernel)).map_err(|failure| failure.to_string())
        })
    }
}
