//! The opcode maps of the audit: which rows stand in which cell, and how a cell stands.
//!
//! How a map looks is in `html`.

use crate::table::coverage::RowStatus;
use crate::table::notation::{self, Map};

use super::RowReport;

/// A map of 256 opcode bytes.
pub struct OpcodeMap {
    /// Which one it is.
    pub map: Map,
    /// What stands at each byte.
    pub cells: Vec<MapCell>,
}

/// The rows of one opcode byte.
#[derive(Clone, Default)]
pub struct MapCell {
    /// Those without a VEX prefix.
    pub legacy: Vec<RowReport>,
    /// Those with one.
    pub vex: Vec<RowReport>,
}

/// How the rows of a cell stand together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CellState {
    /// Implemented, and proven by hardware vectors but for the privileged ones.
    Proven,
    /// Implemented.
    Done,
    /// Not for user mode.
    Privileged,
    /// Some are implemented.
    Mixed,
    /// None is implemented.
    Missing,
}

/// The four maps with every row in its cells.
pub fn build(entries: &[RowReport]) -> Vec<OpcodeMap> {
    let maps = [Map::Primary, Map::Secondary, Map::Ternary38, Map::Ternary3A];
    let mut maps = maps.map(|map| OpcodeMap { map, cells: vec![MapCell::default(); 256] });
    for entry in entries {
        // The table was parsed when it was built: a row that does not parse cannot be here.
        let Ok(opcode) = notation::opcode(entry.row.opcode) else { continue };
        let cells = &mut maps[opcode.map as usize].cells;
        let last = if opcode.plus_register { opcode.byte | 7 } else { opcode.byte };
        for byte in opcode.byte..=last {
            let cell = &mut cells[usize::from(byte)];
            let kind = if entry.row.vex { &mut cell.vex } else { &mut cell.legacy };
            kind.push(*entry);
        }
    }
    maps.into()
}

impl CellState {
    /// Of the rows of a cell; `None` if there are none.
    pub fn of(entries: &[RowReport]) -> Option<CellState> {
        let has = |status: RowStatus| entries.iter().any(|entry| entry.status == status);
        let unproven = entries.iter().any(|entry| entry.status == RowStatus::Implemented && !entry.is_proven());
        Some(match (has(RowStatus::Implemented), has(RowStatus::Privileged), has(RowStatus::Missing)) {
            (false, false, false) => return None,
            (false, false, true) => CellState::Missing,
            (_, _, true) => CellState::Mixed,
            (false, true, false) => CellState::Privileged,
            (true, _, false) if unproven => CellState::Done,
            (true, _, false) => CellState::Proven,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table;

    fn entry(row: &'static table::Row) -> RowReport {
        RowReport { row, status: row.status(), vectors: 0 }
    }

    #[test]
    fn every_row_has_a_cell() {
        let entries: Vec<RowReport> = table::rows().iter().map(entry).collect();
        let mut lines: Vec<u32> = build(&entries)
            .iter()
            .flat_map(|map| map.cells.iter().flat_map(|cell| cell.legacy.iter().chain(&cell.vex)))
            .map(|entry| entry.row.line)
            .collect();
        lines.sort_unstable();
        lines.dedup();
        assert_eq!(lines.len(), table::rows().len());
    }

    #[test]
    fn a_register_in_the_opcode_takes_eight_cells() {
        let row = table::rows().iter().find(|row| row.opcode.ends_with("+rd")).unwrap();
        let maps = build(&[entry(row)]);
        assert_eq!(maps.iter().flat_map(|map| &map.cells).filter(|cell| !cell.legacy.is_empty()).count(), 8);
    }
}
