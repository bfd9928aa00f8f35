//! What only the master of a pseudoterminal is asked (ioctl_tty(2), "Pseudoterminal ioctls").

use std::sync::{Arc, Mutex};

use crate::instructions::Machine;
use crate::linux::abi::files::{O_ACCMODE, O_CLOEXEC, O_NOCTTY, O_NONBLOCK};
use crate::linux::abi::signals::{SIGINT, SIGQUIT, SIGTSTP};
use crate::linux::abi::terminal::{TIOCGPKT, TIOCGPTLCK, TIOCGPTN, TIOCGPTPEER, TIOCPKT, TIOCSIG, TIOCSPTLCK};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{PtsNode, open_terminal};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{OpenFile, TerminalHandle};

use super::job_control;

/// Answers a request; ENOTTY if it is none of these.
pub fn request(k: &mut Kernel, m: &mut Machine, terminal: &TerminalHandle, [asked, argument]: [u32; 2]) -> Answer {
    match asked {
        TIOCGPTN => guest::write(&mut m.memory, argument, &terminal.number),
        TIOCSPTLCK => {
            let on = guest::number::<u32>(&mut m.memory, argument)? != 0;
            terminal.with_line(|line| line.locked = on);
            Ok(0)
        }
        TIOCGPTLCK => {
            let locked = terminal.line(|line| line.locked).unwrap_or_default();
            guest::write(&mut m.memory, argument, &u32::from(locked))
        }
        TIOCPKT => {
            let on = guest::number::<u32>(&mut m.memory, argument)? != 0;
            terminal.with_line(|line| line.set_packets(on));
            Ok(0)
        }
        TIOCGPKT => {
            let on = terminal.line(|line| line.has_packets()).unwrap_or_default();
            guest::write(&mut m.memory, argument, &u32::from(on))
        }
        TIOCSIG if !matches!(argument, SIGINT | SIGQUIT | SIGTSTP) => Err(Errno::EINVAL),
        TIOCSIG => {
            terminal.signal(argument);
            Ok(0)
        }
        TIOCGPTPEER => open_peer(k, m, terminal, argument),
        _ => Err(Errno::ENOTTY),
    }
}

/// Opens the slave without its name.
fn open_peer(k: &mut Kernel, m: &mut Machine, terminal: &TerminalHandle, flags: u32) -> Answer {
    let object = k.asking(m, |asker| open_terminal(terminal, asker))?;
    let open = OpenFile::new(object, PtsNode::place(terminal), flags & (O_ACCMODE | O_NONBLOCK));
    if flags & O_NOCTTY == 0 {
        job_control::adopt(k, &open);
    }
    k.process.add_descriptor(Arc::new(Mutex::new(open)), 0, flags & O_CLOEXEC != 0)
}
