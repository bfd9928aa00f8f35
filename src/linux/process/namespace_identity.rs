//! Which namespace one is, and whose.

use std::sync::Arc;

use crate::linux::copy::copied;
use crate::linux::world::Charge;

use super::namespace_counts::NamespaceCount;
use super::namespace_kind::NamespaceKind;
use super::user_namespace::UserNamespace;

/// What all namespaces but those of users have.
#[derive(Debug)]
pub struct NamespaceIdentity {
    /// Its kind.
    pub kind: NamespaceKind,
    /// Its number.
    pub inode: u64,
    /// The namespace of users that it belongs to: who has privileges there has them here.
    pub owner: Arc<UserNamespace>,
    _count: Option<NamespaceCount>,
    _charge: Option<Charge>,
}

impl NamespaceIdentity {
    /// The first one of a kind.
    pub fn first(kind: NamespaceKind) -> NamespaceIdentity {
        NamespaceIdentity { kind, inode: kind.first(), owner: UserNamespace::first(), _count: None, _charge: None }
    }

    /// Whether it is the first one of its kind.
    pub fn is_first(&self) -> bool {
        self.inode == self.kind.first()
    }

    /// Another one, which is counted, and takes memory of the kernel.
    pub fn new(
        kind: NamespaceKind,
        inode: u64,
        owner: &Arc<UserNamespace>,
        count: NamespaceCount,
        charge: Charge,
    ) -> NamespaceIdentity {
        NamespaceIdentity { kind, inode, owner: Arc::clone(owner), _count: Some(count), _charge: Some(charge) }
    }
}

copied!(NamespaceIdentity: clone { kind, inode } duplicate { owner, _count, _charge });
