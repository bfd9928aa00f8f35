//! What a process or thread does and has done: `/proc/PID/io` and `syscall`.

use super::super::pseudo::{Numbers, Told};
use super::super::view::View;

/// What calls have moved. Storage is the host's: nobody knows what reached it.
pub fn io(world: &dyn View, [id, _]: Numbers) -> Told {
    let [read, written, reads, writes] = world.process(id)?.moved;
    let lines = format!(
        "rchar: {read}\nwchar: {written}\nsyscr: {reads}\nsyscw: {writes}\n\
         read_bytes: 0\nwrite_bytes: 0\ncancelled_write_bytes: 0\n"
    );
    Ok(lines.into_bytes())
}

/// The call that a thread waits in: its number and arguments, stack pointer and program counter.
pub fn syscall(world: &dyn View, [id, _]: Numbers) -> Told {
    let Some(call) = world.process(id)?.call else { return Ok(b"running\n".to_vec()) };
    let [number, rest @ ..] = call;
    let rest = rest.map(|value| format!(" {value:#x}")).concat();
    Ok(format!("{number}{rest}\n").into_bytes())
}
