//! Namespaces of users (user_namespaces(7)): who is who in them, and whose they are. The kernel itself knows everybody
//! by the number in the first one.

use std::sync::{Arc, LazyLock, Mutex};

use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::sync::lock;

use super::id_map::{IdMap, IdRange};
use super::namespace_counts::NamespaceCount;
use super::namespace_kind::NamespaceKind;

/// Who is told in place of somebody who has no number (`/proc/sys/fs/overflowuid`).
pub const NOBODY: u32 = 65_534;

/// How deep they may lie in each other (user_namespaces(7)).
const DEEPEST: u32 = 32;

/// Which numbers a map is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IdKind {
    /// Users.
    User,
    /// Groups.
    Group,
    /// Projects of quotas, which no file has.
    Project,
}

#[derive(Clone, Debug)]
struct Maps {
    users: IdMap,
    groups: IdMap,
    projects: IdMap,
    /// Whether setgroups(2) may be allowed in it.
    allows_groups: bool,
}

/// A namespace of users, shared by all who are in it.
#[derive(Debug)]
pub struct UserNamespace {
    /// Its number.
    pub inode: u64,
    /// The one that it lies in; none of the first.
    pub parent: Option<Arc<UserNamespace>>,
    /// How many it lies in.
    level: u32,
    /// User and group that have made it.
    pub owner: [u32; 2],
    /// Whether its maker could give programs capabilities there where it was made.
    pub gives_capabilities: bool,
    maps: Mutex<Maps>,
    _count: Option<NamespaceCount>,
}

impl UserNamespace {
    /// The one in which everybody is itself.
    pub fn first() -> Arc<UserNamespace> {
        static FIRST: LazyLock<Arc<UserNamespace>> = LazyLock::new(|| {
            let [users, groups, projects] = [(); 3].map(|()| IdMap::whole());
            Arc::new(UserNamespace {
                inode: NamespaceKind::User.first(),
                parent: None,
                level: 0,
                owner: [0; 2],
                gives_capabilities: true,
                maps: Mutex::new(Maps { users, groups, projects, allows_groups: true }),
                _count: None,
            })
        });
        Arc::clone(&FIRST)
    }

    /// One that lies in another and in which nobody has a number yet; ENOSPC if that lies too deep.
    pub fn inside(
        parent: &Arc<UserNamespace>,
        inode: u64,
        owner: [u32; 2],
        gives_capabilities: bool,
        count: NamespaceCount,
    ) -> Result<Arc<UserNamespace>, Errno> {
        if parent.level > DEEPEST {
            return Err(Errno::ENOSPC);
        }
        let allows_groups = lock(&parent.maps).allows_groups;
        let [users, groups, projects] = [(); 3].map(|()| IdMap::default());
        Ok(Arc::new(UserNamespace {
            inode,
            parent: Some(Arc::clone(parent)),
            level: parent.level + 1,
            owner,
            gives_capabilities,
            maps: Mutex::new(Maps { users, groups, projects, allows_groups }),
            _count: Some(count),
        }))
    }

    /// Whether it is the first one.
    pub fn is_first(&self) -> bool {
        self.parent.is_none()
    }

    /// It and all that it lies in.
    pub fn outwards(self: &Arc<UserNamespace>) -> impl Iterator<Item = Arc<UserNamespace>> {
        std::iter::successors(Some(Arc::clone(self)), |inner| inner.parent.clone())
    }

    /// Whether it is another one, or lies in it.
    pub fn is_within(self: &Arc<UserNamespace>, other: &UserNamespace) -> bool {
        self.outwards().any(|one| *one == *other)
    }

    /// The user of the first one who answers for what a user of this one makes.
    pub fn accountable(self: &Arc<UserNamespace>, user: u32) -> u32 {
        self.outwards().filter(|one| !one.is_first()).last().map_or(user, |outermost| outermost.owner[0])
    }

    /// The map of some numbers.
    pub fn map(&self, kind: IdKind) -> IdMap {
        let maps = lock(&self.maps);
        match kind {
            IdKind::User => maps.users.clone(),
            IdKind::Group => maps.groups.clone(),
            IdKind::Project => maps.projects.clone(),
        }
    }

    /// Sets a map, once; EPERM if there is one, or if somebody is in it who is nobody in the one around.
    pub fn set_map(&self, kind: IdKind, ranges: Vec<IdRange>) -> Result<(), Errno> {
        let around = self.parent.as_ref().ok_or(Errno::EPERM)?.map(kind);
        let row = |range: IdRange| {
            let outside = around.outwards(range.outside)?;
            let last = around.outwards(range.outside + (range.count - 1))?;
            (last - outside == range.count - 1).then_some(IdRange { outside, ..range })
        };
        let ranges: Option<Vec<IdRange>> = ranges.into_iter().map(row).collect();
        let mut maps = lock(&self.maps);
        let map = match kind {
            IdKind::User => &mut maps.users,
            IdKind::Group => &mut maps.groups,
            IdKind::Project => &mut maps.projects,
        };
        if !map.ranges.is_empty() {
            return Err(Errno::EPERM);
        }
        map.ranges = ranges.ok_or(Errno::EPERM)?;
        Ok(())
    }

