//! What a thread has given up: privileges that programs would bring (prctl(2), PR_SET_NO_NEW_PRIVS), and system calls
//! (seccomp(2)). A child has given up the same; nothing gets it back.

use std::sync::Arc;

/// An instruction of a filter (`struct sock_filter`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FilterStep {
    /// What it does.
    pub code: u16,
    /// How many instructions it passes over if its condition holds, and if not.
    pub jumps: [u8; 2],
    /// Its operand.
    pub operand: u32,
}

/// A filter, and the ones that were there before: all are asked.
#[derive(Debug)]
pub struct Filter {
    /// What it executes.
    pub program: Vec<FilterStep>,
    /// The one before.
    pub earlier: Option<Arc<Filter>>,
}

impl Filter {
    /// Instructions of all filters; each filter counts four more (`MAX_INSNS_PER_PATH`).
    pub fn size(&self) -> usize {
        self.chain().map(|filter| filter.program.len() + 4).sum()
    }

    /// It, and the earlier ones.
    pub fn chain(&self) -> impl Iterator<Item = &Filter> {
        std::iter::successors(Some(self), |filter| filter.earlier.as_deref())
    }
}

impl Drop for Filter {
    /// A long chain is not taken apart by nested calls.
    fn drop(&mut self) {
        let mut next = self.earlier.take();
        while let Some(mut filter) = next.and_then(Arc::into_inner) {
            next = filter.earlier.take();
        }
    }
}

/// What a thread has given up.
#[derive(Clone, Default, Debug)]
pub struct Confinement {
    /// Programs bring no privileges.
    pub no_new_privileges: bool,
    /// It may read, write, return from handlers and end, and nothing else (SECCOMP_MODE_STRICT).
    pub strict: bool,
    /// What its calls must pass.
    pub filters: Option<Arc<Filter>>,
}

impl Confinement {
    /// The mode of seccomp(2): none, strict, filters.
    pub fn mode(&self) -> u32 {
        match self {
            Confinement { strict: true, .. } => 1,
            Confinement { filters: Some(_), .. } => 2,
            _ => 0,
        }
    }
}
