//! All keys of a world, and what refers to them: those that nothing refers to are gone.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::process::Credentials;

use super::key::{Key, KeyKind, Payload, READ, SEARCH, VIEW, WRITE};

/// Most keys of a user who is not root, and most bytes (`/proc/sys/kernel/keys`).
pub const MAX_KEYS: usize = 200;
pub const MAX_BYTES: usize = 20_000;

/// What spreads counted numbers over all (the golden ratio of 2^32).
const SCATTER: u32 = 0x9e37_79b1;

/// The deepest that keyrings are searched.
const DEEPEST: u32 = 6;

/// Where a thread begins to search: its own keyring, that of its process, and that of its session; 0 for none.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct KeyRoots {
    /// That of the thread.
    pub thread: u32,
    /// That of the process.
    pub process: u32,
    /// That of the session.
    pub session: u32,
}

impl KeyRoots {
    /// Those that there are, in the order in which they are searched.
    pub fn all(self) -> impl Iterator<Item = u32> {
        [self.thread, self.process, self.session].into_iter().filter(|serial| *serial != 0)
    }
}

/// The keys, by their serial numbers.
#[derive(Default, Debug)]
pub struct KeyStore {
    keys: BTreeMap<u32, Key>,
    /// How many numbers were given.
    last: u32,
    /// The keyring of a user, and that of a session of its that has none of its own.
    users: BTreeMap<u32, [u32; 2]>,
    /// The keyrings of threads and processes, by their numbers.
    pub threads: BTreeMap<u32, u32>,
    /// Those of processes.
    pub processes: BTreeMap<u32, u32>,
    /// How many there were after the last sweep.
    kept: usize,
}

impl KeyStore {
    /// Keeps a key; EDQUOT if its user has too many.
    pub fn add(&mut self, key: Key) -> Result<u32, Errno> {
        let [user, _] = key.owner;
        let own = self.keys.values().filter(|other| user != 0 && other.owner[0] == user);
        let (count, bytes) = own.fold((0, 0), |(count, bytes), other| (count + 1, bytes + other.size()));
        if count >= MAX_KEYS || bytes + key.size() > MAX_BYTES && user != 0 {
            return Err(Errno::EDQUOT);
        }
        let serial = loop {
            self.last = self.last.wrapping_add(1);
            // Numbers that nobody takes for a small one of something else.
            let serial = self.last.wrapping_mul(SCATTER) & 0x7fff_ffff;
            if serial > u32::from(u16::MAX) && !self.keys.contains_key(&serial) {
                break serial;
            }
        };
        self.keys.insert(serial, key);
        Ok(serial)
    }

    /// A key; ENOKEY if there is none.
    pub fn get(&self, serial: u32) -> Result<&Key, Errno> {
        self.keys.get(&serial).ok_or(Errno::ENOKEY)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, serial: u32) -> Result<&mut Key, Errno> {
        self.keys.get_mut(&serial).ok_or(Errno::ENOKEY)
    }

    /// It is gone at once.
    pub fn remove(&mut self, serial: u32) {
        self.keys.remove(&serial);
        for key in self.keys.values_mut() {
            if let Payload::Keys(keys) = &mut key.payload {
                keys.retain(|other| *other != serial);
            }
        }
    }

    /// The keyrings of a user, if they have been asked for.
    pub fn of_user(&self, user: u32) -> Option<[u32; 2]> {
        self.users.get(&user).copied()
    }

    /// A user has keyrings from now on.
    pub fn set_of_user(&mut self, user: u32, keyrings: [u32; 2]) {
        self.users.insert(user, keyrings);
    }

    /// Whether somebody possesses a key: it is found from their roots on.
    pub fn possesses(&self, roots: KeyRoots, serial: u32, credentials: &Credentials) -> bool {
        let mut seen = BTreeSet::new();
        roots.all().any(|root| root == serial || self.leads(root, serial, credentials, &mut seen, DEEPEST))
    }

    fn leads(&self, ring: u32, to: u32, who: &Credentials, seen: &mut BTreeSet<u32>, depth: u32) -> bool {
        if depth == 0 || !seen.insert(ring) {
            return false;
        }
        let Some(key) = self.keys.get(&ring).filter(|key| key.allows(SEARCH, who, true)) else { return false };
        let Ok(keys) = key.keys() else { return false };
        keys.iter().any(|key| *key == to || self.leads(*key, to, who, seen, depth - 1))
    }

