//! Operands, as both decoders see them, in one spelling.

use iced_x86::{Instruction as Iced, OpCodeOperandKind, OpKind, Register};
use tab86::decode::{Instruction, MemoryOperand};
use tab86::table::RowOperand;
use tab86::table::notation::{OperandEncoding, OperandKind, RegisterClass};

/// The operands that the row prints.
pub fn ours(instruction: &Instruction) -> Vec<String> {
    let mut immediates = instruction.immediates.into_iter().zip(instruction.row().immediates.iter().copied());
    let shown = instruction.row().operands.iter().filter(|operand| !operand.hidden);
    shown.map(|operand| our_operand(instruction, operand, &mut immediates)).collect()
}

fn our_operand(
    instruction: &Instruction,
    operand: &RowOperand,
    immediates: &mut impl Iterator<Item = (u32, u8)>,
) -> String {
    match (operand.kind, instruction.memory) {
        (OperandKind::Register(_, Some(bits)), Some(memory)) if operand.encoding == OperandEncoding::Rm => {
            let broadcast = instruction.vex.and_then(|vex| vex.evex).is_some_and(|evex| evex.broadcast);
            our_memory(instruction, memory, if broadcast { operand.decorators.broadcast } else { bits })
        }
        (OperandKind::Memory(bits) | OperandKind::Offset(bits), Some(memory)) => our_memory(instruction, memory, bits),
        (OperandKind::VectorMemory(..), Some(memory)) => {
            our_memory(instruction, memory, if instruction.vex.unwrap().w { 64 } else { 32 })
        }
        (OperandKind::Register(class, _), _) => name(register(class, our_number(instruction, operand.encoding))),
        (OperandKind::Fixed(class, number), _) => name(register(class, number)),
        (OperandKind::Constant(value), _) => format!("{value:#x}"),
        (OperandKind::Immediate(_), _) => match immediates.next().unwrap() {
            (value, 1) if instruction.row().sign_extended => {
                format!(
                    "{:#x}",
                    value as u8 as i8 as u32 & if instruction.operand_size == 16 { 0xffff } else { u32::MAX }
                )
            }
            (value, _) => format!("{value:#x}"),
        },
        (OperandKind::Relative(_), _) => format!("to {:#x}", instruction.target().unwrap()),
        (OperandKind::Far(_), _) => format!("far {:#x}:{:#x}", instruction.immediates[1], instruction.immediates[0]),
        (kind, memory) => format!("{kind:?} with {memory:?}"),
    }
}

fn our_number(instruction: &Instruction, encoding: OperandEncoding) -> u8 {
    match encoding {
        OperandEncoding::Reg => instruction.reg(),
        OperandEncoding::Rm => instruction.rm(),
        OperandEncoding::Vvvv => instruction.vex.unwrap().vvvv & 7,
        OperandEncoding::Opcode => instruction.modrm.unwrap_or(instruction.opcode) & 7,
        OperandEncoding::Is4 => (instruction.immediates[0] >> 4 & 7) as u8,
        OperandEncoding::Implied => panic!("an explicit operand without a letter in the encoding column"),
    }
}

fn register(class: RegisterClass, number: u8) -> Register {
    let first = match class {
        RegisterClass::Gpr8 => Register::AL,
        RegisterClass::Gpr16 => Register::AX,
        RegisterClass::Gpr32 => Register::EAX,
        RegisterClass::Segment => Register::ES,
        RegisterClass::Control => Register::CR0,
        RegisterClass::Debug => Register::DR0,
        RegisterClass::St => Register::ST0,
        RegisterClass::Mm => Register::MM0,
        RegisterClass::Xmm => Register::XMM0,
        RegisterClass::Ymm => Register::YMM0,
        RegisterClass::Zmm => Register::ZMM0,
        RegisterClass::Mask => Register::K0,
    };
    first + u32::from(number)
}

