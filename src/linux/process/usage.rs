//! What threads and processes have used (getrusage(2)).

use std::time::Duration;

/// What a thread or a process has used since it began.
#[derive(Clone, Copy, Default, Debug)]
pub struct Usage {
    /// Executed instructions. Each counts as a nanosecond of processor time, whatever the host's speed: so
    /// processor time repeats.
    pub instructions: u64,
    /// Those of them that stand for the kernel's work: system time.
    pub in_kernel: u64,
    /// Pages that got a frame, or a copy of one: minor faults.
    pub faults: u64,
    /// The largest number of pages that lay in frames, as far as somebody looked.
    pub most_resident: u64,
    /// Turns that ended because the thread waited.
    pub waits: u64,
    /// Turns that ended because others were waiting for theirs.
    pub turns_over: u64,
    /// Bytes that calls have read and written, and how many calls did.
    pub moved: [u64; 4],
}

impl Usage {
    /// Processor time.
    pub fn time(&self) -> Duration {
        Duration::from_nanos(self.instructions)
    }

    /// That in the program itself, and that in the kernel.
    pub fn times(&self) -> [Duration; 2] {
        [self.instructions.saturating_sub(self.in_kernel), self.in_kernel].map(Duration::from_nanos)
    }

    /// A call has read, or else written, so many bytes.
    pub fn count_transfer(&mut self, reads: bool, bytes: u32) {
        let index = if reads { 0 } else { 1 };
        self.moved[index] += u64::from(bytes);
        self.moved[2 + index] += 1;
    }

    /// With what another has used.
    pub fn with(self, other: Usage) -> Usage {
        Usage {
            instructions: self.instructions.saturating_add(other.instructions),
            in_kernel: self.in_kernel.saturating_add(other.in_kernel),
            faults: self.faults.saturating_add(other.faults),
            most_resident: self.most_resident.max(other.most_resident),
            waits: self.waits.saturating_add(other.waits),
            turns_over: self.turns_over.saturating_add(other.turns_over),
            moved: std::array::from_fn(|index| self.moved[index].saturating_add(other.moved[index])),
        }
    }
}
