//! The kernel in the copy of a world.

use crate::linux::copy::{Copier, Uncopied, copied};
use crate::linux::world::move_sources;
use crate::memory::AddressSpace;

use super::{Kernel, Remains};

copied!(Kernel: clone { exit, counted, trace, debugger, entries, observer } duplicate { process, thread, world, remains });
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
}
