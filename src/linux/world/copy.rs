//! The world in a copy of it.

use std::any::Any;
use std::sync::Arc;

use crate::linux::copy::{Copier, Duplicate, Uncopied, address, copied};
use crate::linux::objects::FileContents;
use crate::memory::{AddressSpace, PageSource};

use super::World;

copied!(World: clone {
    ready, tracees, futexes, settings, log, write_hints, alarms, turns, clock, interrupt, host, max_threads, last_id,
} duplicate {
    namespace_counts, processes, threads, spaces, waiters, queues, signal_arrivals, ipc, keys, accounts, handles, leases, network, asynchronous, gateway, _end,
});

impl Duplicate for AddressSpace {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        let mut copy = AddressSpace::duplicate(self);
        move_sources(&mut copy, copier)?;
        Ok(copy)
    }
}

/// Maps the contents of the copy in an address space.
pub fn move_sources(space: &mut AddressSpace, copier: &mut Copier) -> Result<(), Uncopied> {
    space.change_sources(|source| {
        let contents = source.as_world_contents().and_then(<dyn Any>::downcast_ref::<FileContents>);
        Ok(match contents {
            Some(contents) => copier.shared(address(source), |copier| Ok(Arc::new(contents.duplicate(copier)?)))?,
            None => Arc::clone(source) as Arc<dyn PageSource>,
        })
    })
}
