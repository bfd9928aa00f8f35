//! The line discipline (termios(3), `N_TTY`): what happens to a byte that is typed. Bytes go in, what a
//! program can read and what is shown come out, and a key may mean a signal.

use crate::linux::abi::signals::{SIGINT, SIGQUIT, SIGTSTP};
use crate::linux::abi::terminal::{
    ControlCharacter, ECHO, ECHOCTL, ECHONL, ICANON, ICRNL, IEXTEN, IGNCR, INLCR, ISIG, ISTRIP, IUCLC, IXANY, IXON,
    NOFLSH, PARMRK, Termios2,
};

use super::characters::to_lower;
use super::input::InputQueue;
use super::output::OutputQueue;

/// The line discipline of one terminal.
#[derive(Clone, Debug)]
pub struct Discipline {
    /// The settings of the terminal.
    pub settings: Termios2,
    /// What was typed.
    pub input: InputQueue,
    /// What is shown.
    pub output: OutputQueue,
    /// What happened, for packet mode: bits of [`PacketEvent`](super::flow::PacketEvent).
    pub events: u8,
    /// Whether the next byte means itself.
    pub(super) literal: bool,
    /// Whether erased characters are being shown (ECHOPRT).
    pub(super) erasing: bool,
}

impl Default for Discipline {
    fn default() -> Self {
        Discipline {
            settings: Termios2::INITIAL,
            input: InputQueue::default(),
            output: OutputQueue::default(),
            events: 0,
            literal: false,
            erasing: false,
        }
    }
}

impl Discipline {
    /// Changes the settings (`n_tty_set_termios`).
    pub fn set(&mut self, new: Termios2) {
        let old = std::mem::replace(&mut self.settings, new);
        if (old.c_lflag ^ new.c_lflag) & ICANON != 0 {
            self.input.set_canonical(new.is_canonical());
            (self.literal, self.erasing) = (false, false);
        }
        if old.input(IXON) && !new.input(IXON) {
            self.start();
        }
        self.note_flow_control(&old, &new);
    }

    /// Whether a byte can be received, for which room is made.
    pub fn make_room(&mut self) -> bool {
        self.input.make_room(self.settings.is_canonical())
    }

    /// Receives a byte; gives the signal that it means, if it means one.
    pub fn receive(&mut self, byte: u8) -> Option<u32> {
        let byte = self.translated(byte);
        if std::mem::take(&mut self.literal) {
            self.accept(byte);
            return None;
        }
        if self.settings.input(IXON) && self.controls_flow(byte) {
            return None;
        }
        let signal = self.signal_of(byte);
        if signal.is_some() {
            self.interrupt(byte);
            return signal;
        }
        if self.settings.input(IXON) && self.settings.input(IXANY) {
            self.start();
        }
        match byte {
            b'\r' if self.settings.input(IGNCR) => {}
            b'\r' if self.settings.input(ICRNL) => self.end_line(),
            b'\n' if self.settings.input(INLCR) => self.edit(b'\r'),
            byte => self.edit(byte),
        }
        None
    }

    /// A byte as ISTRIP and IUCLC change it.
    fn translated(&self, byte: u8) -> u8 {
        let byte = if self.settings.input(ISTRIP) { byte & 0x7f } else { byte };
        if self.settings.input(IUCLC) && self.settings.local(IEXTEN) { to_lower(byte) } else { byte }
    }

    fn signal_of(&self, byte: u8) -> Option<u32> {
        const KEYS: [(ControlCharacter, u32); 3] = [
            (ControlCharacter::Interrupt, SIGINT),
            (ControlCharacter::Quit, SIGQUIT),
            (ControlCharacter::Suspend, SIGTSTP),
        ];
        let means = |(key, _): &&(ControlCharacter, u32)| self.settings.is(byte, *key);
        KEYS.iter().find(means).filter(|_| self.settings.local(ISIG)).map(|(_, signal)| *signal)
    }

    /// A key that means a signal discards what was typed before, and is shown.
    fn interrupt(&mut self, byte: u8) {
        if !self.settings.local(NOFLSH) {
            self.output.discard_echo();
            self.discard_output();
            self.discard_input();
        }
        if self.settings.input(IXON) {
            self.start();
        }
        if self.settings.local(ECHO) {
            self.echo(byte);
        }
    }

    /// A byte that edits the line, ends it, or belongs to it.
    fn edit(&mut self, byte: u8) {
        if !(self.settings.is_canonical() && self.edits(byte)) {
            self.accept(byte);
        }
    }

    /// The key that sends a carriage return which means a newline. It is not shown as `^J`, which a newline
    /// of its own is outside of canonical mode.
    fn end_line(&mut self) {
        if self.settings.is_canonical() {
            self.edits(b'\n');
            return;
        }
        if self.settings.local(ECHO) {
            self.finish_erasing();
            self.output.echo(b'\n', &self.settings);
        }
        self.store(b'\n');
    }

