//! Backwards. A world that is told the same does the same: so every moment of the past is reached from a mark, or from
//! the beginning, by running to its instruction count, while the tape gives the answers that the host gave. Nobody
//! waits for the host meanwhile.

use crate::linux::DebugEvent;

use super::Timeline;
use super::halt::Halt;
use super::running::Piece;
use super::seek::Lost;

/// Something that happened in the past.
struct Hit {
    /// When: the instruction count, and whether a call that begins there was made.
    moment: (u64, bool),
    halt: Halt,
}

impl Timeline {
    /// Goes back to before the last instruction that a thread has executed.
    pub fn step_back(&mut self, tid: u32, pause: &mut dyn FnMut() -> bool) -> Halt {
        let Some(target) = self.turns.last_of(tid, self.count()) else { return self.at_beginning() };
        if target < self.floor() {
            return self.at_floor();
        }
        self.looking_back(|timeline| timeline.seek(target, true, pause).map(|()| Halt::Step { tid }))
    }

    /// Goes back to the last breakpoint, watched access or caught call before now.
    pub fn back(&mut self, pause: &mut dyn FnMut() -> bool) -> Halt {
        self.looking_back(|timeline| match timeline.last_hit(pause)? {
            Some(hit) => timeline.arrive(hit, pause),
            None => timeline.seek(timeline.floor(), false, pause).map(|()| timeline.at_floor()),
        })
    }

    /// There is no going back further: before, not all of the processes were there that are looked at.
    fn floor(&self) -> u64 {
        self.since.values().fold(self.beginning, |floor, count| floor.max(*count))
    }

    /// It has gone back as far as it can.
    fn at_floor(&mut self) -> Halt {
        let floor = self.floor();
        let youngest = self.since.iter().find(|(_, count)| **count == floor && floor > self.beginning);
        if let Some((pid, _)) = youngest {
            self.complaint = Some(format!(
                "no going back to before process {pid} was made, which gdb has as an inferior: detach it, or kill it, first"
            ));
        }
        self.at_beginning()
    }

    /// Brings the world to where something happened. It stands still within a call that begins there.
    fn arrive(&mut self, hit: Hit, pause: &mut dyn FnMut() -> bool) -> Result<Halt, Lost> {
        let (count, settled) = hit.moment;
        if settled {
            return self.seek(count, false, pause).map(|()| hit.halt);
        }
        self.seek(count - 1, false, pause)?;
        self.piece(Piece { budget: 1, passes: true, until: None });
        self.halts.clear();
        if self.begun.is_some() { Ok(hit.halt) } else { Err(self.elsewhere()) }
    }

    /// Does something while nobody waits for the host, and nothing is written about calls.
    fn looking_back(&mut self, work: impl FnOnce(&mut Timeline) -> Result<Halt, Lost>) -> Halt {
        if self.host.is_changeable() && self.kernel().has_connections() {
            self.complaint =
                Some("connections with the host's network do not outlive going back: they are closed".into());
        }
        let (trace, counter) = (self.vm.parts().1.take_trace(), self.counter.take());
        self.host.hold(true);
        let arrived = work(self);
        self.host.hold(false);
        self.vm.parts().1.put_trace(trace);
        self.counter = counter;
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
        let mut bound = (end, self.begun.is_none());
        let floor = self.floor();
        while end > floor {
            self.rewind(end - 1)?;
            let start = self.count();
            if let Some(hit) = self.last_hit_before(end, bound, pause)? {
                return Ok(Some(hit).filter(|hit| hit.moment.0 >= floor));
            }
            // A call that is answered at a mark is answered on the way to it.
            (end, bound) = (start, (start + 1, false));
        }
        Ok(None)
    }

    /// Runs up to a count and notes the last halt before a moment.
    fn last_hit_before(
        &mut self,
        end: u64,
        bound: (u64, bool),
        pause: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Hit>, Lost> {
        let points = self.points.clone();
        let mut last = None;
        let mut passes = false;
        while self.count() < end {
            let before = self.count();
            let budget = self.budget(end - before);
            let mut halt = self.piece(Piece { budget, passes: std::mem::take(&mut passes), until: None });
            passes = matches!(halt, Some(Halt::Breakpoint { .. }));
            while let Some(found) = halt {
                last = self.hit(found).filter(|hit| hit.moment < bound).or(last);
                halt = match self.halts.pop_front() {
                    None => self.begun.take().and_then(|event| self.begin_call(event)),
                    next => next,
                };
            }
            // A new process, or another program, changes what is asked for only on the way forwards.
            self.points.clone_from(&points);
            self.decide_again();
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

    /// What a halt is to somebody who looks back.
    fn hit(&self, halt: Halt) -> Option<Hit> {
        let count = self.count();
        let moment = match halt {
            Halt::Breakpoint { .. } | Halt::Kernel(DebugEvent::Answered { .. }) => (count, true),
            Halt::Watch { .. } => (count - 1, true),
            Halt::CallBegins { .. } => (count, false),
            _ => return None,
        };
        Some(Hit { moment, halt })
    }
}
