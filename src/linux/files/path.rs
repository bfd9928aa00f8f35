//! Paths as bytes: the guest's names need not be UTF-8.

/// A path without the slashes at its end. Calls that make or remove a name do not follow a symbolic
/// link there, although the slash would otherwise ask for it (path_resolution(7)).
pub fn without_trailing_slash(path: &[u8]) -> &[u8] {
    let end = path.iter().rposition(|byte| *byte != b'/').map_or(path.len().min(1), |last| last + 1);
    &path[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_keeps_its_slash() {
        assert_eq!(without_trailing_slash(b"//"), b"/");
        assert_eq!(without_trailing_slash(b"a//"), b"a");
        assert_eq!(without_trailing_slash(b""), b"");
    }
}
