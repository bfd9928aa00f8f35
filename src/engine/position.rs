//! Where execution is in a block.

use crate::instructions::Results;

use super::code::{Entry, Links, Rest};

/// Where execution is in a block: at an entry, with what its handler was called with.
pub struct Position<'a, 'l> {
    /// What translated code knows of the other blocks.
    pub links: &'l Links<'a>,
    /// The entry of the instruction that is executed.
    pub entry: &'a Entry<'a>,
    /// The entries behind it.
    pub behind: Rest<'a>,
    /// What is handed over ([`forwarding`](super::forwarding)): to the instruction, and once it has been executed to the
    /// one behind it.
    pub forwarded: Results,
}

impl<'a, 'l> Position<'a, 'l> {
    /// At the first entry of `rest`; `None` if there is none, which no block leads to.
    #[inline(always)]
    pub fn first(rest: Rest<'a>, forwarded: Results, links: &'l Links<'a>) -> Option<Self> {
        let (entry, behind) = rest.split_first()?;
        Some(Position { links, entry, behind, forwarded })
    }
}
