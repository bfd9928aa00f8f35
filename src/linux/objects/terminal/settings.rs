//! The settings of a terminal (termios(3)): what they are at first, and how their three forms, with and
//! without speeds and of 16 bits, become one.

use crate::linux::abi::terminal::{
    B38400, BOTHER, CREAD, CS8, ControlCharacter, ECHO, ECHOCTL, ECHOE, ECHOK, ECHOKE, ICANON, ICRNL, IEXTEN, ISIG,
    IXON, ONLCR, OPOST, PARENB, Termio, Termios, Termios2,
};

/// The bits of the control modes that tell the speed.
const CBAUD: u32 = 0o10_017;

/// How far up the speed of input is told, if it differs.
const IBSHIFT: u32 = 16;

/// The bits for the size of a character: CS8 is all of them.
const CSIZE: u32 = CS8;

/// The speeds by their low bits, and with the bit BOTHER.
const SPEEDS: [[u32; 16]; 2] = [
    [0, 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400],
    [
        0, 57600, 115_200, 230_400, 460_800, 500_000, 576_000, 921_600, 1_000_000, 1_152_000, 1_500_000, 2_000_000,
        2_500_000, 3_000_000, 3_500_000, 4_000_000,
    ],
];

impl Termios2 {
    /// The settings of a new terminal (`tty_std_termios`).
    pub const INITIAL: Termios2 = Termios2 {
        c_iflag: ICRNL | IXON,
        c_oflag: OPOST | ONLCR,
        c_cflag: B38400 | CS8 | CREAD,
        c_lflag: ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
        c_line: 0,
        c_cc: [3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0, 0, 0],
        c_ispeed: 38400,
        c_ospeed: 38400,
    };

    /// Whether an input mode is on.
    pub fn input(&self, mode: u32) -> bool {
        self.c_iflag & mode != 0
    }

    /// Whether an output mode is on.
    pub fn output(&self, mode: u32) -> bool {
        self.c_oflag & mode != 0
    }

    /// Whether a local mode is on.
    pub fn local(&self, mode: u32) -> bool {
        self.c_lflag & mode != 0
    }

    /// Whether lines are edited before a program gets them.
    pub fn is_canonical(&self) -> bool {
        self.local(ICANON)
    }

    /// Whether a byte is a control character; none is zero (`_POSIX_VDISABLE`).
    pub fn is(&self, byte: u8, character: ControlCharacter) -> bool {
        byte != 0 && self.c_cc[character as usize] == byte
    }

    /// How many bytes a read waits for, and for how many tenths of a second, outside of canonical mode.
    pub fn pace(&self) -> (u32, u32) {
        let [minimum, time] = [ControlCharacter::Minimum, ControlCharacter::Time];
        (self.c_cc[minimum as usize].into(), self.c_cc[time as usize].into())
    }

    /// These settings changed to others, whose speeds are told by bits or, with BOTHER, as numbers.
    pub fn changed(&self, new: Termios2) -> Termios2 {
        let output = speed(new.c_cflag & CBAUD, new.c_ospeed);
        let input = match new.c_cflag >> IBSHIFT & CBAUD {
            0 => output,
            bits => speed(bits, new.c_ispeed),
        };
        Termios2 { c_ispeed: input, c_ospeed: output, ..new }
    }

    /// These settings changed to others that have no speeds of their own.
    pub fn changed_to(&self, new: &Termios) -> Termios2 {
        let Termios { c_iflag, c_oflag, c_cflag, c_lflag, c_line, c_cc } = *new;
        self.changed(Termios2 { c_iflag, c_oflag, c_cflag, c_lflag, c_line, c_cc, ..*self })
    }

