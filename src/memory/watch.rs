//! Recording accesses, for whoever watches memory.

use std::ops::RangeInclusive;

use super::{Access, Memory};

/// What is watched of an address space, and a record of the accesses to it.
///
/// Pages with watched bytes are kept off the fast path; all others cost nothing. The engine returns to its caller
/// after an instruction that made such an access ([`Environment::entering`](crate::engine::Environment::entering)).
#[derive(Clone, Debug)]
pub struct Watch {
    /// The watched addresses.
    ranges: Vec<RangeInclusive<u32>>,
    /// Address, length in bytes and kind of each access since the list was last taken.
    events: Vec<(u32, u32, Access)>,
    /// The bytes that the writes among them replaced, one after the other.
    replaced: Vec<u8>,
}

impl Watch {
    /// Whether an access was recorded since the list was last taken.
    pub(super) fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    /// Whether a page has watched bytes.
    pub(super) fn covers(&self, page: u32) -> bool {
        self.meets(page << 12, 0x1000)
    }

    fn meets(&self, address: u32, length: u32) -> bool {
        let last = address.saturating_add(length.saturating_sub(1));
        self.ranges.iter().any(|range| *range.start() <= last && address <= *range.end())
    }
}

impl Memory {
    /// Starts or stops recording every access.
    pub fn set_watch(&mut self, on: bool) {
        self.watch_ranges(if on { vec![0..=u32::MAX] } else { Vec::new() });
    }

    /// Records every access that touches one of these ranges of addresses from now on, and no other. What was recorded
    /// before and not taken is forgotten.
    pub fn watch_ranges(&mut self, ranges: Vec<RangeInclusive<u32>>) {
        let watch = Watch { ranges, events: Vec::new(), replaced: Vec::new() };
        self.space.watch = (!watch.ranges.is_empty()).then_some(watch);
        self.forget_all_rights();
    }

    /// The accesses recorded since the last call.
    pub fn take_events(&mut self) -> Vec<(u32, u32, Access)> {
        self.take_record().0
    }

    /// Address and former bytes of each write recorded since the last call. The other accesses
    /// recorded since then are forgotten.
    pub fn take_writes(&mut self) -> Vec<(u32, Vec<u8>)> {
        let (events, replaced) = self.take_record();
        let mut rest = replaced.into_iter();
        let writes = events.into_iter().filter(|(.., access)| *access == Access::Write);
        writes.map(|(address, length, _)| (address, rest.by_ref().take(length as usize).collect())).collect()
    }

    /// The accesses recorded since the last call, and the bytes that the writes among them replaced, one after the other.
    pub(crate) fn take_record(&mut self) -> (Vec<(u32, u32, Access)>, Vec<u8>) {
        let watch = self.space.watch.as_mut();
        watch.map(|watch| (std::mem::take(&mut watch.events), std::mem::take(&mut watch.replaced))).unwrap_or_default()
    }

    /// Records an access if somebody watches. What a write replaces is copied without touching the page,
    /// which would put it on the fast path, past the watch.
    pub(super) fn observe(&mut self, address: u32, length: usize, access: Access) {
        if !self.space.watch.as_ref().is_some_and(|watch| watch.meets(address, length as u32)) {
            return;
        }
        let mut replaced = vec![0; if access == Access::Write { length } else { 0 }];
        self.space.copy_mapped(&self.pool, address, &mut replaced);
        if let Some(watch) = &mut self.space.watch {
            watch.events.push((address, length as u32, access));
            watch.replaced.extend(replaced);
        }
    }
}
