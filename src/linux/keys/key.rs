//! A key: its type, its payload, and who may do what with it (keyrings(7), "Access rights").

use std::time::Duration;

use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::process::Credentials;
use crate::linux::world::Charge;

/// Rights: of who possesses a key, its user, its group, and others, from the highest byte on.
pub const VIEW: u32 = 1;
pub const READ: u32 = 2;
pub const WRITE: u32 = 4;
pub const SEARCH: u32 = 8;
pub const LINK: u32 = 0x10;
pub const SETATTR: u32 = 0x20;

/// The types of keys that programs may add.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyKind {
    /// Others are in it.
    Keyring,
    /// Bytes.
    User,
    /// Bytes that programs cannot read.
    Logon,
    /// Many bytes.
    Big,
}

impl KeyKind {
    /// The type of a name; ENODEV if there is none, EPERM for those of the kernel.
    pub fn named(name: &[u8]) -> Result<KeyKind, Errno> {
        match name {
            b"keyring" => Ok(KeyKind::Keyring),
            b"user" => Ok(KeyKind::User),
            b"logon" => Ok(KeyKind::Logon),
            b"big_key" => Ok(KeyKind::Big),
            [b'.', ..] => Err(Errno::EPERM),
            _ => Err(Errno::ENODEV),
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            KeyKind::Keyring => "keyring",
            KeyKind::User => "user",
            KeyKind::Logon => "logon",
            KeyKind::Big => "big_key",
        }
    }

    /// EINVAL unless a payload may have so many bytes.
    pub fn fits(self, size: u32) -> Result<(), Errno> {
        let fits = match self {
            KeyKind::Keyring => size == 0,
            KeyKind::User | KeyKind::Logon => (1..=32_767).contains(&size),
            KeyKind::Big => (1..=1024 * 1024 - 1).contains(&size),
        };
        if fits { Ok(()) } else { Err(Errno::EINVAL) }
    }

    /// The rights of a new one: its user sees it, who possesses it may do what the type can do.
    pub fn rights(self) -> u32 {
        let read = if self == KeyKind::Logon { 0 } else { READ };
        (VIEW | SEARCH | LINK | SETATTR | WRITE | read) << 24 | VIEW << 16
    }
}

/// What a key holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Payload {
    /// Bytes.
    Bytes(Vec<u8>),
    /// The numbers of other keys, in the order in which they came.
    Keys(Vec<u32>),
    /// Nothing: it was revoked.
    Revoked,
    /// Nothing: it was asked for, and nobody has made it.
    Missing,
}

/// A key.
#[derive(Debug)]
pub struct Key {
    /// Its type.
    pub kind: KeyKind,
    /// Its description, by which it is found.
    pub name: Vec<u8>,
    /// What it holds.
    pub payload: Payload,
    /// Its user and its group.
    pub owner: [u32; 2],
    /// Who may do what.
    pub rights: u32,
    /// The moment from which on it is of no use.
    pub expires: Option<Duration>,
    /// The kernel's memory that it takes.
    pub charge: Charge,
}

impl Key {
    /// EKEYREVOKED or EKEYEXPIRED if it is of no use any more, ENOKEY if nobody has made it.
    pub fn is_good(&self, now: Duration) -> Result<(), Errno> {
        match self.expires {
            _ if self.payload == Payload::Revoked => Err(Errno::EKEYREVOKED),
            _ if self.payload == Payload::Missing => Err(Errno::ENOKEY),
            Some(moment) if moment <= now => Err(Errno::EKEYEXPIRED),
            _ => Ok(()),
        }
    }

    /// The keys that are in it; ENOTDIR if it is no keyring.
    pub fn keys(&self) -> Result<&[u32], Errno> {
        match &self.payload {
            Payload::Keys(keys) => Ok(keys),
            Payload::Revoked => Ok(&[]),
            Payload::Bytes(_) | Payload::Missing => Err(Errno::ENOTDIR),
        }
    }

    /// Whether somebody has a right to it, who may possess it.
    pub fn allows(&self, right: u32, credentials: &Credentials, possessed: bool) -> bool {
        let [user, group] = self.owner;
        let by_place = match () {
            () if user == credentials.file_uid => self.rights >> 16,
            () if credentials.in_group(group) => self.rights >> 8,
            () => self.rights,
        };
        let granted = by_place & 0x3f | if possessed { self.rights >> 24 } else { 0 };
        granted & right == right
    }

    /// Bytes that count against the quota of its user.
    pub fn size(&self) -> usize {
        let payload = match &self.payload {
            Payload::Bytes(bytes) => bytes.len(),
            Payload::Keys(keys) => 4 * keys.len(),
            Payload::Revoked | Payload::Missing => 0,
        };
        self.name.len() + 1 + payload
    }
}

copied!(Key: clone { kind, name, payload, owner, rights, expires } duplicate { charge });
