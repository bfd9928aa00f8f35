//! Extended attributes of files in memory: those that users set (xattr(7), "Extended user attributes").

use std::collections::BTreeMap;

use crate::linux::copy::{Copier, Duplicate, Uncopied, copied};
use crate::linux::errno::Errno;
use crate::linux::world::{Charge, KernelMemory};

/// Bytes of the kernel's memory that an attribute takes beside its name and its value.
const ATTRIBUTE_SIZE: u64 = 128;

/// The attributes of a file, by their names.
#[derive(Default, Debug)]
pub struct ExtendedAttributes(BTreeMap<Vec<u8>, AttributeValue>);

#[derive(Debug)]
struct AttributeValue {
    bytes: Vec<u8>,
    _charge: Charge,
}

impl ExtendedAttributes {
    /// The value of one; ENODATA if the file has none of that name.
    pub fn get(&self, name: &[u8]) -> Result<Vec<u8>, Errno> {
        self.0.get(name).map(|value| value.bytes.clone()).ok_or(Errno::ENODATA)
    }

    /// The names of all.
    pub fn names(&self) -> Vec<Vec<u8>> {
        self.0.keys().cloned().collect()
    }

    /// Sets one; ENOSPC if there is no memory for it.
    pub fn set(&mut self, name: &[u8], bytes: &[u8], memory: &KernelMemory) -> Result<(), Errno> {
        let size = ATTRIBUTE_SIZE + (name.len() + bytes.len()) as u64;
        let charge = memory.charge(size).map_err(|_| Errno::ENOSPC)?;
        self.0.insert(name.to_vec(), AttributeValue { bytes: bytes.to_vec(), _charge: charge });
        Ok(())
    }

    /// Removes one; ENODATA if the file has none of that name.
    pub fn remove(&mut self, name: &[u8]) -> Result<(), Errno> {
        self.0.remove(name).map(drop).ok_or(Errno::ENODATA)
    }
}

copied!(AttributeValue: clone { bytes } duplicate { _charge });

impl Duplicate for ExtendedAttributes {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(ExtendedAttributes(self.0.duplicate(copier)?))
    }
}
