//! `--gdb`: a debugger runs the program. Its output goes through memory, so that what it prints again after going
//! back is not seen twice.

use std::fs;

use crate::engine::{Event, Machine};
use crate::gdb::{self, GdbAddress, Origin, TimelineWorld};
use crate::linux::{Buffer, Config, Kernel, Stream};
use crate::vm::Vm;

use super::super::failure::{self, Failure};
use super::arguments::{ClockChoice, RunArguments};
use super::config;
use super::plan::Plan;
use super::program::LoadedProgram;

/// Where gdb is awaited if nobody says.
pub const DEFAULT: &str = "127.0.0.1:1234";

/// Waits for gdb and lets it run the program; what is left of the program when it has gone runs alone. Machine and
/// kernel are those of the program then.
///
/// # Errors
/// The address makes no sense, or the host does not let us listen there.
pub fn run(
    arguments: &RunArguments,
    machine: &mut Machine,
    kernel: &mut Kernel,
    program: &LoadedProgram,
) -> Result<Option<Event>, Failure> {
    let address = arguments.gdb.as_deref().unwrap_or(DEFAULT);
    let address: GdbAddress = address.parse().map_err(|error| Failure::failed(format_args!("--gdb: {error}")))?;
    let (world, origin) = match can_begin_again(arguments) {
        true => {
            if arguments.clock == ClockChoice::Host {
                failure::warn("going back may arrive elsewhere: use --clock virtual if the program asks for the time");
            }
            beginnings(arguments)?
        }
        false => {
            failure::warn("no going back: the program may change the host's files, or use its network");
            let vm = Vm::from_parts(std::mem::take(machine), std::mem::take(kernel));
            (TimelineWorld { vm, output: None }, None)
        }
    };
    let (world, served) = gdb::serve(world, origin, &program.elf, &address, &mut |at| {
        failure::warn(format_args!("waiting for gdb: connect with `target remote {at}`"));
    });
    (*machine, *kernel) = world.vm.into_parts();
    served.map_err(|error| Failure::failed(format_args!("--gdb: {}", failure::reason(&error))))
}

/// Whether nothing outside of the program changes by running it.
fn can_begin_again(arguments: &RunArguments) -> bool {
    arguments.dir.is_empty() && arguments.connect.is_empty() && arguments.listen.is_empty()
}

/// The world, and how it begins again.
fn beginnings(arguments: &RunArguments) -> Result<(TimelineWorld, Option<Origin>), Failure> {
    let config = config::config(arguments)?;
    let (input, arguments) = (whole_input(), arguments.clone());
    let again = move || begin(&arguments, &config, input.as_deref());
    let world = again()?;
    let origin: Origin = Box::new(move || again().map_err(|failure| failure.to_string()));
    Ok((world, Some(origin)))
}

/// A world at its first instruction.
fn begin(arguments: &RunArguments, config: &Config, input: Option<&[u8]>) -> Result<TimelineWorld, Failure> {
    let output: [Buffer; 2] = Default::default();
    let mut config = config.clone();
    config.streams[1] = Stream::Buffer(output[0].clone());
    config.streams[2] = Stream::Buffer(output[1].clone());
    if let Some(bytes) = input {
        let buffer = Buffer::default();
        buffer.lock().into_iter().for_each(|mut buffer| buffer.extend(bytes));
        config.streams[0] = Stream::Buffer(buffer);
    }
    let (plan, mut machine) = (Plan::of(arguments)?, Machine::default());
    let (_, kernel) = LoadedProgram::load(&plan, || arguments.image(), &mut machine, &config)?;
    Ok(TimelineWorld { vm: Vm::from_parts(machine, kernel), output: Some(output) })
}

/// All of standard input, if it is a file: it can be read again from the start.
fn whole_input() -> Option<Vec<u8>> {
    let path = "/dev/stdin";
    let is_file = fs::metadata(path).is_ok_and(|found| found.is_file());
    is_file.then(|| fs::read(path).ok()).flatten()
}
