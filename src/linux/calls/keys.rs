//! Keys that the kernel keeps: add_key(2), request_key(2). Nobody makes keys that are asked for and are not there.
//! What is done with a key is in `keyctl`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::keys::{
    KEY_SPEC_PROCESS_KEYRING, KEY_SPEC_SESSION_KEYRING, KEY_SPEC_THREAD_KEYRING, KEY_SPEC_USER_KEYRING,
    KEY_SPEC_USER_SESSION_KEYRING,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::keys::{Key, KeyKind, KeyRoots, Payload, WRITE};

use super::call::Args;

/// The rights of the keyrings that processes have: who possesses one may do everything, its user sees it, and reads
/// that of a session.
const OWN_RIGHTS: u32 = 0x3f01_0000;
const SESSION_RIGHTS: u32 = 0x3f03_0000;
const USER_RIGHTS: u32 = 0x1f3f_0000;

/// Bytes of the kernel's memory that a key takes beside its name and its payload.
const KEY_SIZE: usize = 256;

/// The longest name of a type, and the longest description, each with the zero at the end.
const TYPE_MAX: usize = 32;
const NAME_MAX: usize = 4096;

/// The largest payload.
const PAYLOAD_MAX: u32 = 1024 * 1024 - 1;

/// How long it is known that nobody makes a key.
const NEGATIVE: Duration = Duration::from_secs(60);

impl Kernel {
    /// Where the running thread begins to search.
    pub(in crate::linux) fn key_roots(&self) -> KeyRoots {
        let keys = &self.world.keys;
        let of = |map: &BTreeMap<u32, u32>, id: u32| map.get(&id).copied().unwrap_or_default();
        let credentials = &self.process.credentials;
        let session = match credentials.session_keyring {
            0 => keys.of_user(credentials.uid).map_or(0, |[_, session]| session),
            own => own,
        };
        let (thread, process) = (of(&keys.threads, self.thread.tid), of(&keys.processes, self.process.pid));
        KeyRoots { thread, process, session }
    }

    /// Whether the running thread possesses a key.
    pub(super) fn possesses_key(&self, serial: u32) -> bool {
        self.world.keys.possesses(self.key_roots(), serial, &self.process.credentials)
    }

    /// Forgets keys that nothing refers to; without a hurry, only if they are many.
    pub(super) fn sweep_keys(&mut self, hurry: bool) {
        if !hurry && !self.world.keys.are_many() {
            return;
        }
        let sessions: Vec<u32> = self.all_processes().map(|process| process.credentials.session_keyring).collect();
        let lives: BTreeSet<u32> =
            self.all_processes().flat_map(|process| process.threads.iter().copied().chain([process.pid])).collect();
        self.world.keys.sweep(&sessions, |id| lives.contains(&id));
    }

    /// Makes a key that is in no keyring yet.
    pub(super) fn new_key(&mut self, kind: KeyKind, name: &[u8], payload: Payload, rights: u32) -> Result<u32, Errno> {
        self.sweep_keys(false);
        let size = if let Payload::Bytes(bytes) = &payload { bytes.len() } else { 0 };
        let charge = self.process.namespace.memory().charge((KEY_SIZE + name.len() + size) as u64)?;
        let owner = [self.process.credentials.uid, self.process.credentials.gid];
        self.world.keys.add(Key { kind, name: name.to_vec(), payload, owner, rights, expires: None, charge })
    }

    fn new_keyring(&mut self, name: &str, rights: u32) -> Result<u32, Errno> {
        self.new_key(KeyKind::Keyring, name.as_bytes(), Payload::Keys(Vec::new()), rights)
    }

    /// The keyring of the user, and that of a session that has none of its own: it leads to the other.
    fn user_keyrings(&mut self) -> Result<[u32; 2], Errno> {
        let user = self.process.credentials.uid;
        if let Some(known) = self.world.keys.of_user(user) {
            return Ok(known);
        }
        let own = self.new_keyring(&format!("_uid.{user}"), USER_RIGHTS)?;
        let session = self.new_keyring(&format!("_uid_ses.{user}"), USER_RIGHTS)?;
        self.world.keys.link(session, own)?;
        self.world.keys.set_of_user(user, [own, session]);
        Ok([own, session])
    }

    /// A keyring of a new session.
    pub(super) fn new_session(&mut self, name: &str) -> Result<u32, Errno> {
        let session = self.new_keyring(name, SESSION_RIGHTS)?;
        self.process.credentials.session_keyring = session;
        Ok(session)
    }

    /// The key that a number stands for. Those of a thread, process or session are made if that is wanted.
    pub(super) fn key_of(&mut self, id: u32, create: bool) -> Result<u32, Errno> {
        let (roots, tid, pid) = (self.key_roots(), self.thread.tid, self.process.pid);
        match id {
            KEY_SPEC_THREAD_KEYRING if roots.thread != 0 => Ok(roots.thread),
            KEY_SPEC_THREAD_KEYRING if create => {
                let ring = self.new_keyring("_tid", OWN_RIGHTS)?;
                self.world.keys.threads.insert(tid, ring);
                Ok(ring)
            }
            KEY_SPEC_PROCESS_KEYRING if roots.process != 0 => Ok(roots.process),
            KEY_SPEC_PROCESS_KEYRING if create => {
                let ring = self.new_keyring("_pid", OWN_RIGHTS)?;
                self.world.keys.processes.insert(pid, ring);
                Ok(ring)
            }
            KEY_SPEC_THREAD_KEYRING | KEY_SPEC_PROCESS_KEYRING => Err(Errno::ENOKEY),
            KEY_SPEC_SESSION_KEYRING if self.process.credentials.session_keyring != 0 => Ok(roots.session),
            KEY_SPEC_SESSION_KEYRING if create => self.new_session("_ses"),
            KEY_SPEC_SESSION_KEYRING | KEY_SPEC_USER_SESSION_KEYRING => {
                self.user_keyrings().map(|[_, session]| session)
            }
            KEY_SPEC_USER_KEYRING => self.user_keyrings().map(|[own, _]| own),
            0 | 0x8000_0000.. => Err(Errno::EINVAL),
            serial => self.world.keys.get(serial).map(|_| serial),
        }
    }

