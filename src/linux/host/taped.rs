//! The handle on the host that everybody in the kernel has. It is live (the host is asked), it records (the host is
//! asked, and its answers are noted), or it replays: nothing of the host is asked, and the noted answers are given.
//!
//! Recording and replaying are one thing: a tape that stands at its end is written, one that stands before it is
//! read. A tape in memory can be wound back, and goes live again where it ends.

use std::any::Any;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::linux::errno::Errno;
use crate::linux::sync::lock;
use crate::recording::{RecordingError, Tape};

use super::deck::{Deck, TapeManner};
use super::opened::Opened;
use super::question::Question;
use super::replay_error::{ReplayError, RunPlace};

/// The way to the host; clones are the same way. The default one is live, and costs nothing.
#[derive(Clone, Default, Debug)]
pub struct Host(Option<Arc<Mutex<Deck>>>);

impl Host {
    pub(super) fn with(tape: Tape, shows: bool) -> Host {
        Host::of(Deck::new(tape, shows))
    }

    pub(super) fn of(deck: Deck) -> Host {
        Host(Some(Arc::new(Mutex::new(deck))))
    }

    /// One that records in memory, and can be wound back.
    pub fn rewindable() -> Host {
        Host::with(Tape::in_memory(), false)
    }

    /// One that records; `setup` is what [`replaying`](Host::replaying) gives back.
    ///
    /// # Errors
    /// The beginning cannot be written.
    pub fn recording(writer: Box<dyn Write + Send>, setup: &[u8]) -> io::Result<Host> {
        let host = Host::with(Tape::to_writer(writer)?, false);
        host.tell(Question::Setup, || setup.to_vec());
        Ok(host)
    }

    /// One that gives the answers of a recording, and what the recording begins with. `shows` says whether what the
    /// program writes to standard output and error is shown again.
    ///
    /// # Errors
    /// The file is no recording, or is damaged.
    pub fn replaying(file: &[u8], shows: bool) -> Result<(Host, Vec<u8>), RecordingError> {
        let mut deck = Deck::new(Tape::from_file(file)?, shows);
        if deck.comes(Question::Snapshot) {
            return Err(RecordingError::Snapshot);
        }
        let host = Host::of(deck);
        let setup = host.tell(Question::Setup, Vec::new);
        if host.failure().is_some() { Err(RecordingError::Empty) } else { Ok((host, setup)) }
    }

