//! How long a read of a terminal waits: for a line, or for as many bytes and as long as VMIN and VTIME say
//! (termios(3), "Canonical and noncanonical mode").

use std::sync::Arc;
use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::files::O_NONBLOCK;
use crate::linux::abi::poll::POLLIN;
use crate::linux::errno::Errno;
use crate::linux::host::Readiness;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{OpenFileHandle, TerminalHandle};
use crate::linux::sync::lock;

use super::{job_control, readiness};

/// Lets a call wait that reads at most `size` bytes, whatever it reads from. False if the time is over in
/// which something should have come: the call answers 0.
pub fn wait(k: &mut Kernel, m: &Machine, handle: &OpenFileHandle, size: u32) -> Result<bool, Errno> {
    let terminal = match lock(handle).object.terminal() {
        Some((terminal, false)) => Some(Arc::clone(terminal)),
        _ => None,
    };
    let Some(terminal) = terminal else { return readiness::wait(k, m, handle, Readiness::Readable).map(|()| true) };
    job_control::before(k, handle, Readiness::Readable)?;
    let settings = terminal.settings()?;
    let (minimum, time) = if settings.is_canonical() { (1, 0) } else { settings.pace() };
    let available = available(k, m, &terminal, handle);
    let enough = available >= (minimum.min(size) as usize).max(1);
    let blocks = lock(handle).flags & O_NONBLOCK == 0;
    if size == 0 || enough || available > 0 && (!blocks || k.is_interrupted()) {
        return Ok(true);
    }
    if (minimum, time) == (0, 0) {
        return Ok(false);
    }
    if !blocks {
        return Err(Errno::EAGAIN);
    }
    let length = Duration::from_millis(u64::from(time) * 100);
    let until = match (minimum, time) {
        (0, _) => Some(k.deadline(m, length)),
        (_, 0) => None,
        _ => between_bytes(k, m, available, length),
    };
    if until.is_some_and(|until| k.world.clock.elapsed(m) >= until) {
        return Ok(available > 0);
    }
    Err(k.wait(readiness::for_change(k, handle, POLLIN).or_until(until)))
}

/// Bytes that can be read at once. Of the host's terminal it is known only whether there are enough.
fn available(k: &Kernel, m: &Machine, terminal: &TerminalHandle, handle: &OpenFileHandle) -> usize {
    let of_host = || if readiness::state(k, m, &lock(handle)) & POLLIN != 0 { usize::MAX } else { 0 };
    terminal.line(|line| line.available()).unwrap_or_else(of_host)
}

/// When a read gives up that waits for more bytes: some time after the last one came.
fn between_bytes(k: &mut Kernel, m: &Machine, available: usize, length: Duration) -> Option<Duration> {
    if available == 0 {
        return None;
    }
    let call = k.thread.call.get_or_insert_default();
    if std::mem::replace(&mut call.seen, available) != available {
        call.deadline = None;
    }
    Some(k.deadline(m, length))
}
