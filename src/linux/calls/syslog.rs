//! The log of the kernel: syslog(2).

use crate::instructions::Machine;
use crate::linux::abi::administration::{
    LAST_SYSLOG_ACTION, LOG_SIZE, SYSLOG_ACTION_CLEAR, SYSLOG_ACTION_CONSOLE_LEVEL, SYSLOG_ACTION_READ,
    SYSLOG_ACTION_READ_ALL, SYSLOG_ACTION_READ_CLEAR, SYSLOG_ACTION_SIZE_BUFFER, SYSLOG_ACTION_SIZE_UNREAD,
};
use crate::linux::abi::capabilities::CAP_SYSLOG;
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;
use crate::linux::world::Waiting;

use super::call::Args;

/// The highest level of what the console shows.
const MOST_OF_CONSOLE: u32 = 8;

pub fn syslog(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [action, address, size, ..] = *args;
    // Everybody may look at the log, and ask for its size, if the setting says so: Debian's does not.
    let restricted = k.world.settings.number("kernel/dmesg_restrict") != Some(0);
    if restricted || !matches!(action, SYSLOG_ACTION_READ_ALL | SYSLOG_ACTION_SIZE_BUFFER) {
        k.process.credentials.require(CAP_SYSLOG)?;
    }
    match action {
        SYSLOG_ACTION_READ | SYSLOG_ACTION_READ_ALL | SYSLOG_ACTION_READ_CLEAR => read(k, m, action, [address, size]),
        SYSLOG_ACTION_CLEAR => {
            k.world.log.clear();
            Ok(0)
        }
        SYSLOG_ACTION_CONSOLE_LEVEL if !(1..=MOST_OF_CONSOLE).contains(&size) => Err(Errno::EINVAL),
        SYSLOG_ACTION_SIZE_UNREAD => Ok(k.world.log.unread() as u32),
        SYSLOG_ACTION_SIZE_BUFFER => Ok(LOG_SIZE),
        // To open and close it does nothing, and there is no console that would show less or more.
        ..=LAST_SYSLOG_ACTION => Ok(0),
        _ => Err(Errno::EINVAL),
    }
}

/// Gives what was not read before, for which the caller waits, or all.
fn read(k: &mut Kernel, m: &mut Machine, action: u32, [address, size]: [u32; 2]) -> Answer {
    if address == 0 || (size as i32) < 0 {
        return Err(Errno::EINVAL);
    }
    if size == 0 {
        return Ok(0);
    }
    let text = match action {
        SYSLOG_ACTION_READ if k.world.log.unread() == 0 => return Err(k.wait(Waiting::default())),
        SYSLOG_ACTION_READ => k.world.log.take(size as usize),
        _ => k.world.log.last(size as usize),
    };
    m.memory.write(address, &text)?;
    if action == SYSLOG_ACTION_READ_CLEAR {
        k.world.log.clear();
    }
    Ok(text.len() as u32)
}