    /// The bytes of the program: those that are read, or those of the recording.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn program<E>(&self, read: impl FnOnce() -> Result<Vec<u8>, E>) -> Result<Vec<u8>, E> {
        const PART: usize = 1 << 20;
        if self.0.is_none() {
            return read();
        }
        let image = if self.is_replaying() { Vec::new() } else { read()? };
        let count = self.tell(Question::Program, || image.chunks(PART).len());
        let mut parts = image.chunks(PART);
        let mut whole = Vec::new();
        while whole.len().div_ceil(PART) < count && self.failure().is_none() {
            whole.extend(self.tell(Question::Program, || parts.next().unwrap_or_default().to_vec()));
        }
        Ok(whole)
    }

    /// Whether answers come from a tape.
    pub fn is_replaying(&self) -> bool {
        self.0.as_ref().is_some_and(|deck| matches!(lock(deck).manner(), TapeManner::Read))
    }

    /// Whether there is a tape at all.
    pub fn is_taped(&self) -> bool {
        self.0.is_some()
    }

    /// The tape and what is done with it, if there is one.
    pub(super) fn deck(&self) -> Option<MutexGuard<'_, Deck>> {
        self.0.as_ref().map(|deck| lock(deck))
    }

    /// Whether what the program writes is shown while a tape is read.
    pub(super) fn shows(&self) -> bool {
        self.0.as_ref().is_some_and(|deck| lock(deck).shows)
    }

    /// How many parts of the tape have been passed, and how many it has: a recorder makes one each second, or sooner.
    pub fn passed(&self) -> (usize, usize) {
        self.0.as_ref().map_or((0, 0), |deck| lock(deck).tape.passed())
    }

    /// Why the run does not go on as the recording says.
    pub fn failure(&self) -> Option<ReplayError> {
        lock(self.0.as_ref()?).failure.clone()
    }

    /// Whether a run has to stop because there is nothing that the host could be asked.
    pub fn has_failed(&self) -> bool {
        self.0.as_ref().is_some_and(|deck| lock(deck).failure.is_some())
    }

    /// A question whose answer may be an error.
    pub(super) fn ask<T: Serialize + DeserializeOwned>(
        &self,
        question: Question,
        live: impl FnOnce() -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        let Some(deck) = &self.0 else { return live() };
        taped(deck, question, Err(Errno::EIO), live)
    }

    /// A question that always has an answer.
    pub(super) fn tell<T: Serialize + DeserializeOwned + Default>(
        &self,
        question: Question,
        live: impl FnOnce() -> T,
    ) -> T {
        let Some(deck) = &self.0 else { return live() };
        taped(deck, question, T::default(), live)
    }

    /// Opens something. What a tape tells of is not there, unless it was opened in this very process, or is opened
    /// again to go on without the tape.
    pub(super) fn open<R: Send + Sync + 'static>(
        &self,
        question: Question,
        name: impl FnOnce() -> String,
        live: impl FnOnce() -> Result<R, Errno>,
    ) -> Result<Opened<R>, Errno> {
        let Some(deck) = &self.0 else { return live().map(|real| Opened::Real(Arc::new(real))) };
        let place = lock(deck).tape.position();
        let (mut real, mut live) = (None, Some(live));
        self.ask(question, || once(&mut live).map(|opened| real = Some(Arc::new(opened))))?;
        if real.is_none() && self.is_resuming() {
            real = once(&mut live).ok().map(Arc::new);
        }
        let mut deck = lock(deck);
        if let Some(real) = &real {
            if deck.tape.is_writable() && deck.tape.is_rewindable() && !deck.aside {
                let kept: Arc<dyn Any + Send + Sync> = Arc::<R>::clone(real);
                deck.opened.insert(place, kept);
            }
        }
        let kept = || deck.opened.get(&place).cloned().and_then(|kept| kept.downcast().ok());
        let real = real.or_else(kept);
        drop(deck);
        Ok(real.map_or_else(|| Opened::Missing(self.miss(name())), Opened::Real))
    }

    /// Something that comes at a moment of its own: noted if it has come, and found at the same moment again.
    pub(super) fn poll<T: Serialize + DeserializeOwned>(
        &self,
        question: Question,
        count: u64,
        live: impl FnOnce() -> Option<T>,
    ) -> Option<T> {
        let Some(deck) = &self.0 else { return live() };
        let manner = lock(deck).manner();
        match manner {
            TapeManner::Live => live(),
            TapeManner::Note => {
                let found = live()?;
                lock(deck).note(question, &(count, &found));
                Some(found)
            }
            TapeManner::Read => {
                let mut deck = lock(deck);
                let moment = deck.next_moment(question)?;
                (moment == count).then(|| deck.read::<(u64, T)>(question)).flatten().map(|(_, found)| found)
            }
        }
    }

    /// The instruction count at which the next signal comes, if that is the next thing on the tape.
    pub fn next_moment(&self) -> Option<u64> {
        let mut deck = lock(self.0.as_ref()?);
        matches!(deck.manner(), TapeManner::Read).then(|| deck.next_moment(Question::Signals)).flatten()
    }

    /// The run is at a place, with these registers: noted, or compared with what was noted.
    pub fn check(&self, count: u64, eip: u32, registers: &[u32; 8]) {
        let Some(deck) = &self.0 else { return };
        let mut deck = lock(deck);
        if deck.failure.is_some() {
            return;
        }
        deck.place = RunPlace { count, eip };
        let bytes =
            registers.iter().chain([&eip]).flat_map(|register| register.to_le_bytes()).chain(count.to_le_bytes());
        let mut crc = flate2::Crc::new();
        crc.update(&bytes.collect::<Vec<u8>>());
        let own = (crc.sum() as u16).to_le_bytes();
        match deck.manner() {
            TapeManner::Live => {}
            TapeManner::Note => deck.note(Question::Check, &own),
            TapeManner::Read => match deck.read::<[u8; 2]>(Question::Check) {
                Some(noted) if noted == own => deck.agreed = deck.place,
                Some(_) => deck.differs("the registers are not those of the recording"),
                None => {}
            },
        }
    }

    /// The run has ended after so many instructions: noted, or compared. Nothing is noted any more.
    pub fn end(&self, count: u64, status: u8) {
        let Some(deck) = &self.0 else { return };
        let mut deck = lock(deck);
        if deck.failure.is_some() || deck.over {
            return;
        }
        deck.place.count = count;
        match deck.manner() {
            TapeManner::Live => {}
            TapeManner::Note => deck.note(Question::End, &(count, status)),
            TapeManner::Read => match deck.read::<(u64, u8)>(Question::End) {
                Some((noted, _)) if noted != count => deck.differs("the recording ends at another instruction"),
                Some((_, noted)) if noted != status => deck.differs("the recording ends with another exit status"),
                _ => {}
            },
        }
        deck.over = true;
    }

    /// Writes what is not written yet.
    ///
    /// # Errors
    /// Something could not be written.
    pub fn finish(&self) -> io::Result<()> {
        self.0.as_ref().map_or(Ok(()), |deck| lock(deck).tape.finish())
    }
}

/// Does what can be done once.
fn once<R>(work: &mut Option<impl FnOnce() -> Result<R, Errno>>) -> Result<R, Errno> {
    work.take().map_or(Err(Errno::EIO), |work| work())
}

fn taped<T: Serialize + DeserializeOwned>(
    deck: &Mutex<Deck>,
    question: Question,
    otherwise: T,
    live: impl FnOnce() -> T,
) -> T {
    let manner = lock(deck).manner();
    match manner {
        TapeManner::Live => live(),
        TapeManner::Note => {
            let answer = live();
            lock(deck).note(question, &answer);
            answer
        }
        TapeManner::Read => lock(deck).read(question).unwrap_or(otherwise),
    }
}
