//! The `tuple` key: the tuple type of a memory operand in EVEX (SDM Vol. 2A, "Compressed Displacement
//! (disp8*N) Support in EVEX").

use super::super::notation::{
    EncodingSpace, InstructionNotation, OpcodeNotation, OperandEncoding, OperandKind, TupleType,
};
use super::RawRow;

/// Bits of the memory operand without broadcast, as the tuple type says; `None` for a row without one.
///
/// # Errors
/// The key is missing or out of place, or says another size than the operand.
pub fn memory_bits(
    raw: &RawRow,
    opcode: &OpcodeNotation,
    instruction: &InstructionNotation,
) -> Result<Option<u16>, String> {
    let operand = opcode
        .vex
        .filter(|vex| vex.space == EncodingSpace::Evex)
        .and_then(|vex| Some((vex, memory_operand(instruction)?)));
    let (vex, (printed, indexed)) = match (operand, raw.tuple.as_str()) {
        (None, "") => return Ok(None),
        (None, _) => return Err("tuple: only EVEX with a memory operand has one; remove the key".into()),
        (Some(_), "") => {
            return Err("tuple: missing; write the tuple type of the memory operand, as in \"Full\"".into());
        }
        (Some(operand), _) => operand,
    };
    let tuple = TupleType::parse(&raw.tuple).map_err(|wrong| format!("tuple: {wrong}"))?;
    let vector = vex.l.map(|l| 128 << l);
    // One element of a whole vector: which size it has is not in the operand.
    let part = tuple == TupleType::Elements(1) && (indexed || vector == Some(printed));
    let element = if part { element(raw)? } else { printed };
    let bits = tuple.memory_bits(vector, vex.w, element).ok_or_else(|| {
        format!("tuple: `{}` follows the vector length, and the row has none; write Tuple1 Scalar", raw.tuple)
    })?;
    if bits != element {
        return Err(format!(
            "tuple: `{}` is {bits} bits of memory, the operand m{printed}; correct one of them",
            raw.tuple
        ));
    }
    Ok(Some(bits))
}

/// The size of an element, which the operands do not tell.
fn element(raw: &RawRow) -> Result<u16, String> {
    let bits = raw.lanes.parse().ok().filter(|bits| [8, 16, 32, 64].contains(bits));
    bits.ok_or_else(|| {
        format!("lanes: write the bits of one element, 8, 16, 32 or 64; `{}` does not tell them", raw.tuple)
    })
}

/// The size in bits of the memory operand, and whether a vector of indices addresses it.
fn memory_operand(instruction: &InstructionNotation) -> Option<(u16, bool)> {
    let in_rm = instruction.operands.iter().filter(|operand| operand.encoding == OperandEncoding::Rm);
    in_rm.map(|operand| operand.kind).find_map(|kind| match kind {
        OperandKind::Register(_, Some(bits)) | OperandKind::Memory(bits) => Some((bits, false)),
        OperandKind::VectorMemory(_, bits) => Some((bits, true)),
        _ => None,
    })
}
