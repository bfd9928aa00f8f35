//! Which thread has executed which instruction of the world.

/// From which instruction count on which thread has run.
#[derive(Clone, Default, Debug)]
pub struct ThreadTurns(Vec<(u64, u32)>);

impl ThreadTurns {
    /// A thread runs from a count on. What is known already is passed over when it happens again.
    pub fn note(&mut self, count: u64, tid: u32) {
        if self.0.last().is_none_or(|(last, other)| *last <= count && *other != tid) {
            self.0.push((count, tid));
        }
    }

    /// The count at which a thread executed its last instruction before `now`.
    pub fn last_of(&self, tid: u32, now: u64) -> Option<u64> {
        let mut end = now;
        for (start, other) in self.0.iter().rev() {
            if *other == tid && *start < end {
                return Some(end - 1);
            }
            end = end.min(*start);
        }
        None
    }

    /// What comes behind a count will be another world.
    pub fn forget_after(&mut self, count: u64) {
        self.0.retain(|(start, _)| *start <= count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_instruction_of_a_thread_is_in_its_last_turn() {
        let mut turns = ThreadTurns::default();
        [(0, 1), (10, 2), (10, 3), (25, 1), (5, 2), (30, 1)]
            .into_iter()
            .for_each(|(count, tid)| turns.note(count, tid));
        assert_eq!((turns.last_of(1, 40), turns.last_of(1, 25), turns.last_of(1, 4)), (Some(39), Some(9), Some(3)));
        assert_eq!((turns.last_of(3, 40), turns.last_of(2, 40), turns.last_of(1, 0)), (Some(24), None, None));
        turns.forget_after(24);
        turns.note(24, 1);
        assert_eq!((turns.last_of(1, 40), turns.last_of(3, 40)), (Some(39), Some(23)));
    }
}
