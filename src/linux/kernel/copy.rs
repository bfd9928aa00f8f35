//! The kernel in the copy of a world.

use std::collections::BTreeSet;

use crate::linux::copy::{Copier, Uncopied, copied};
use crate::linux::world::move_sources;
use crate::memory::{AddressSpace, FramePool};

use super::{Kernel, Remains};

copied!(Kernel: clone { exit, counted, trace, cores, debugger, entries, observer } duplicate { process, thread, world, remains });
copied!(Remains: clone { info } duplicate { threads });

impl Kernel {
    /// A kernel of a world of its own, in the same state. `space` is a copy of the address space that runs: it is
    /// made to map the contents of the new world.
    pub(crate) fn duplicate(&self, space: &mut AddressSpace) -> Result<Kernel, Uncopied> {
        let mut copier = Copier::default();
        let copy = crate::linux::copy::Duplicate::duplicate(self, &mut copier)?;
        move_sources(space, &mut copier)?;
        copier.finish()?;
        Ok(copy)
    }

    /// All that decides how the world goes on, as text, with a checksum of the memory of each process but the running
    /// one. How many pages a process has had at most is not in it: a page of code is read when it is translated, which
    /// may have been done before.
    pub(crate) fn state(&self, pool: &FramePool) -> String {
        let Kernel { exit, process, thread, world, counted, remains, entries, .. } = self;
        let memory: Vec<u32> = world.spaces.values().map(|space| space.checksum(pool)).collect();
        let all = (exit, process, thread, world, counted, &remains.info, &remains.threads, entries, memory);
        let text = format!("{all:?}");
        // Numbers of address spaces are never given twice, not even where a world exists twice: what counts is their
        // order.
        let numbers: BTreeSet<u64> = world.spaces.keys().copied().chain([process.space_number]).collect();
        let text = numbers.iter().zip(1..).fold(text, |text, (number, place)| {
            let forms = [("space_number: ", ","), ("{", ": AddressSpace"), (" ", ": AddressSpace"), ("Private(", ",")];
            let is = |text: String, (before, behind): &(&str, &str)| {
                text.replace(&format!("{before}{number}{behind}"), &format!("{before}#{place}{behind}"))
            };
            forms.iter().fold(text, is)
        });
        without(&text, "most_resident: ")
    }
}

/// A text without the numbers that follow a name.
fn without(text: &str, name: &str) -> String {
    let mut parts = text.split(name);
    let first = parts.next().unwrap_or_default().to_string();
    parts.fold(first, |text, part| text + name + part.trim_start_matches(|character: char| character.is_ascii_digit()))
}
