//! tab86 on a terminal: what is typed reaches the program, and whatever ends or stops it, the user's shell
//! finds the terminal as it was.
//!
//! The shell runs on a pseudoterminal of this system, with job control. `tests/programs/terminal.c` takes the
//! terminal over.

#![cfg(target_os = "linux")]

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// What the shell prints when it waits for a command.
const PROMPT: &str = "next> ";

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A shell on a terminal of its own.
struct Session {
    master: File,
    slave: File,
    shell: Child,
}

impl Session {
    fn start() -> Session {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
        let slave = File::options().read(true).write(true).open(name).unwrap();
        let stream = || slave.try_clone().unwrap();
        let mut command = Command::new("setsid");
        command.args(["--ctty", "sh", "-i"]).env("PS1", PROMPT).env("PS2", "").env("ENV", "");
        let shell = command.stdin(stream()).stdout(stream()).stderr(stream()).spawn().unwrap();
        let mut session = Session { master: File::from(master), slave, shell };
        session.wait_for(PROMPT);
        session
    }

    /// Everything that is shown until a text.
    fn wait_for(&mut self, text: &str) -> String {
        let (start, mut shown) = (Instant::now(), String::new());
        while !shown.contains(text) {
            assert!(start.elapsed() < PATIENCE, "no {text:?} in {shown:?}");
            let mut waits = [PollFd::from_borrowed_fd(self.master.as_fd(), PollFlags::IN)];
            let limit = Timespec { tv_sec: 1, tv_nsec: 0 };
            if poll(&mut waits, Some(&limit)).unwrap() > 0 {
                let mut bytes = [0; 4096];
                let count = self.master.read(&mut bytes).unwrap();
                shown.push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        }
        shown
    }

    fn types(&mut self, text: &str) {
        self.master.write_all(text.as_bytes()).unwrap();
    }

    /// Types something, and waits for what it leads to.
    fn asks(&mut self, typed: &str, shown: &str) -> String {
        self.types(typed);
        self.wait_for(shown)
    }

    /// Starts the program.
    fn runs_program(&mut self) {
        let tab86 = env!("CARGO_BIN_EXE_tab86");
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/terminal");
        self.asks(&format!("{tab86} run {program}\r"), "ready\r\n");
        assert_ne!(self.settings(), self.settings_of_shell());
    }

    /// The settings of the terminal.
    fn settings(&self) -> String {
        let told = Command::new("stty").arg("-g").stdin(self.slave.try_clone().unwrap()).output().unwrap();
        String::from_utf8(told.stdout).unwrap()
    }

    /// Those of a terminal that nobody has changed, with the size that has nothing to do with it.
    fn settings_of_shell(&self) -> String {
        let fresh = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        let told = Command::new("stty").arg("-g").stdin(fresh).output().unwrap();
        String::from_utf8(told.stdout).unwrap()
    }

    /// The terminal is as it was, and the last command had this status.
    fn has_terminal(&mut self, status: u32) {
        assert_eq!(self.settings(), self.settings_of_shell());
        self.asks("echo \"=$?\"\r", &format!("={status}\r\n{PROMPT}"));
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}

#[test]
fn the_terminal_is_given_back_however_the_program_ends() {
    let mut session = Session::start();
    let endings = [("xq", 5), ("s", 139), ("\x03", 130), ("\x1c", 131)];
    for (typed, status) in endings {
        session.runs_program();
        let shown = session.asks(typed, PROMPT);
        assert_eq!(shown.contains("<78>"), typed.starts_with('x'), "{shown:?}");
        session.has_terminal(status);
    }
    session.runs_program();
    session.asks("i", "ignored\r\n");
    session.types("\x03");
    std::thread::sleep(Duration::from_millis(100));
    session.asks("\x03", PROMPT);
    session.has_terminal(130);
}

#[test]
fn who_is_stopped_gives_the_terminal_back_and_takes_it_again() {
    let mut session = Session::start();
    session.runs_program();
    session.asks("\x1a", PROMPT);
    assert_eq!(session.settings(), session.settings_of_shell());
    let shown = session.asks("jobs\r", PROMPT);
    assert!(shown.contains("Stopped"), "{shown:?}");
    session.types("fg\r");
    let start = Instant::now();
    while session.settings() == session.settings_of_shell() {
        assert!(start.elapsed() < PATIENCE, "the program has its settings again");
    }
    session.asks("y", "<79>");
    session.asks("q", PROMPT);
    session.has_terminal(5);
}
