//! Copies of the kernel: a second world in the state of the first, which shares nothing with it that either can change.
//!
//! The state of the kernel is a graph: open files that several descriptors refer to, queues, places of files. What has
//! several owners is copied once, and every owner in the copy has that one copy: the [`Copier`] knows by the address of
//! the original.
//!
//! The graph is deep, and has circles: a socket has open files under way in it, among them the one that stands for it.
//! So what can lie in its own kind without an end is copied in two steps: first as a shell, which everybody can refer
//! to, and what it has in it [then](Copier::then), one after the other. A reference that owns nothing (a [`Weak`] one)
//! is copied with what it refers to, if that lives; where that would lead back to who is being copied, it is told
//! [at last](Copier::at_last), when everything has its copy.
//!
//! What lies outside of the world is not copied: open files, directories and the terminal of the host, buffers that
//! stand for standard streams, and a source of signals are the same ones in both.
//!
//! A type lists its fields in [`copied!`](crate::linux::copy::copied), which does not compile when one is forgotten.

mod opaque;
mod parts;

pub use opaque::Opaque;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, Weak};

use crate::engine::number_hash::NumberHash;
use crate::linux::sync::lock;

/// What a world contains that cannot be copied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Uncopied(pub &'static str);

/// What can be copied to another world.
pub trait Duplicate: Sized {
    /// The same in the other world.
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied>;

    /// The same, where it has several owners. Called once.
    fn duplicate_shared(this: &Arc<Self>, copier: &mut Copier) -> Result<Arc<Self>, Uncopied> {
        Ok(Arc::new(this.duplicate(copier)?))
    }

    /// The same, where they change it.
    fn duplicate_locked(this: &Arc<Mutex<Self>>, copier: &mut Copier) -> Result<Arc<Mutex<Self>>, Uncopied> {
        let copy = lock(this).duplicate(copier)?;
        Ok(Arc::new(Mutex::new(copy)))
    }
}

type Step = Box<dyn FnOnce(&mut Copier) -> Result<(), Uncopied>>;

/// What has been copied, and what remains to be done.
#[derive(Default)]
pub struct Copier {
    /// Copies of what several own, by the addresses of the originals.
    copies: HashMap<usize, Arc<dyn Opaque>, NumberHash>,
    /// What is copied when its owner is there, which it refers to in turn.
    then: VecDeque<Step>,
    /// What is told when everything is there.
    last: Vec<Step>,
}

impl Copier {
    /// The copy of what several own and what is at an address.
    pub fn shared<T: Opaque>(
        &mut self,
        address: usize,
        make: impl FnOnce(&mut Copier) -> Result<Arc<T>, Uncopied>,
    ) -> Result<Arc<T>, Uncopied> {
        if let Some(known) = self.copy_at(address) {
            return Ok(known);
        }
        let copy = make(self)?;
        self.copies.insert(address, Arc::clone(&copy) as Arc<dyn Opaque>);
        Ok(copy)
    }

    fn copy_at<T: Opaque>(&self, address: usize) -> Option<Arc<T>> {
        Arc::clone(self.copies.get(&address)?).into_any().downcast().ok()
    }

    /// The same reference, to the copy of what is referred to, where everything has its copy. One to what is gone stays
    /// one.
    pub fn referred<T: Opaque>(&self, original: &Weak<T>) -> Weak<T> {
        self.copy_at(original.as_ptr() as usize).as_ref().map_or_else(Weak::new, Arc::downgrade)
    }

    /// The copy of something that knows itself: of its `shell`, which `tell` tells of itself, and which is filled when
    /// everybody can refer to it.
    pub fn filled_later<T: Send + Sync + 'static>(
        &mut self,
        original: &Arc<T>,
        mut shell: T,
        tell: impl FnOnce(&mut T, Weak<T>),
        fill: impl FnOnce(&T, &T, &mut Copier) -> Result<(), Uncopied> + 'static,
    ) -> Arc<T> {
        let copy = Arc::new_cyclic(|me| {
            tell(&mut shell, Weak::clone(me));
            shell
        });
        let (original, made) = (Arc::clone(original), Arc::clone(&copy));
        self.then(move |copier| fill(&original, &made, copier));
        copy
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

/// Lists the fields of a type: those that are as they are in the copy, those that are copied themselves, and those of
/// what its owners lock that are copied later, because it can lie in them.
macro_rules! copied {
    ($type:ident: clone { $($plain:ident),* $(,)? } duplicate { $($deep:ident),* $(,)? } $(later { $late:ident })?) => {
        impl $crate::linux::copy::Duplicate for $type {
            fn duplicate(
                &self,
                copier: &mut $crate::linux::copy::Copier,
            ) -> Result<Self, $crate::linux::copy::Uncopied> {
                let $type { $($plain,)* $($deep,)* $($late: _,)? } = self;
                let _ = &copier;
                Ok($type {
                    $($plain: $plain.clone(),)*
                    $($deep: $crate::linux::copy::Duplicate::duplicate($deep, copier)?,)*
                    $($late: Default::default(),)?
                })
            }

            $($crate::linux::copy::later!($late);)?
        }
    };
}
pub(crate) use copied;

/// The copy of something that its owners lock, without a field that is filled later.
macro_rules! later {
    ($late:ident) => {
        fn duplicate_locked(
            this: &std::sync::Arc<std::sync::Mutex<Self>>,
            copier: &mut $crate::linux::copy::Copier,
        ) -> Result<std::sync::Arc<std::sync::Mutex<Self>>, $crate::linux::copy::Uncopied> {
            use $crate::linux::sync::lock;
            let shell = lock(this).duplicate(copier)?;
            let copy = std::sync::Arc::new(std::sync::Mutex::new(shell));
            let (original, made) = (std::sync::Arc::clone(this), std::sync::Arc::clone(&copy));
            copier.then(move |copier| {
                let filled = $crate::linux::copy::Duplicate::duplicate(&lock(&original).$late, copier)?;
                lock(&made).$late = filled;
                Ok(())
            });
            Ok(copy)
        }
    };
}
pub(crate) use later;

/// Types that are the same in both worlds.
macro_rules! plain {
    ($($type:ty),*) => { $(
        impl $crate::linux::copy::Duplicate for $type {
            fn duplicate(
                &self,
                _: &mut $crate::linux::copy::Copier,
            ) -> Result<Self, $crate::linux::copy::Uncopied> {
                Ok(self.clone())
            }
        }
    )* };
}
pub(crate) use plain;
