//! Ending a run from outside, as Ctrl-C does: a flag that the run loop looks at between quanta, and
//! a wake-up for a guest that waits for the host.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

/// Asks a running guest to end by a signal. Clones ask the same guest.
#[derive(Clone, Default, Debug)]
pub struct Interrupt(Arc<State>);

#[derive(Default, Debug)]
struct State {
    /// The number of the signal; 0 while nobody has asked.
    signal: AtomicU8,
    /// What becomes readable when somebody asks; `None` if nobody ever will.
    wake: Option<wait::Wake>,
}

/// What a guest waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Readiness {
    /// That something can be read, or that there is nothing more to read.
    Readable,
    /// That there is room to write.
    Writable,
}

impl Interrupt {
    /// An interrupt that somebody means to raise. The default one cannot wake a waiting guest.
    ///
    /// # Errors
    /// The host has no descriptors left.
    pub fn new() -> io::Result<Interrupt> {
        Ok(Interrupt(Arc::new(State { signal: AtomicU8::new(0), wake: Some(wait::Wake::new()?) })))
    }

    /// Ends the guest by this signal, soon. May be called from any thread; the first signal counts.
    pub fn raise(&self, signal: u8) {
        let State { signal: raised, wake } = &*self.0;
        let _ = raised.compare_exchange(0, signal, Ordering::Relaxed, Ordering::Relaxed);
        wake.iter().for_each(wait::Wake::wake);
    }

    /// The signal that was raised, if any.
    pub fn raised(&self) -> Option<u8> {
        Some(self.0.signal.load(Ordering::Relaxed)).filter(|signal| *signal != 0)
    }

    /// Sleeps. [`io::ErrorKind::Interrupted`] if the guest shall end.
    pub fn sleep(&self, time: Duration) -> io::Result<()> {
        self.check()?;
        match &self.0.wake {
            Some(wake) => wake.sleep(time),
            None => std::thread::sleep(time),
        }
        self.check()
    }

    /// Waits until a file that may block is ready. [`io::ErrorKind::Interrupted`] if the guest shall
    /// end.
    pub fn wait(&self, file: &File, wanted: Readiness) -> io::Result<()> {
        self.check()?;
        if let Some(wake) = &self.0.wake {
            wake.wait(file, wanted);
        }
        self.check()
    }

    /// Waits until any of these files is ready, for at most a time, or until somebody raises the
    /// interrupt; says which files are ready.
    pub fn wait_any(&self, files: &[(&File, Readiness)], time: Option<Duration>) -> Vec<bool> {
        wait::any(self.0.wake.as_ref(), files, time)
    }

    fn check(&self) -> io::Result<()> {
        self.raised().map_or(Ok(()), |_| Err(io::ErrorKind::Interrupted.into()))
    }
}

/// With `poll`: a socket becomes readable when the guest shall end.
#[cfg(unix)]
mod wait {
    use super::{Duration, File, Readiness, io};
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use std::io::Write;
    use std::os::unix::net::UnixStream;
    use std::time::Instant;

    pub use WakeSocket as Wake;

    /// Waits with `poll` for files, and for the wake-up.
    pub fn any(wake: Option<&Wake>, files: &[(&File, Readiness)], time: Option<Duration>) -> Vec<bool> {
        let event = |wanted| if wanted == Readiness::Readable { PollFlags::IN } else { PollFlags::OUT };
        let mut waits: Vec<PollFd> = files.iter().map(|(file, wanted)| PollFd::new(file, event(*wanted))).collect();
        waits.extend(wake.map(|wake| PollFd::new(&wake.reader, PollFlags::IN)));
        let timeout = time.and_then(|time| Timespec::try_from(time).ok());
        // Early when a signal comes: the caller looks at what it meant, and waits again.
        let _ = poll(&mut waits, timeout.as_ref());
        waits[..files.len()].iter().map(|wait| !wait.revents().is_empty()).collect()
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
            Ok(WakeSocket { reader, writer })
        }

        pub fn wake(&self) {
            // What is never read stays readable, and a full socket is readable as well.
            let _ = (&self.writer).write(&[0]);
        }

        pub fn sleep(&self, time: Duration) {
            let end = Instant::now().checked_add(time);
            let left = || end.map(|end| end.saturating_duration_since(Instant::now()));
            while left().is_none_or(|left| !left.is_zero()) {
                let timeout = left().and_then(|left| Timespec::try_from(left).ok());
                let mut waits = [PollFd::new(&self.reader, PollFlags::IN)];
                // A signal of the host ends poll early; what it means shows in the socket.
                if !matches!(poll(&mut waits, timeout.as_ref()), Ok(0) | Err(rustix::io::Errno::INTR)) {
                    return;
                }
            }
        }

        /// Comes back early when the host cannot tell: the read or write that follows waits instead.
        pub fn wait(&self, file: &File, wanted: Readiness) {
            let events = match wanted {
                Readiness::Readable => PollFlags::IN,
                Readiness::Writable => PollFlags::OUT,
            };
            let mut waits = [PollFd::new(file, events), PollFd::new(&self.reader, PollFlags::IN)];
            while poll(&mut waits, None) == Err(rustix::io::Errno::INTR) {}
        }
    }
}

/// Without `poll`: sleeping can be ended, waiting for a file cannot.
#[cfg(not(unix))]
mod wait {
    use super::{Duration, File, Readiness, io};
    use std::sync::{Condvar, Mutex, PoisonError};

    pub use WakeFlag as Wake;

    /// Files count as ready: the read or write that follows waits instead.
    pub fn any(wake: Option<&Wake>, files: &[(&File, Readiness)], time: Option<Duration>) -> Vec<bool> {
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

        pub fn sleep(&self, time: Duration) {
            let ended = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            drop(self.1.wait_timeout_while(ended, time, |ended| !*ended));
        }

        pub fn wait(&self, _: &File, _: Readiness) {}
    }
}
