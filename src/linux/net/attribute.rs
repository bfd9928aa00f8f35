//! What messages of netlink are put together from (netlink(7)).

/// An attribute: its size, what it is, and its value.
pub fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let size = 4 + value.len();
    let mut bytes = [&(size as u16).to_le_bytes(), kind.to_le_bytes().as_slice(), value].concat();
    bytes.resize(aligned(size), 0);
    bytes
}

/// A size with what is left free behind it.
pub fn aligned(size: usize) -> usize {
    size.next_multiple_of(4)
}
