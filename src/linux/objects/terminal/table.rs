//! The terminals of a world: the user's, if the guest has it, and the pseudoterminals.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::linux::config::Stream;
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::host::{self, FileTime, Host, HostFile};
use crate::linux::sync::lock;
use crate::linux::world::WaitQueues;

use super::device::{DeviceAttributes, Terminal, TerminalHandle, TerminalNotice, TerminalNotices};

/// Most pseudoterminals (`/proc/sys/kernel/pty/max`).
const MAX: usize = 4096;

/// The group of terminals, `tty` on most systems.
const GROUP: u32 = 5;

/// The permission bits of a terminal.
const MODE: u32 = 0o620;

/// All terminals of a world.
#[derive(Debug)]
pub struct TerminalTable {
    user: Option<TerminalHandle>,
    ptys: Mutex<BTreeMap<u32, TerminalHandle>>,
    queues: WaitQueues,
    notices: TerminalNotices,
    /// What the tables of a world and of its copies have in common.
    worlds: Arc<()>,
}

impl TerminalTable {
    /// A table with the terminal of the user, if one of the standard streams is that, as `/dev/pts/0`.
    pub fn new(queues: WaitQueues, streams: &[Stream; 3], host: &Host, owner: u32, now: FileTime) -> TerminalTable {
        let notices = TerminalNotices::default();
        let of_host = streams.iter().enumerate().filter(|(_, stream)| matches!(stream, Stream::Host));
        let user = of_host.filter_map(|(number, _)| host.stream(number).ok()).find(HostFile::is_terminal);
        let terminal = |file| Arc::new(Terminal::host(file, attributes(owner, now), queues.create(), &notices));
        TerminalTable { user: user.map(terminal), ptys: Mutex::default(), queues, notices, worlds: Arc::default() }
    }

    /// The terminal of the user.
    pub fn user(&self) -> Option<&TerminalHandle> {
        self.user.as_ref()
    }

    /// A new pseudoterminal, with the lowest number that is free.
    pub fn create(&self, owner: u32, now: FileTime) -> Result<TerminalHandle, Errno> {
        let mut ptys = lock(&self.ptys);
        ptys.retain(|_, terminal| !terminal.is_hung_up());
        if ptys.len() >= MAX {
            return Err(Errno::ENOSPC);
        }
        let first = u32::from(self.user.is_some());
        let number = (first..).find(|number| !ptys.contains_key(number)).ok_or(Errno::ENOSPC)?;
        let terminal = Arc::new(Terminal::pty(number, attributes(owner, now), self.queues.create(), &self.notices));
        ptys.insert(number, Arc::clone(&terminal));
        Ok(terminal)
    }

    /// Every terminal that can be opened, in order of their numbers.
    pub fn all(&self) -> Vec<TerminalHandle> {
        let ptys = lock(&self.ptys);
        let open = ptys.values().filter(|terminal| !terminal.is_hung_up());
        self.user.iter().chain(open).map(Arc::clone).collect()
    }

    /// Takes what terminals have for processes.
    pub fn take_notices(&self) -> Vec<TerminalNotice> {
        std::mem::take(&mut *lock(&self.notices))
    }
}

fn attributes(user: u32, now: FileTime) -> DeviceAttributes {
    DeviceAttributes { mode: MODE, user, group: GROUP, times: [now; 3] }
}

impl Drop for TerminalTable {
    /// The user gets the terminal back as it was, if no copy of the world can still use it.
    fn drop(&mut self) {
        if self.user.is_some() && Arc::strong_count(&self.worlds) == 1 {
            host::restore_terminal();
        }
    }
}

copied!(TerminalTable: clone { worlds } duplicate { user, ptys, queues, notices });

#[cfg(test)]
mod tests {
    use super::super::ends::PtyEnd;
    use super::*;

    fn without_user() -> TerminalTable {
        TerminalTable::new(
            WaitQueues::default(),
            &[Stream::Closed, Stream::Closed, Stream::Closed],
            &Host::default(),
            7,
            (0, 0),
        )
    }

    #[test]
    fn numbers_are_used_again() {
        let table = without_user();
        let mut masters: Vec<PtyEnd> = (0..3).map(|_| PtyEnd::master(&table.create(7, (0, 0)).unwrap())).collect();
        let numbers = |table: &TerminalTable| table.all().iter().map(|terminal| terminal.number).collect::<Vec<u32>>();
        assert_eq!(numbers(&table), [0, 1, 2]);
        drop(masters.remove(1));
        assert_eq!(numbers(&table), [0, 2]);
        assert_eq!(table.create(7, (0, 0)).unwrap().number, 1);
    }

    #[test]
    fn who_closes_the_master_hangs_up() {
        let table = without_user();
        let terminal = table.create(7, (0, 0)).unwrap();
        let master = PtyEnd::master(&terminal);
        terminal.set_control(|control| (control.session, control.foreground) = (Some(5), Some(6)));
        terminal.signal(2);
        drop(master);
        let expected = [
            TerminalNotice::Signal { group: 6, signal: 2 },
            TerminalNotice::HungUp { session: 5, foreground: Some(6) },
        ];
        assert_eq!((table.take_notices(), terminal.control().session), (expected.to_vec(), None));
    }
}
