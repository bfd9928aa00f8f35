//! What is done with keys: keyctl(2).

use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::capabilities::CAP_SYS_ADMIN;
use crate::linux::abi::keys::{
    KEY_REQKEY_DEFL_GROUP_KEYRING, KEY_REQKEY_DEFL_PROCESS_KEYRING, KEY_REQKEY_DEFL_REQUESTOR_KEYRING,
    KEY_REQKEY_DEFL_THREAD_KEYRING, KEY_SPEC_PROCESS_KEYRING, KEY_SPEC_THREAD_KEYRING, KEYCTL_ASSUME_AUTHORITY,
    KEYCTL_CHOWN, KEYCTL_CLEAR, KEYCTL_DESCRIBE, KEYCTL_GET_KEYRING_ID, KEYCTL_GET_SECURITY, KEYCTL_INSTANTIATE,
    KEYCTL_INSTANTIATE_IOV, KEYCTL_INVALIDATE, KEYCTL_JOIN_SESSION_KEYRING, KEYCTL_LINK, KEYCTL_NEGATE, KEYCTL_READ,
    KEYCTL_REJECT, KEYCTL_REVOKE, KEYCTL_SEARCH, KEYCTL_SET_REQKEY_KEYRING, KEYCTL_SET_TIMEOUT, KEYCTL_SETPERM,
    KEYCTL_UNLINK, KEYCTL_UPDATE,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;
use crate::linux::keys::{KeyKind, LINK, Payload, SEARCH, SETATTR, VIEW, WRITE};

use super::call::Args;
use super::keys::{read_name, read_payload, read_type};

/// All rights there are.
const RIGHTS: u32 = 0x3f3f_3f3f;

pub fn keyctl(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [command, id, value, size, last, _] = *args;
    match command {
        KEYCTL_GET_KEYRING_ID => k.key_with(m, id, value != 0, SEARCH),
        KEYCTL_JOIN_SESSION_KEYRING => join(k, m, id),
        KEYCTL_UPDATE => update(k, m, id, [value, size]),
        KEYCTL_REVOKE => revoke(k, m, id),
        KEYCTL_CHOWN => change_owner(k, m, id, [value, size]),
        KEYCTL_SETPERM => set_rights(k, m, id, value),
        KEYCTL_DESCRIBE => describe(k, m, id, [value, size]),
        KEYCTL_CLEAR => clear(k, m, id),
        KEYCTL_LINK => link(k, m, id, value),
        KEYCTL_UNLINK => unlink(k, m, id, value),
        KEYCTL_SEARCH => search(k, m, id, [value, size, last]),
        KEYCTL_READ => read(k, m, id, [value, size]),
        KEYCTL_SET_REQKEY_KEYRING => set_destination(k, id),
        KEYCTL_SET_TIMEOUT => set_timeout(k, m, id, value),
        // Nobody is asked to make a key, so that nobody may.
        KEYCTL_INSTANTIATE | KEYCTL_NEGATE | KEYCTL_REJECT | KEYCTL_INSTANTIATE_IOV => Err(Errno::EPERM),
        KEYCTL_ASSUME_AUTHORITY if id == 0 => Ok(0),
        KEYCTL_ASSUME_AUTHORITY => Err(Errno::ENOKEY),
        KEYCTL_GET_SECURITY => {
            k.key_with(m, id, false, VIEW)?;
            told(m, &[0], [value, size])
        }
        KEYCTL_INVALIDATE => {
            let key = k.key_with(m, id, false, SEARCH)?;
            k.world.keys.remove(key);
            Ok(0)
        }
        _ => Err(Errno::EOPNOTSUPP),
    }
}

/// Stores bytes if there is room for all, and answers how many there are.
fn told(m: &mut Machine, bytes: &[u8], [address, room]: [u32; 2]) -> Answer {
    if address != 0 && bytes.len() <= room as usize {
        m.memory.write(address, bytes)?;
    }
    Ok(bytes.len() as u32)
}

/// A session by its name, or one without a name.
fn join(k: &mut Kernel, m: &mut Machine, name: u32) -> Answer {
    let name = if name == 0 { b"_ses".to_vec() } else { read_name(m, name)? };
    match name.first() {
        None => Err(Errno::EINVAL),
        Some(b'.') => Err(Errno::EPERM),
        _ => k.new_session(&String::from_utf8_lossy(&name)),
    }
}

fn update(k: &mut Kernel, m: &mut Machine, id: u32, [address, size]: [u32; 2]) -> Answer {
    let bytes = read_payload(m, address, size)?;
    let key = k.key_with(m, id, false, WRITE)?;
    let key = k.world.keys.get_mut(key)?;
    if key.kind == KeyKind::Keyring {
        return Err(Errno::EOPNOTSUPP);
    }
    key.kind.fits(size)?;
    key.payload = Payload::Bytes(bytes);
    Ok(0)
}

fn revoke(k: &mut Kernel, m: &Machine, id: u32) -> Answer {
    let key = match k.key_with(m, id, false, WRITE) {
        Err(Errno::EACCES) => k.key_with(m, id, false, SETATTR)?,
        key => key?,
    };
    k.world.keys.get_mut(key)?.payload = Payload::Revoked;
    Ok(0)
}

/// Only the privileged give keys away.
fn change_owner(k: &mut Kernel, m: &Machine, id: u32, wanted: [u32; 2]) -> Answer {
    let serial = k.key_with(m, id, false, SETATTR)?;
    let credentials = k.process.credentials.clone();
    let key = k.world.keys.get_mut(serial)?;
    let new: Vec<u32> =
        wanted.iter().zip(key.owner).map(|(new, old)| if *new == u32::MAX { old } else { *new }).collect();
    let gives = new[0] != key.owner[0] || new[1] != key.owner[1] && !credentials.in_group(new[1]);
    if gives && !credentials.can(CAP_SYS_ADMIN) {
        return Err(Errno::EACCES);
    }
    key.owner = [new[0], new[1]];
    Ok(0)
}

fn set_rights(k: &mut Kernel, m: &Machine, id: u32, rights: u32) -> Answer {
    if rights & !RIGHTS != 0 {
        return Err(Errno::EINVAL);
    }
    let serial = k.key_with(m, id, false, SETATTR)?;
    let credentials = k.process.credentials.clone();
    let key = k.world.keys.get_mut(serial)?;
    if key.owner[0] != credentials.file_uid && !credentials.can(CAP_SYS_ADMIN) {
        return Err(Errno::EACCES);
    }
    key.rights = rights;
    Ok(0)
}

fn describe(k: &mut Kernel, m: &mut Machine, id: u32, to: [u32; 2]) -> Answer {
    let serial = k.key_with(m, id, false, VIEW)?;
    let key = k.world.keys.get(serial)?;
    let [user, group] = key.owner;
    let mut text = format!("{};{};{};{:08x};", key.kind.name(), user as i32, group as i32, key.rights).into_bytes();
    text.extend([key.name.as_slice(), &[0]].concat());
    told(m, &text, to)
}

/// ENOTDIR unless a key is a keyring.
fn keyring(k: &mut Kernel, m: &Machine, id: u32, create: bool, right: u32) -> Result<u32, Errno> {
    let ring = k.key_with(m, id, create, right)?;
    k.world.keys.get(ring)?.keys()?;
    Ok(ring)
}

fn clear(k: &mut Kernel, m: &Machine, id: u32) -> Answer {
    let ring = keyring(k, m, id, true, WRITE)?;
    k.world.keys.get_mut(ring)?.payload = Payload::Keys(Vec::new());
    Ok(0)
}

fn link(k: &mut Kernel, m: &Machine, id: u32, ring: u32) -> Answer {
    let ring = keyring(k, m, ring, true, WRITE)?;
    let key = k.key_with(m, id, true, LINK)?;
    k.world.keys.check_cycle(ring, key)?;
    k.world.keys.link(ring, key)?;
    Ok(0)
}

fn unlink(k: &mut Kernel, m: &Machine, id: u32, ring: u32) -> Answer {
    let ring = keyring(k, m, ring, false, WRITE)?;
    let key = k.key_of(id, false)?;
    let Payload::Keys(keys) = &mut k.world.keys.get_mut(ring)?.payload else { return Err(Errno::EKEYREVOKED) };
    let count = keys.len();
    keys.retain(|other| *other != key);
    let gone = keys.len() < count;
    k.sweep_keys(true);
    if gone { Ok(0) } else { Err(Errno::ENOENT) }
}

fn search(k: &mut Kernel, m: &mut Machine, id: u32, [kind, name, to]: [u32; 3]) -> Answer {
    let (kind, name) = (read_type(m, kind)?, read_name(m, name)?);
    let ring = keyring(k, m, id, false, SEARCH)?;
    let to = if to == 0 { None } else { Some(keyring(k, m, to, true, WRITE)?) };
    let kind = KeyKind::named(&kind).map_err(|_| Errno::ENOKEY)?;
    let (now, possessed) = (k.world.clock.elapsed(m), k.possesses_key(ring));
    let found = k.world.keys.search([ring].into_iter(), (kind, &name), (&k.process.credentials, possessed), now)?;
    if let Some(to) = to {
        k.key_with(m, found, false, LINK)?;
        k.world.keys.link(to, found)?;
    }
    Ok(found)
}

fn read(k: &mut Kernel, m: &mut Machine, id: u32, to: [u32; 2]) -> Answer {
    let serial = k.key_of(id, false)?;
    let key = k.world.keys.get(serial)?;
    key.is_good(k.world.clock.elapsed(m))?;
    if !k.world.keys.may_read(serial, k.key_roots(), &k.process.credentials)? {
        return Err(Errno::EACCES);
    }
    let bytes = match &key.payload {
        _ if key.kind == KeyKind::Logon => return Err(Errno::EOPNOTSUPP),
        Payload::Bytes(bytes) => bytes.clone(),
        Payload::Keys(keys) => keys.iter().flat_map(|key| key.to_le_bytes()).collect(),
        Payload::Revoked | Payload::Missing => Vec::new(),
    };
    told(m, &bytes, to)
}

/// Where keys go that are asked for, if nothing else is said; the answer is what was said before.
fn set_destination(k: &mut Kernel, wanted: u32) -> Answer {
    let before = k.process.credentials.request_keyring;
    match wanted {
        u32::MAX => return Ok(before),
        KEY_REQKEY_DEFL_GROUP_KEYRING => return Err(Errno::EINVAL),
        KEY_REQKEY_DEFL_THREAD_KEYRING => drop(k.key_of(KEY_SPEC_THREAD_KEYRING, true)?),
        KEY_REQKEY_DEFL_PROCESS_KEYRING => drop(k.key_of(KEY_SPEC_PROCESS_KEYRING, true)?),
        ..=KEY_REQKEY_DEFL_REQUESTOR_KEYRING => {}
        _ => return Err(Errno::EINVAL),
    }
    k.process.credentials.request_keyring = wanted;
    Ok(before)
}

/// Seconds from now on; 0 for no end.
fn set_timeout(k: &mut Kernel, m: &Machine, id: u32, seconds: u32) -> Answer {
    let key = k.key_with(m, id, true, SETATTR)?;
    let end = k.world.clock.elapsed(m) + Duration::from_secs(seconds.into());
    k.world.keys.get_mut(key)?.expires = (seconds != 0).then_some(end);
    Ok(0)
}