    /// These settings changed in the part that the oldest form has.
    pub fn changed_in_part(&self, new: &Termio) -> Termios2 {
        let low = |modes: u32, new: u16| modes & 0xffff_0000 | u32::from(new);
        let mut c_cc = self.c_cc;
        c_cc[..new.c_cc.len()].copy_from_slice(&new.c_cc);
        self.changed(Termios2 {
            c_iflag: low(self.c_iflag, new.c_iflag),
            c_oflag: low(self.c_oflag, new.c_oflag),
            c_cflag: low(self.c_cflag, new.c_cflag),
            c_lflag: low(self.c_lflag, new.c_lflag),
            c_line: new.c_line,
            c_cc,
            ..*self
        })
    }

    /// These settings with the bits that tell their speeds.
    pub fn with_bits_of_speeds(self) -> Termios2 {
        let output = bits(self.c_ospeed);
        let input = if self.c_ispeed == self.c_ospeed { 0 } else { bits(self.c_ispeed) };
        let others = self.c_cflag & !(CBAUD | CBAUD << IBSHIFT);
        Termios2 { c_cflag: others | output | input << IBSHIFT, ..self }
    }

    /// Without a line behind it, there is no parity and every byte has eight bits (`pty_set_termios`).
    pub fn of_pty(self) -> Termios2 {
        Termios2 { c_cflag: self.c_cflag & !(CSIZE | PARENB) | CS8 | CREAD, ..self }
    }

    /// The form without speeds.
    pub fn without_speeds(&self) -> Termios {
        let Termios2 { c_iflag, c_oflag, c_cflag, c_lflag, c_line, c_cc, .. } = *self;
        Termios { c_iflag, c_oflag, c_cflag, c_lflag, c_line, c_cc }
    }

    /// The oldest form.
    pub fn in_part(&self) -> Termio {
        let mut c_cc = [0; 8];
        c_cc.copy_from_slice(&self.c_cc[..8]);
        Termio {
            c_iflag: self.c_iflag as u16,
            c_oflag: self.c_oflag as u16,
            c_cflag: self.c_cflag as u16,
            c_lflag: self.c_lflag as u16,
            c_line: self.c_line,
            c_cc,
            padding: 0,
        }
    }
}

/// The speed that bits tell, or the one that is given if they say so.
fn speed(bits: u32, given: u32) -> u32 {
    match bits {
        BOTHER => given,
        bits => SPEEDS[usize::from(bits & BOTHER != 0)][(bits & 0o17) as usize],
    }
}

/// The bits that tell a speed.
fn bits(speed: u32) -> u32 {
    let find = |speeds: &[u32; 16]| speeds.iter().position(|known| *known == speed).map(|index| index as u32);
    find(&SPEEDS[0]).or(find(&SPEEDS[1]).map(|index| index | BOTHER)).unwrap_or(BOTHER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::abi::terminal::{B9600, B115200};

    #[test]
    fn speeds_follow_from_the_bits_unless_they_are_given() {
        let start = Termios2::INITIAL;
        let fast = start.changed_to(&Termios { c_cflag: B115200 | CS8, ..start.without_speeds() });
        assert_eq!((fast.c_ispeed, fast.c_ospeed), (115_200, 115_200));
        let split = Termios2 { c_cflag: B9600 << IBSHIFT | BOTHER, c_ospeed: 12345, ..start };
        assert_eq!((fast.with_bits_of_speeds(), start.with_bits_of_speeds()), (fast, start));
        assert_eq!((start.changed(split).c_ispeed, start.changed(split).c_ospeed), (9600, 12345));
    }

    #[test]
    fn the_oldest_form_keeps_what_it_does_not_have() {
        let start = Termios2 { c_lflag: 0x8_0000 | ICANON, ..Termios2::INITIAL };
        let part = Termio { c_lflag: 0, c_cc: [9; 8], ..start.in_part() };
        let changed = start.changed_in_part(&part);
        assert_eq!((changed.c_lflag, changed.c_cc[7], changed.c_cc[8]), (0x8_0000, 9, 17));
    }

    #[test]
    fn zero_is_no_control_character() {
        let settings = Termios2::INITIAL;
        assert!(settings.is(4, ControlCharacter::EndOfFile) && !settings.is(0, ControlCharacter::EndOfLine));
        assert_eq!(settings.of_pty(), settings);
    }
}
