//! What a process has said of how it deals with memory (prctl(2), proc(5)), which changes nothing here: there are no large pages,
//! memory does not fail, nothing is swapped out, and nobody is killed for it.

/// What a process has said. Children and programs keep it.
#[derive(Clone, Copy, Default, Debug)]
pub struct MemoryHabits {
    /// How much rather it is killed than others when there is none left (`oom_score_adj`).
    pub oom_score_adjustment: i32,
    /// It wants no large pages (PR_SET_THP_DISABLE).
    pub no_large_pages: bool,
    /// Others wait for it when memory is short (PR_SET_IO_FLUSHER).
    pub io_flusher: bool,
    /// When it wants to hear that memory has failed, if it has said so (PR_MCE_KILL).
    pub failure_policy: Option<u32>,
}
