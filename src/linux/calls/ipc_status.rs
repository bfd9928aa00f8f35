//! What the calls that control objects of System V IPC have in common: commands, and the two forms of a
//! status (`IPC_64`).

use crate::linux::abi::Encoded;
use crate::linux::abi::ipc::IPC_64;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::ipc::{Identifiers, IpcObject, MAY_READ};
use crate::linux::process::Credentials;
use crate::memory::Memory;

/// In which form a program knows a status.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum StatusForm {
    /// With identifiers of 16 bits.
    Old,
    /// The form of today.
    New,
}

/// Which object a command means that tells a status.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum StatusOf {
    /// That with an identifier (IPC_STAT).
    Identifier,
    /// That at an index (SHM_STAT and its like), which answers its identifier.
    Index,
    /// The same, whoever asks (SHM_STAT_ANY and its like).
    AnyIndex,
}

/// A command of `ipc`, and the form that it wants.
pub fn split(command: u32) -> (u32, StatusForm) {
    let form = if command & IPC_64 != 0 { StatusForm::New } else { StatusForm::Old };
    (command & !IPC_64, form)
}

/// EINVAL for what no identifier or command is.
pub fn check(id: u32, command: u32) -> Result<(), Errno> {
    if (id | command) > i32::MAX as u32 { Err(Errno::EINVAL) } else { Ok(()) }
}

/// The object whose status is wanted, and what the call answers.
pub fn find<'a, T>(
    table: &'a Identifiers<T>,
    id: u32,
    of: StatusOf,
    who: &Credentials,
) -> Result<(&'a IpcObject<T>, u32), Errno> {
    let object = if of == StatusOf::Identifier { table.find(id)? } else { table.at(id)? };
    if of != StatusOf::AnyIndex {
        object.permissions.check(who, MAY_READ)?;
    }
    Ok((object, if of == StatusOf::Identifier { 0 } else { object.permissions.id }))
}

/// Stores a status in one of its forms.
pub fn put<Old: Encoded + From<New>, New: Encoded>(
    memory: &mut Memory,
    address: u32,
    form: StatusForm,
    status: New,
) -> Answer {
    match form {
        StatusForm::New => guest::write(memory, address, &status),
        StatusForm::Old => guest::write(memory, address, &Old::from(status)),
    }
}
