//! A terminal: a pseudoterminal, or the terminal of the user who runs the guest. Its line is one thing, who
//! controls it another: job control is the same for both (credentials(7), termios(3)).

use std::sync::{Arc, Mutex};

use crate::linux::abi::signals::SIGWINCH;
use crate::linux::abi::terminal::{ControlCharacter, TCIOFF, TCOOFF, TCOON, Termios2, Winsize};
use crate::linux::copy::{Copier, Duplicate, Uncopied, copied, plain};
use crate::linux::errno::Errno;
use crate::linux::host::{FileTime, HostFile};
use crate::linux::sync::lock;
use crate::linux::world::WaitQueue;

use super::pty::PtyLine;

/// The major number of the first 256 terminals.
const MAJOR: u64 = 136;

/// A terminal, shared by all who use it.
pub type TerminalHandle = Arc<Terminal>;

/// What a terminal has for processes, until the kernel sees to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TerminalNotice {
    /// A signal for a process group.
    Signal {
        /// The group.
        group: u32,
        /// The signal.
        signal: u32,
    },
    /// A session has lost its terminal.
    HungUp {
        /// The session.
        session: u32,
        /// The group that was in the foreground.
        foreground: Option<u32>,
    },
}

/// The notices of all terminals of a world.
pub type TerminalNotices = Arc<Mutex<Vec<TerminalNotice>>>;

/// Who controls a terminal.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct TerminalControl {
    /// The session whose terminal it is.
    pub session: Option<u32>,
    /// The process group that gets its signals and may read from it.
    pub foreground: Option<u32>,
    /// Whether nobody else may open it (TIOCEXCL).
    pub exclusive: bool,
}

/// The attributes of a terminal's file.
#[derive(Clone, Copy, Debug)]
pub struct DeviceAttributes {
    /// Permission bits.
    pub mode: u32,
    /// Owner.
    pub user: u32,
    /// Group.
    pub group: u32,
    /// When it was accessed, modified and changed.
    pub times: [FileTime; 3],
}

/// Where the bytes come from and go to.
#[derive(Debug)]
enum TerminalLine {
    /// The host's terminal, whose line discipline the host has.
    Host(HostFile),
    Pty(Box<Mutex<PtyLine>>),
}

/// A terminal.
#[derive(Debug)]
pub struct Terminal {
    /// Its number: `/dev/pts/N`.
    pub number: u32,
    line: TerminalLine,
    control: Mutex<TerminalControl>,
    attributes: Mutex<DeviceAttributes>,
    queue: WaitQueue,
    notices: TerminalNotices,
}

impl Terminal {
    /// A pseudoterminal.
    pub fn pty(number: u32, attributes: DeviceAttributes, queue: WaitQueue, notices: &TerminalNotices) -> Terminal {
        Terminal::new(number, TerminalLine::Pty(Box::default()), attributes, queue, notices)
    }

    /// The terminal of the host.
    pub fn host(file: HostFile, attributes: DeviceAttributes, queue: WaitQueue, notices: &TerminalNotices) -> Terminal {
        Terminal::new(0, TerminalLine::Host(file), attributes, queue, notices)
    }

    fn new(
        number: u32,
        line: TerminalLine,
        attributes: DeviceAttributes,
        queue: WaitQueue,
        notices: &TerminalNotices,
    ) -> Terminal {
        let (control, attributes) = (Mutex::default(), Mutex::new(attributes));
        Terminal { number, line, control, attributes, queue, notices: Arc::clone(notices) }
    }

    /// Its device number.
    pub fn device(&self) -> u64 {
        let number = u64::from(self.number);
        ((MAJOR + number / 256) << 8) | (number % 256)
    }

    /// The host's file, if it is the host's terminal.
    pub fn host_file(&self) -> Option<&HostFile> {
        match &self.line {
            TerminalLine::Host(file) => Some(file),
            TerminalLine::Pty(_) => None,
        }
    }

    /// Uses the line of a pseudoterminal; whoever waits for a change looks again.
    pub fn with_line<T>(&self, work: impl FnOnce(&mut PtyLine) -> T) -> Option<T> {
        let TerminalLine::Pty(line) = &self.line else { return None };
        let (answer, signals) = {
            let mut line = lock(line);
            let answer = work(&mut line);
            (answer, line.receive())
        };
        signals.into_iter().for_each(|signal| self.signal(signal));
        self.queue.notify();
        Some(answer)
    }

    /// Looks at the line of a pseudoterminal.
    pub fn line<T>(&self, work: impl FnOnce(&PtyLine) -> T) -> Option<T> {
        match &self.line {
            TerminalLine::Pty(line) => Some(work(&lock(line))),
            TerminalLine::Host(_) => None,
        }
    }

    /// Where threads wait for it.
    pub fn queue(&self) -> &WaitQueue {
        &self.queue
    }

