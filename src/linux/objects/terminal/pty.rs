//! The line of a pseudoterminal (pty(7)): what the master writes is typed, what is shown the master reads.

use std::collections::VecDeque;

use crate::linux::abi::poll::{POLLERR, POLLHUP, POLLIN, POLLOUT, POLLPRI, POLLRDNORM, POLLWRNORM};
use crate::linux::abi::terminal::{Termios2, Winsize};
use crate::linux::errno::Errno;

use super::discipline::Discipline;

/// Bytes from the master that fit in before it has to wait.
const CAPACITY: usize = 65_536;

/// What a packet of data begins with (TIOCPKT_DATA).
const PACKET_DATA: u8 = 0;

/// The bits of poll for reading and for writing.
const READ: u32 = POLLIN | POLLRDNORM;
const WRITE: u32 = POLLOUT | POLLWRNORM;

/// The line between master and slave.
#[derive(Clone, Debug)]
pub struct PtyLine {
    /// What is between them.
    pub discipline: Discipline,
    /// The size of the window.
    pub window: Winsize,
    /// Whether the slave cannot be opened (TIOCSPTLCK).
    pub locked: bool,
    /// Whether the master reads packets (TIOCPKT).
    packets: bool,
    /// What the master has written and nobody has received.
    typed: VecDeque<u8>,
    /// Whether the master is closed: the slave is hung up.
    pub hung_up: bool,
    /// How many open files the slave has.
    slaves: usize,
    /// Whether the slave was open, and is no longer.
    abandoned: bool,
}

impl Default for PtyLine {
    /// A new pair, of which the slave is locked.
    fn default() -> Self {
        PtyLine {
            discipline: Discipline::default(),
            window: Winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 },
            locked: true,
            packets: false,
            typed: VecDeque::new(),
            hung_up: false,
            slaves: 0,
            abandoned: false,
        }
    }
}

impl PtyLine {
    /// Opens the slave; EIO while it is locked.
    pub fn open_slave(&mut self) -> Result<(), Errno> {
        if self.locked || self.hung_up {
            return Err(Errno::EIO);
        }
        self.slaves += 1;
        self.abandoned = false;
        Ok(())
    }

    /// Closes the slave once.
    pub fn close_slave(&mut self) {
        self.slaves -= 1;
        self.abandoned = self.slaves == 0;
    }

    /// Receives what the master has written, as far as there is room; gives the signals that it means.
    #[must_use]
    pub fn receive(&mut self) -> Vec<u32> {
        let mut signals = Vec::new();
        self.discipline.output.begin_echo();
        while !self.typed.is_empty() && self.discipline.make_room() {
            signals.extend(self.typed.pop_front().and_then(|byte| self.discipline.receive(byte)));
        }
        signals
    }

    /// Changes the settings.
    pub fn set(&mut self, settings: Termios2) {
        self.discipline.set(settings.of_pty());
    }

    /// Discards what the master could read, and what it has written and nobody has received.
    pub fn discard_of_master(&mut self, input: bool, output: bool) {
        if input {
            self.discipline.output.clear();
        }
        if output {
            self.typed.clear();
        }
    }

    /// Lets the master read packets, or bytes.
    pub fn set_packets(&mut self, on: bool) {
        if on && !self.packets {
            self.discipline.events = 0;
        }
        self.packets = on;
    }

    /// Whether the master reads packets.
    pub fn has_packets(&self) -> bool {
        self.packets
    }

    /// The master writes.
    pub fn write_master(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
        let count = bytes.len().min(CAPACITY.saturating_sub(self.typed.len()));
        if count == 0 && !bytes.is_empty() {
            return Err(Errno::EAGAIN);
        }
        self.typed.extend(&bytes[..count]);
        Ok(count)
    }

    /// The master reads; EIO when nobody has the slave open any more.
    pub fn read_master(&mut self, bytes: &mut [u8]) -> Result<usize, Errno> {
        let events = if self.packets { std::mem::take(&mut self.discipline.events) } else { 0 };
        match bytes {
            [] => Ok(0),
            [first, ..] if events != 0 => {
                *first = events;
                Ok(1)
            }
            _ if self.discipline.output.len() == 0 => Err(if self.abandoned { Errno::EIO } else { Errno::EAGAIN }),
            [first, rest @ ..] if self.packets => {
                *first = PACKET_DATA;
                Ok(1 + self.discipline.output.read(rest))
            }
            bytes => Ok(self.discipline.output.read(bytes)),
        }
    }

