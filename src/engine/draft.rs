//! Drafts: decoded instructions with their handlers and resolved operands, before it is decided which copy of its
//! handler each one gets.

use crate::cpu::{Registers, Segment, Vectors, ZERO};
use crate::decode::{DecodeError, Decoder, Instruction, MAX_LENGTH, MemoryOperand, Repeat};
use crate::instructions::{Exception, Machine, Op};
use crate::memory::{Access, PageFault};
use crate::table::RowOperand;
use crate::table::handler::Shape;
use crate::table::notation::{OperandEncoding, OperandKind, RegisterClass};

use super::assumptions::Assumptions;
use super::code::Handler;
use super::fetch::CodeWindow;
use super::handlers::{self, Variants};

/// A decoded instruction with the handlers it can have and its resolved operands. The passes of the translation note
/// in it what they find out.
pub struct Draft {
    pub instruction: Instruction,
    /// The number of its instance, by which sequences name it.
    pub instance: u16,
    pub variants: &'static Variants,
    pub op: Op,
    /// Whether it must be executed by the checked copy of its handler.
    pub checked: bool,
    /// Whether its flags are dead ([`liveness`](super::liveness)).
    pub dead: bool,
    /// Which of its operands are forwarded, a bit for each ([`held`](super::held)).
    pub forwarded: u8,
    /// How many dispatches it takes from here to the end of the block, at best ([`cover`](super::cover)).
    pub dispatches: u8,
    /// What executes it, perhaps together with those behind it ([`cover`](super::cover)).
    pub run: Handler,
}

/// Fetches and decodes one instruction at an offset in CS.
///
/// # Errors
/// #UD, #GP(0) for one that is too long or beyond the limit, #PF for one that cannot be fetched.
pub fn decode(m: &mut Machine, eip: u32) -> Result<Instruction, Exception> {
    decode_in(&mut CodeWindow::new(), m, eip)
}

#[inline]
pub fn decode_in(window: &mut CodeWindow, m: &mut Machine, eip: u32) -> Result<Instruction, Exception> {
    let descriptor = m.cpu.segments[Segment::Cs as usize].descriptor;
    let address = descriptor.base().wrapping_add(eip);
    let bytes = window.at(m, address);
    let fetched = bytes.len();
    let valid = if descriptor.is_unlimited() {
        MAX_LENGTH
    } else {
        (u64::from(descriptor.limit()) + 1).saturating_sub(u64::from(eip)).min(MAX_LENGTH as u64) as usize
    };
    let size = if descriptor.is_big() { 32 } else { 16 };
    match Decoder::new(size).decode(&bytes[..fetched.min(valid)], eip) {
        Ok(instruction) => Ok(instruction),
        Err(DecodeError::Invalid | DecodeError::Lock) => Err(Exception::InvalidOpcode),
        Err(DecodeError::TooLong) => Err(Exception::GP0),
        Err(DecodeError::Truncated) if valid <= fetched => Err(Exception::GP0),
        Err(DecodeError::Truncated) => {
            let address = address.wrapping_add(fetched as u32);
            Err(PageFault { address, access: Access::Fetch, present: m.memory.perm(address).is_some() }.into())
        }
    }
}

/// Finds the handlers of an instruction and resolves its operands.
#[inline]
pub fn draft(m: &Machine, instruction: Instruction, assumptions: &Assumptions) -> Result<Draft, Exception> {
    let model = &m.cpu.model;
    if !model.without.is_empty() && model.lacks(&instruction.row().cpuid).is_some() {
        return Err(Exception::InvalidOpcode);
    }
    let shape = match instruction.memory {
        None => Shape::Register,
        Some(memory) if memory.index.is_none() && memory.segment <= Segment::Ds as u8 => Shape::Base,
        Some(_) => Shape::Indexed,
    };
    let (instance, variants) = handlers::find(instruction.index, instruction.operand_size, shape)
        .ok_or(Exception::Unimplemented(instruction.index))?;
    let mut op = resolve(&instruction);
    let checked = !assumptions.flat || instruction.address_size == 16 || odd_segment(assumptions, &instruction);
    if let Some(memory) = instruction.memory.filter(|memory| !checked && memory.segment > Segment::Ds as u8) {
        make_flat(&mut op, &instruction, assumptions.segments[usize::from(memory.segment)].at_zero);
    }
    let run = variants.checked;
    Ok(Draft { instruction, instance, variants, op, checked, dead: false, forwarded: 0, dispatches: 0, run })
}

/// Whether the segment of a memory operand needs checks that the fast path does not make.
fn odd_segment(assumptions: &Assumptions, instruction: &Instruction) -> bool {
    match (instruction.memory, instruction.prefixes.segment) {
        // Implicit memory operands take the fast path only through DS.
        (None, over) => over.is_some(),
        (Some(memory), _) if memory.segment == Segment::Cs as u8 => true,
        (Some(memory), _) => {
            let segment = assumptions.segments[usize::from(memory.segment)];
            !segment.whole || !segment.at_zero && may_wrap(instruction, memory)
        }
    }
}

