//! What rows must be to each other: they stand in opcode-map order, of two rows on one key the copy
//! is the one that does not, and a `size` or `address` tells a row from another.

use super::super::schema::{ParsedRow, TableError};

/// Everything wrong between rows that each have a key of their own.
pub fn check(rows: &[ParsedRow]) -> Vec<TableError> {
    let mut errors = misplaced(rows);
    errors.extend(rows.iter().filter_map(|row| without_effect(row, rows)));
    errors
}

/// A `size` or `address` where no row of the same opcode has another.
fn without_effect(row: &ParsedRow, rows: &[ParsedRow]) -> Option<TableError> {
    let keys = |row: &ParsedRow| [("size", row.raw.size.filter(|bits| *bits != 8)), ("address", row.raw.address)];
    let others = || rows.iter().filter(|other| other.raw.opcode == row.raw.opcode);
    let alone = |at: usize, bits: u8| !others().any(|other| keys(other)[at].1.is_some_and(|other| other != bits));
    let wrong = keys(row).into_iter().enumerate().find(|(at, (_, bits))| bits.is_some_and(|bits| alone(*at, bits)));
    wrong.map(|(_, (key, _))| {
        row.error(format!("{key}: no row of opcode `{}` has another; leave the key out", row.raw.opcode))
    })
}

/// Rows that stand in the wrong place.
fn misplaced(rows: &[ParsedRow]) -> Vec<TableError> {
    // Of two rows that changed places the later one is blamed, alone.
    let wrong = (0..rows.len()).filter(|at| is_misplaced(rows, *at) && !is_misplaced(rows, at + 1));
    let mut errors: Vec<TableError> = wrong.map(|at| rows[at].error(where_it_belongs(rows, at))).collect();
    // Rows that were moved together are in order among themselves.
    if errors.is_empty() {
        let late = (1..rows.len()).find(|at| rows[*at].slot() < rows[at - 1].slot());
        errors.extend(late.map(|at| rows[at].error(where_it_belongs(rows, at))));
    }
    errors
}

/// Whether a row is out of order while its neighbours are in order.
fn is_misplaced(rows: &[ParsedRow], at: usize) -> bool {
    let Some(own) = rows.get(at).map(|row| row.slot()) else { return false };
    let before = at.checked_sub(1).map_or(0, |before| rows[before].slot());
    let after = rows.get(at + 1).map_or(u16::MAX, |after| after.slot());
    before <= after && !(before..=after).contains(&own)
}

fn where_it_belongs(rows: &[ParsedRow], at: usize) -> String {
    let mut others = rows.iter().enumerate().filter(|(other, row)| *other != at && row.slot() <= rows[at].slot());
    match others.next_back() {
        Some((_, row)) => format!("out of opcode-map order; move it behind line {}: {}", row.line, row.title()),
        None => "out of opcode-map order; move it before all others".to_string(),
    }
}

/// Which of two rows, the first of which stands earlier, is the copy: the one out of order, else the later.
pub fn copy_of_two(rows: &[ParsedRow], first: usize, second: usize) -> (usize, usize) {
    let misplaced = is_misplaced(rows, first) && !is_misplaced(rows, second);
    if misplaced { (first, second) } else { (second, first) }
}
