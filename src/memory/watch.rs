//! Recording every access, for whoever watches memory.

use super::{Access, Memory};

/// A record of accesses, kept while somebody watches memory.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    /// Address, length in bytes and kind of each access since the list was last taken.
    pub events: Vec<(u32, u32, Access)>,
}

impl Memory {
    /// Starts or stops recording every access. While it records, every access takes the slow path.
    pub fn set_watch(&mut self, on: bool) {
        self.watch = on.then(Watch::default);
        self.forget_all_fast();
    }

    /// The accesses recorded since the last call.
    pub fn take_events(&mut self) -> Vec<(u32, u32, Access)> {
        self.watch.as_mut().map(|watch| std::mem::take(&mut watch.events)).unwrap_or_default()
    }

    pub(super) fn observe(&mut self, address: u32, length: usize, access: Access) {
        if let Some(watch) = &mut self.watch {
            watch.events.push((address, length as u32, access));
        }
    }
}