    /// The same, if it is of use and the running process has a right to it; EACCES otherwise.
    pub(super) fn key_with(&mut self, m: &Machine, id: u32, create: bool, right: u32) -> Result<u32, Errno> {
        let (serial, now) = (self.key_of(id, create)?, self.world.clock.elapsed(m));
        let (keys, credentials) = (&self.world.keys, &self.process.credentials);
        let key = keys.get(serial)?;
        key.is_good(now)?;
        let possessed = keys.possesses(self.key_roots(), serial, credentials);
        if key.allows(right, credentials, possessed) { Ok(serial) } else { Err(Errno::EACCES) }
    }
}

/// A type by its name; EINVAL if that is too long.
pub fn read_type(m: &mut Machine, address: u32) -> Result<Vec<u8>, Errno> {
    guest::string_of(&mut m.memory, address, TYPE_MAX)?.filter(|name| !name.is_empty()).ok_or(Errno::EINVAL)
}

/// A description; EINVAL if it is too long.
pub fn read_name(m: &mut Machine, address: u32) -> Result<Vec<u8>, Errno> {
    guest::string_of(&mut m.memory, address, NAME_MAX)?.ok_or(Errno::EINVAL)
}

/// The bytes of a payload; EINVAL if they are too many.
pub fn read_payload(m: &mut Machine, address: u32, size: u32) -> Result<Vec<u8>, Errno> {
    if size > PAYLOAD_MAX {
        return Err(Errno::EINVAL);
    }
    let mut bytes = vec![0; size as usize];
    m.memory.read(address, &mut bytes)?;
    Ok(bytes)
}

/// One that is in the keyring already has another payload from now on, if its type can do that.
pub fn add_key(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [kind, name, payload, size, ring, _] = *args;
    let kind = read_type(m, kind)?;
    if kind[0] == b'.' {
        return Err(Errno::EPERM);
    }
    let name = if name == 0 { Vec::new() } else { read_name(m, name)? };
    if kind == b"keyring" && name.first() == Some(&b'.') {
        return Err(Errno::EPERM);
    }
    let bytes = read_payload(m, payload, size)?;
    let ring = k.key_with(m, ring, true, WRITE)?;
    let kind = KeyKind::named(&kind)?;
    let prefixed = name.iter().position(|byte| *byte == b':').is_some_and(|at| at > 0);
    if name.is_empty() || kind == KeyKind::Logon && !prefixed {
        return Err(Errno::EINVAL);
    }
    kind.fits(size)?;
    let before = k.world.keys.namesake(ring, kind, &name)?.filter(|_| kind != KeyKind::Keyring);
    let good = before.filter(|key| k.world.keys.get(*key).is_ok_and(|key| matches!(key.payload, Payload::Bytes(_))));
    if let Some(key) = good {
        k.world.keys.may_write(key, k.key_roots(), &k.process.credentials)?;
        k.world.keys.get_mut(key)?.payload = Payload::Bytes(bytes);
        return Ok(key);
    }
    let payload = if kind == KeyKind::Keyring { Payload::Keys(Vec::new()) } else { Payload::Bytes(bytes) };
    let key = k.new_key(kind, &name, payload, kind.rights())?;
    k.world.keys.link(ring, key)?;
    Ok(key)
}

/// A key that is not there is known not to be there for a while, if it could have been made.
pub fn request_key(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [kind, name, information, ring, ..] = *args;
    let kind = read_type(m, kind)?;
    if kind[0] == b'.' {
        return Err(Errno::EPERM);
    }
    let name = read_name(m, name)?;
    if information != 0 {
        guest::string(&mut m.memory, information)?;
    }
    let ring = if ring == 0 { None } else { Some(k.key_with(m, ring, true, WRITE)?) };
    let kind = KeyKind::named(&kind).map_err(|_| Errno::ENOKEY)?;
    let (roots, now) = (k.key_roots(), k.world.clock.elapsed(m));
    let found = k.world.keys.search(roots.all(), (kind, &name), (&k.process.credentials, true), now);
    // Others of the name that are of no use are passed over.
    let found = found.map_err(|_| Errno::ENOKEY);
    match (found, ring) {
        (Ok(key), Some(ring)) => k.world.keys.link(ring, key).map(|()| key),
        (Err(Errno::ENOKEY), ring) if information != 0 && kind != KeyKind::Keyring => {
            let ring = ring.or(roots.all().next()).map_or_else(|| k.key_of(KEY_SPEC_SESSION_KEYRING, false), Ok)?;
            let key = k.new_key(kind, &name, Payload::Missing, kind.rights())?;
            k.world.keys.get_mut(key)?.expires = Some(now + NEGATIVE);
            k.world.keys.link(ring, key)?;
            Err(Errno::ENOKEY)
        }
        (found, _) => found,
    }
}
