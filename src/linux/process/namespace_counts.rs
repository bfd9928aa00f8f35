//! How many namespaces there are of each user (namespaces(7), "The /proc/sys/user directory").

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::linux::copy::{Copier, Duplicate, Uncopied, copied};
use crate::linux::errno::Errno;
use crate::linux::sync::lock;

use super::namespace_kind::NamespaceKind;

/// Namespaces by kind and by the user, of the first user namespace, who answers for them.
type Counts = BTreeMap<(NamespaceKind, u32), u64>;

/// How many there are in a world. Clones count together.
#[derive(Clone, Default, Debug)]
pub struct NamespaceCounts(Arc<Mutex<Counts>>);

impl NamespaceCounts {
    /// Counts one more, until what is returned is dropped; ENOSPC if the user has as many as there may be.
    pub fn count(&self, kind: NamespaceKind, user: u32, most: u64) -> Result<NamespaceCount, Errno> {
        let mut counts = lock(&self.0);
        let count = counts.entry((kind, user)).or_default();
        if *count >= most {
            return Err(Errno::ENOSPC);
        }
        *count += 1;
        drop(counts);
        Ok(NamespaceCount { counts: Arc::clone(&self.0), kind, user })
    }
}

impl Duplicate for NamespaceCounts {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(NamespaceCounts(self.0.duplicate(copier)?))
    }
}

/// One that is counted.
#[derive(Debug)]
pub struct NamespaceCount {
    counts: Arc<Mutex<Counts>>,
    kind: NamespaceKind,
    user: u32,
}

impl Drop for NamespaceCount {
    fn drop(&mut self) {
        let mut counts = lock(&self.counts);
        if let Some(count) = counts.get_mut(&(self.kind, self.user)) {
            *count -= 1;
        }
        counts.retain(|_, count| *count > 0);
    }
}

copied!(NamespaceCount: clone { kind, user } duplicate { counts });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_is_counted_no_more() {
        let counts = NamespaceCounts::default();
        let first = counts.count(NamespaceKind::Host, 7, 1).unwrap();
        assert_eq!(counts.count(NamespaceKind::Host, 7, 1).err(), Some(Errno::ENOSPC));
        assert!(counts.count(NamespaceKind::Host, 8, 1).is_ok() && counts.count(NamespaceKind::Ipc, 7, 1).is_ok());
        drop(first);
        assert!(counts.count(NamespaceKind::Host, 7, 1).is_ok());
    }
}
