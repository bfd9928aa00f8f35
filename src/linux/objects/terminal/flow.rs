//! Flow control: what stops the output and lets it go on, what discards bytes, and what the other side hears
//! of that.

use crate::linux::abi::terminal::{ControlCharacter, IXON, Termios2};

use super::discipline::Discipline;

/// What a program on the other side of the line hears of in packet mode (ioctl_tty(2), TIOCPKT).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PacketEvent {
    /// What had been typed was discarded (TIOCPKT_FLUSHREAD).
    InputDiscarded = 1,
    /// What had been written was discarded (TIOCPKT_FLUSHWRITE).
    OutputDiscarded = 2,
    /// Output was stopped (TIOCPKT_STOP).
    Stopped = 4,
    /// Output goes on (TIOCPKT_START).
    Started = 8,
    /// Output is not stopped by ^S any more (TIOCPKT_NOSTOP).
    WithoutStop = 16,
    /// Output is stopped by ^S from now on (TIOCPKT_DOSTOP).
    WithStop = 32,
}

impl Discipline {
    /// Notes that something happened.
    pub(super) fn note(&mut self, event: PacketEvent) {
        self.events |= event as u8;
    }

    fn change(&mut self, event: PacketEvent, opposite: PacketEvent) {
        self.events = self.events & !(opposite as u8) | event as u8;
    }

    /// Notes whether ^S stops the output from now on.
    pub(super) fn note_flow_control(&mut self, old: &Termios2, new: &Termios2) {
        let flow = |settings: &Termios2| {
            let [start, stop] = [ControlCharacter::Start, ControlCharacter::Stop];
            settings.input(IXON) && settings.is(0o21, start) && settings.is(0o23, stop)
        };
        match (flow(old), flow(new)) {
            (false, true) => self.change(PacketEvent::WithStop, PacketEvent::WithoutStop),
            (true, false) => self.change(PacketEvent::WithoutStop, PacketEvent::WithStop),
            _ => {}
        }
    }

    /// Discards what was typed.
    pub fn discard_input(&mut self) {
        self.input.clear();
        (self.literal, self.erasing) = (false, false);
        self.note(PacketEvent::InputDiscarded);
    }

    /// Discards what was written.
    pub fn discard_output(&mut self) {
        self.output.discard();
        self.note(PacketEvent::OutputDiscarded);
    }

    /// Stops the output, as ^S does.
    fn stop(&mut self) {
        self.output.stop();
        self.change(PacketEvent::Stopped, PacketEvent::Started);
    }

    /// Lets the output go on, as ^Q does.
    pub(super) fn start(&mut self) {
        if self.output.start() {
            self.change(PacketEvent::Started, PacketEvent::Stopped);
        }
    }

    /// Stops the output by a call, or lets it go on.
    pub fn suspend_output(&mut self, on: bool) {
        if self.output.suspend(on) {
            match on {
                true => self.change(PacketEvent::Stopped, PacketEvent::Started),
                false => self.change(PacketEvent::Started, PacketEvent::Stopped),
            }
        }
    }

    /// Whether a byte is one of the keys that stop the output and let it go on.
    pub(super) fn controls_flow(&mut self, byte: u8) -> bool {
        if self.settings.is(byte, ControlCharacter::Start) {
            self.start();
            return true;
        }
        let stops = self.settings.is(byte, ControlCharacter::Stop);
        if stops {
            self.stop();
        }
        stops
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::abi::terminal::IXANY;

    fn typed(line: &mut Discipline, bytes: &[u8]) -> String {
        bytes.iter().for_each(|byte| assert_eq!(line.receive(*byte), None));
        let mut shown = [0; 20];
        let count = line.output.read(&mut shown);
        String::from_utf8_lossy(&shown[..count]).into_owned()
    }

    #[test]
    fn output_stops_and_goes_on() {
        let mut line = Discipline::default();
        assert_eq!(typed(&mut line, b"\x13ab"), "");
        let settings = line.settings;
        assert_eq!(line.output.write(b"x", &settings), 0);
        assert_eq!((typed(&mut line, b"\x11"), line.events), ("ab".into(), PacketEvent::Started as u8));
        line.set(Termios2 { c_iflag: settings.c_iflag | IXANY, ..settings });
        assert_eq!(typed(&mut line, b"\x13a"), "a");
    }

    #[test]
    fn without_flow_control_output_goes_on_and_others_are_told() {
        let mut line = Discipline::default();
        assert_eq!(typed(&mut line, b"\x13a"), "");
        line.set(Termios2 { c_iflag: 0, ..line.settings });
        assert_eq!(typed(&mut line, b""), "a");
        assert_eq!(line.events, PacketEvent::Started as u8 | PacketEvent::WithoutStop as u8);
    }
}
