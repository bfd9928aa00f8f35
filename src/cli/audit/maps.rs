//! The opcode maps of the audit: which rows stand in which cell, and how a cell stands.
//!
//! How a map looks is in `html`.

use crate::table::coverage::RowStatus;
use crate::table::notation::{self, EncodingSpace, Map};

use super::report::RowReport;

/// A map of 256 opcode bytes.
pub struct OpcodeMap {
    /// Which one it is.
    pub map: Map,
    /// Whether it is the map of the opcodes behind an EVEX prefix.
    pub evex: bool,
    /// What its opcodes are called.
    pub title: &'static str,
    /// What stands in front of them.
    pub prefix: &'static str,
    /// What stands at each byte.
    pub cells: Vec<MapCell>,
}

/// The rows of one opcode byte.
#[derive(Clone, Default)]
pub struct MapCell {
    /// Those without a VEX or EVEX prefix.
    pub legacy: Vec<RowReport>,
    /// Those with one: VEX, or in a map of EVEX opcodes EVEX.
    pub prefixed: Vec<RowReport>,
}

/// How the rows of a cell stand together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CellState {
    /// Implemented, and proven by hardware vectors but for the privileged ones.
    Proven,
    /// Implemented.
    Implemented,
    /// Not for user mode.
    Privileged,
    /// Undefined here.
    Undefined,
    /// Some are implemented.
    Mixed,
    /// None is implemented.
    Missing,
}

/// The maps in their order: of the opcodes behind an EVEX prefix or of the others, their title and prefix.
const MAPS: [(Map, bool, &str, &str); 9] = [
    (Map::Primary, false, "One-byte opcodes", ""),
    (Map::Secondary, false, "Two-byte opcodes", "0F"),
    (Map::Ternary38, false, "Three-byte opcodes", "0F 38"),
    (Map::Ternary3A, false, "Three-byte opcodes", "0F 3A"),
    (Map::Secondary, true, "EVEX opcodes", "EVEX.0F"),
    (Map::Ternary38, true, "EVEX opcodes", "EVEX.0F38"),
    (Map::Ternary3A, true, "EVEX opcodes", "EVEX.0F3A"),
    (Map::Map5, true, "EVEX opcodes", "EVEX.MAP5"),
    (Map::Map6, true, "EVEX opcodes", "EVEX.MAP6"),
];

/// Every map with the rows in its cells.
pub fn build(entries: &[RowReport]) -> Vec<OpcodeMap> {
    let empty =
        |(map, evex, title, prefix)| OpcodeMap { map, evex, title, prefix, cells: vec![MapCell::default(); 256] };
    let mut maps = MAPS.map(empty);
    for entry in entries {
        // The table was parsed when it was built: a row that does not parse cannot be here.
        let Ok(opcode) = notation::opcode(&entry.row.opcode) else { continue };
        let space = entry.row.space;
        let of_row = |map: &&mut OpcodeMap| (map.map, map.evex) == (opcode.map, space == EncodingSpace::Evex);
        let Some(map) = maps.iter_mut().find(of_row) else { continue };
        let last = if opcode.plus_register { opcode.byte | 7 } else { opcode.byte };
        for cell in &mut map.cells[usize::from(opcode.byte)..=usize::from(last)] {
            let part = if space == EncodingSpace::Legacy { &mut cell.legacy } else { &mut cell.prefixed };
            part.push(*entry);
        }
    }
    maps.into()
}

impl MapCell {
    /// How often its rows are used; `None` if nobody asked.
    pub fn uses(&self) -> Option<u64> {
        self.legacy.iter().chain(&self.prefixed).filter_map(|entry| entry.uses).reduce(|a, b| a + b)
    }
}

impl CellState {
    /// Of the rows of a cell; `None` if there are none.
    pub fn of(entries: &[RowReport]) -> Option<CellState> {
        let has = |status: RowStatus| entries.iter().any(|entry| entry.status == status);
        let refused = has(RowStatus::Privileged) || has(RowStatus::Undefined);
        Some(match (has(RowStatus::Implemented), refused, has(RowStatus::Missing)) {
            (false, false, false) => return None,
            (false, false, true) => CellState::Missing,
            (_, _, true) => CellState::Mixed,
            (false, true, false) if has(RowStatus::Privileged) => CellState::Privileged,
            (false, true, false) => CellState::Undefined,
            (true, _, false) if entries.iter().any(RowReport::is_unproven) => CellState::Implemented,
            (true, _, false) => CellState::Proven,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table;

    fn entry(row: &'static table::Row) -> RowReport {
        RowReport { row, status: row.status(), vectors: 0, uses: None }
    }

    #[test]
    fn every_row_has_a_cell() {
        let entries: Vec<RowReport> = table::rows().iter().map(entry).collect();
        let mut lines: Vec<u32> = build(&entries)
            .iter()
            .flat_map(|map| map.cells.iter().flat_map(|cell| cell.legacy.iter().chain(&cell.prefixed)))
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
