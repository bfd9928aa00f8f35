//! Where the functions stand that execute the rows: for those who read the code beside the table.

/// A line for each function: name, file from the package's folder on, line.
static PLACES: &str = include_str!(concat!(env!("OUT_DIR"), "/places.txt"));

/// The file, from the package's folder on, and the line where a handler stands.
///
/// ```
/// let (file, line) = tab86::table::source_of("shld").unwrap();
/// assert!(file.starts_with("src/instructions/") && line > 0);
/// assert_eq!(tab86::table::source_of("no such handler"), None);
/// ```
#[must_use]
pub fn source_of(handler: &str) -> Option<(&'static str, u32)> {
    let rest = PLACES.lines().find_map(|line| line.strip_prefix(handler)?.strip_prefix(' '))?;
    let (file, line) = rest.rsplit_once(' ')?;
    Some((file, line.parse().ok()?))
}
