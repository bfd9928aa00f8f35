//! Copies of the kernel: a second world in the state of the first, which shares nothing with it that either can change.
//!
//! The state of the kernel is a graph: open files that several descriptors refer to, queues, places of files. What has
//! several owners is copied once, and every owner in the copy has that one copy: the [`Copier`] knows by the address of
//! the original. What does not own what it refers to (a [`Weak`] reference) is told last, when everything that lives
//! has its copy.
//!
//! What lies outside of the world is not copied: open files, directories and the terminal of the host, buffers that
//! stand for standard streams, and a source of signals are the same ones in both.
//!
//! A type lists its fields in [`copied!`](crate::linux::copy::copied), which does not compile when one is forgotten.

use std::any::Any;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};

use crate::linux::host::HostFile;
use crate::linux::sync::lock;

/// What a world contains that cannot be copied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Uncopied(pub &'static str);

/// How deep things may own each other: the host's stack has an end.
const MOST_DEPTH: usize = 400;

/// What can be copied to another world.
pub trait Duplicate: Sized {
    /// The same in the other world.
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied>;

    /// The same, where it has several owners. Called once.
    fn duplicate_shared(&self, copier: &mut Copier) -> Result<Arc<Self>, Uncopied> {
        Ok(Arc::new(self.duplicate(copier)?))
    }
}

type Shared = Arc<dyn Any + Send + Sync>;
type Step = Box<dyn FnOnce(&mut Copier) -> Result<(), Uncopied>>;

/// What has been copied, and what remains to be done.
#[derive(Default)]
pub struct Copier {
    /// Copies of what several own, by the addresses of the originals.
    copies: HashMap<usize, Shared>,
    /// What is copied when its owner is there, which it refers to in turn.
    then: VecDeque<Step>,
    /// What is told when everything is there.
    last: Vec<Step>,
    depth: usize,
}

impl Copier {
    /// The copy of what several own and what is at an address.
    pub fn shared<T: Any + Send + Sync>(
        &mut self,
        address: usize,
        make: impl FnOnce(&mut Copier) -> Result<Arc<T>, Uncopied>,
    ) -> Result<Arc<T>, Uncopied> {
        let known = self.copies.get(&address).cloned().and_then(|known| known.downcast().ok());
        if let Some(known) = known {
            return Ok(known);
        }
        if self.depth >= MOST_DEPTH {
            return Err(Uncopied("directories too deep in each other"));
        }
        self.depth += 1;
        let copy = make(self);
        self.depth -= 1;
        let copy = copy?;
        self.copies.insert(address, Arc::clone(&copy) as Shared);
        Ok(copy)
    }

    /// The copy of what is referred to, if it has one.
    pub fn referred<T: Any + Send + Sync>(&self, original: &Weak<T>) -> Option<Arc<T>> {
        self.copies.get(&(original.as_ptr() as usize)).cloned()?.downcast().ok()
    }

    /// Does something when what is being copied is there.
    pub fn then(&mut self, step: impl FnOnce(&mut Copier) -> Result<(), Uncopied> + 'static) {
        self.then.push_back(Box::new(step));
    }

    /// Does something when everything has its copy.
    pub fn at_last(&mut self, step: impl FnOnce(&mut Copier) -> Result<(), Uncopied> + 'static) {
        self.last.push(Box::new(step));
    }

    /// Does what remains to be done.
    pub fn finish(mut self) -> Result<(), Uncopied> {
        while let Some(step) = self.then.pop_front() {
            step(&mut self)?;
        }
        std::mem::take(&mut self.last).into_iter().try_for_each(|step| step(&mut self))
    }
}

/// The address by which a copier knows what several own.
pub fn address<T: ?Sized>(shared: &Arc<T>) -> usize {
    Arc::as_ptr(shared).cast::<()>() as usize
}

/// Lists the fields of a type: those that are as they are in the copy, and those that are copied themselves.
macro_rules! copied {
    ($type:ident: clone { $($plain:ident),* $(,)? } duplicate { $($deep:ident),* $(,)? }) => {
        impl $crate::linux::copy::Duplicate for $type {
            fn duplicate(
                &self,
                copier: &mut $crate::linux::copy::Copier,
            ) -> Result<Self, $crate::linux::copy::Uncopied> {
                let $type { $($plain,)* $($deep,)* } = self;
                let _ = &copier;
                Ok($type {
                    $($plain: $plain.clone(),)*
                    $($deep: $crate::linux::copy::Duplicate::duplicate($deep, copier)?,)*
                })
            }
        }
    };
}
pub(crate) use copied;

/// Types that are the same in both worlds.
macro_rules! plain {
    ($($type:ty),*) => { $(
        impl Duplicate for $type {
            fn duplicate(&self, _: &mut Copier) -> Result<Self, Uncopied> {
                Ok(self.clone())
            }
        }
    )* };
}
plain!((), u8, u64, usize, HostFile);

impl Duplicate for AtomicU64 {
    fn duplicate(&self, _: &mut Copier) -> Result<Self, Uncopied> {
        Ok(AtomicU64::new(self.load(Ordering::Relaxed)))
    }
}

impl Duplicate for AtomicBool {
    fn duplicate(&self, _: &mut Copier) -> Result<Self, Uncopied> {
        Ok(AtomicBool::new(self.load(Ordering::Relaxed)))
    }
}

impl<T: Duplicate + Any + Send + Sync> Duplicate for Arc<T> {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        copier.shared(address(self), |copier| T::duplicate_shared(self, copier))
    }
}

impl<T: Duplicate> Duplicate for Mutex<T> {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(Mutex::new(lock(self).duplicate(copier)?))
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
