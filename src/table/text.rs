//! The texts of the table: one string holds them all, and a row has the place of each in it.
//!
//! A `&'static str` in every column would be twice as large, and the loader of a program that can lie anywhere
//! would have to write the address of each, some forty thousand, before the program starts.

use std::fmt;
use std::ops::Deref;

/// Every text once, a line each.
static TEXTS: &str = include_str!(concat!(env!("OUT_DIR"), "/texts.txt"));

/// A text of the table: a `str` in all that it can do.
#[derive(Clone, Copy)]
pub struct Text {
    start: u32,
    length: u32,
}

impl Text {
    /// The text of so many bytes from an offset on.
    pub(super) const fn at(start: u32, length: u32) -> Text {
        Text { start, length }
    }

    /// Whether it is this text: what the build asks.
    pub(super) const fn is(self, text: &str) -> bool {
        if self.length as usize != text.len() {
            return false;
        }
        let mut at = 0;
        while at < text.len() {
            if TEXTS.as_bytes()[self.start as usize + at] != text.as_bytes()[at] {
                return false;
            }
            at += 1;
        }
        true
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        TEXTS.get(self.start as usize..).and_then(|rest| rest.get(..self.length as usize)).unwrap_or_default()
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &'static str {
        self.as_str()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}
