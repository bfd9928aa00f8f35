//! Core files in the file tree of the world (core(5), "Naming of core dump files").

use std::io::{self, Write};
use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::files::{AT_FDCWD, O_WRONLY};
use crate::linux::abi::process::RLIMIT_CORE;
use crate::linux::errno::Errno;
use crate::linux::files::{Manner, PathAccess, SystemName};
use crate::linux::host::FileType;
use crate::linux::objects::Object;
use crate::linux::process::Termination;

use super::Kernel;

/// The first bytes of what is written.
struct Beginning {
    bytes: Vec<u8>,
    most: usize,
}

impl Write for Beginning {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.most - self.bytes.len();
        let fitting = &bytes[..room.min(bytes.len())];
        self.bytes.extend(fitting);
        Ok(fitting.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Kernel {
    /// Writes the core file of the running process where the setting `core_pattern` says: as much of it as RLIMIT_CORE
    /// allows, in place of what was there; none if that is less than a page. No program is started for it.
    pub(super) fn leave_core_in_tree(&mut self, m: &mut Machine) -> Result<(), Errno> {
        if !self.process.exit.is_some_and(|exit| self.process.dumps_core(exit)) {
            return Ok(());
        }
        let pattern = self.world.settings.get("kernel/core_pattern").unwrap_or(b"core").to_vec();
        if pattern.is_empty() || pattern.starts_with(b"|") {
            return Ok(());
        }
        let path = self.core_path(m, &pattern);
        let found = self.find_bytes(m, AT_FDCWD, &path, Manner::new(false, PathAccess::Write))?;
        let place = match &found.place {
            Some(place) if place.file_type() != FileType::File => return Ok(()),
            Some(place) => Arc::clone(place),
            None => self.editing(m, |editor| editor.create_file(&found, 0o600))?,
        };
        let Object::Regular(contents) = self.asking(m, |asker| place.node().open(asker, O_WRONLY))? else {
            return Ok(());
        };
        let [most, _] = self.process.limits.get(RLIMIT_CORE)?;
        let now = self.now(m);
        let mut beginning = Beginning { bytes: Vec::new(), most: usize::try_from(most).unwrap_or(usize::MAX) };
        // It ends where there is no more room.
        let _ = self.write_core(m, &mut beginning);
        contents.set_size(m.memory.pool_mut(), 0, now)?;
        contents.write(m.memory.pool_mut(), &beginning.bytes, 0, now).map(|_| ())
    }

    /// The path that a pattern means for the running process.
    fn core_path(&self, m: &Machine, pattern: &[u8]) -> Vec<u8> {
        let process = &self.process;
        let signal = match process.exit {
            Some(Termination::Signal(signal)) => signal,
            _ => 0,
        };
        let mut parts = pattern.split(|byte| *byte == b'%');
        let mut path = parts.next().unwrap_or_default().to_vec();
        while let Some(part) = parts.next() {
            let (letter, rest) = part.split_first().map_or((b'%', part), |(letter, rest)| (*letter, rest));
            match letter {
                b'e' => path.extend(&self.thread.name),
                b'h' => path.extend(self.names().get(SystemName::Node)),
                b'p' | b'P' => path.extend(process.pid.to_string().bytes()),
                b'i' | b'I' => path.extend(self.thread.tid.to_string().bytes()),
                b'u' => path.extend(process.credentials.users()[0].to_string().bytes()),
                b'g' => path.extend(process.credentials.own_groups()[0].to_string().bytes()),
                b's' => path.extend(signal.to_string().bytes()),
                b't' => path.extend(self.world.clock.date(m).as_secs().to_string().bytes()),
                // Two signs stand for one: nothing is between them.
                b'%' if part.is_empty() => {
                    path.push(b'%');
                    path.extend(parts.next().unwrap_or_default());
                }
                _ => {}
            }
            path.extend(rest);
        }
        let names_process = pattern.windows(2).any(|pair| pair == b"%p");
        if self.world.settings.number("kernel/core_uses_pid").is_some_and(|number| number != 0) && !names_process {
            path.extend(format!(".{}", process.pid).into_bytes());
        }
        path
    }
}
