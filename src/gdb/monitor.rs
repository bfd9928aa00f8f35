//! What `monitor` of gdb asks for.

use std::rc::Rc;
use std::sync::Arc;

use gdbstub::target::ext::monitor_cmd::{ConsoleOutput, MonitorCmd, outputln};

use crate::engine;

use super::coverage::ExecutedCode;
use super::session::Session;

const HELP: &str = "monitor help         this list
monitor when         how many instructions the world has executed, and this thread
monitor row          the row of the instruction table for the instruction at EIP
monitor threads      all threads of the world, those of other processes too
monitor strace on    shows the system calls of all processes from here on, as `tab86 run --strace` does
monitor strace off   no longer
monitor coverage     which part of the program has been executed on the way forwards, counted since `monitor coverage
                     on`, or `monitor coverage reset`; `monitor coverage off` ends it. What a run executes of which
                     source lines: `tab86 run --coverage FILE`";

impl MonitorCmd for Session {
    fn handle_monitor_cmd(&mut self, command: &[u8], mut out: ConsoleOutput<'_>) -> Result<(), Self::Error> {
        let command = String::from_utf8_lossy(command);
        match command.trim() {
            "" | "help" => outputln!(out, "{HELP}"),
            "when" => {
                let own = self.timeline.executed_by(self.looked_at).unwrap_or_default();
                outputln!(out, "{} instructions, {own} of them by thread {}", self.timeline.count(), self.looked_at);
            }
            "row" => outputln!(out, "{}", self.row()),
            "strace on" => {
                let console = Arc::clone(&self.console);
                self.timeline.parts().1.trace_calls(Some(console));
                outputln!(out, "system calls are shown when they are answered, but not while it goes back");
            }
            "strace off" => {
                self.timeline.parts().1.trace_calls(None);
                outputln!(out, "system calls are no longer shown");
            }
            "coverage on" | "coverage reset" => {
                self.count_coverage(Some(ExecutedCode::start()));
                outputln!(out, "what is executed is counted from here on");
            }
            "coverage off" => {
                self.count_coverage(None);
                outputln!(out, "what is executed is no longer counted");
            }
            "coverage" => match &self.coverage {
                Some(coverage) => outputln!(out, "{}", coverage.report()),
                None => outputln!(out, "nothing is counted; `monitor coverage on` begins it"),
            },
            "threads" => {
                for thread in self.timeline.kernel().debug_threads() {
                    let state = if thread.waits { "waits" } else { "runs" };
                    outputln!(out, "process {} thread {} {} ({state})", thread.pid, thread.tid, thread.name);
                }
            }
            other => outputln!(out, "`{other}` is not known to tab86; `monitor help` lists what is"),
        }
        Ok(())
    }
}

impl Session {
    fn count_coverage(&mut self, coverage: Option<ExecutedCode>) {
        self.timeline.count_with(coverage.as_ref().map(|coverage| Rc::clone(&coverage.counter)));
        self.coverage = coverage;
    }

    /// The row of the instruction that the thread executes next.
    fn row(&mut self) -> String {
        let (m, kernel) = self.timeline.parts();
        let Some(eip) = kernel.eip_of(m, self.looked_at) else { return "there is no such thread".into() };
        if kernel.running().1 != self.looked_at {
            return "only for the thread that runs".into();
        }
        match engine::decode(m, eip) {
            Ok(instruction) => {
                let row = instruction.row();
                format!("{eip:#010x}: {instruction}\n{} | {} | SDM {}", row.opcode, row.instruction, row.sdm)
            }
            Err(exception) => format!("{eip:#010x}: {exception}"),
        }
    }
}
