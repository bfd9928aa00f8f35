//! The command line of tab86.
#![forbid(unsafe_code)]

fn main() {}
