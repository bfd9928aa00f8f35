//! The keys that erase a character, a word or the line, and how that is shown (`eraser` of n_tty).

use crate::linux::abi::terminal::{ControlCharacter, ECHO, ECHOCTL, ECHOE, ECHOK, ECHOKE, ECHOPRT, IUTF8};

use super::characters::{is_continuation, is_control, is_of_word};
use super::discipline::Discipline;

impl Discipline {
    /// Erases what a key means.
    pub(super) fn erase(&mut self, key: u8) {
        if self.input.is_at_start() {
            return;
        }
        if self.settings.is(key, ControlCharacter::Erase) {
            self.erase_characters(|_| true);
        } else if self.settings.is(key, ControlCharacter::EraseWord) {
            self.erase_word();
        } else if [ECHO, ECHOK, ECHOKE, ECHOE].iter().all(|mode| self.settings.local(*mode)) {
            self.erase_characters(|_| false);
        } else {
            self.erase_line(key);
        }
        if self.input.is_at_start() && self.settings.local(ECHO) {
            self.finish_erasing();
        }
    }

    /// Without more modes the line stays on the screen, behind it the key.
    fn erase_line(&mut self, key: u8) {
        self.input.erase_line();
        if self.settings.local(ECHO) {
            self.finish_erasing();
            self.echo(key);
            if self.settings.local(ECHOK) {
                self.output.echo(b'\n', &self.settings);
            }
        }
    }

    /// Erases what is no part of a word, and the word before it.
    fn erase_word(&mut self) {
        while let Some(character) = self.last_character() {
            if is_of_word(character[0]) {
                break;
            }
            self.erase_character(&character, false);
        }
        while let Some(character) = self.last_character().filter(|character| is_of_word(character[0])) {
            self.erase_character(&character, false);
        }
    }

    /// Erases characters to the start of the line, or until the last of them was enough.
    fn erase_characters(&mut self, enough: impl Fn(&[u8]) -> bool) {
        while let Some(character) = self.last_character() {
            let done = enough(&character);
            self.erase_character(&character, done);
            if done {
                return;
            }
        }
    }

    /// The last character of the line, which has several bytes with IUTF8; none if only a part of one is
    /// left.
    fn last_character(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        for byte in self.input.editable().rev() {
            bytes.insert(0, byte);
            if !self.continues(byte) {
                return Some(bytes);
            }
        }
        None
    }

    fn continues(&self, byte: u8) -> bool {
        self.settings.input(IUTF8) && is_continuation(byte)
    }

    /// Erases a character, `alone` if the key erases no more than that.
    fn erase_character(&mut self, character: &[u8], alone: bool) {
        self.input.erase(character.len());
        let first = character[0];
        if !self.settings.local(ECHO) {
        } else if self.settings.local(ECHOPRT) {
            self.show_erased(character);
        } else if alone && !self.settings.local(ECHOE) {
            self.echo(self.settings.c_cc[ControlCharacter::Erase as usize]);
        } else if first == b'\t' {
            let (columns, after_tab) = self.columns_before_tab();
            self.output.erase_tab(columns, after_tab);
        } else {
            let as_two = is_control(first) && self.settings.local(ECHOCTL);
            let columns = usize::from(as_two) + usize::from(as_two || !is_control(first));
            for byte in b"\x08 \x08".repeat(columns) {
                self.output.echo(byte, &self.settings);
            }
        }
    }

    /// Shows erased characters between `\` and `/` (ECHOPRT).
    fn show_erased(&mut self, character: &[u8]) {
        if !std::mem::replace(&mut self.erasing, true) {
            self.output.echo(b'\\', &self.settings);
        }
        self.echo(character[0]);
        for byte in &character[1..] {
            self.output.echo(*byte, &self.settings);
            self.output.move_back();
        }
    }

    /// How many columns there are between the end of the line and the tab before, or else its start.
    fn columns_before_tab(&self) -> (usize, bool) {
        let mut columns = 0;
        for byte in self.input.editable().rev() {
            match byte {
                b'\t' => return (columns, true),
                byte if is_control(byte) => columns += if self.settings.local(ECHOCTL) { 2 } else { 0 },
                byte => columns += usize::from(!self.continues(byte)),
            }
        }
        (columns, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::abi::terminal::{ECHONL, ICANON, IEXTEN, ISIG, Termios2};

    const EDITED: u32 = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN;

    /// What is shown and what can be read after something was typed.
    fn typed(c_lflag: u32, c_iflag: u32, bytes: &[u8]) -> (String, String) {
        let settings = Termios2 { c_lflag, c_iflag: c_iflag | Termios2::INITIAL.c_iflag, ..Termios2::INITIAL };
        let mut line = Discipline::default();
        line.set(settings);
        bytes.iter().for_each(|byte| assert_eq!(line.receive(*byte), None));
        let (mut shown, mut read) = ([0; 200], [0; 200]);
        let (shows, reads) = (line.output.read(&mut shown), line.input.read_line(&mut read));
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(&shown[..shows]), text(&read[..reads]))
    }

    fn expect(modes: [u32; 2], bytes: &[u8], shown: &str, read: &str) {
        assert_eq!(typed(modes[0], modes[1], bytes), (shown.into(), read.into()), "{bytes:?}");
    }

    #[test]
    fn characters_are_erased_from_line_and_screen() {
        expect([EDITED, 0], b"ab\x7fc\r", "ab\x08 \x08c\r\n", "ac\n");
        expect([EDITED, 0], b"\x7fa\x7f\x7f\r", "a\x08 \x08\r\n", "\n");
        expect([EDITED, 0], b"\x01\x7f\r", "^A\x08 \x08\x08 \x08\r\n", "\n");
        expect([EDITED, IUTF8], "é\x7f\r".as_bytes(), "é\x08 \x08\r\n", "\n");
        expect([EDITED & !ECHOE, 0], b"ab\x7f\r", "ab^?\r\n", "a\n");
        expect([ICANON | ECHONL, 0], b"ab\x7f\r", "\r\n", "a\n");
    }

    #[test]
    fn a_tab_is_erased_to_where_it_began() {
        expect([EDITED, 0], b"abc\t\x7fd\r", "abc\t\x08\x08\x08\x08\x08d\r\n", "abcd\n");
        expect([EDITED, 0], b"\t\t\x7f\r", "\t\t\x08\x08\x08\x08\x08\x08\x08\x08\r\n", "\t\n");
    }

    #[test]
    fn words_and_lines_are_erased() {
        expect([EDITED, 0], b"a bc, \x17\r", "a bc, \x08 \x08\x08 \x08\x08 \x08\x08 \x08\r\n", "a \n");
        expect([EDITED, 0], b"ab\x15c\r", "ab\x08 \x08\x08 \x08c\r\n", "c\n");
        expect([EDITED & !ECHOKE, 0], b"ab\x15c\r", "ab^U\r\nc\r\n", "c\n");
        expect([EDITED & !ECHOK & !ECHOKE, 0], b"ab\x15c\r", "ab^Uc\r\n", "c\n");
        expect([EDITED & !IEXTEN, 0], b"a\x17\r", "a^W\r\n", "a\x17\n");
    }

    #[test]
    fn on_paper_erased_characters_are_shown() {
        expect([EDITED | ECHOPRT, 0], b"ab\x7f\x7fc\r", "ab\\ba/c\r\n", "c\n");
    }
}
