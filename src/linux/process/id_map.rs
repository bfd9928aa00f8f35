//! Which users, or groups, of a namespace are which of the world (user_namespaces(7), "User and group ID mappings").

use crate::linux::errno::Errno;

/// Most lines of a map.
const MOST: usize = 340;

/// A row of numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IdRange {
    /// The first inside.
    pub inside: u32,
    /// Which that is outside.
    pub outside: u32,
    /// How many follow each other.
    pub count: u32,
}

impl IdRange {
    /// What another number is for one of the first `count` from `from` on.
    fn moved(from: u32, to: u32, count: u32, id: u32) -> Option<u32> {
        let offset = id.checked_sub(from).filter(|offset| *offset < count)?;
        Some(to + offset)
    }
}

/// The numbers of a namespace. Without rows nobody has one.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct IdMap {
    /// Its rows, in the order in which they were written.
    pub ranges: Vec<IdRange>,
}

impl IdMap {
    /// Everybody is itself; the last number is nobody's.
    pub fn whole() -> IdMap {
        IdMap { ranges: vec![IdRange { inside: 0, outside: 0, count: u32::MAX }] }
    }

    /// Who somebody inside is outside.
    pub fn outwards(&self, id: u32) -> Option<u32> {
        self.ranges.iter().find_map(|range| IdRange::moved(range.inside, range.outside, range.count, id))
    }

    /// Who somebody outside is inside.
    pub fn inwards(&self, id: u32) -> Option<u32> {
        self.ranges.iter().find_map(|range| IdRange::moved(range.outside, range.inside, range.count, id))
    }

    /// The rows that a text has; EINVAL unless each has three numbers and none overlaps another.
    pub fn parse(text: &str) -> Result<Vec<IdRange>, Errno> {
        let ranges = text.lines().map(line).collect::<Option<Vec<IdRange>>>().ok_or(Errno::EINVAL)?;
        let overlap = |one: u32, other: u32, [of_one, of_other]: [u32; 2]| {
            one < other.saturating_add(of_other) && other < one.saturating_add(of_one)
        };
        let collides = |one: &IdRange, other: &IdRange| {
            let counts = [one.count, other.count];
            overlap(one.inside, other.inside, counts) || overlap(one.outside, other.outside, counts)
        };
        let bad = ranges.iter().enumerate().any(|(at, one)| ranges[..at].iter().any(|other| collides(one, other)));
        if bad || ranges.is_empty() || ranges.len() > MOST { Err(Errno::EINVAL) } else { Ok(ranges) }
    }
}

/// The row that a line stands for.
fn line(text: &str) -> Option<IdRange> {
    let words = text.split_whitespace().map(|word| word.parse().ok()).collect::<Option<Vec<u32>>>()?;
    let [inside, outside, count] = words[..] else { return None };
    let fits = |first: u32| first != u32::MAX && first.checked_add(count).is_some();
    (count > 0 && fits(inside) && fits(outside)).then_some(IdRange { inside, outside, count })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_moved_by_the_row_that_they_are_in() {
        let map = IdMap { ranges: IdMap::parse("0 1000 1\n1 5000 10\n").unwrap() };
        assert_eq!([0, 1, 10, 11].map(|id| map.outwards(id)), [Some(1000), Some(5000), Some(5009), None]);
        assert_eq!([1000, 5009, 0].map(|id| map.inwards(id)), [Some(0), Some(10), None]);
        assert_eq!(IdMap::whole().outwards(u32::MAX), None);
    }

    #[test]
    fn rows_that_say_nothing_or_two_things_are_refused() {
        for text in ["", "0 0", "0 0 0", "0 0 1 1", "x 0 1", "-1 0 1", "0 1 2\n1 9 1", "0 1 2\n5 2 1", "4294967295 0 1"]
        {
            assert_eq!(IdMap::parse(text), Err(Errno::EINVAL), "{text}");
        }
        assert!(IdMap::parse("0 0 4294967295").is_ok());
    }
}
