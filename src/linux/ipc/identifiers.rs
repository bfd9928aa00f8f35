//! Identifiers and keys of System V IPC: how an object gets its number and is found (`ipc/util.c`).
//!
//! An identifier is an index, and above it how often the indices have begun again: so that the number of
//! an object that is gone does not soon mean another one.

use std::collections::BTreeMap;

use crate::linux::abi::ipc::{IPC_CREAT, IPC_EXCL, IPC_PRIVATE};
use crate::linux::copy::{Copier, Duplicate, Uncopied};
use crate::linux::errno::Errno;
use crate::linux::process::Credentials;

use super::permissions::{INDEX_BITS, IpcOwner, IpcPermissions};

/// Indices are not used again before so many have been.
const CYCLE: u32 = 64;

/// An object with its permissions.
#[derive(Debug)]
pub struct IpcObject<T> {
    /// Whose it is.
    pub permissions: IpcPermissions,
    /// What it is.
    pub what: T,
}

/// What is asked for with a key (`ipcget`).
#[derive(Clone, Copy, Debug)]
pub struct IpcRequest<'a> {
    /// The key.
    pub key: u32,
    /// Permission bits, IPC_CREAT and IPC_EXCL.
    pub flags: u32,
    /// Who asks.
    pub who: &'a Credentials,
}

/// The objects of one kind.
#[derive(Debug)]
pub struct Identifiers<T> {
    objects: BTreeMap<u32, IpcObject<T>>,
    keys: BTreeMap<u32, u32>,
    /// Most of them.
    pub limit: u32,
    /// Where the search for a free index begins.
    next: u32,
    /// The last index that was given.
    last: Option<u32>,
    sequence: u32,
    /// The identifier that the next object shall have (`/proc/sys/kernel/msg_next_id`).
    pub wanted: Option<u32>,
}

impl<T> Identifiers<T> {
    /// At most so many objects.
    pub fn new(limit: u32) -> Identifiers<T> {
        Identifiers {
            objects: BTreeMap::new(),
            keys: BTreeMap::new(),
            limit,
            next: 0,
            last: None,
            sequence: 0,
            wanted: None,
        }
    }

    /// The identifier of the object with a key, after `fits` has looked at it, or of a new one.
    pub fn get(
        &mut self,
        request: IpcRequest,
        fits: impl FnOnce(&T) -> Result<(), Errno>,
        make: impl FnOnce(&mut Self) -> Result<T, Errno>,
    ) -> Result<u32, Errno> {
        let IpcRequest { key, flags, who } = request;
        let found = self.keys.get(&key).and_then(|index| self.objects.get(index)).filter(|_| key != IPC_PRIVATE);
        match found {
            Some(_) if flags & IPC_CREAT != 0 && flags & IPC_EXCL != 0 => Err(Errno::EEXIST),
            Some(object) => {
                fits(&object.what)?;
                object.permissions.check(who, flags)?;
                Ok(object.permissions.id)
            }
            None if key != IPC_PRIVATE && flags & IPC_CREAT == 0 => Err(Errno::ENOENT),
            None => {
                let what = make(self)?;
                self.add(request, what)
            }
        }
    }

    fn add(&mut self, IpcRequest { key, flags, who }: IpcRequest, what: T) -> Result<u32, Errno> {
        let id = self.new_identifier()?;
        let index = id & ((1 << INDEX_BITS) - 1);
        let permissions =
            IpcPermissions { key, id, owner: IpcOwner::of(who), creator: IpcOwner::of(who), mode: flags & 0o777 };
        self.objects.insert(index, IpcObject { permissions, what });
        if key != IPC_PRIVATE {
            self.keys.insert(key, index);
        }
        Ok(id)
    }

    /// The identifier that was wanted, or one near it if that is taken; else the next one.
    fn new_identifier(&mut self) -> Result<u32, Errno> {
        if self.objects.len() as u32 >= self.limit {
            return Err(Errno::ENOSPC);
        }
        let Some(wanted) = self.wanted.take() else {
            return self.new_index().map(|index| self.sequence << INDEX_BITS | index);
        };
        let (first, end) = (wanted & ((1 << INDEX_BITS) - 1), 1 << INDEX_BITS);
        let index = (first..end).find(|index| !self.objects.contains_key(index)).ok_or(Errno::ENOSPC)?;
        Ok(wanted >> INDEX_BITS << INDEX_BITS | index)
    }

    /// The next free index after the last one; ENOSPC if there is none.
    fn new_index(&mut self) -> Result<u32, Errno> {
        let used = self.objects.len() as u32;
        let end = (used * 3 / 2).clamp(CYCLE, 1 << INDEX_BITS);
        let free = |index: &u32| !self.objects.contains_key(index);
        let index = (self.next..end).find(free).or_else(|| (0..end).find(free)).ok_or(Errno::ENOSPC)?;
        if self.last.is_some_and(|last| index <= last) {
            self.sequence = (self.sequence + 1) % (i32::MAX as u32 >> INDEX_BITS);
        }
        self.last = Some(index);
        self.next = index + 1;
        Ok(index)
    }

