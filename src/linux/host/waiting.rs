//! Waiting for the host: streams that become ready, and signals from outside.

use std::fs::File;
use std::time::Duration;

use super::file::HostFile;
use super::interrupt::Interrupt;
use super::question::Question;
use super::taped::Host;
use super::wake::Readiness;

impl Host {
    /// Waits until any of these files is ready, for at most a time, or until a signal comes; says which files are
    /// ready.
    pub fn wait_any(
        &self,
        interrupt: &Interrupt,
        files: &[(&HostFile, Readiness)],
        time: Option<Duration>,
    ) -> Vec<bool> {
        let mut ready: Vec<bool> = self.tell(Question::Ready, || {
            // A file that only a tape tells of is never ready.
            let real: Vec<Option<&File>> = files.iter().map(|(file, _)| file.real().ok()).collect();
            let asked = real.iter().zip(files).filter_map(|(file, (_, wanted))| file.map(|file| (file, *wanted)));
            let asked: Vec<(&File, Readiness)> = asked.collect();
            let mut answers = interrupt.wait_any(&asked, time).into_iter();
            real.iter().map(|file| file.is_some() && answers.next().unwrap_or_default()).collect()
        });
        ready.resize(files.len(), false);
        ready
    }

    /// Takes the signals that have come while instructions run.
    pub fn signals(&self, interrupt: &Interrupt, count: u64) -> Vec<u8> {
        let found = self.poll(Question::Signals, count, || {
            interrupt.raised()?;
            Some(taken(interrupt))
        });
        self.note_sent(interrupt, found.unwrap_or_default())
    }

    /// Takes the signals that have come while nobody can run.
    pub fn waiting_signals(&self, interrupt: &Interrupt) -> Vec<u8> {
        let found = self.tell(Question::WaitingSignals, || taken(interrupt));
        self.note_sent(interrupt, found)
    }

    /// Whoever asks later what was sent is told of the signals of a tape as well.
    fn note_sent(&self, interrupt: &Interrupt, signals: Vec<u8>) -> Vec<u8> {
        if self.is_taped() {
            signals.iter().for_each(|signal| interrupt.note_sent(*signal));
        }
        signals
    }

    /// Whether a signal has come, or the world is to stand still.
    pub fn is_raised(&self, interrupt: &Interrupt) -> bool {
        self.tell(Question::IsRaised, || interrupt.raised().is_some() || self.stands_still(interrupt))
    }

    /// Whether a world that waits is to stand still: while a tape says how its wait has ended, only where it is to rest.
    pub fn stands_still(&self, interrupt: &Interrupt) -> bool {
        match self.is_replaying() {
            true => self.rests(),
            false => interrupt.pause().is_some() || self.is_held(),
        }
    }

    /// Whether a guest that waits can be woken.
    pub fn can_wake(&self, interrupt: &Interrupt) -> bool {
        self.tell(Question::CanWake, || interrupt.can_wake())
    }
}

fn taken(interrupt: &Interrupt) -> Vec<u8> {
    std::iter::from_fn(|| interrupt.take()).collect()
}
