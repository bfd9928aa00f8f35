//! Nodes of a filesystem in memory in the copy of a world.

use std::sync::{Arc, Mutex, Weak};

use crate::linux::copy::{Copier, Duplicate, Uncopied};
use crate::linux::sync::lock;

use super::node::{Body, NameEntry, TreeNode};

impl Duplicate for NameEntry {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(match self {
            NameEntry::There(node) => NameEntry::There(node.duplicate(copier)?),
            NameEntry::Gone => NameEntry::Gone,
        })
    }
}

impl Duplicate for Body {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(match self {
            // Its names are copied when it is there: directories lie in each other.
            Body::Directory(_) => Body::Directory(Mutex::default()),
            Body::File(contents) => Body::File(contents.duplicate(copier)?),
            Body::Link(target) => Body::Link(target.clone()),
            Body::Pipe(pipe) => Body::Pipe(pipe.duplicate(copier)?),
            Body::Special => Body::Special,
        })
    }
}

impl Duplicate for TreeNode {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(TreeNode {
            me: Weak::new(),
            shared: self.shared.duplicate(copier)?,
            inode: self.inode,
            file_type: self.file_type,
            special: self.special,
            attributes: Mutex::new(*lock(&self.attributes)),
            extended: self.extended.duplicate(copier)?,
            body: self.body.duplicate(copier)?,
            lower: self.lower.clone(),
            charges: self.charges.duplicate(copier)?,
        })
    }

    fn duplicate_shared(this: &Arc<Self>, copier: &mut Copier) -> Result<Arc<Self>, Uncopied> {
        let shell = Self::duplicate(this, copier)?;
        let fill = |original: &Self, made: &Self, copier: &mut Copier| {
            if let (Body::Directory(names), Body::Directory(empty)) = (&original.body, &made.body) {
                *lock(empty) = lock(names).duplicate(copier)?;
            }
            Ok(())
        };
        Ok(copier.filled_later(this, shell, |shell, me| shell.me = me, fill))
    }
}
