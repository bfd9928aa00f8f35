//! Names of functions as their source has them: C++ and Rust compilers encode ("mangle") namespaces
//! and types into the names that the linker sees.

use std::borrow::Cow;
use std::fmt::{self, Write};

/// The longest name in characters that is shown; a short mangled name can stand for a vast one.
const MAX_NAME: usize = 1024;

/// Collects text up to a limit.
struct Bounded(String);

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > MAX_NAME {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

/// The name in the source; the name itself if it is not mangled. Control characters are escaped, so
/// that no file writes to the terminal what it likes.
pub fn name(linked: &[u8]) -> Cow<'_, str> {
    let linked = String::from_utf8_lossy(linked);
    match rust(&linked).or_else(|| cpp(&linked)) {
        Some(source) => printable(Cow::Owned(source)),
        None => printable(linked),
    }
}

fn rust(name: &str) -> Option<String> {
    let parsed = rustc_demangle::try_demangle(name).ok()?;
    let mut text = Bounded(String::new());
    write!(text, "{parsed:#}").ok()?;
    Some(text.0)
}

fn cpp(name: &str) -> Option<String> {
    if !name.starts_with("_Z") {
        return None;
    }
    let parsed = cpp_demangle::Symbol::new(name).ok()?;
    let mut text = Bounded(String::new());
    let options = cpp_demangle::DemangleOptions::default().no_return_type();
    parsed.structured_demangle(&mut text, &options).ok()?;
    Some(text.0)
}

/// Text of a file with control characters escaped.
pub fn printable(name: Cow<'_, str>) -> Cow<'_, str> {
    if name.chars().any(char::is_control) { name.escape_default().to_string().into() } else { name }
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn names_are_the_sources() {
        for (linked, source) in [
            ("main", "main"),
            ("_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE", "core::fmt::Write::write_fmt"),
            ("_ZN3foo3barEi", "foo::bar(int)"),
            ("_Z", "_Z"),
            ("bad\x1b[31m", "bad\\u{1b}[31m"),
        ] {
            assert_eq!(name(linked.as_bytes()), source);
        }
    }

    #[test]
    fn a_name_that_explodes_is_left_alone() {
        // Each parameter is a pair of the one before it, so that the text doubles with each.
        let pairs: String = (0..30).map(|_| "St4pairIS_S_E").collect();
        let linked = format!("_Z1f{pairs}");
        assert!(name(linked.as_bytes()).len() <= linked.len().max(super::MAX_NAME));
    }
}
