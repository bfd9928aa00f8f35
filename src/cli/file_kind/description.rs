//! A kind of file in words: what it is, and what can be done with it.

use std::fmt;

/// A kind of file, in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileKind {
    /// What it is, with an article.
    what: String,
    /// What to do with it.
    advice: String,
}

impl FileKind {
    /// A kind, and advice for who has a file of it.
    pub fn new(what: impl Into<String>, advice: impl Into<String>) -> FileKind {
        FileKind { what: what.into(), advice: advice.into() }
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.what, self.advice)
    }
}
