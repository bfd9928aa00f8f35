//! How what everything consists of is copied: numbers, collections, references.

use std::any::Any;
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};

use crate::linux::host::HostFile;
use crate::linux::sync::lock;

use super::{Copier, Duplicate, Uncopied, address, plain};

plain!((), u32, u64, usize, HostFile);

/// Numbers that several threads of the host might change.
macro_rules! atomic {
    ($($type:ident),*) => { $(
        impl Duplicate for $type {
            fn duplicate(&self, _: &mut Copier) -> Result<Self, Uncopied> {
                Ok($type::new(self.load(Ordering::Relaxed)))
            }
        }
    )* };
}
atomic!(AtomicBool, AtomicU64, AtomicUsize);

impl<T: Duplicate + Any + Send + Sync> Duplicate for Arc<T> {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        copier.shared(address(self), |copier| T::duplicate_shared(self, copier))
    }
}

impl<T: Duplicate + Any + Send + Sync> Duplicate for Weak<T> {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        self.upgrade().map_or_else(|| Ok(Weak::new()), |there| Ok(Arc::downgrade(&there.duplicate(copier)?)))
    }
}

impl<T: Duplicate> Duplicate for Mutex<T> {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(Mutex::new(lock(self).duplicate(copier)?))
    }

    fn duplicate_shared(this: &Arc<Self>, copier: &mut Copier) -> Result<Arc<Self>, Uncopied> {
        T::duplicate_locked(this, copier)
    }
}

impl<T: Duplicate, U: Duplicate> Duplicate for (T, U) {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok((self.0.duplicate(copier)?, self.1.duplicate(copier)?))
    }
}

impl<T: Duplicate> Duplicate for Box<T> {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        T::duplicate(self, copier).map(Box::new)
    }
}

impl<T: Duplicate> Duplicate for Option<T> {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        self.as_ref().map(|inner| inner.duplicate(copier)).transpose()
    }
}

impl<T: Duplicate> Duplicate for Vec<T> {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        self.iter().map(|inner| inner.duplicate(copier)).collect()
    }
}

impl<T: Duplicate> Duplicate for VecDeque<T> {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        self.iter().map(|inner| inner.duplicate(copier)).collect()
    }
}

impl<K: Clone + Ord, T: Duplicate> Duplicate for BTreeMap<K, T> {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        self.iter().map(|(key, inner)| Ok((key.clone(), inner.duplicate(copier)?))).collect()
    }
}
