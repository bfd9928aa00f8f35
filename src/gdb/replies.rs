//! What goes to gdb. `gdbstub` knows one process only: its packets get the numbers of processes on their way
//! out, which follow from those of threads, since no two threads of a world have the same.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use gdbstub::conn::Connection;

use crate::linux::lock;

/// What both sides of the connection know.
#[derive(Default, Debug)]
pub struct Shared {
    /// The process of each thread.
    pub processes: BTreeMap<u32, u32>,
    /// Whether gdb knows of several processes.
    pub multiprocess: bool,
    /// The process that an end is told of.
    pub ended: u32,
    /// Whether the next packet lists threads.
    pub lists_threads: bool,
    /// What is sent in the place of the next packet; nothing at all if it is empty.
    pub instead: Option<String>,
    /// Whether packets are not acknowledged.
    pub no_acknowledgements: bool,
}

/// Where bytes go to gdb: packets, and what is shown while the world runs.
pub type Outgoing = Arc<Mutex<dyn Write + Send>>;

/// The side of a connection that gdb reads from.
pub struct Replies {
    to: Outgoing,
    buffer: Vec<u8>,
    shared: Rc<RefCell<Shared>>,
}

/// What gdb may ask for beside all that `gdbstub` knows.
const FEATURES: &str = ";qXfer:siginfo:read+;QPassSignals+;exec-events+;qXfer:threads:read+";

impl Replies {
    pub fn new(to: Outgoing, shared: Rc<RefCell<Shared>>) -> Replies {
        Replies { to, buffer: Vec::new(), shared }
    }

    /// Sends a packet of our own.
    pub fn send(&mut self, body: &[u8]) -> io::Result<()> {
        send(&self.to, body)
    }

    /// Shows the user of gdb a line of text.
    pub fn say(&mut self, text: &str) -> io::Result<()> {
        say(&self.to, &[text.as_bytes(), b"\n"].concat())
    }

    /// Says that a packet has come.
    pub fn acknowledge(&mut self) -> io::Result<()> {
        if self.shared.borrow().no_acknowledgements {
            return Ok(());
        }
        lock(&self.to).write_all(b"+")
    }
}

impl Connection for Replies {
    type Error = io::Error;

    fn write(&mut self, byte: u8) -> io::Result<()> {
        self.buffer.push(byte);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        let buffer = std::mem::take(&mut self.buffer);
        let Some(start) = buffer.iter().position(|byte| *byte == b'$') else { return Ok(()) };
        let body = &buffer[start + 1..buffer.len().saturating_sub(3)];
        let body = self.shared.borrow_mut().rewritten(body);
        match body {
            Some(body) => self.send(&body),
            None => Ok(()),
        }
    }
}

impl Shared {
    /// A packet as gdb gets it; `None` if it does not.
    fn rewritten(&mut self, body: &[u8]) -> Option<Vec<u8>> {
        if let Some(text) = self.instead.take() {
            return Some(text.into_bytes()).filter(|text| !text.is_empty());
        }
        let listing = std::mem::take(&mut self.lists_threads);
        match body.first() {
            Some(b'P') if body.starts_with(b"PacketSize=") => Some([body, FEATURES.as_bytes()].concat()),
            Some(b'T') => Some(self.with_processes(body)),
            Some(b'm') if listing => Some(self.with_processes(body)),
            Some(b'W' | b'X') if self.multiprocess => {
                Some([body, format!(";process:{:x}", self.ended).as_bytes()].concat())
            }
            _ => Some(body.to_vec()),
        }
    }

    /// A packet in which each `p01.TID` has the process of the thread.
    fn with_processes(&self, body: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(body);
        let mut parts = text.split("p01.");
        let mut written = parts.next().unwrap_or_default().to_string();
        for part in parts {
            let digits = part.split(|c: char| !c.is_ascii_hexdigit()).next().unwrap_or_default();
            let tid = u32::from_str_radix(digits, 16).unwrap_or_default();
            written += &format!("p{:x}.{part}", self.processes.get(&tid).copied().unwrap_or(tid));
        }
        written.into_bytes()
    }
}

fn send(to: &Outgoing, body: &[u8]) -> io::Result<()> {
    let mut to = lock(to);
    to.write_all(&framed(body))?;
    to.flush()
}

/// Text for the user of gdb, who sees it while the world runs.
fn say(to: &Outgoing, text: &[u8]) -> io::Result<()> {
    let digits: String = text.iter().map(|byte| format!("{byte:02x}")).collect();
    send(to, format!("O{digits}").as_bytes())
}

/// Shows the user of gdb whole lines.
pub struct Console {
    to: Outgoing,
    line: Vec<u8>,
}

impl Console {
    pub fn new(to: Outgoing) -> Console {
        Console { to, line: Vec::new() }
    }
}

impl Write for Console {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.line.extend_from_slice(bytes);
        if let Some(end) = self.line.iter().rposition(|byte| *byte == b'\n') {
            let rest = self.line.split_off(end + 1);
            say(&self.to, &std::mem::replace(&mut self.line, rest))?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A packet with its frame.
fn framed(body: &[u8]) -> Vec<u8> {
    let sum = body.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    [b"$", body, format!("#{sum:02x}").as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_get_their_processes() {
        let mut shared = Shared { processes: BTreeMap::from([(0x3e8, 0x3e8), (0x3ea, 0x3e9)]), ..Shared::default() };
        shared.multiprocess = true;
        let stop = shared.rewritten(b"T05thread:p01.03e8;fork:p01.03ea;");
        assert_eq!(stop.as_deref(), Some(&b"T05thread:p3e8.03e8;fork:p3e9.03ea;"[..]));
        assert_eq!(shared.rewritten(b"mp01.03e8").as_deref(), Some(&b"mp01.03e8"[..]), "this is no list");
        shared.ended = 0x3e9;
        assert_eq!(shared.rewritten(b"W07").as_deref(), Some(&b"W07;process:3e9"[..]));
        shared.instead = Some(String::new());
        assert_eq!(shared.rewritten(b"OK"), None);
    }

    #[test]
    fn packets_have_a_sum() {
        assert_eq!(framed(b"OK"), b"$OK#9a");
    }
}
