//! The ends of a pseudoterminal, as open files have them.

use std::sync::Arc;

use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::world::WaitQueue;

use super::super::channel::Channel;
use super::device::{Terminal, TerminalHandle};
use super::pty::PtyLine;

/// The master, or the slave once opened.
#[derive(Debug)]
pub struct PtyEnd {
    /// The terminal between both ends.
    pub terminal: TerminalHandle,
    /// Whether it is the master.
    pub is_master: bool,
}

impl PtyEnd {
    /// The master, which is opened once.
    pub fn master(terminal: &TerminalHandle) -> PtyEnd {
        PtyEnd { terminal: Arc::clone(terminal), is_master: true }
    }

    /// Opens the slave.
    pub fn slave(terminal: &TerminalHandle) -> Result<PtyEnd, Errno> {
        terminal.with_line(PtyLine::open_slave).unwrap_or(Err(Errno::EIO))?;
        Ok(PtyEnd { terminal: Arc::clone(terminal), is_master: false })
    }

    fn with<T>(&self, work: impl FnOnce(&mut PtyLine) -> Result<T, Errno>) -> Result<T, Errno> {
        self.terminal.with_line(work).unwrap_or(Err(Errno::EIO))
    }
}

impl Channel for PtyEnd {
    fn read(&self, bytes: &mut [u8]) -> Result<usize, Errno> {
        self.with(|line| if self.is_master { line.read_master(bytes) } else { line.read_slave(bytes) })
    }

    fn write(&self, bytes: &[u8]) -> Result<usize, Errno> {
        self.with(|line| if self.is_master { line.write_master(bytes) } else { line.write_slave(bytes) })
    }

    fn state(&self) -> u32 {
        let state = if self.is_master { PtyLine::master_state } else { PtyLine::slave_state };
        self.terminal.line(state).unwrap_or_default()
    }

    fn queue(&self) -> &WaitQueue {
        self.terminal.queue()
    }

    fn waiting(&self) -> Result<u32, Errno> {
        match self.is_master {
            true => Ok(self.terminal.line(|line| line.discipline.output.len() as u32).unwrap_or_default()),
            false => self.terminal.waiting(),
        }
    }
}

impl Drop for PtyEnd {
    fn drop(&mut self) {
        if self.is_master {
            Terminal::hang_up(&self.terminal);
        } else {
            self.terminal.with_line(PtyLine::close_slave);
        }
    }
}

copied!(PtyEnd: clone { is_master } duplicate { terminal });
