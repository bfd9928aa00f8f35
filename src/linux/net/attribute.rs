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

/// The attributes that bytes are: kinds and values, as far as they are whole.
pub fn attributes(bytes: &[u8]) -> Vec<(u16, &[u8])> {
    let (mut rest, mut all) = (bytes, Vec::new());
    while let [size, high, kind, also, ..] = *rest {
        let size = usize::from(u16::from_le_bytes([size, high]));
        let Some(value) = rest.get(4..size) else { break };
        all.push((u16::from_le_bytes([kind, also]), value));
        rest = rest.get(aligned(size)..).unwrap_or_default();
    }
    all
}
