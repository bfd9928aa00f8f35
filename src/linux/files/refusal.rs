//! What the guest was refused, so that the user learns which option would have granted it.

use std::sync::Mutex;

use crate::linux::copy::{Copier, Duplicate, Uncopied};
use crate::linux::sync::lock;

/// What the guest wanted to do with a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PathAccess {
    /// Look at it or read it.
    Read,
    /// Create, change or remove it.
    Write,
}

/// A path that the guest was refused because no granted directory contains it, or because the
/// directory is granted for reading only.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The absolute path in the guest.
    pub path: String,
    /// What the guest wanted.
    pub wanted: PathAccess,
}

/// Most refusals that are kept.
const MAX: usize = 1000;

/// The paths that were refused, each once.
#[derive(Default, Debug)]
pub struct Refusals(Mutex<Vec<Refusal>>);

impl Refusals {
    /// Records a refused path, unless it has been recorded before.
    pub fn note(&self, path: &[u8], wanted: PathAccess) {
        let refusal = Refusal { path: String::from_utf8_lossy(path).into_owned(), wanted };
        let mut refusals = lock(&self.0);
        if refusals.len() < MAX && !refusals.contains(&refusal) {
            refusals.push(refusal);
        }
    }

    /// All of them.
    pub fn all(&self) -> Vec<Refusal> {
        lock(&self.0).clone()
    }
}

impl Duplicate for Refusals {
    fn duplicate(&self, _: &mut Copier) -> Result<Self, Uncopied> {
        Ok(Refusals(Mutex::new(lock(&self.0).clone())))
    }
}
