//! What an inbox knows of urgent bytes; what becomes of them is in [`urgent`](super::urgent).

/// What an inbox knows of urgent bytes.
#[derive(Clone, Copy, Default, Debug)]
pub struct Urgency {
    /// They stay in the stream (SO_OOBINLINE).
    pub is_inline: bool,
    /// One has come that nobody was told of by a signal.
    pub is_news: bool,
}
