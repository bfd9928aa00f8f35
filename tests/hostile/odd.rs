//! Files that are no programs, or odd ones: each is refused with the error that Linux gives, and tab86 is well.

use crate::{attack, printed};

/// What the program prints natively: the error of `execve` for each file, or the status of what ran.
const REFUSALS: &str = "\
good 7\n\
empty 8\n\
directory 13\n\
fifo 13\n\
missing 2\n\
good/below 20\n\
forbidden 13\n\
short 8\n\
headless 8\n\
no-segments 8\n\
many-segments 8\n\
far-headers 8\n\
wrong-entries 8\n\
relocatable 8\n\
other-machine 8\n\
interpreter-missing 2\n\
interpreter-open 8\n\
interpreter-long 8\n\
interpreter-empty 8\n\
interpreter-directory 13\n\
itself 40\n\
nowhere 2\n\
nothing 8\n\
through 7\n\
long-line 8\n\
good 26\n\
good 7\n\
";

#[test]
fn odd_files_are_refused_as_linux_does() {
    assert_eq!(printed(&attack("odd", &[], &["--cwd", "/tmp"])), REFUSALS);
}