    /// The key of a type and a name that is found from keyrings on, or why it is of no use; ENOKEY if there is none.
    pub fn search(
        &self,
        rings: impl Iterator<Item = u32>,
        (kind, name): (KeyKind, &[u8]),
        (who, possessed): (&Credentials, bool),
        now: Duration,
    ) -> Result<u32, Errno> {
        let mut error = Errno::ENOKEY;
        let mut seen = BTreeSet::new();
        let mut waiting: Vec<(u32, u32)> = rings.map(|ring| (ring, 0)).collect();
        while !waiting.is_empty() {
            let (ring, depth) = waiting.remove(0);
            let Some(key) = self.keys.get(&ring) else { continue };
            if !seen.insert(ring) || !key.allows(SEARCH, who, possessed) || key.is_good(now).is_err() {
                continue;
            }
            for serial in key.keys().unwrap_or_default() {
                let Some(key) = self.keys.get(serial) else { continue };
                if key.kind == kind && key.name == name && key.allows(SEARCH, who, possessed) {
                    match key.is_good(now) {
                        Ok(()) => return Ok(*serial),
                        Err(reason) => error = reason,
                    }
                }
                if key.kind == KeyKind::Keyring && depth < DEEPEST {
                    waiting.push((*serial, depth + 1));
                }
            }
        }
        Err(error)
    }

    /// The key in a keyring that one of a type and a name would take the place of.
    pub fn namesake(&self, ring: u32, kind: KeyKind, name: &[u8]) -> Result<Option<u32>, Errno> {
        let is = |serial: &&u32| self.keys.get(serial).is_some_and(|key| key.kind == kind && key.name == name);
        Ok(self.get(ring)?.keys()?.iter().find(is).copied())
    }

    /// Puts a key into a keyring, in place of one of its type and name.
    pub fn link(&mut self, ring: u32, serial: u32) -> Result<(), Errno> {
        let key = self.get(serial)?;
        let before = self.namesake(ring, key.kind, &key.name.clone())?;
        if let Payload::Keys(keys) = &mut self.get_mut(ring)?.payload {
            keys.retain(|other| Some(*other) != before);
            keys.push(serial);
        }
        Ok(())
    }

    /// EDEADLK if a keyring is below another already, which is to be put into it.
    pub fn check_cycle(&self, ring: u32, serial: u32) -> Result<(), Errno> {
        let (mut waiting, mut seen) = (vec![serial], BTreeSet::new());
        while let Some(below) = waiting.pop() {
            if below == ring {
                return Err(Errno::EDEADLK);
            }
            if seen.insert(below) {
                waiting.extend(self.keys.get(&below).and_then(|key| key.keys().ok()).unwrap_or_default());
            }
        }
        Ok(())
    }

    /// Whether there are many more than after the last sweep.
    pub fn are_many(&self) -> bool {
        self.keys.len() >= 2 * self.kept + 64
    }

    /// Forgets what nothing refers to: neither a user, nor a thread or process that lives, nor one of the sessions.
    pub fn sweep(&mut self, sessions: &[u32], lives: impl Fn(u32) -> bool) {
        self.threads.retain(|thread, _| lives(*thread));
        self.processes.retain(|process, _| lives(*process));
        let mut waiting: Vec<u32> = self.users.values().flatten().copied().collect();
        waiting.extend(self.threads.values().chain(self.processes.values()).chain(sessions));
        let mut seen = BTreeSet::new();
        while let Some(serial) = waiting.pop() {
            if seen.insert(serial) {
                waiting.extend(self.keys.get(&serial).and_then(|key| key.keys().ok()).unwrap_or_default());
            }
        }
        self.keys.retain(|serial, _| seen.contains(serial));
        self.kept = self.keys.len();
    }

