//! What a terminal shows: written bytes after output processing (termios(3), `c_oflag`), and the echo.

use std::collections::VecDeque;

use crate::linux::abi::terminal::{IUTF8, OCRNL, OLCUC, ONLCR, ONLRET, ONOCR, OPOST, Termios2, XTABS};

use super::characters::{is_continuation, is_control, to_upper};

/// Bytes that fit in before a writer has to wait.
const CAPACITY: usize = 65_536;

/// Bytes of echo that fit in beyond, before more is lost.
const ECHO_CAPACITY: usize = 4096;

/// Bytes that have gone too far to be discarded.
const TAKEN: usize = 4095;

/// The widest that one byte becomes: a tab.
const WIDEST: usize = 8;

/// Bytes on their way to who shows them.
#[derive(Clone, Default, Debug)]
pub struct OutputQueue {
    bytes: VecDeque<u8>,
    /// Echo that waits for the output to go on.
    held: Vec<u8>,
    /// The column of the cursor.
    column: usize,
    /// The column in which the line begins that is being edited.
    start: usize,
    /// How many bytes there were before the echo of what is being received.
    before_echo: usize,
    /// Whether a stop character stopped it.
    stopped: bool,
    /// Whether a call did (TCOOFF), which no character undoes.
    suspended: bool,
}

impl OutputQueue {
    /// Whether nothing more goes out for now.
    pub fn is_stopped(&self) -> bool {
        self.stopped || self.suspended
    }

    /// Whether a character would let it go on.
    pub fn waits_for_start(&self) -> bool {
        self.stopped && !self.suspended
    }

    /// Stops it.
    pub fn stop(&mut self) {
        self.stopped = true;
    }

    /// Lets it go on, unless a call stopped it; whether that changed something.
    pub fn start(&mut self) -> bool {
        let changes = self.waits_for_start();
        if changes {
            self.stopped = false;
            self.release();
        }
        changes
    }

    /// Stops it by a call, or lets it go on; whether that changed something.
    pub fn suspend(&mut self, on: bool) -> bool {
        let changes = self.suspended != on;
        self.suspended = on;
        if changes && !on {
            self.stopped = false;
            self.release();
        }
        changes
    }

    fn release(&mut self) {
        self.bytes.extend(std::mem::take(&mut self.held));
    }

    /// Whether any byte can be written, whatever becomes of it.
    pub fn has_room(&self) -> bool {
        self.room() >= WIDEST
    }

    /// Bytes that can be written.
    fn room(&self) -> usize {
        if self.is_stopped() { 0 } else { CAPACITY.saturating_sub(self.bytes.len()) }
    }

    /// Writes bytes as the settings say, as far as there is room.
    pub fn write(&mut self, bytes: &[u8], settings: &Termios2) -> usize {
        if !settings.output(OPOST) {
            let count = bytes.len().min(self.room());
            self.bytes.extend(&bytes[..count]);
            return count;
        }
        let mut count = 0;
        for byte in bytes {
            if !self.has_room() {
                break;
            }
            self.put(*byte, settings);
            count += 1;
        }
        count
    }

    /// Writes bytes as they are, whether it is stopped or not.
    pub fn force(&mut self, byte: u8) {
        self.bytes.push_back(byte);
    }

    /// The echo of something begins that is received as one.
    pub fn begin_echo(&mut self) {
        self.before_echo = self.bytes.len();
    }

    /// Discards the echo that has not been sent: that of what is being received.
    pub fn discard_echo(&mut self) {
        self.bytes.truncate(self.before_echo);
        self.held.clear();
    }

    /// Shows a byte of the echo.
    pub fn echo(&mut self, byte: u8, settings: &Termios2) {
        if settings.output(OPOST) { self.put(byte, settings) } else { self.send(byte) }
    }

    /// Shows a control character as `^X`.
    pub fn echo_control(&mut self, byte: u8) {
        self.send(b'^');
        self.send(byte ^ 0o100);
        self.column += 2;
    }

    /// Goes back over a tab: `columns` wide is what stands between it and the tab before, or the start of
    /// the line.
    pub fn erase_tab(&mut self, columns: usize, after_tab: bool) {
        let before = if after_tab { columns } else { columns + self.start };
        for _ in 0..8 - before % 8 {
            self.send(b'\x08');
            self.move_back();
        }
    }