    /// What poll tells the master.
    pub fn master_state(&self) -> u32 {
        let events = self.packets && self.discipline.events != 0;
        let states = [
            (events, READ | POLLPRI),
            (self.discipline.output.len() > 0, READ),
            (self.abandoned, POLLHUP),
            (self.typed.len() < CAPACITY, WRITE),
        ];
        states.iter().filter(|(is, _)| *is).fold(0, |all, (_, bits)| all | bits)
    }

    /// The slave writes; EIO when it is hung up.
    pub fn write_slave(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
        if self.hung_up {
            return Err(Errno::EIO);
        }
        let Discipline { output, settings, .. } = &mut self.discipline;
        match output.write(bytes, settings) {
            0 if !bytes.is_empty() => Err(Errno::EAGAIN),
            count => Ok(count),
        }
    }

    /// Bytes that a read of the slave need not wait for; any number if it need not at all.
    pub fn available(&self) -> usize {
        let canonical = self.discipline.settings.is_canonical();
        if self.hung_up || canonical && self.discipline.input.has_line() {
            return usize::MAX;
        }
        if canonical { 0 } else { self.discipline.input.available(false) }
    }

    /// The slave reads.
    pub fn read_slave(&mut self, bytes: &mut [u8]) -> Result<usize, Errno> {
        let settings = &self.discipline.settings;
        let at_once = !settings.is_canonical() && settings.pace() == (0, 0);
        match self.available() {
            _ if self.hung_up || bytes.is_empty() => Ok(0),
            0 if !at_once => Err(Errno::EAGAIN),
            _ if settings.is_canonical() => Ok(self.discipline.input.read_line(bytes)),
            _ => Ok(self.discipline.input.read(bytes)),
        }
    }

    /// What poll tells the slave.
    pub fn slave_state(&self) -> u32 {
        if self.hung_up {
            return READ | WRITE | POLLERR | POLLHUP;
        }
        let settings = &self.discipline.settings;
        let wanted = match settings.pace() {
            (minimum @ 1.., 0) if !settings.is_canonical() => minimum as usize,
            _ => 1,
        };
        let read = if self.available() >= wanted { READ } else { 0 };
        let write = if self.discipline.output.has_room() { WRITE } else { 0 };
        read | write
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::abi::terminal::ICANON;

    fn open() -> PtyLine {
        let mut line = PtyLine { locked: false, ..PtyLine::default() };
        line.open_slave().unwrap();
        line
    }

    #[test]
    fn the_slave_opens_when_it_is_unlocked() {
        assert_eq!(PtyLine::default().open_slave(), Err(Errno::EIO));
        assert_eq!(open().read_master(&mut [0]), Err(Errno::EAGAIN));
    }

    #[test]
    fn the_master_notices_that_the_slave_was_closed_after_it_has_read_everything() {
        let mut line = open();
        line.write_slave(b"x").unwrap();
        line.close_slave();
        assert_eq!((line.read_master(&mut [0; 9]), line.read_master(&mut [0; 9])), (Ok(1), Err(Errno::EIO)));
        assert_eq!(line.master_state(), POLLHUP | WRITE);
        line.open_slave().unwrap();
        assert_eq!(line.read_master(&mut [0; 9]), Err(Errno::EAGAIN));
    }

    #[test]
    fn a_slave_that_is_hung_up_reads_nothing() {
        let mut line = open();
        line.hung_up = true;
        assert_eq!((line.read_slave(&mut [0]), line.write_slave(b"x")), (Ok(0), Err(Errno::EIO)));
    }

    #[test]
    fn packets_tell_of_events() {
        let mut line = open();
        line.set_packets(true);
        line.write_master(b"\x13").unwrap();
        assert!(line.receive().is_empty());
        let mut bytes = [9; 4];
        assert_eq!((line.read_master(&mut bytes), bytes[0]), (Ok(1), 4));
        line.write_master(b"\x11").unwrap();
        assert!(line.receive().is_empty());
        assert_eq!((line.read_master(&mut bytes), bytes[0]), (Ok(1), 8));
        line.write_slave(b"ab").unwrap();
        assert_eq!((line.read_master(&mut bytes), bytes), (Ok(3), [0, b'a', b'b', 9]));
    }

    #[test]
    fn a_program_is_told_when_so_many_bytes_are_there_as_it_wants() {
        let mut line = open();
        let settings = Termios2::INITIAL;
        let mut raw = Termios2 { c_lflag: settings.c_lflag & !ICANON, ..settings };
        raw.c_cc[6] = 3;
        line.set(raw);
        line.write_master(b"ab").unwrap();
        assert!(line.receive().is_empty() && line.slave_state() & POLLIN == 0 && line.available() == 2);
        line.write_master(b"c").unwrap();
        assert!(line.receive().is_empty() && line.slave_state() & POLLIN != 0);
    }
}
