//! How what is typed is shown.

use crate::linux::abi::terminal::ECHOCTL;

use super::characters::is_control;
use super::discipline::Discipline;

impl Discipline {
    /// Shows a byte, a control character as `^X` if ECHOCTL says so.
    pub(super) fn echo(&mut self, byte: u8) {
        if self.settings.local(ECHOCTL) && is_control(byte) && byte != b'\t' {
            self.output.echo_control(byte);
        } else {
            self.output.echo(byte, &self.settings);
        }
    }

    /// Ends what ECHOPRT shows.
    pub(super) fn finish_erasing(&mut self) {
        if std::mem::take(&mut self.erasing) {
            self.output.echo(b'/', &self.settings);
        }
    }

    /// Shows a byte of a line, whose start is where the first one is.
    pub(super) fn echo_of_line(&mut self, byte: u8) {
        if self.input.is_at_start() {
            self.output.mark_start();
        }
        self.echo(byte);
    }

    /// Shows the line again.
    pub(super) fn reprint(&mut self, byte: u8) {
        self.finish_erasing();
        self.echo(byte);
        self.output.echo(b'\n', &self.settings);
        for byte in self.input.editable().collect::<Vec<u8>>() {
            self.echo(byte);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_shown_again() {
        let mut line = Discipline::default();
        b"ab\x12c".iter().for_each(|byte| assert_eq!(line.receive(*byte), None));
        let mut shown = [0; 20];
        let count = line.output.read(&mut shown);
        assert_eq!(&shown[..count], b"ab^R\r\nabc");
    }
}
