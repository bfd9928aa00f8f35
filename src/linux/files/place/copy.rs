//! Places in the copy of a world.

use std::sync::{Arc, Mutex};

use crate::linux::copy::{Copier, Duplicate, Uncopied};
use crate::linux::sync::lock;

use super::{FilePlace, Situation};

impl Duplicate for Situation {
    /// Without its parent.
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        let Situation { parent: _, name, removed, departure } = self;
        let departure = departure.duplicate(copier)?;
        Ok(Situation { parent: None, name: name.clone(), removed: *removed, departure })
    }
}

impl Duplicate for FilePlace {
    /// Without its parent and without the places below, which refer to it.
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        let FilePlace { node, mount, situation, known: _, mounted: _ } = self;
        let (node, mount, situation) =
            (node.duplicate(copier)?, mount.duplicate(copier)?, situation.duplicate(copier)?);
        Ok(FilePlace { node, mount, situation, known: Mutex::default(), mounted: Mutex::default() })
    }

    fn duplicate_shared(this: &Arc<Self>, copier: &mut Copier) -> Result<Arc<Self>, Uncopied> {
        let copy = Arc::new(Self::duplicate(this, copier)?);
        let (original, made) = (Arc::clone(this), Arc::clone(&copy));
        copier.then(move |copier| {
            let parent = lock(&original.situation).parent.duplicate(copier)?;
            lock(&made.situation).parent = parent;
            copier.at_last(move |copier| {
                for (below, copies) in [(&original.known, &made.known), (&original.mounted, &made.mounted)] {
                    *lock(copies) =
                        lock(below).iter().map(|(name, place)| (name.clone(), copier.referred(place))).collect();
                }
                Ok(())
            });
            Ok(())
        });
        Ok(copy)
    }
}