fn our_memory(instruction: &Instruction, memory: MemoryOperand, bits: u16) -> String {
    let address = if instruction.address_size == 16 { RegisterClass::Gpr16 } else { RegisterClass::Gpr32 };
    let vector = instruction.row().operands.iter().find_map(|operand| match operand.kind {
        OperandKind::VectorMemory(class, _) => Some(class),
        _ => None,
    });
    let registers =
        |class: RegisterClass, number: Option<u8>| number.map_or(Register::None, |number| register(class, number));
    let wrap = if instruction.address_size == 16 { 0xffff } else { u32::MAX };
    spell_memory(
        u32::from(bits) / 8,
        register(RegisterClass::Segment, memory.segment),
        registers(address, memory.base),
        registers(vector.unwrap_or(address), memory.index),
        1 << memory.scale,
        memory.displacement & wrap,
    )
}

fn name(register: Register) -> String {
    format!("{register:?}").to_lowercase()
}

fn spell_memory(
    size: u32,
    segment: Register,
    base: Register,
    index: Register,
    scale: u32,
    displacement: u32,
) -> String {
    let scale = if index == Register::None { 1 } else { scale };
    format!("{size} bytes {}:[{}+{}*{scale}+{displacement:#x}]", name(segment), name(base), name(index))
}

/// Whether the row fixes the size of its memory operand (`m14/28byte` does not).
fn has_size(instruction: &Instruction) -> bool {
    !instruction.row().operands.iter().any(|operand| operand.kind == OperandKind::Memory(0))
}

/// iced's operands; where it has more than the row prints, without those that are fixed by the
/// opcode (ST(0), the memory and registers of string instructions).
pub fn iced(instruction: &Iced, ours: &Instruction, count: usize) -> Vec<String> {
    let all = instruction.op_count();
    (0..all)
        .filter(|operand| all as usize == count || !is_fixed(instruction, *operand))
        .map(|operand| iced_operand(instruction, ours, operand))
        .collect()
}

/// Whether an operand of iced's is fixed by the opcode.
pub fn is_fixed(instruction: &Iced, operand: u32) -> bool {
    use OpCodeOperandKind as Fixed;
    let kind = instruction.op_code().op_kind(operand);
    matches!(
        kind,
        Fixed::seg_rSI
            | Fixed::es_rDI
            | Fixed::seg_rDI
            | Fixed::seg_rBX_al
            | Fixed::al
            | Fixed::ax
            | Fixed::eax
            | Fixed::dx
            | Fixed::st0
    )
}

fn iced_operand(instruction: &Iced, ours: &Instruction, operand: u32) -> String {
    match instruction.op_kind(operand) {
        OpKind::Register => name(instruction.op_register(operand)),
        OpKind::NearBranch16 | OpKind::NearBranch32 => format!("to {:#x}", instruction.near_branch_target()),
        OpKind::FarBranch16 => {
            format!("far {:#x}:{:#x}", instruction.far_branch_selector(), instruction.far_branch16())
        }
        OpKind::FarBranch32 => {
            format!("far {:#x}:{:#x}", instruction.far_branch_selector(), instruction.far_branch32())
        }
        OpKind::Immediate8 => format!("{:#x}", instruction.immediate8()),
        OpKind::Immediate8_2nd => format!("{:#x}", instruction.immediate8_2nd()),
        OpKind::Immediate16 => format!("{:#x}", instruction.immediate16()),
        OpKind::Immediate32 => format!("{:#x}", instruction.immediate32()),
        OpKind::Immediate8to16 => format!("{:#x}", instruction.immediate8to16()),
        OpKind::Immediate8to32 => format!("{:#x}", instruction.immediate8to32()),
        OpKind::Memory => spell_memory(
            if has_size(ours) { instruction.memory_size().size() as u32 } else { 0 },
            instruction.memory_segment(),
            instruction.memory_base(),
            instruction.memory_index(),
            instruction.memory_index_scale(),
            instruction.memory_displacement32(),
        ),
        other => format!("{other:?}"),
    }
}
