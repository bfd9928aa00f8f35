//! Snapshots in files, and how a run goes on from one: the tape tells the run up to an instruction count, and the host
//! answers from there on. What the run had opened of the host is opened again on the way, where that does no harm; what
//! cannot be had again must not be in use when the tape ends.

use std::io::{self, Write};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use crate::recording::{RecordingError, Tape};

use super::deck::Deck;
use super::opened::Resuming;
use super::question::Question;
use super::replay_error::ReplayError;
use super::taped::Host;

impl Host {
    /// One that records up to an instruction count; [`resuming`](Host::resuming) gives back that and `setup`.
    ///
    /// # Errors
    /// The beginning cannot be written.
    pub fn snapshotting(writer: Box<dyn Write + Send>, count: u64, setup: &[u8]) -> io::Result<Host> {
        let host = Host::with(Tape::to_writer(writer)?, false);
        host.tell(Question::Snapshot, || (count, setup.to_vec()));
        Ok(host)
    }

    /// The run has come to that count: the snapshot is whole, and the run goes on without it.
    ///
    /// # Errors
    /// It could not be written.
    pub fn end_snapshot(&self, count: u64) -> io::Result<()> {
        self.tell(Question::Mark, || count);
        self.deck().into_iter().for_each(|mut deck| deck.live = true);
        self.finish()
    }

    /// One that gives the answers of a snapshot, where it ends, and what it begins with.
    ///
    /// # Errors
    /// The file is no snapshot, or is damaged.
    pub fn resuming(file: &[u8]) -> Result<(Host, u64, Vec<u8>), RecordingError> {
        let mut deck = Deck::new(Tape::from_file(file)?, false);
        if deck.comes(Question::Setup) {
            return Err(RecordingError::NoSnapshot);
        }
        deck.resuming = Some(Resuming::default());
        let (count, setup) = deck.read(Question::Snapshot).ok_or(RecordingError::Empty)?;
        Ok((Host::of(deck), count, setup))
    }

    /// The run has come to where the snapshot ends: the host answers from now on.
    ///
    /// # Errors
    /// The run differs from the recorded one, or has something open that is not there.
    pub fn go_live(&self, count: u64) -> Result<(), ReplayError> {
        let Some(mut deck) = self.deck() else { return Ok(()) };
        let mark = deck.read::<u64>(Question::Mark);
        if mark.is_some_and(|mark| mark != count) {
            deck.differs("the snapshot ends at another instruction");
        }
        if let Some(failure) = &deck.failure {
            return Err(failure.clone());
        }
        deck.live = true;
        let Some(resuming) = &mut deck.resuming else { return Ok(()) };
        resuming.since = Some(Instant::now());
        let missing: Vec<String> =
            resuming.missing.iter().filter_map(Weak::upgrade).map(|name| name.to_string()).collect();
        if missing.is_empty() { Ok(()) } else { Err(ReplayError::Missing(missing.join(", "))) }
    }

    /// Whether what is opened is opened again while a tape tells of it.
    pub(super) fn is_resuming(&self) -> bool {
        self.deck().is_some_and(|deck| deck.resuming.is_some() && !deck.live)
    }

    /// Notes that something is not there.
    pub(super) fn miss(&self, name: String) -> Arc<String> {
        let name = Arc::new(name);
        if let Some(resuming) = self.deck().as_mut().and_then(|deck| deck.resuming.as_mut()) {
            resuming.missing.retain(|other| other.strong_count() > 0);
            resuming.missing.push(Arc::downgrade(&name));
        }
        name
    }

    /// Time since a moment, or what a tape has told of it and the time since that has ended.
    pub(super) fn real_elapsed(&self, since: Instant) -> Duration {
        let told = self.deck().and_then(|deck| {
            let Resuming { elapsed, since, .. } = deck.resuming.as_ref()?;
            Some((*elapsed, (*since)?))
        });
        let (before, since) = told.unwrap_or((Duration::ZERO, since));
        before + Instant::now().saturating_duration_since(since)
    }

    /// A tape has told this time.
    pub(super) fn note_elapsed(&self, elapsed: Duration) {
        if let Some(deck) = &mut self.deck() {
            let live = deck.live;
            deck.resuming.iter_mut().filter(|_| !live).for_each(|resuming| resuming.elapsed = elapsed);
        }
    }
}
