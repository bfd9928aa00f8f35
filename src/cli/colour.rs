//! Colour: for a terminal, and only if its user does not object (no-color.org).

use std::env;
use std::io::IsTerminal;

/// Whether what is written to a stream may be coloured.
pub fn is_wanted(stream: &impl IsTerminal) -> bool {
    let objects = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let is_dumb = env::var_os("TERM").is_none_or(|terminal| terminal == "dumb");
    stream.is_terminal() && !objects && !is_dumb
}
