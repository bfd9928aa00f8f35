//! Numbers of the calls on keys (keyctl(2)).

/// The number of a keyring, which is made if it is wanted.
pub const KEYCTL_GET_KEYRING_ID: u32 = 0;
/// A keyring for the session, made anew.
pub const KEYCTL_JOIN_SESSION_KEYRING: u32 = 1;
/// The last command. It and those between are about a key that is there.
pub const KEYCTL_WATCH_KEY: u32 = 32;