    /// Who a number of this namespace is.
    pub fn meant(&self, kind: IdKind, id: u32) -> Option<u32> {
        let maps = lock(&self.maps);
        match kind {
            IdKind::User => maps.users.outwards(id),
            IdKind::Group => maps.groups.outwards(id),
            IdKind::Project => maps.projects.outwards(id),
        }
    }

    /// The number that a user has here, if there is one.
    pub fn user(&self, id: u32) -> Option<u32> {
        lock(&self.maps).users.inwards(id)
    }

    /// The number that a group has here, if there is one.
    pub fn group(&self, id: u32) -> Option<u32> {
        lock(&self.maps).groups.inwards(id)
    }

    /// The number by which a user is told here.
    pub fn told_user(&self, id: u32) -> u32 {
        self.user(id).unwrap_or(NOBODY)
    }

    /// The number by which a group is told here.
    pub fn told_group(&self, id: u32) -> u32 {
        self.group(id).unwrap_or(NOBODY)
    }

    /// Whether setgroups(2) has not been forbidden.
    pub fn allows_groups(&self) -> bool {
        lock(&self.maps).allows_groups
    }

    /// Whether setgroups(2) can be used: not before groups have numbers.
    pub fn may_set_groups(&self) -> bool {
        let maps = lock(&self.maps);
        maps.allows_groups && !maps.groups.ranges.is_empty()
    }

    /// Forbids setgroups(2), or says that it is allowed; EPERM for what cannot be changed any more.
    pub fn allow_groups(&self, allows: bool) -> Result<(), Errno> {
        let mut maps = lock(&self.maps);
        let late = if allows { !maps.allows_groups } else { !maps.groups.ranges.is_empty() };
        if late {
            return Err(Errno::EPERM);
        }
        maps.allows_groups = allows;
        Ok(())
    }
}

impl PartialEq for UserNamespace {
    fn eq(&self, other: &UserNamespace) -> bool {
        self.inode == other.inode
    }
}

impl Eq for UserNamespace {}

copied!(Maps: clone { users, groups, projects, allows_groups } duplicate {});
copied!(UserNamespace: clone { inode, level, owner, gives_capabilities } duplicate { parent, maps, _count });

#[cfg(test)]
mod tests {
    use super::super::namespace_counts::NamespaceCounts;
    use super::*;

    fn inside(parent: &Arc<UserNamespace>, inode: u64) -> Result<Arc<UserNamespace>, Errno> {
        let count = NamespaceCounts::default().count(NamespaceKind::User, 0, 1).unwrap();
        UserNamespace::inside(parent, inode, [1000, 1000], false, count)
    }

    #[test]
    fn numbers_go_through_all_namespaces_around() {
        let outer = inside(&UserNamespace::first(), 1).unwrap();
        assert_eq!((outer.told_user(1000), outer.meant(IdKind::User, 0)), (NOBODY, None));
        outer.set_map(IdKind::User, IdMap::parse("0 1000 10").unwrap()).unwrap();
        let inner = inside(&outer, 2).unwrap();
        assert_eq!(inner.set_map(IdKind::User, IdMap::parse("5 8 3").unwrap()), Err(Errno::EPERM));
        inner.set_map(IdKind::User, IdMap::parse("5 8 2").unwrap()).unwrap();
        assert_eq!((inner.meant(IdKind::User, 6), inner.told_user(1008), inner.told_user(0)), (Some(1009), 5, NOBODY));
        assert_eq!(inner.set_map(IdKind::User, IdMap::parse("0 0 1").unwrap()), Err(Errno::EPERM));
        assert!(inner.is_within(&outer) && !outer.is_within(&inner));
    }

    #[test]
    fn groups_are_forbidden_before_they_have_numbers() {
        let one = inside(&UserNamespace::first(), 1).unwrap();
        assert!(one.allows_groups() && !one.may_set_groups());
        assert_eq!((one.allow_groups(false), one.allow_groups(true)), (Ok(()), Err(Errno::EPERM)));
        let other = inside(&UserNamespace::first(), 2).unwrap();
        other.set_map(IdKind::Group, IdMap::parse("0 0 1").unwrap()).unwrap();
        assert!(other.may_set_groups());
        assert_eq!(other.allow_groups(false), Err(Errno::EPERM));
    }

    #[test]
    fn there_is_a_deepest_one() {
        let mut at = UserNamespace::first();
        for number in 0..33 {
            at = inside(&at, number).unwrap();
        }
        assert_eq!(inside(&at, 99).err(), Some(Errno::ENOSPC));
    }
}
