//! A tape that is wound back: the past is looked at, and perhaps changed.

use crate::recording::TapePosition;

use super::taped::Host;

impl Host {
    /// Where the tape stands; `None` without one that can be wound back.
    pub fn position(&self) -> Option<TapePosition> {
        let deck = self.deck()?;
        deck.tape.is_rewindable().then(|| deck.tape.position())
    }

    /// Winds the tape to a place where it has stood. The kernel must be the one of that moment.
    pub fn seek(&self, position: TapePosition) {
        let Some(mut deck) = self.deck() else { return };
        deck.tape.seek(position);
        deck.failure = None;
        deck.over = false;
    }

    /// Does something that is no part of the run: the tape stands still. While a tape of a file is read, the host has
    /// no answers meanwhile.
    pub fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        let Some(mut deck) = self.deck() else { return work() };
        let before = std::mem::replace(&mut deck.aside, true);
        drop(deck);
        let answer = work();
        if let Some(mut deck) = self.deck() {
            deck.aside = before;
        }
        answer
    }

    /// The bytes that a tape in memory takes from a place on, or all of them.
    #[cfg(feature = "cli")]
    pub(crate) fn tape_bytes(&self, from: Option<TapePosition>) -> usize {
        self.deck().map_or(0, |deck| from.map_or_else(|| deck.tape.bytes(), |place| deck.tape.bytes_from(place)))
    }

    /// Forgets what a tape says up to a place.
    #[cfg(feature = "cli")]
    pub(crate) fn forget_before(&self, place: TapePosition) {
        if let Some(mut deck) = self.deck() {
            deck.tape.forget_before(place);
            deck.opened.retain(|at, _| *at >= place);
        }
    }

    /// Whether what happens may be another than what is on the tape.
    #[cfg(feature = "cli")]
    pub(crate) fn is_changeable(&self) -> bool {
        self.deck().is_none_or(|deck| deck.tape.is_writable())
    }

    /// The run becomes another one here: what the tape says of what comes behind is forgotten.
    #[cfg(feature = "cli")]
    pub(crate) fn cut(&self) {
        if let Some(mut deck) = self.deck() {
            deck.cut();
        }
    }

    /// The run ends here, whatever the tape says.
    #[cfg(feature = "cli")]
    pub(crate) fn leave(&self) {
        if let Some(mut deck) = self.deck() {
            deck.over = true;
        }
    }

    /// Lets nobody wait for the host: who would stands still instead.
    #[cfg(feature = "cli")]
    pub(crate) fn hold(&self, on: bool) {
        if let Some(mut deck) = self.deck() {
            deck.held = on;
        }
    }

    /// A world that waits stands still here when it comes here again.
    #[cfg(feature = "cli")]
    pub(crate) fn rest_here(&self) {
        if let Some(mut deck) = self.deck() {
            let place = deck.tape.position();
            deck.rests.insert(place);
        }
    }

    /// Whether a world that waits stands still here.
    pub(super) fn rests(&self) -> bool {
        self.deck().is_some_and(|deck| deck.rests.contains(&deck.tape.position()))
    }

    /// Whether nobody waits for the host.
    pub(crate) fn is_held(&self) -> bool {
        self.deck().is_some_and(|deck| deck.held)
    }

    /// Whether what is written here is written for the first time.
    pub(super) fn is_news(&self) -> bool {
        self.deck().is_none_or(|mut deck| deck.is_news())
    }
}
