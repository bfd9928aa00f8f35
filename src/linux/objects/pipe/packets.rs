//! Writes that stay apart on their way through a pipe (pipe2(2), O_DIRECT): a read takes one of them, and what it has no
//! room for is lost.

use std::collections::VecDeque;

use crate::linux::copy::copied;

/// Where packets are among the bytes of a pipe, counted from its first one ever.
#[derive(Default, Debug)]
pub struct Packets {
    /// Bytes that have been taken out.
    taken: u64,
    /// First byte to one past the last of each packet under way.
    under_way: VecDeque<(u64, u64)>,
}

impl Packets {
    /// Bytes were written behind so many others, as packets of at most `most` bytes.
    pub fn add(&mut self, behind: usize, count: usize, most: usize) {
        let start = self.taken + behind as u64;
        let end = start + count as u64;
        self.under_way.extend((start..end).step_by(most).map(|first| (first, (first + most as u64).min(end))));
    }

    /// How many bytes a read gets that has room for so many: it ends with the first packet.
    pub fn limit(&self, room: usize) -> usize {
        let end = self.under_way.front().map_or(room, |(_, end)| (end - self.taken) as usize);
        room.min(end)
    }

    /// A read got so many bytes; how many are gone with them.
    pub fn read(&mut self, count: usize) -> usize {
        let reached = self.taken + count as u64;
        let gone = match self.under_way.front() {
            Some((start, end)) if *start < reached => (end - self.taken) as usize,
            _ => count,
        };
        self.skip(gone);
        gone
    }

    /// So many bytes were taken out, whatever packets they were of.
    pub fn skip(&mut self, count: usize) {
        self.taken += count as u64;
        while self.under_way.front().is_some_and(|(_, end)| *end <= self.taken) {
            self.under_way.pop_front();
        }
    }
}

copied!(Packets: clone { taken, under_way } duplicate {});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_ends_with_a_packet_and_takes_all_of_it() {
        let mut packets = Packets::default();
        packets.add(3, 5, 4);
        assert_eq!((packets.limit(2), packets.read(2)), (2, 2), "bytes before the first packet");
        assert_eq!((packets.limit(100), packets.read(3)), (5, 5), "the end of them and of the packet");
        assert_eq!((packets.limit(100), packets.read(1)), (1, 1));
        assert_eq!(packets.limit(100), 100, "none is left");
    }
}
