//! What a process leaves behind when it executes a program, and how the first one starts.

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::config::Config;
use crate::linux::error::LoadError;
use crate::linux::loader::{self, ProgramFile, Start, Strings};
use crate::memory::{AddressSpace, ByteSource, Label};

use super::Kernel;

impl Kernel {
    /// Loads the first program, whose bytes are given.
    pub(in crate::linux) fn start(
        &mut self,
        m: &mut Machine,
        image: Arc<Vec<u8>>,
        config: &Config,
    ) -> Result<(), LoadError> {
        let file = ByteSource(image);
        let executable = loader::read(&file, loader::PIE_BASE)?;
        let interpreter = match &executable.interpreter {
            Some(path) => {
                let found = self.program(m, crate::linux::abi::files::AT_FDCWD, path, true).map(|found| found.image);
                Some(found.map_err(|_| LoadError::Dynamic(String::from_utf8_lossy(path).into_owned()))?)
            }
            None => None,
        };
        let name = config.program.as_bytes();
        let start = Start {
            file: &file as &dyn ProgramFile,
            label: Arc::new(Label { name: name.to_vec(), ..Label::default() }),
            interpreter: interpreter.as_ref().map(|program| (&*program.file, Arc::clone(&program.label))),
            strings: Strings { name, args: &config.args, env: &config.env },
            stack_size: config.stack_size,
            credentials: &self.process.credentials,
        };
        loader::load(&mut self.process.space(), m, &executable, &start)?;
        self.process.space_number = m.memory.layout().0;
        self.process.load_bias = executable.bias as u32;
        Ok(())
    }

    /// Gives the running process an empty address space of its own.
    pub fn new_space(&mut self, m: &mut Machine) {
        let old = self.process.space_number;
        self.leave_space(m);
        let mut space = Box::<AddressSpace>::default();
        m.memory.exchange_space(&mut space);
        if self.world.processes.values().any(|process| process.space_number == old) {
            self.world.spaces.insert(old, space);
        }
        self.process.space_number = m.memory.layout().0;
    }

    /// The thread that executes a program becomes the leader of its process, with its number.
    pub fn take_leader_id(&mut self) {
        let (former, pid) = (self.thread.tid, self.process.pid);
        self.process.threads.remove(&former);
        self.thread.tid = pid;
        self.process.threads.insert(pid);
        if former != pid {
            self.world.tracees.rename(former, pid);
        }
    }
}