    /// A byte of a character took no column of its own.
    pub fn move_back(&mut self) {
        self.column = self.column.saturating_sub(1);
    }

    /// The line that is being edited begins here.
    pub fn mark_start(&mut self) {
        self.start = self.column;
    }

    /// Output processing of a byte (`do_output_char`).
    fn put(&mut self, byte: u8, settings: &Termios2) {
        match byte {
            b'\n' => self.put_newline(settings),
            b'\r' => self.put_return(settings),
            b'\t' => {
                let spaces = 8 - self.column % 8;
                self.column += spaces;
                if settings.c_oflag & XTABS == XTABS {
                    (0..spaces).for_each(|_| self.send(b' '));
                } else {
                    self.send(byte);
                }
            }
            b'\x08' => {
                self.move_back();
                self.send(byte);
            }
            byte if is_control(byte) => self.send(byte),
            byte => {
                let byte = if settings.output(OLCUC) { to_upper(byte) } else { byte };
                self.column += usize::from(!(settings.input(IUTF8) && is_continuation(byte)));
                self.send(byte);
            }
        }
    }

    fn put_newline(&mut self, settings: &Termios2) {
        if settings.output(ONLRET | ONLCR) {
            self.column = 0;
        }
        self.start = self.column;
        if settings.output(ONLCR) {
            self.send(b'\r');
        }
        self.send(b'\n');
    }

    fn put_return(&mut self, settings: &Termios2) {
        if settings.output(ONOCR) && self.column == 0 {
            return;
        }
        let newline = settings.output(OCRNL);
        if !newline || settings.output(ONLRET) {
            (self.column, self.start) = (0, 0);
        }
        self.send(if newline { b'\n' } else { b'\r' });
    }

    fn send(&mut self, byte: u8) {
        if self.bytes.len() + self.held.len() >= CAPACITY + ECHO_CAPACITY {
        } else if self.is_stopped() {
            self.held.push(byte);
        } else {
            self.bytes.push_back(byte);
        }
    }

    /// Bytes that can be read.
    pub fn len(&self) -> usize {
        self.bytes.len().min(TAKEN)
    }

    /// Reads what there is.
    pub fn read(&mut self, bytes: &mut [u8]) -> usize {
        let count = bytes.len().min(self.len());
        bytes.iter_mut().zip(self.bytes.drain(..count)).for_each(|(byte, from)| *byte = from);
        count
    }

    /// Discards what has not gone too far.
    pub fn discard(&mut self) {
        self.bytes.truncate(TAKEN);
    }

    /// Discards everything.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::abi::terminal::ECHO;

    fn shown(c_oflag: u32, text: &[u8]) -> String {
        let (mut output, settings) = (OutputQueue::default(), Termios2 { c_oflag, c_lflag: ECHO, ..Termios2::INITIAL });
        assert_eq!(output.write(text, &settings), text.len());
        let mut bytes = [0; 100];
        let count = output.read(&mut bytes);
        String::from_utf8_lossy(&bytes[..count]).into_owned()
    }

    #[test]
    fn output_processing_follows_the_modes() {
        assert_eq!(shown(0, b"a\tb\r\n"), "a\tb\r\n");
        assert_eq!(shown(ONLCR, b"a\n"), "a\n", "without OPOST nothing counts");
        assert_eq!(shown(OPOST | ONLCR, b"a\n"), "a\r\n");
        assert_eq!(shown(OPOST | OCRNL, b"a\rb"), "a\nb");
        assert_eq!(shown(OPOST | ONOCR, b"\ra\r\r"), "a\r");
        assert_eq!(shown(OPOST | OCRNL | ONOCR | ONLRET, b"a\r\r"), "a\n");
        assert_eq!(shown(OPOST | OLCUC, b"aZ1"), "AZ1");
        assert_eq!(shown(OPOST | XTABS, b"ab\tc\x08\td"), "ab      c\x08        d");
    }

    #[test]
    fn what_is_stopped_takes_nothing_and_keeps_the_echo() {
        let (mut output, settings) = (OutputQueue::default(), Termios2::INITIAL);
        output.stop();
        output.echo(b'x', &settings);
        assert_eq!((output.write(b"a", &settings), output.len()), (0, 0));
        assert!(!output.suspend(false) && output.start() && output.len() == 1);
        output.suspend(true);
        output.stop();
        assert!(!output.start(), "a call stopped it");
        assert!(output.suspend(false) && !output.is_stopped());
    }
}
