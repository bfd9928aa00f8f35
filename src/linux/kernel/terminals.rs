//! What the kernel itself does with terminals (credentials(7), termios(3)): their signals, whose terminal
//! they are, who may use them, and what the user's terminal has to do with the world.

use std::sync::Arc;

use crate::linux::abi::signals::{SIG_IGN, SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGWINCH};
use crate::linux::errno::Errno;
use crate::linux::objects::{TerminalHandle, TerminalNotice};
use crate::linux::process::FIRST_PID;
use crate::linux::signals::{Siginfo, bit};

use super::Kernel;

impl Kernel {
    /// Sees to what terminals have for processes.
    pub(in crate::linux) fn follow_terminals(&mut self) {
        for notice in self.process.namespace.terminals().take_notices() {
            match notice {
                TerminalNotice::Signal { group, signal } => self.post_to_group(group, signal),
                TerminalNotice::HungUp { session, foreground } => self.lose_terminal(session, foreground),
            }
        }
    }

    /// A session has lost its terminal: its leader hears of that, and the foreground of the leader's end.
    fn lose_terminal(&mut self, session: u32, foreground: Option<u32>) {
        self.clear_terminal(session);
        if let Some(leader) = self.find_process_mut(session) {
            leader.left_group = foreground;
            // What the kernel sends is not refused.
            let _ = self.post(session, Siginfo::kernel(SIGHUP));
            let _ = self.post(session, Siginfo::kernel(SIGCONT));
        }
    }

    /// No process of a session has a terminal any more.
    fn clear_terminal(&mut self, session: u32) {
        for pid in self.pids() {
            if let Some(process) = self.find_process_mut(pid).filter(|process| process.session == session) {
                process.terminal = None;
            }
        }
    }

    /// A terminal becomes that of the running process, which leads its session, and has it in the
    /// foreground.
    pub(in crate::linux) fn take_terminal(&mut self, terminal: &TerminalHandle) {
        if let Some(robbed) = terminal.control().session {
            self.clear_terminal(robbed);
        }
        let (session, group) = (self.process.session, self.process.group);
        terminal.set_control(|control| (control.session, control.foreground) = (Some(session), Some(group)));
        self.process.terminal = Some(Arc::clone(terminal));
        self.process.left_group = None;
    }

    /// The running process ends or gives its terminal up (TIOCNOTTY). If it leads its session, nobody of it
    /// has the terminal any more, and the foreground hears of that (`disassociate_ctty`).
    pub(in crate::linux) fn leave_terminal(&mut self, ends: bool) {
        let terminal = self.process.terminal.take();
        if !self.process.leads_session() {
            return;
        }
        let Some(terminal) = terminal else {
            if let Some(group) = self.process.left_group.take().filter(|_| ends) {
                self.post_to_group(group, SIGHUP);
                self.post_to_group(group, SIGCONT);
            }
            return;
        };
        if let Some(group) = terminal.control().foreground {
            self.post_to_group(group, SIGHUP);
            if !ends {
                self.post_to_group(group, SIGCONT);
            }
        }
        terminal.set_control(|control| (control.session, control.foreground) = (None, None));
        self.clear_terminal(self.process.session);
    }

    /// Whether the running process is in the background of its terminal, which this one is.
    pub(in crate::linux) fn is_in_background(&self, terminal: &TerminalHandle) -> bool {
        let own = self.process.terminal.as_ref().is_some_and(|own| Arc::ptr_eq(own, terminal));
        own && terminal.control().foreground.is_some_and(|group| group != self.process.group)
    }

    /// Stops the group of the running process if it is in the background of its terminal. Who does not want
    /// the signal may go on, but for reading; a group that nobody could let go on gets EIO
    /// (`__tty_check_change`).
    pub(in crate::linux) fn check_background(&mut self, terminal: &TerminalHandle, signal: u32) -> Result<(), Errno> {
        if !self.is_in_background(terminal) {
            return Ok(());
        }
        let action = self.process.signals.dispositions.get(signal);
        let ignored = action.is_ok_and(|action| action.sa_handler == SIG_IGN);
        if ignored || self.thread.signals.blocked() & bit(signal) != 0 {
            return if signal == SIGTTIN { Err(Errno::EIO) } else { Ok(()) };
        }
        if self.is_orphaned(self.process.group) {
            return Err(Errno::EIO);
        }
        self.post_to_group(self.process.group, signal);
        Err(Errno::ERESTARTSYS)
    }

    /// Somebody outside has sent signals. Those that the user's terminal means are for its foreground, the
    /// others for the group of the first process.
    pub(super) fn receive_from_outside(&mut self, signals: Vec<u8>) {
        for signal in signals {
            let signal = u32::from(signal);
            let foreground = self.users_terminal().and_then(|terminal| terminal.control().foreground);
            let first = self.find_process(FIRST_PID).map(|first| first.group);
            let of_terminal = matches!(signal, SIGINT | SIGQUIT | SIGTSTP | SIGWINCH);
            if signal == SIGCONT && self.users_terminal().is_some() {
                self.world.host.resume_terminal();
            }
            if let Some(group) = foreground.filter(|_| of_terminal).or(first) {
                self.post_to_group(group, signal);
            }
        }
    }

    fn users_terminal(&self) -> Option<&TerminalHandle> {
        self.process.namespace.terminals().user()
    }

    /// Whether the user can let the world go on if it stops.
    pub(in crate::linux) fn user_can_resume(&self) -> bool {
        self.users_terminal().is_some() && self.world.host.can_wake(&self.world.interrupt) && self.world.host.can_stop()
    }

    /// Stops tab86 itself, until the user lets it go on: the world hears of that as of any signal.
    pub(in crate::linux) fn stop_for_user(&mut self) {
        if self.user_can_resume() {
            self.world.host.stop(&self.world.interrupt, SIGCONT as u8);
        }
    }
}
