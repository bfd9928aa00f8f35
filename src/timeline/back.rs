//! Backwards. A world that is told the same does the same: so every moment of the past is reached from a mark, or from
//! the beginning, by running to its instruction count, while the tape gives the answers that the host gave. Nobody
//! waits for the host meanwhile.

use super::Timeline;
use super::halt::Halt;
use super::running::Piece;
use super::seek::Lost;

/// A moment in the past at which something happened.
struct Hit {
    count: u64,
    halt: Halt,
}

impl Timeline {
    /// Goes back to before the last instruction that a thread has executed.
    pub fn step_back(&mut self, tid: u32, pause: &mut dyn FnMut() -> bool) -> Halt {
        let Some(target) = self.turns.last_of(tid, self.count()) else { return self.at_beginning() };
        self.looking_back(|timeline| timeline.seek(target, true, pause).map(|()| Halt::Step { tid }))
    }

    /// Goes back to the last breakpoint or watched access before now.
    pub fn back(&mut self, pause: &mut dyn FnMut() -> bool) -> Halt {
        self.looking_back(|timeline| {
            // Calls are made as they were, whatever is caught.
            let caught = std::mem::take(&mut timeline.caught);
            let hit = timeline.last_hit(pause);
            timeline.caught = caught;
            let hit = hit?;
            timeline.seek(hit.as_ref().map_or(timeline.beginning, |hit| hit.count), false, pause)?;
            Ok(hit.map_or_else(|| timeline.at_beginning(), |hit| hit.halt))
        })
    }

    /// Does something while nobody waits for the host.
    fn looking_back(&mut self, work: impl FnOnce(&mut Timeline) -> Result<Halt, Lost>) -> Halt {
        self.host.hold(true);
        let arrived = work(self);
        self.host.hold(false);
        match arrived {
            Ok(halt) => halt,
            Err(Lost::Paused) => Halt::Interrupted,
            Err(Lost::Because(reason)) => {
                self.complaint = Some(format!("no going back: {reason}"));
                self.at_beginning()
            }
        }
    }

    fn at_beginning(&self) -> Halt {
        Halt::HistoryBegins { tid: self.kernel().running().1 }
    }

    /// The last halt before now: each part of the way between two marks is run, the latest first.
    fn last_hit(&mut self, pause: &mut dyn FnMut() -> bool) -> Result<Option<Hit>, Lost> {
        let mut end = self.count();
        while end > self.beginning {
            self.rewind(end - 1)?;
            let start = self.count();
            if let Some(hit) = self.last_hit_before(end, pause)? {
                return Ok(Some(hit));
            }
            end = start;
        }
        Ok(None)
    }

    /// Runs up to a count and notes the last halt before it.
    fn last_hit_before(&mut self, end: u64, pause: &mut dyn FnMut() -> bool) -> Result<Option<Hit>, Lost> {
        let points = self.points.clone();
        let mut last = None;
        let mut passes = false;
        while self.count() < end {
            let before = self.count();
            let budget = self.budget(end - before);
            let halt = self.piece(Piece { budget, passes: std::mem::take(&mut passes), until: None });
            passes = matches!(halt, Some(Halt::Breakpoint { .. }));
            let hit = match halt {
                Some(halt @ Halt::Breakpoint { .. }) => Some(Hit { count: self.count(), halt }),
                Some(halt @ Halt::Watch { .. }) => Some(Hit { count: self.count() - 1, halt }),
                Some(Halt::Kernel(_)) => {
                    // A new process, or another program, changes what is asked for only on the way forwards.
                    self.points.clone_from(&points);
                    self.decide_again();
                    None
                }
                _ => None,
            };
            last = hit.filter(|hit| hit.count < end).or(last);
            self.halts.clear();
            if pause() {
                return Err(Lost::Paused);
            }
            if self.count() == before && !passes && self.stands() {
                return Err(self.elsewhere());
            }
        }
        Ok(last)
    }
}
