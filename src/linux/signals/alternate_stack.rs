//! The alternate stack of a thread (sigaltstack(2)).

use crate::linux::abi::signals::{MINSIGSTKSZ, SS_AUTODISARM, SS_DISABLE, SS_ONSTACK, Sigaltstack};
use crate::linux::errno::Errno;

/// An alternate stack, or none: its size is zero then. A process starts without one, and without the
/// flag that says so, which frames show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AlternateStack(Sigaltstack);

impl Default for AlternateStack {
    fn default() -> Self {
        AlternateStack(Sigaltstack { ss_sp: 0, ss_flags: 0, ss_size: 0 })
    }
}

impl AlternateStack {
    /// What a new thread has, and a handler that has disarmed it (`sas_ss_reset`).
    pub const NONE: AlternateStack = AlternateStack(Sigaltstack { ss_sp: 0, ss_flags: SS_DISABLE, ss_size: 0 });

    /// Whether a stack pointer is within it. The stack grows down: its lowest byte is never the top.
    pub fn contains(&self, esp: u32) -> bool {
        let Sigaltstack { ss_sp, ss_size, .. } = self.0;
        esp > ss_sp && esp - ss_sp <= ss_size
    }

    /// Whether a thread with this stack pointer runs on it. A stack that is disarmed when a handler
    /// enters it has nobody on it, so that the handler may set up another.
    pub fn is_used(&self, esp: u32) -> bool {
        self.0.ss_flags & SS_AUTODISARM == 0 && self.contains(esp)
    }

    /// Where a handler with SA_ONSTACK starts: at its end, unless there is none or the thread is on it.
    pub fn top(&self, esp: u32) -> Option<u32> {
        let Sigaltstack { ss_sp, ss_size, .. } = self.0;
        (ss_size != 0 && !self.is_used(esp)).then(|| ss_sp.wrapping_add(ss_size))
    }

    /// What sigaltstack(2) tells a thread with this stack pointer.
    pub fn describe(&self, esp: u32) -> Sigaltstack {
        let state = match self.0 {
            Sigaltstack { ss_size: 0, .. } => SS_DISABLE,
            _ if self.is_used(esp) => SS_ONSTACK,
            _ => 0,
        };
        Sigaltstack { ss_flags: state | self.0.ss_flags & SS_AUTODISARM, ..self.0 }
    }

    /// What a frame keeps of it: what the program set.
    pub fn saved(&self) -> Sigaltstack {
        self.0
    }

    /// Replaces it for a thread with this stack pointer.
    ///
    /// # Errors
    /// EPERM while the thread is on it, EINVAL for unknown flags, ENOMEM for one that is too small.
    pub fn replace(&mut self, wanted: Sigaltstack, esp: u32) -> Result<(), Errno> {
        if self.is_used(esp) {
            return Err(Errno::EPERM);
        }
        match wanted.ss_flags & !SS_AUTODISARM {
            SS_DISABLE => self.0 = Sigaltstack { ss_sp: 0, ss_size: 0, ..wanted },
            0 | SS_ONSTACK if wanted != self.0 && wanted.ss_size < MINSIGSTKSZ => return Err(Errno::ENOMEM),
            0 | SS_ONSTACK => self.0 = wanted,
            _ => return Err(Errno::EINVAL),
        }
        Ok(())
    }

    /// A handler has entered a frame that keeps the settings: a stack that is disarmed then is gone.
    pub fn entered(&mut self) {
        if self.0.ss_flags & SS_AUTODISARM != 0 {
            *self = AlternateStack::NONE;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STACK: Sigaltstack = Sigaltstack { ss_sp: 0x1000, ss_flags: 0, ss_size: 0x2000 };

    #[test]
    fn it_cannot_be_replaced_from_inside() {
        let mut stack = AlternateStack::default();
        assert_eq!(stack.top(0x2000), None);
        stack.replace(STACK, 0x9000).unwrap();
        assert_eq!((stack.top(0x9000), stack.top(0x2000)), (Some(0x3000), None));
        assert_eq!(stack.replace(STACK, 0x3000), Err(Errno::EPERM));
        assert_eq!(stack.replace(Sigaltstack { ss_flags: 4, ..STACK }, 0x1000), Err(Errno::EINVAL));
        assert_eq!(stack.replace(Sigaltstack { ss_size: 2047, ..STACK }, 0x1000), Err(Errno::ENOMEM));
        assert_eq!((stack.describe(0x2000).ss_flags, stack.describe(0x9000).ss_flags), (SS_ONSTACK, 0));
    }

    #[test]
    fn one_that_is_disarmed_has_nobody_on_it() {
        let mut stack = AlternateStack::default();
        stack.replace(Sigaltstack { ss_flags: SS_AUTODISARM, ..STACK }, 0x9000).unwrap();
        assert_eq!(stack.describe(0x2000).ss_flags, SS_AUTODISARM);
        stack.entered();
        assert_eq!(stack, AlternateStack::NONE);
    }
}
