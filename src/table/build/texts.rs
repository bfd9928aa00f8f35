//! The string that holds every text of the table once.

use std::collections::HashMap;

/// The texts so far.
#[derive(Default, Debug)]
pub struct Texts {
    /// A line each, in the order in which they were first met.
    pub lines: String,
    starts: HashMap<String, usize>,
}

impl Texts {
    /// A text as a Rust expression: its place.
    pub fn literal(&mut self, text: &str) -> String {
        let start = self.starts.get(text).copied().unwrap_or_else(|| self.add(text));
        format!("Text::at({start}, {})", text.len())
    }

    fn add(&mut self, text: &str) -> usize {
        let start = self.lines.len();
        self.lines.push_str(text);
        self.lines.push('\n');
        self.starts.insert(text.to_string(), start);
        start
    }
}