/// Resolves the memory operand anew as one of DS, which is flat. Where its own segment has a base, an address without
/// index is accessed ([`odd_segment`]): the base becomes the index. What only computes an address has no segment.
fn make_flat(op: &mut Op, instruction: &Instruction, at_zero: bool) {
    if !at_zero && instruction.row().operands.iter().any(RowOperand::may_access_memory) {
        op.index = op.segment;
    }
    op.segment = Registers::segment_base(Segment::Ds as u8);
}

/// Whether a memory operand may run past the end of its segment of 4 GiB, which only an access to
/// more than one page shows where the base is zero.
fn may_wrap(instruction: &Instruction, memory: MemoryOperand) -> bool {
    let size = |kind| match kind {
        OperandKind::Memory(bits @ 1..)
        | OperandKind::Register(_, Some(bits @ 1..))
        | OperandKind::Offset(bits @ 1..) => bits / 8,
        _ => 0,
    };
    let size = instruction.row().operands.iter().map(|operand| size(operand.kind)).max().filter(|size| *size > 0);
    let last = u32::from(size.unwrap_or(512)) - 1;
    memory.base.is_some() || memory.index.is_some() || memory.displacement.checked_add(last).is_none()
}

/// Resolves operands into register slots, immediates and the target of a relative branch.
fn resolve(instruction: &Instruction) -> Op {
    let row = instruction.row();
    let opcode = u32::from(instruction.opcode) << 8 | u32::from(instruction.modrm.unwrap_or(0));
    let mut op =
        Op { imm: opcode, eip: instruction.eip, next: instruction.next(), base: ZERO, index: ZERO, ..Op::default() };
    let mut immediates =
        instruction.immediates.iter().zip(row.immediates).map(|(&value, &size)| sign_extend(value, size));
    for (position, operand) in row.operands.iter().enumerate() {
        match operand.kind {
            OperandKind::Constant(value) => op.imm = u32::from(value),
            OperandKind::Immediate(_)
                if position > 0 && matches!(row.operands[position - 1].kind, OperandKind::Immediate(_)) =>
            {
                op.disp = immediates.next().unwrap_or(0);
            }
            OperandKind::Immediate(_) => op.imm = immediates.next().unwrap_or(0),
            OperandKind::Relative(_) => {
                let to = op.next.wrapping_add(immediates.next().unwrap_or(0));
                op.imm = if instruction.operand_size == 16 { to & 0xffff } else { to };
            }
            OperandKind::Far(_) => (op.imm, op.disp) = (instruction.immediates[0], instruction.immediates[1]),
            OperandKind::Register(..) if operand.encoding == OperandEncoding::Is4 => op.imm = instruction.immediates[0],
            OperandKind::Register(class, _) | OperandKind::Fixed(class, _) => {
                if let Some(slot) = op.r.get_mut(position) {
                    *slot = register_slot(instruction, operand.kind, operand.encoding, class);
                }
            }
            OperandKind::Memory(_) | OperandKind::VectorMemory(..) | OperandKind::Offset(_) => {}
        }
    }
    let segment = match instruction.memory {
        Some(memory) => {
            op.base = memory.base.unwrap_or(ZERO);
            op.index = memory.index.unwrap_or(ZERO);
            op.disp = memory.displacement;
            op.mode = memory.scale;
            memory.segment
        }
        None => instruction.prefixes.segment.unwrap_or(Segment::Ds as u8),
    };
    op.segment = Registers::segment_base(segment);
    op.mode |= mode(instruction);
    op
}

fn mode(instruction: &Instruction) -> u8 {
    let address = if instruction.address_size == 16 { Op::ADDRESS16 } else { 0 };
    let operand = if instruction.operand_size == 16 { Op::OPERAND16 } else { 0 };
    let repeat = match instruction.prefixes.repeat {
        Some(Repeat::Equal) => Op::REPE,
        Some(Repeat::NotEqual) => Op::REPNE,
        None => 0,
    };
    address | operand | repeat
}

fn register_slot(instruction: &Instruction, kind: OperandKind, place: OperandEncoding, class: RegisterClass) -> u8 {
    let encoding = match (kind, place) {
        (OperandKind::Fixed(_, number), _) => number,
        (_, OperandEncoding::Reg) => instruction.reg(),
        (_, OperandEncoding::Rm) => instruction.rm(),
        (_, OperandEncoding::Vvvv) => instruction.vex.map_or(0, |vex| vex.vvvv & 7),
        (_, OperandEncoding::Opcode) => instruction.modrm.unwrap_or(instruction.opcode) & 7,
        (_, OperandEncoding::Is4 | OperandEncoding::Implied) => 0,
    };
    match class {
        RegisterClass::Gpr8 => Registers::byte_slot(encoding),
        RegisterClass::Xmm | RegisterClass::Ymm => Vectors::slot(encoding),
        _ => encoding,
    }
}

fn sign_extend(value: u32, bytes: u8) -> u32 {
    match bytes {
        1 => value as u8 as i8 as u32,
        2 => value as u16 as i16 as u32,
        _ => value,
    }
}