    /// `/proc/keys`: those that somebody sees.
    pub fn list(&self, roots: KeyRoots, who: &Credentials, now: Duration) -> String {
        let sees = |serial: u32, key: &Key| key.allows(VIEW, who, self.possesses(roots, serial, who));
        let line = |(serial, key): (&u32, &Key)| {
            let time = match key.expires {
                None => "perm".to_owned(),
                Some(moment) if moment <= now => "expd".to_owned(),
                Some(moment) => format!("{}s", (moment - now).as_secs()),
            };
            let revoked = if key.payload == Payload::Revoked { 'R' } else { '-' };
            let [user, group] = key.owner;
            let (kind, name) = (key.kind.name(), String::from_utf8_lossy(&key.name).into_owned());
            let holds = match &key.payload {
                Payload::Keys(keys) if keys.is_empty() => ": empty".to_owned(),
                Payload::Keys(keys) => format!(": {}", keys.len()),
                Payload::Bytes(bytes) => format!(": {}", bytes.len()),
                Payload::Revoked | Payload::Missing => String::new(),
            };
            format!(
                "{serial:08x} I{revoked}-Q---     1 {time:>4} {:08x} {user:5} {group:5} {kind:<9} {name}{holds}\n",
                key.rights
            )
        };
        self.keys.iter().filter(|(serial, key)| sees(**serial, key)).map(line).collect()
    }

    /// Whether somebody may read a key: it may be read, or they possess it and may search it.
    pub fn may_read(&self, serial: u32, roots: KeyRoots, who: &Credentials) -> Result<bool, Errno> {
        let (key, possessed) = (self.get(serial)?, self.possesses(roots, serial, who));
        Ok(key.allows(READ, who, possessed) || possessed && key.allows(SEARCH, who, true))
    }

    /// EACCES unless somebody may write to a key.
    pub fn may_write(&self, serial: u32, roots: KeyRoots, who: &Credentials) -> Result<(), Errno> {
        let possessed = self.possesses(roots, serial, who);
        if self.get(serial)?.allows(WRITE, who, possessed) { Ok(()) } else { Err(Errno::EACCES) }
    }
}

copied!(KeyStore: clone { last, users, threads, processes, kept } duplicate { keys });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::world::KernelMemory;

    fn key(kind: KeyKind, name: &str) -> Key {
        let charge = KernelMemory::new(1 << 20).charge(1).unwrap();
        let payload = if kind == KeyKind::Keyring { Payload::Keys(Vec::new()) } else { Payload::Bytes(vec![1]) };
        Key { kind, name: name.into(), payload, owner: [1, 1], rights: kind.rights(), expires: None, charge }
    }

    #[test]
    fn what_nothing_refers_to_is_forgotten() {
        let mut store = KeyStore::default();
        let ring = store.add(key(KeyKind::Keyring, "ring")).unwrap();
        let (one, other) = (store.add(key(KeyKind::User, "a")).unwrap(), store.add(key(KeyKind::User, "a")).unwrap());
        store.threads.insert(7, ring);
        store.link(ring, one).unwrap();
        store.link(ring, other).unwrap();
        store.sweep(&[], |id| id == 7);
        assert_eq!(store.get(one).map(drop), Err(Errno::ENOKEY), "the other has taken its place");
        assert!(store.get(other).is_ok());
        store.sweep(&[], |_| false);
        assert!(store.get(ring).is_err() && store.get(other).is_err());
    }

    #[test]
    fn keys_are_found_through_keyrings_and_possessed() {
        let mut store = KeyStore::default();
        let (outer, inner) =
            (store.add(key(KeyKind::Keyring, "o")).unwrap(), store.add(key(KeyKind::Keyring, "i")).unwrap());
        let found = store.add(key(KeyKind::User, "a")).unwrap();
        store.link(outer, inner).unwrap();
        store.link(inner, found).unwrap();
        let (who, roots) = (Credentials::of(5, 5), KeyRoots { process: outer, ..KeyRoots::default() });
        let look = |name: &[u8]| store.search(roots.all(), (KeyKind::User, name), (&who, true), Duration::ZERO);
        assert_eq!((look(b"a"), look(b"b")), (Ok(found), Err(Errno::ENOKEY)));
        assert!(store.possesses(roots, found, &who) && !store.possesses(KeyRoots::default(), found, &who));
        assert_eq!(store.check_cycle(inner, outer), Err(Errno::EDEADLK));
    }

    #[test]
    fn a_user_has_room_for_so_many() {
        let mut store = KeyStore::default();
        let added = (0..=MAX_KEYS).map(|_| store.add(key(KeyKind::User, "a")));
        assert_eq!(added.last().unwrap(), Err(Errno::EDQUOT));
    }
}
