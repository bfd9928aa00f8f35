//! Recording every access, for whoever watches memory.

use super::{Access, Memory};

/// A record of accesses, kept while somebody watches memory.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    /// Address, length in bytes and kind of each access since the list was last taken.
    pub events: Vec<(u32, u32, Access)>,
    /// The bytes that the writes among them replaced, one after the other.
    replaced: Vec<u8>,
}

impl Memory {
    /// Starts or stops recording every access. While it records, every access takes the slow path.
    pub fn set_watch(&mut self, on: bool) {
        self.space.watch = on.then(Watch::default);
        self.forget_all_rights();
    }

    /// The accesses recorded since the last call.
    pub fn take_events(&mut self) -> Vec<(u32, u32, Access)> {
        self.space.watch.as_mut().map(std::mem::take).unwrap_or_default().events
    }

    /// Address and former bytes of each write recorded since the last call. The other accesses
    /// recorded since then are forgotten.
    pub fn take_writes(&mut self) -> Vec<(u32, Vec<u8>)> {
        let Watch { events, replaced } = self.space.watch.as_mut().map(std::mem::take).unwrap_or_default();
        let mut rest = replaced.into_iter();
        let writes = events.into_iter().filter(|(.., access)| *access == Access::Write);
        writes.map(|(address, length, _)| (address, rest.by_ref().take(length as usize).collect())).collect()
    }

    /// Records an access if somebody watches. What a write replaces is copied without touching the page,
    /// which would put it on the fast path, past the watch.
    pub(super) fn observe(&mut self, address: u32, length: usize, access: Access) {
        if self.space.watch.is_none() {
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