    /// Who controls it.
    pub fn control(&self) -> TerminalControl {
        *lock(&self.control)
    }

    /// Changes who controls it.
    pub fn set_control(&self, change: impl FnOnce(&mut TerminalControl)) {
        change(&mut lock(&self.control));
    }

    /// The attributes of its file.
    pub fn attributes(&self) -> DeviceAttributes {
        *lock(&self.attributes)
    }

    /// Changes the attributes of its file.
    pub fn set_attributes(&self, change: impl FnOnce(&mut DeviceAttributes)) {
        change(&mut lock(&self.attributes));
    }

    /// Sends the process group in the foreground a signal.
    pub fn signal(&self, signal: u32) {
        if let Some(group) = self.control().foreground {
            lock(&self.notices).push(TerminalNotice::Signal { group, signal });
        }
    }

    /// Whether it is a pseudoterminal whose master is closed.
    pub fn is_hung_up(&self) -> bool {
        self.line(|line| line.hung_up).unwrap_or_default()
    }

    /// The master is closed: the session loses its terminal.
    pub fn hang_up(&self) {
        self.with_line(|line| line.hung_up = true);
        let TerminalControl { session, foreground, .. } = std::mem::take(&mut *lock(&self.control));
        if let Some(session) = session {
            lock(&self.notices).push(TerminalNotice::HungUp { session, foreground });
        }
    }

    /// The settings.
    pub fn settings(&self) -> Result<Termios2, Errno> {
        match &self.line {
            TerminalLine::Host(file) => file.terminal_settings(),
            TerminalLine::Pty(line) => Ok(lock(line).discipline.settings),
        }
    }

    /// Changes the settings, after what was written has been shown, and with `discard` what was typed is
    /// forgotten.
    pub fn set_settings(&self, settings: Termios2, drain: bool, discard: bool) -> Result<(), Errno> {
        if let TerminalLine::Host(file) = &self.line {
            return file.change_terminal(&settings, drain, discard);
        }
        self.with_line(|line| {
            if discard {
                line.discipline.discard_input();
            }
            line.set(settings);
        });
        Ok(())
    }

    /// The size of the window.
    pub fn window(&self) -> Result<Winsize, Errno> {
        match &self.line {
            TerminalLine::Host(file) => file.window(),
            TerminalLine::Pty(line) => Ok(lock(line).window),
        }
    }

    /// Changes the size of the window; the foreground hears of it if it is another one.
    pub fn set_window(&self, window: Winsize) -> Result<(), Errno> {
        if let TerminalLine::Host(file) = &self.line {
            return file.set_window(window);
        }
        if self.with_line(|line| std::mem::replace(&mut line.window, window)) != Some(window) {
            self.signal(SIGWINCH);
        }
        Ok(())
    }

    /// Discards what was typed, what was written, or both.
    pub fn discard(&self, input: bool, output: bool) -> Result<(), Errno> {
        if let TerminalLine::Host(file) = &self.line {
            return file.discard(input, output);
        }
        self.with_line(|line| {
            if input {
                line.discipline.discard_input();
            }
            if output {
                line.discipline.discard_output();
            }
        });
        Ok(())
    }

    /// Stops output (TCOOFF) and lets it go on (TCOON), or sends the characters that ask the other side to
    /// do so.
    pub fn control_flow(&self, action: u32) -> Result<(), Errno> {
        if let TerminalLine::Host(file) = &self.line {
            return file.control_flow(action);
        }
        self.with_line(|line| match action {
            TCOOFF | TCOON => line.discipline.suspend_output(action == TCOOFF),
            _ => {
                let key = if action == TCIOFF { ControlCharacter::Stop } else { ControlCharacter::Start };
                match line.discipline.settings.c_cc[key as usize] {
                    0 => {}
                    byte => line.discipline.output.force(byte),
                }
            }
        });
        Ok(())
    }

    /// Waits until the host has shown what was written. A pseudoterminal has nothing to wait for.
    pub fn drain(&self) -> Result<(), Errno> {
        self.host_file().map_or(Ok(()), HostFile::drain)
    }

    /// Bytes that have been typed and can be read (FIONREAD).
    pub fn waiting(&self) -> Result<u32, Errno> {
        match &self.line {
            TerminalLine::Host(file) => file.bytes_waiting(),
            TerminalLine::Pty(line) => {
                let discipline = &lock(line).discipline;
                Ok(discipline.input.available(discipline.settings.is_canonical()) as u32)
            }
        }
    }
}

impl Duplicate for TerminalLine {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(match self {
            TerminalLine::Host(file) => TerminalLine::Host(file.duplicate(copier)?),
            TerminalLine::Pty(line) => TerminalLine::Pty(Box::new(Mutex::new(lock(line).clone()))),
        })
    }
}

copied!(Terminal: clone { number } duplicate { line, control, attributes, queue, notices });
plain!(TerminalNotice, TerminalControl, DeviceAttributes);
