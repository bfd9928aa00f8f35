//! Tuple types: how the size of a memory operand follows from the vector length, and with it the factor
//! N of a displacement of one byte (SDM Vol. 2A, "Compressed Displacement (disp8*N) Support in EVEX").

use super::{NotationError, wrong};

/// The tuple type of an EVEX-encoded row with a memory operand.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TupleType {
    /// A whole vector (`Full`, `Full Mem`), a half of one (`Half`, `Half Mem`), and so on: the vector
    /// length divided by this.
    Part(u16),
    /// So many elements (`Tuple1 Scalar`, `Tuple2`).
    Elements(u16),
    /// 128 bits, whatever the vector length.
    Mem128,
    /// 64 bits of a 128-bit vector, else a whole vector.
    Movddup,
}

const TUPLES: &str = "Full, Half, Quarter, Full Mem, Half Mem, Quarter Mem, Eighth Mem, Scalar, Tuple1 Scalar, \
                      Tuple1 Fixed, Tuple2, Tuple4, Tuple8, Tuple1_4X, Mem128 or MOVDDUP";

impl TupleType {
    /// Parses the `tuple` key: a name as the SDM prints it.
    ///
    /// # Errors
    /// The text, and what can stand there.
    pub fn parse(text: &str) -> Result<TupleType, NotationError> {
        Ok(match text {
            "Full" | "Full Mem" => TupleType::Part(1),
            "Half" | "Half Mem" => TupleType::Part(2),
            "Quarter" | "Quarter Mem" => TupleType::Part(4),
            "Eighth Mem" => TupleType::Part(8),
            "Scalar" | "Tuple1 Scalar" | "Tuple1 Fixed" => TupleType::Elements(1),
            "Tuple2" => TupleType::Elements(2),
            "Tuple4" | "Tuple1_4X" => TupleType::Elements(4),
            "Tuple8" => TupleType::Elements(8),
            "Mem128" => TupleType::Mem128,
            "MOVDDUP" => TupleType::Movddup,
            _ => return Err(wrong(text, TUPLES)),
        })
    }

    /// Bits of the memory operand without broadcast, for a vector length, a value of W and the size of one
    /// element that the operand is; `None` where the vector length would have to be known and is not.
    pub fn memory_bits(self, vector: Option<u16>, w: Option<bool>, element: u16) -> Option<u16> {
        match self {
            TupleType::Part(divisor) => Some(vector? / divisor),
            TupleType::Elements(1) => Some(element),
            TupleType::Elements(count) => Some(count * if w == Some(true) { 64 } else { 32 }),
            TupleType::Mem128 => Some(128),
            TupleType::Movddup if vector? == 128 => Some(64),
            TupleType::Movddup => vector,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(text: &str, vector: u16, w: bool, element: u16) -> Option<u16> {
        TupleType::parse(text).unwrap_or_else(|error| panic!("{error}")).memory_bits(Some(vector), Some(w), element)
    }

    #[test]
    fn memory_follows_from_the_tuple_type() {
        assert_eq!(bits("Full", 512, true, 512), Some(512));
        assert_eq!(bits("Half Mem", 256, false, 128), Some(128));
        assert_eq!(bits("Eighth Mem", 128, false, 16), Some(16));
        assert_eq!(bits("Tuple1 Scalar", 128, false, 32), Some(32));
        assert_eq!(bits("Tuple2", 128, false, 64), Some(64));
        assert_eq!(bits("Tuple4", 512, true, 256), Some(256));
        assert_eq!(bits("Tuple1_4X", 512, false, 128), Some(128));
        assert_eq!(bits("Mem128", 512, false, 128), Some(128));
        assert_eq!(bits("MOVDDUP", 128, true, 64), Some(64));
        assert_eq!(bits("MOVDDUP", 512, true, 512), Some(512));
        assert_eq!(TupleType::Part(1).memory_bits(None, None, 32), None);
    }

    #[test]
    fn other_names_are_refused() {
        for text in ["", "full", "Tuple3", "Full Mem128"] {
            assert_eq!(TupleType::parse(text).unwrap_err().token, text);
        }
    }
}
