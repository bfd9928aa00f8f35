//! A long history is forgotten from its beginning on, when its tape takes too much memory. The user is told.

use super::Timeline;

/// The most bytes that the tape takes, and how many are kept then.
const MOST_BYTES: usize = 1 << 30;
const KEPT_BYTES: usize = MOST_BYTES / 2;

impl Timeline {
    /// Forgets the oldest part of a history that is too long: up to a mark from which the younger part is reached. If
    /// there is none, all of it.
    pub(super) fn shorten(&mut self) {
        if self.is_recording() || self.host.tape_bytes(None) <= MOST_BYTES {
            return;
        }
        let now = (self.count(), self.host.position().unwrap_or_default());
        let marks = self.marks.places();
        let kept = marks.into_iter().find(|(_, place)| self.host.tape_bytes(Some(*place)) <= KEPT_BYTES);
        let (count, place) = kept.unwrap_or(now);
        self.host.aside(|| self.marks.forget_before(count));
        self.host.forget_before(place);
        self.beginning = count;
        self.origin = Box::new(move || Err(format!("what was before instruction {count} has been forgotten")));
        self.complaint = Some(format!(
            "what the host has answered takes more than {} MiB: history begins at instruction {count} now",
            MOST_BYTES >> 20
        ));
    }
}
