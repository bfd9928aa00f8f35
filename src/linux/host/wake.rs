//! The wake-up of a guest that waits for the host: with `poll` a socket, which becomes readable when the guest shall end,
//! elsewhere a flag.

#[cfg(not(unix))]
pub use flag::{WakeFlag as Wake, any as wait_any};
#[cfg(unix)]
pub use socket::{WakeSocket as Wake, any as wait_any};

/// What a guest waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Readiness {
    /// That something can be read, or that there is nothing more to read.
    Readable,
    /// That there is room to write.
    Writable,
}

#[cfg(unix)]
mod socket {
    use std::fs::File;
    use std::io::{self, Read, Write};
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;
    use std::time::{Duration, Instant};

    use rustix::event::PollFlags;
    use rustix::io::Errno;

    use crate::linux::host::patience::poll_for;

    use super::Readiness;

    fn events(wanted: Readiness) -> PollFlags {
        match wanted {
            Readiness::Readable => PollFlags::IN,
            Readiness::Writable => PollFlags::OUT,
        }
    }

    /// Waits for files, and for the wake-up.
    pub fn any(wake: Option<&WakeSocket>, files: &[(&File, Readiness)], time: Option<Duration>) -> Vec<bool> {
        let asked = files.iter().map(|(file, wanted)| (file.as_fd(), events(*wanted)));
        let asked: Vec<_> = asked.chain(wake.map(|wake| (wake.reader.as_fd(), PollFlags::IN))).collect();
        // Early when a signal comes: the caller looks at what it meant, and waits again.
        let mut ready = poll_for(&asked, time).unwrap_or_default();
        ready.resize(files.len(), PollFlags::empty());
        ready.into_iter().map(|ready| !ready.is_empty()).collect()
    }

    /// Both ends of the socket.
    #[derive(Debug)]
    pub struct WakeSocket {
        reader: UnixStream,
        writer: UnixStream,
    }

    impl WakeSocket {
        pub fn new() -> io::Result<WakeSocket> {
            let (reader, writer) = UnixStream::pair()?;
            reader.set_nonblocking(true)?;
            writer.set_nonblocking(true)?;
            Ok(WakeSocket { reader, writer })
        }

        pub fn wake(&self) {
            // What is not read stays readable, and a full socket is readable as well.
            let _ = (&self.writer).write(&[0]);
        }

        /// Nobody asks any more. A signal that comes meanwhile is seen by whoever is about to wait.
        pub fn calm(&self) {
            let mut bytes = [0; 64];
            while matches!((&self.reader).read(&mut bytes), Ok(1..)) {}
        }

        pub fn sleep(&self, time: Duration) {
            let end = Instant::now().checked_add(time);
            let left = || end.map(|end| end.saturating_duration_since(Instant::now()));
            while left().is_none_or(|left| !left.is_zero()) {
                // A signal of the host ends the wait early; what it means shows in the socket.
                match poll_for(&[(self.reader.as_fd(), PollFlags::IN)], left()) {
                    Err(Errno::INTR) => {}
                    Ok(ready) if ready[0].is_empty() => {}
                    _ => return,
                }
            }
        }

        /// Comes back early when the host cannot tell: the read or write that follows waits instead.
        pub fn wait(&self, file: &File, wanted: Readiness) {
            let asked = [(file.as_fd(), events(wanted)), (self.reader.as_fd(), PollFlags::IN)];
            while poll_for(&asked, None) == Err(Errno::INTR) {}
        }
    }
}

/// Sleeping can be ended, waiting for a file cannot.
#[cfg(not(unix))]
mod flag {
    use std::fs::File;
    use std::io;
    use std::sync::{Condvar, Mutex, PoisonError};
    use std::time::Duration;

    use super::Readiness;

    /// Files count as ready: the read or write that follows waits instead.
    pub fn any(wake: Option<&WakeFlag>, files: &[(&File, Readiness)], time: Option<Duration>) -> Vec<bool> {
        let time = time.unwrap_or(Duration::from_secs(1));
        match wake {
            _ if !files.is_empty() => {}
            Some(wake) => wake.sleep(time),
            None => std::thread::sleep(time),
        }
        vec![true; files.len()]
    }

    /// Whether the guest shall end.
    #[derive(Default, Debug)]
    pub struct WakeFlag(Mutex<bool>, Condvar);

    impl WakeFlag {
        pub fn new() -> io::Result<WakeFlag> {
            Ok(WakeFlag::default())
        }

        pub fn wake(&self) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
            self.1.notify_all();
        }

        pub fn calm(&self) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = false;
        }

        pub fn sleep(&self, time: Duration) {
            let ended = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            drop(self.1.wait_timeout_while(ended, time, |ended| !*ended));
        }

        pub fn wait(&self, _: &File, _: Readiness) {}
    }
}
