//! A tape in use: what it is asked, in order, and whether the run does what it says.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::recording::{Tape, TapePosition};

use super::opened::Resuming;
use super::question::Question;
use super::replay_error::{ReplayError, RunPlace};

/// A tape, and what is done with it.
#[derive(Debug)]
pub struct Deck {
    pub tape: Tape,
    /// Whether what a program writes to standard output and error is shown while a tape is read.
    pub shows: bool,
    /// Whether somebody looks who is no part of the run.
    pub aside: bool,
    /// Whether the run has ended, so that nothing is noted any more.
    pub over: bool,
    /// Whether the run goes on without the tape.
    pub live: bool,
    /// What is known about the host on which a snapshot is resumed.
    pub resuming: Option<Resuming>,
    /// Whether nobody waits for the host: the past is looked at.
    pub held: bool,
    /// Up to where what the program writes was shown.
    pub shown: TapePosition,
    /// Where the run stands, and where it agreed with the tape before.
    pub place: RunPlace,
    pub agreed: RunPlace,
    pub failure: Option<ReplayError>,
    /// What was opened at a place of a tape that can be wound back.
    pub opened: BTreeMap<TapePosition, Arc<dyn Any + Send + Sync>>,
    /// Where a world that waits stands still, although the tape says how its wait has ended: something was changed from
    /// outside there.
    pub rests: BTreeSet<TapePosition>,
}

/// What is to be done about a question.
pub enum TapeManner {
    /// The host is asked.
    Live,
    /// The host is asked, and its answer noted.
    Note,
    /// The tape is asked.
    Read,
}

impl Deck {
    /// One whose tape stands at its beginning.
    pub fn new(tape: Tape, shows: bool) -> Deck {
        let (place, agreed) = Default::default();
        Deck {
            tape,
            shows,
            aside: false,
            over: false,
            live: false,
            resuming: None,
            held: false,
            shown: TapePosition::default(),
            place,
            agreed,
            failure: None,
            opened: BTreeMap::new(),
            rests: BTreeSet::new(),
        }
    }

    /// What is to be done about a question now.
    pub fn manner(&self) -> TapeManner {
        if self.live {
            return TapeManner::Live;
        }
        let records = self.tape.is_writable();
        match self.over || self.aside {
            // Nobody may ask the host of a replay.
            true if records => TapeManner::Live,
            false if records && self.tape.is_at_end() => TapeManner::Note,
            _ => TapeManner::Read,
        }
    }

    /// Writes an answer.
    pub fn note<T: Serialize>(&mut self, question: Question, answer: &T) {
        // Memory takes everything.
        let record = postcard::to_extend(answer, vec![question as u8]).unwrap_or_default();
        self.tape.append(&record);
    }

    /// The run is another one than on the tape.
    pub fn differs(&mut self, what: &'static str) {
        self.fail(ReplayError::Differs { what, at: self.place, agreed: self.agreed });
    }

    fn fail(&mut self, error: ReplayError) {
        self.failure.get_or_insert(error);
    }

    /// Whether what is written here is written for the first time.
    pub fn is_news(&mut self) -> bool {
        let news = self.tape.position() > self.shown;
        self.shown = self.shown.max(self.tape.position());
        news
    }

    /// Forgets what comes behind the place where the tape stands.
    #[cfg(feature = "cli")]
    pub fn cut(&mut self) {
        if let Err(error) = self.tape.cut() {
            self.fail(ReplayError::Recording(error));
        }
        let place = self.tape.position();
        self.shown = self.shown.min(place);
        self.opened.retain(|at, _| *at < place);
        self.rests.retain(|at| *at <= place);
    }

    /// The next answer, which must be one to this question.
    pub fn read<T: DeserializeOwned>(&mut self, question: Question) -> Option<T> {
        if self.failure.is_some() || self.aside || self.over {
            return None;
        }
        let rest = match self.tape.rest() {
            Ok(rest) => rest,
            Err(error) => {
                self.fail(ReplayError::Recording(error));
                return None;
            }
        };
        let Some((asked, rest)) = rest.split_first() else {
            self.fail(ReplayError::Ended(self.place));
            return None;
        };
        if *asked != question as u8 {
            self.differs("the program asks the host for something else than in the recording");
            return None;
        }
        match postcard::take_from_bytes::<T>(rest) {
            Ok((answer, behind)) => {
                let count = 1 + rest.len() - behind.len();
                self.tape.skip(count);
                Some(answer)
            }
            Err(_) => {
                self.differs("the recording has an answer that cannot be one");
                None
            }
        }
    }

    /// Whether the next record is one to this question.
    pub fn comes(&mut self, question: Question) -> bool {
        self.tape.rest().is_ok_and(|rest| rest.first() == Some(&(question as u8)))
    }

    /// The moment of the next record, if it is one to this question.
    pub fn next_moment(&mut self, question: Question) -> Option<u64> {
        if self.failure.is_some() || self.aside || self.over {
            return None;
        }
        let rest = self.tape.rest().ok()?;
        let (asked, rest) = rest.split_first()?;
        let moment = postcard::take_from_bytes::<u64>(rest).ok()?.0;
        (*asked == question as u8).then_some(moment)
    }
}
