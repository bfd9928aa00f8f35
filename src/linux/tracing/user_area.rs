//! What lies at the offsets of `struct user`, of which a tracer reads and writes words.

use crate::linux::abi::Encoded;
use crate::linux::abi::ptrace::{User, UserRegs};
use crate::linux::errno::Errno;

/// Where the debug registers begin, which are last.
const DEBUG: usize = User::SIZE - <[u32; 8]>::SIZE;

/// A word of `struct user`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UserField {
    /// One of the words of [`UserRegs`].
    Register(usize),
    /// A debug register.
    Debug(usize),
    /// One that is only there for debuggers that read core files: zero, whatever is written.
    Unused,
}

/// The word at an offset; EIO if there is none.
pub fn field(offset: u32) -> Result<UserField, Errno> {
    let at = offset as usize;
    match at {
        _ if at % 4 != 0 || at > User::SIZE => Err(Errno::EIO),
        _ if at < UserRegs::SIZE => Ok(UserField::Register(at / 4)),
        _ if (DEBUG..User::SIZE).contains(&at) => Ok(UserField::Debug((at - DEBUG) / 4)),
        _ => Ok(UserField::Unused),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_those_of_the_headers() {
        assert_eq!((User::SIZE, DEBUG), (284, 252));
        assert_eq!((field(44), field(252 + 28)), (Ok(UserField::Register(11)), Ok(UserField::Debug(7))));
        assert_eq!((field(72), field(284)), (Ok(UserField::Unused), Ok(UserField::Unused)));
        assert_eq!((field(2), field(288), field(u32::MAX)), (Err(Errno::EIO), Err(Errno::EIO), Err(Errno::EIO)));
    }
}