    /// The keys of canonical mode; whether the byte is one.
    fn edits(&mut self, byte: u8) -> bool {
        let (settings, extended) = (self.settings, self.settings.local(IEXTEN));
        let is = |key| settings.is(byte, key);
        if is(ControlCharacter::Erase) || is(ControlCharacter::Kill) || is(ControlCharacter::EraseWord) && extended {
            self.erase(byte);
        } else if is(ControlCharacter::LiteralNext) && extended {
            self.take_literally();
        } else if is(ControlCharacter::Reprint) && extended && settings.local(ECHO) {
            self.reprint(byte);
        } else if byte == b'\n' {
            if settings.local(ECHO | ECHONL) {
                self.output.echo(b'\n', &settings);
            }
            self.input.push_end(b'\n');
        } else if is(ControlCharacter::EndOfFile) {
            self.input.push_end(0);
        } else if is(ControlCharacter::EndOfLine) || is(ControlCharacter::EndOfLine2) && extended {
            if settings.local(ECHO) {
                self.echo_of_line(byte);
            }
            self.input.push_end(byte);
        } else {
            return false;
        }
        true
    }

    /// The next byte means itself.
    fn take_literally(&mut self) {
        self.literal = true;
        if self.settings.local(ECHO) {
            self.finish_erasing();
            if self.settings.local(ECHOCTL) {
                b"^\x08".iter().for_each(|byte| self.output.echo(*byte, &self.settings));
            }
        }
    }

    /// A byte that belongs to the line.
    fn accept(&mut self, byte: u8) {
        if self.settings.local(ECHO) {
            self.finish_erasing();
            self.echo_of_line(byte);
        }
        self.store(byte);
    }

    fn store(&mut self, byte: u8) {
        if byte == 0xff && self.settings.input(PARMRK) {
            self.input.push(byte);
        }
        self.input.push(byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn discipline(change: impl Fn(&mut Termios2)) -> Discipline {
        let mut line = Discipline::default();
        let mut settings = Termios2::INITIAL;
        change(&mut settings);
        line.set(settings);
        line
    }

    /// The signals that typing means.
    fn typed(line: &mut Discipline, bytes: &[u8]) -> Vec<u32> {
        bytes.iter().filter_map(|byte| line.receive(*byte)).collect()
    }

    fn shown(line: &mut Discipline) -> String {
        let mut bytes = [0; 200];
        let count = line.output.read(&mut bytes);
        String::from_utf8_lossy(&bytes[..count]).into_owned()
    }

    fn read(line: &mut Discipline) -> String {
        let mut bytes = [0; 200];
        let canonical = line.settings.is_canonical();
        let count = if canonical { line.input.read_line(&mut bytes) } else { line.input.read(&mut bytes) };
        String::from_utf8_lossy(&bytes[..count]).into_owned()
    }

    #[test]
    fn a_line_is_there_when_it_ends() {
        let mut line = Discipline::default();
        typed(&mut line, b"ab");
        assert_eq!((line.input.has_line(), shown(&mut line)), (false, "ab".into()));
        typed(&mut line, b"\rx\x04");
        assert_eq!((shown(&mut line), read(&mut line), read(&mut line)), ("\r\nx".into(), "ab\n".into(), "x".into()));
        let mut line = discipline(|settings| settings.c_cc[ControlCharacter::EndOfLine as usize] = b';');
        typed(&mut line, b"a;b");
        assert_eq!((read(&mut line), shown(&mut line)), ("a;".into(), "a;b".into()));
    }

    #[test]
    fn keys_mean_signals_and_discard_what_was_typed() {
        let mut line = Discipline::default();
        assert_eq!(typed(&mut line, b"ab\x03\x1c\x1ac\r"), [SIGINT, SIGQUIT, SIGTSTP]);
        assert_eq!((read(&mut line), shown(&mut line)), ("c\n".into(), "^Zc\r\n".into()), "received as one");
        let mut line = discipline(|settings| settings.c_lflag |= NOFLSH);
        assert_eq!((typed(&mut line, b"ab\x03\r"), read(&mut line)), (vec![SIGINT], "ab\n".into()));
        let mut line = discipline(|settings| settings.c_lflag &= !ISIG);
        assert_eq!((typed(&mut line, b"\x03\r"), read(&mut line)), (vec![], "\x03\n".into()));
    }

    #[test]
    fn a_literal_byte_means_itself() {
        let mut line = Discipline::default();
        assert!(typed(&mut line, b"\x16\x03\x16\x7f\r").is_empty());
        assert_eq!((read(&mut line), shown(&mut line)), ("\x03\x7f\n".into(), "^\x08^C^\x08^?\r\n".into()));
    }

    #[test]
    fn input_modes_change_bytes() {
        let modes =
            [(ICRNL, "a\nb\nc"), (INLCR, "a\rb\rc"), (IGNCR, "ab\nc"), (0, "a\rb\nc"), (IGNCR | INLCR, "ab\rc")];
        for (c_iflag, expected) in modes {
            let mut line = discipline(|settings| (settings.c_iflag, settings.c_lflag) = (c_iflag, 0));
            typed(&mut line, b"a\rb\nc");
            assert_eq!(read(&mut line), expected, "{c_iflag:o}");
        }
        let mut line = discipline(|settings| (settings.c_iflag, settings.c_lflag) = (ISTRIP | IUCLC, IEXTEN));
        typed(&mut line, b"A\xe1");
        assert_eq!(read(&mut line), "aa");
    }

    #[test]
    fn outside_of_canonical_mode_only_a_translated_newline_is_shown_as_one() {
        let mut line = discipline(|settings| settings.c_lflag &= !ICANON);
        typed(&mut line, b"\r\n\x7f");
        assert_eq!((shown(&mut line), read(&mut line)), ("\r\n^J^?".into(), "\n\n\x7f".into()));
    }
}
