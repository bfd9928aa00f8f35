//! Who is who in a namespace of users: what is written to `/proc/PID/uid_map`, `gid_map`, `projid_map` and `setgroups`
//! (user_namespaces(7)).

use std::sync::Arc;

use crate::linux::abi::capabilities::{CAP_SETFCAP, CAP_SETGID, CAP_SETUID, CAP_SYS_ADMIN};
use crate::linux::errno::Errno;
use crate::linux::kernel::Kernel;
use crate::linux::process::{Credentials, IdKind, IdMap, IdRange, UserNamespace};

/// Texts must be shorter than a page.
const PAGE: usize = 4096;

/// The namespace of users that a process, or that of a thread, is in.
fn namespace(k: &Kernel, id: u32) -> Result<Arc<UserNamespace>, Errno> {
    let process = k.find_process(id).or_else(|| k.find_process_of(id)).ok_or(Errno::ESRCH)?;
    Ok(Arc::clone(&process.credentials.within))
}

/// Sets a map, once, by who is in the namespace or in the one around it.
pub fn write(k: &Kernel, id: u32, kind: IdKind, text: &[u8]) -> Result<(), Errno> {
    let (users, own) = (namespace(k, id)?, &k.process.credentials);
    let parent = users.parent.as_ref().ok_or(Errno::EPERM)?;
    if own.within != users && own.within != *parent {
        return Err(Errno::EPERM);
    }
    if text.len() >= PAGE {
        return Err(Errno::EINVAL);
    }
    if !users.map(kind).ranges.is_empty() || kind != IdKind::Project && !own.can_in(&users, CAP_SYS_ADMIN) {
        return Err(Errno::EPERM);
    }
    let text = std::str::from_utf8(text).map_err(|_| Errno::EINVAL)?;
    let ranges = IdMap::parse(text.split('\0').next().unwrap_or_default())?;
    if !permits(own, &users, parent, kind, &ranges) {
        return Err(Errno::EPERM);
    }
    users.set_map(kind, ranges)
}

/// Who has made a namespace may give itself a number in it, and a group if no others are to be had then; anything else
/// takes a privilege where it was made.
fn permits(
    own: &Credentials,
    users: &Arc<UserNamespace>,
    parent: &Arc<UserNamespace>,
    kind: IdKind,
    ranges: &[IdRange],
) -> bool {
    let capability = match kind {
        IdKind::User => CAP_SETUID,
        IdKind::Group => CAP_SETGID,
        IdKind::Project => return true,
    };
    if kind == IdKind::User && ranges.iter().any(|range| range.outside == 0) {
        // Who is user 0 outside can give programs capabilities there.
        let may = if own.within == *users { users.gives_capabilities } else { own.can_in(parent, CAP_SETFCAP) };
        if !may {
            return false;
        }
    }
    if let ([IdRange { outside, count: 1, .. }], true) = (ranges, own.can_in(users, capability)) {
        let meant = parent.meant(kind, *outside);
        let itself = match kind {
            IdKind::User => meant == Some(own.uid),
            _ => meant == Some(own.gid) && !users.allows_groups(),
        };
        if itself && users.owner[0] == own.uid {
            return true;
        }
    }
    own.can_in(parent, capability)
}

/// Forbids setgroups(2) in a namespace, or says that it is allowed.
pub fn write_set_groups(k: &Kernel, id: u32, text: &[u8]) -> Result<(), Errno> {
    let users = namespace(k, id)?;
    if !k.process.credentials.can_in(&users, CAP_SYS_ADMIN) {
        return Err(Errno::EACCES);
    }
    match text.trim_ascii_end() {
        b"allow" => users.allow_groups(true),
        b"deny" => users.allow_groups(false),
        _ => Err(Errno::EINVAL),
    }
}