    /// The object with an identifier; EINVAL if there is none.
    pub fn find(&self, id: u32) -> Result<&IpcObject<T>, Errno> {
        let object = self.objects.get(&index_of(id)).filter(|object| object.permissions.id == id);
        object.ok_or(Errno::EINVAL)
    }

    /// The same, to be changed.
    pub fn find_mut(&mut self, id: u32) -> Result<&mut IpcObject<T>, Errno> {
        let object = self.objects.get_mut(&index_of(id)).filter(|object| object.permissions.id == id);
        object.ok_or(Errno::EINVAL)
    }

    /// The same, for who owns it: EPERM for anybody else.
    pub fn find_owned(&mut self, id: u32, who: &Credentials) -> Result<&mut IpcObject<T>, Errno> {
        let object = self.find_mut(id)?;
        object.permissions.check_owner(who)?;
        Ok(object)
    }

    /// The object at an index, which the lower bits of an identifier are; EINVAL if there is none.
    pub fn at(&self, id: u32) -> Result<&IpcObject<T>, Errno> {
        if id > i32::MAX as u32 {
            return Err(Errno::EINVAL);
        }
        self.objects.get(&index_of(id)).ok_or(Errno::EINVAL)
    }

    /// From now on nobody finds an object by its key.
    pub fn forget_key(&mut self, id: u32) {
        let Ok(object) = self.find_mut(id) else { return };
        let key = std::mem::replace(&mut object.permissions.key, IPC_PRIVATE);
        self.keys.remove(&key);
    }

    /// Removes an object.
    pub fn remove(&mut self, id: u32) -> Option<T> {
        self.forget_key(id);
        self.find(id).ok()?;
        self.objects.remove(&index_of(id)).map(|object| object.what)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// The highest index in use; 0 also if there is none.
    pub fn highest(&self) -> u32 {
        self.objects.last_key_value().map_or(0, |(index, _)| *index)
    }

    /// All objects, by their indices.
    pub fn iter(&self) -> impl Iterator<Item = &IpcObject<T>> {
        self.objects.values()
    }

    /// All objects, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut IpcObject<T>> {
        self.objects.values_mut()
    }
}

fn index_of(id: u32) -> u32 {
    id & ((1 << INDEX_BITS) - 1)
}

impl<T: Duplicate> Duplicate for IpcObject<T> {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(IpcObject { permissions: self.permissions, what: self.what.duplicate(copier)? })
    }
}

impl<T: Duplicate> Duplicate for Identifiers<T> {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        let Identifiers { objects, keys, limit, next, last, sequence, wanted } = self;
        let (objects, keys) = (objects.duplicate(copier)?, keys.clone());
        Ok(Identifiers { objects, keys, limit: *limit, next: *next, last: *last, sequence: *sequence, wanted: *wanted })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_that_is_wanted_is_given_once() {
        let mut table = Identifiers::new(10);
        table.wanted = Some(0x1_2345);
        assert_eq!((get(&mut table, 1, 0o1000), table.wanted), (Ok(0x1_2345), None));
        table.wanted = Some(0x1_2345);
        assert_eq!(get(&mut table, 2, 0o1000), Ok(0x1_2346), "it is taken");
    }

    fn get(table: &mut Identifiers<u32>, key: u32, flags: u32) -> Result<u32, Errno> {
        table.get(IpcRequest { key, flags, who: &Credentials::of(1, 1) }, |_| Ok(()), |_| Ok(7))
    }

    #[test]
    fn a_key_finds_its_object() {
        let mut table = Identifiers::new(3);
        assert_eq!(get(&mut table, 5, 0o600), Err(Errno::ENOENT));
        assert_eq!(get(&mut table, 5, IPC_CREAT | 0o600), Ok(0));
        assert_eq!(get(&mut table, 5, IPC_CREAT | 0o600), Ok(0));
        assert_eq!(get(&mut table, 5, IPC_CREAT | IPC_EXCL), Err(Errno::EEXIST));
        assert_eq!((get(&mut table, 0, 0), get(&mut table, 0, 0)), (Ok(1), Ok(2)));
        assert_eq!(get(&mut table, 0, 0), Err(Errno::ENOSPC));
        table.forget_key(0);
        assert_eq!(get(&mut table, 5, 0o600), Err(Errno::ENOENT));
    }

    #[test]
    fn indices_go_round_and_numbers_do_not_come_back_at_once() {
        let mut table = Identifiers::new(100);
        for index in 0..CYCLE {
            assert_eq!(get(&mut table, 0, 0), Ok(index));
            table.remove(index);
        }
        let again = get(&mut table, 0, 0).unwrap();
        assert_eq!((again, table.find(0).err(), table.at(0).is_ok()), (1 << INDEX_BITS, Some(Errno::EINVAL), true));
    }
}
