//! ETXTBSY: nobody writes to a file while it is executed, nor executes one while it is written to (open(2),
//! execve(2)).

use std::sync::Arc;

use crate::linux::errno::Errno;
use crate::linux::files::PlaceHandle;
use crate::linux::host::FileType;
use crate::linux::kernel::Kernel;
use crate::linux::process::Process;
use crate::linux::sync::lock;

/// ETXTBSY if a process executes the file at a place.
pub fn is_idle(k: &Kernel, place: &PlaceHandle) -> Result<(), Errno> {
    if place.file_type() != FileType::File {
        return Ok(());
    }
    let file = place.node().identity();
    let executes = |process: &Process| {
        let program = process.program.as_ref().filter(|_| process.is_alive());
        program.is_some_and(|program| program.node().identity() == file)
    };
    if k.all_processes().any(executes) { Err(Errno::ETXTBSY) } else { Ok(()) }
}

/// ETXTBSY if a process has the file at a place open for writing. What memfd_create(2) makes is open so from the
/// beginning, which does not count.
pub fn is_finished(k: &Kernel, place: &PlaceHandle) -> Result<(), Errno> {
    let file = place.node().identity();
    if file.0 == k.process.namespace.nameless().identity().0 {
        return Ok(());
    }
    let writes = |process: &Process| {
        let descriptors = process.descriptors();
        let mut open = descriptors.numbers().into_iter().filter_map(|number| descriptors.get(number).ok());
        open.any(|open| {
            let open = lock(&open);
            open.writable().is_ok() && open.contents().is_ok() && open.place.node().identity() == file
        })
    };
    let mut seen = Vec::new();
    let mut tables = k.all_processes().filter(|process| {
        let new = !seen.iter().any(|known| Arc::ptr_eq(known, &process.descriptors));
        seen.push(Arc::clone(&process.descriptors));
        new
    });
    if tables.any(writes) { Err(Errno::ETXTBSY) } else { Ok(()) }
}
