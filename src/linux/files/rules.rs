//! What a process that is bound by rules (landlock(7)) may do with files, by where they are.

use crate::linux::abi::landlock::{
    LANDLOCK_ACCESS_FILE, LANDLOCK_ACCESS_FS_MAKE_BLOCK, LANDLOCK_ACCESS_FS_MAKE_CHAR, LANDLOCK_ACCESS_FS_MAKE_DIR,
    LANDLOCK_ACCESS_FS_MAKE_FIFO, LANDLOCK_ACCESS_FS_MAKE_REG, LANDLOCK_ACCESS_FS_MAKE_SOCK,
    LANDLOCK_ACCESS_FS_MAKE_SYM, LANDLOCK_ACCESS_FS_REFER, LANDLOCK_ACCESS_FS_REMOVE_DIR,
    LANDLOCK_ACCESS_FS_REMOVE_FILE,
};
use crate::linux::errno::Errno;
use crate::linux::host::FileType;
use crate::linux::objects::Ruleset;
use crate::linux::process::Credentials;

use super::place::PlaceHandle;

/// The right to make something of a type in a directory.
pub fn making(file_type: FileType) -> u32 {
    match file_type {
        FileType::Directory => LANDLOCK_ACCESS_FS_MAKE_DIR,
        FileType::Link => LANDLOCK_ACCESS_FS_MAKE_SYM,
        FileType::Character => LANDLOCK_ACCESS_FS_MAKE_CHAR,
        FileType::Block => LANDLOCK_ACCESS_FS_MAKE_BLOCK,
        FileType::Pipe => LANDLOCK_ACCESS_FS_MAKE_FIFO,
        FileType::Socket => LANDLOCK_ACCESS_FS_MAKE_SOCK,
        _ => LANDLOCK_ACCESS_FS_MAKE_REG,
    }
}

/// The right to remove something of a type from a directory.
pub fn removing(file_type: FileType) -> u32 {
    if file_type == FileType::Directory { LANDLOCK_ACCESS_FS_REMOVE_DIR } else { LANDLOCK_ACCESS_FS_REMOVE_FILE }
}

/// The rights that a set of rules leaves at a place.
fn left(rules: &Ruleset, place: &PlaceHandle) -> u32 {
    rules.left(place.upwards().map(|place| place.node().identity()))
}

/// EACCES unless all rules leave these rights at a place. What is nowhere in the tree is not spoken of.
pub fn allow(credentials: &Credentials, place: &PlaceHandle, wanted: u32) -> Result<(), Errno> {
    let refuses = |rules: &Ruleset| left(rules, place) & wanted != wanted;
    let refused = credentials.rulesets.iter().any(|rules| refuses(rules)) && place.mount_number() != 0;
    if refused { Err(Errno::EACCES) } else { Ok(()) }
}

/// The same of a name that goes from one directory to another, which each need rights; what has the name must not gain
/// any by that: EXDEV otherwise, so that programs copy instead.
pub fn allow_move(
    credentials: &Credentials,
    place: &PlaceHandle,
    [(from, at_from), (to, at_to)]: [(&PlaceHandle, u32); 2],
) -> Result<(), Errno> {
    if std::sync::Arc::ptr_eq(from, to) {
        return allow(credentials, from, at_from | at_to);
    }
    allow(credentials, from, at_from)?;
    allow(credentials, to, at_to)?;
    let counted = if place.file_type() == FileType::Directory { u32::MAX } else { LANDLOCK_ACCESS_FILE };
    let gains = |rules: &Ruleset| left(rules, to) & !left(rules, place) & counted != 0;
    let refers =
        allow(credentials, from, LANDLOCK_ACCESS_FS_REFER).and(allow(credentials, to, LANDLOCK_ACCESS_FS_REFER));
    if refers.is_err() || credentials.rulesets.iter().any(|rules| gains(rules)) { Err(Errno::EXDEV) } else { Ok(()) }
}
