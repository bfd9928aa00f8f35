//! Paths as bytes: the guest's names need not be UTF-8.

/// The components of an absolute path.
pub type Components = Vec<Vec<u8>>;

/// The components of a path, without empty ones and `.`.
pub fn components(path: &[u8]) -> impl DoubleEndedIterator<Item = Vec<u8>> + '_ {
    path.split(|byte| *byte == b'/').filter(|name| !name.is_empty() && *name != b".").map(<[u8]>::to_vec)
}

/// The absolute path with these components.
pub fn joined(components: &Components) -> Vec<u8> {
    [b"/".as_slice(), &components.join(&b'/')].concat()
}

/// A path without the slash at its end. Calls that make or remove a name do not follow a symbolic
/// link there, although the slash would otherwise ask for it (path_resolution(7)).
pub fn without_trailing_slash(path: &[u8]) -> &[u8] {
    path.strip_suffix(b"/").filter(|name| !name.is_empty()).unwrap_or(path)
}
