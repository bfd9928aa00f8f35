//! Bytes for the rows of the table: the opposite direction of the decoder, from the notation alone.

use tab86::table::Row;
use tab86::table::notation::{
    self, EncodingSpace, Mandatory, Map, ModRm, OpcodeNotation, OperandEncoding, OperandKind, OperandNotation,
};

/// Zeroes enough for any displacement and immediate.
const TAIL: [u8; 8] = [0; 8];

/// One encoding of a row in a 32-bit code segment, with these prefixes in front and zeroes behind:
/// with a memory operand if it can have one and `memory` is set.
pub fn encode(row: &Row, front: &[u8], memory: bool) -> Vec<u8> {
    let opcode = notation::opcode(&row.opcode).expect("a row of the table");
    let operands = notation::instruction(&row.instruction, &row.encoding).expect("a row of the table").operands;
    let mut bytes = front.to_vec();
    bytes.extend((row.size == Some(16)).then_some(0x66));
    bytes.extend((row.address == Some(16)).then_some(0x67));
    bytes.extend(match opcode.space() {
        EncodingSpace::Legacy => legacy(&opcode),
        EncodingSpace::Vex => vex(&opcode, &operands),
        EncodingSpace::Evex => evex(&opcode, &operands),
        EncodingSpace::Xop => panic!("no row has an XOP prefix"),
    });
    // Register 1, since 90 with register 0 is NOP.
    bytes.push(opcode.byte + u8::from(opcode.plus_register));
    bytes.extend(modrm(&opcode, &operands, memory));
    bytes.extend(TAIL);
    bytes
}

fn legacy(opcode: &OpcodeNotation) -> Vec<u8> {
    let prefix: &[u8] = match opcode.mandatory {
        Mandatory::P66 => &[0x66],
        Mandatory::PF3 => &[0xf3],
        Mandatory::PF2 => &[0xf2],
        Mandatory::Any | Mandatory::None | Mandatory::NoRepeat => &[],
    };
    let map: &[u8] = match opcode.map {
        Map::Primary => &[],
        Map::Secondary => &[0x0f],
        Map::Ternary38 => &[0x0f, 0x38],
        Map::Ternary3A => &[0x0f, 0x3a],
        _ => panic!("no escape bytes lead there"),
    };
    [prefix, map].concat()
}

/// The long form.
fn vex(opcode: &OpcodeNotation, operands: &[OperandNotation]) -> Vec<u8> {
    let l = opcode.vex.and_then(|vex| vex.l).unwrap_or(0);
    vec![0xc4, 0xe0 | opcode.map as u8, last_of_vex(opcode, operands) | l << 2]
}

/// With an opmask where there has to be one.
fn evex(opcode: &OpcodeNotation, operands: &[OperandNotation]) -> Vec<u8> {
    let l = opcode.vex.and_then(|vex| vex.l).unwrap_or(0);
    let vector = operands.iter().any(|operand| matches!(operand.kind, OperandKind::VectorMemory(..)));
    vec![0x62, 0xf0 | opcode.map as u8, last_of_vex(opcode, operands) | 4, l << 5 | 8 | u8::from(vector)]
}

/// W, vvvv and pp; vvvv names register 3 if the row has such an operand.
fn last_of_vex(opcode: &OpcodeNotation, operands: &[OperandNotation]) -> u8 {
    let vex = opcode.vex.expect("asked for");
    let pp = match opcode.mandatory {
        Mandatory::P66 => 1,
        Mandatory::PF3 => 2,
        Mandatory::PF2 => 3,
        Mandatory::Any | Mandatory::None | Mandatory::NoRepeat => 0,
    };
    let vvvv = if operands.iter().any(|operand| operand.encoding == OperandEncoding::Vvvv) { 3 } else { 0 };
    u8::from(vex.w == Some(true)) << 7 | (!vvvv & 15) << 3 | pp
}

/// The ModR/M byte, with a SIB byte for memory.
fn modrm(opcode: &OpcodeNotation, operands: &[OperandNotation], memory: bool) -> Vec<u8> {
    let reg = match opcode.modrm {
        ModRm::Absent => return Vec::new(),
        ModRm::Fixed(byte, _) => return vec![byte],
        ModRm::Any => 1,
        ModRm::Digit(digit) => digit,
    };
    let rm = operands.iter().find(|operand| operand.encoding == OperandEncoding::Rm);
    let can_be_memory = rm.is_some_and(|operand| !matches!(operand.kind, OperandKind::Register(_, None)));
    let must_be_memory =
        rm.is_some_and(|operand| matches!(operand.kind, OperandKind::Memory(_) | OperandKind::VectorMemory(..)));
    if must_be_memory || can_be_memory && memory { vec![0x04 | reg << 3, 0x93] } else { vec![0xc2 | reg << 3] }
}
