//! Numbers of the calls on keys (keyctl(2), keyrings(7)).

/// Keyrings that are not named by their numbers.
pub const KEY_SPEC_THREAD_KEYRING: u32 = 0xffff_ffff;
pub const KEY_SPEC_PROCESS_KEYRING: u32 = 0xffff_fffe;
pub const KEY_SPEC_SESSION_KEYRING: u32 = 0xffff_fffd;
pub const KEY_SPEC_USER_KEYRING: u32 = 0xffff_fffc;
pub const KEY_SPEC_USER_SESSION_KEYRING: u32 = 0xffff_fffb;

/// Where keys go that are asked for, if nothing else is said.
pub const KEY_REQKEY_DEFL_THREAD_KEYRING: u32 = 1;
pub const KEY_REQKEY_DEFL_PROCESS_KEYRING: u32 = 2;
pub const KEY_REQKEY_DEFL_GROUP_KEYRING: u32 = 6;
pub const KEY_REQKEY_DEFL_REQUESTOR_KEYRING: u32 = 7;

/// Commands.
pub const KEYCTL_GET_KEYRING_ID: u32 = 0;
pub const KEYCTL_JOIN_SESSION_KEYRING: u32 = 1;
pub const KEYCTL_UPDATE: u32 = 2;
pub const KEYCTL_REVOKE: u32 = 3;
pub const KEYCTL_CHOWN: u32 = 4;
pub const KEYCTL_SETPERM: u32 = 5;
pub const KEYCTL_DESCRIBE: u32 = 6;
pub const KEYCTL_CLEAR: u32 = 7;
pub const KEYCTL_LINK: u32 = 8;
pub const KEYCTL_UNLINK: u32 = 9;
pub const KEYCTL_SEARCH: u32 = 10;
pub const KEYCTL_READ: u32 = 11;
pub const KEYCTL_INSTANTIATE: u32 = 12;
pub const KEYCTL_NEGATE: u32 = 13;
pub const KEYCTL_SET_REQKEY_KEYRING: u32 = 14;
pub const KEYCTL_SET_TIMEOUT: u32 = 15;
pub const KEYCTL_ASSUME_AUTHORITY: u32 = 16;
pub const KEYCTL_GET_SECURITY: u32 = 17;
pub const KEYCTL_REJECT: u32 = 19;
pub const KEYCTL_INSTANTIATE_IOV: u32 = 20;
pub const KEYCTL_INVALIDATE: u32 = 21;
