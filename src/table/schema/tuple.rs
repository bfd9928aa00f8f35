//! The `tuple` key: the tuple type of a memory operand in EVEX (SDM Vol. 2A, "Compressed Displacement
//! (disp8*N) Support in EVEX").

use super::super::notation::{InstructionNotation, OpcodeNotation, OperandEncoding, OperandKind, TupleType};
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
    let operand = opcode.vex.filter(|vex| vex.evex).and_then(|vex| Some((vex, memory_operand(instruction)?)));
    let (vex, printed) = match (operand, raw.tuple.as_str()) {
        (None, "") => return Ok(None),
        (None, _) => return Err("tuple: only EVEX with a memory operand has one; remove the key".into()),
        (Some(_), "") => {
            return Err("tuple: missing; write the tuple type of the memory operand, as in \"Full\"".into());
        }
        (Some(operand), _) => operand,
    };
    let tuple = TupleType::parse(&raw.tuple).map_err(|wrong| format!("tuple: {wrong}"))?;
    let bits = tuple.memory_bits(vex.l.map(|l| 128 << l), vex.w, printed).ok_or_else(|| {
        format!("tuple: `{}` follows the vector length, and the row has none; write Tuple1 Scalar", raw.tuple)
    })?;
    let told_by_operand = !matches!(tuple, TupleType::Elements(_, Some(_)));
    if told_by_operand && bits != printed {
        return Err(format!(
            "tuple: `{}` is {bits} bits of memory, the operand m{printed}; correct one of them",
            raw.tuple
        ));
    }
    Ok(Some(bits))
}

/// The size in bits of the memory operand.
fn memory_operand(instruction: &InstructionNotation) -> Option<u16> {
    instruction.operands.iter().filter(|operand| operand.encoding == OperandEncoding::Rm).find_map(|operand| {
        match operand.kind {
            OperandKind::Register(_, Some(bits)) | OperandKind::Memory(bits) | OperandKind::VectorMemory(_, bits) => {
                Some(bits)
            }
            _ => None,
        }
    })
}
