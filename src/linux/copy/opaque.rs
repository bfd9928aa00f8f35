//! What its owners know by nothing but that it can be copied. Modules that stand below others own and refer to what
//! belongs to those: a message has open files in it, a thread has what it gives back when its call is over.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Weak};

use super::{Copier, Duplicate, Uncopied};

/// Something that can be copied.
pub trait Opaque: Any + Send + Sync {
    /// The same in the other world.
    fn copied(self: Arc<Self>, copier: &mut Copier) -> Result<Arc<dyn Opaque>, Uncopied>;

    /// It, for who knows its type.
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
}

impl<T: Duplicate + Any + Send + Sync> Opaque for T {
    fn copied(self: Arc<Self>, copier: &mut Copier) -> Result<Arc<dyn Opaque>, Uncopied> {
        Ok(self.duplicate(copier)?)
    }

    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }
}

impl fmt::Debug for dyn Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opaque").finish_non_exhaustive()
    }
}

impl Duplicate for Arc<dyn Opaque> {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Arc::clone(self).copied(copier)
    }
}

impl Duplicate for Weak<dyn Opaque> {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        let gone = || Weak::<()>::new() as Weak<dyn Opaque>;
        self.upgrade().map_or_else(|| Ok(gone()), |there| Ok(Arc::downgrade(&there.copied(copier)?)))
    }
}
