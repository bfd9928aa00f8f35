//! Drafts: decoded instructions with their handlers and resolved operands, before it is decided which copy of its
//! handler each one gets.

use crate::cpu::{Registers, Segment, Vectors, ZERO};
use crate::decode::{DecodeError, Instruction, MemoryOperand, Repeat};
use crate::instructions::{Exception, Machine, Op};
use crate::memory::{Access, PageFault};
use crate::table::handler::Shape;
use crate::table::notation::{OperandKind, RegisterClass};
use crate::table::{self, RegisterField, RegisterFields, Row, RowFormat, RowNumber, RowOperand};

use super::assumptions::Assumptions;
use super::code::Handler;
use super::fetch::CodeWindow;
use super::handlers::{self, Variants};

/// A decoded instruction with the handlers it can have and its resolved operands. The passes of the translation note
/// in it what they find out.
pub struct Draft {
    /// Index of its row.
    row: u16,
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
    /// What it costs from here to the end of the block, at best ([`cover`](super::cover)).
    pub cost: u16,
    /// What executes it, perhaps together with those behind it ([`cover`](super::cover)).
    pub run: Handler,
}

impl Draft {
    /// Its row of the table.
    pub fn row(&self) -> &'static Row {
        table::row(self.row)
    }

    /// The format of its row.
    #[inline]
    pub fn format(&self) -> &'static RowFormat {
        table::format(self.row)
    }
}

/// Fetches and decodes one instruction at an offset in CS.
///
/// # Errors
/// #UD, #GP(0) for one that is too long or beyond the limit, #PF for one that cannot be fetched.
pub fn decode(m: &mut Machine, eip: u32) -> Result<Instruction, Exception> {
    decode_in(&mut CodeWindow::new(m), m, eip)
}

fn decode_in(window: &mut CodeWindow, m: &mut Machine, eip: u32) -> Result<Instruction, Exception> {
    let (address, valid, decoder) = (window.linear(eip), window.within_limit(eip), window.decoder);
    let bytes = window.at(m, address);
    let fetched = bytes.len();
    decoder.decode(&bytes[..fetched.min(valid)], eip).map_err(|error| match error {
        DecodeError::Invalid | DecodeError::Lock => Exception::InvalidOpcode,
        DecodeError::Truncated if valid > fetched => {
            let address = address.wrapping_add(fetched as u32);
            PageFault { address, access: Access::Fetch, present: m.memory.perm(address).is_some() }.into()
        }
        DecodeError::TooLong | DecodeError::Truncated => Exception::GP0,
    })
}

/// Decodes the instruction at an offset in CS, finds its handlers and resolves its operands.
///
/// # Errors
/// Those of [`decode`], and #UD for what the processor does not have, or what is not implemented.
pub fn draft(
    window: &mut CodeWindow,
    m: &mut Machine,
    eip: u32,
    assumptions: &Assumptions,
) -> Result<Draft, Exception> {
    let instruction = decode_in(window, m, eip)?;
    resolved(m, &instruction, assumptions)
}

/// The draft of a decoded instruction. It is not inlined: the instruction remains in memory, and only what is asked of
/// it is loaded.
#[inline(never)]
fn resolved(m: &Machine, instruction: &Instruction, assumptions: &Assumptions) -> Result<Draft, Exception> {
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
    let mut op = resolve(instruction, table::format(instruction.index));
    let checked = !assumptions.flat || instruction.address_size == 16 || odd_segment(assumptions, instruction);
    if let Some(memory) = instruction.memory.filter(|memory| !checked && memory.segment > Segment::Ds as u8) {
        make_flat(&mut op, instruction, assumptions.segments[usize::from(memory.segment)].at_zero);
    }
    let run = variants.checked;
    let row = instruction.index;
    Ok(Draft { row, instance, variants, op, checked, dead: false, forwarded: 0, cost: 0, run })
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
#[inline]
fn resolve(instruction: &Instruction, format: &RowFormat) -> Op {
    let next = instruction.next();
    let [offset, selector] = instruction.immediates;
    let extended = sign_extend(offset, format.immediates[0]);
    let modrm = instruction.modrm.unwrap_or(0);
    let opcode = u32::from(instruction.opcode) << 8 | u32::from(modrm);
    let (imm, disp) = match format.number {
        RowNumber::Opcode => (opcode, 0),
        RowNumber::Constant(value) => (value.into(), 0),
        RowNumber::Immediate => (extended, sign_extend(selector, format.immediates[1])),
        RowNumber::Relative => {
            let to = next.wrapping_add(extended);
            (if instruction.operand_size == 16 { to & 0xffff } else { to }, 0)
        }
        RowNumber::Far => (offset, selector),
        RowNumber::Register => (offset, 0),
    };
    let vvvv = instruction.vex.map_or(0, |vex| vex.vvvv);
    let fields = RegisterFields::new(modrm, instruction.opcode, vvvv);
    let [first, second, third] = format.registers;
    let r = [slot(first, fields), slot(second, fields), slot(third, fields)];
    let op = Op { imm, disp, eip: instruction.eip, next, r, base: ZERO, index: ZERO, ..Op::default() };
    let mode = mode(instruction);
    match instruction.memory {
        Some(memory) => Op {
            disp: memory.displacement,
            base: memory.base.unwrap_or(ZERO),
            index: memory.index.unwrap_or(ZERO),
            segment: Registers::segment_base(memory.segment),
            mode: mode | memory.scale,
            ..op
        },
        None => {
            let segment = instruction.prefixes.segment.unwrap_or(Segment::Ds as u8);
            Op { segment: Registers::segment_base(segment), mode, ..op }
        }
    }
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

/// The slot of a register.
#[inline]
fn slot(register: RegisterField, fields: RegisterFields) -> u8 {
    let number = register.number(fields);
    match register.class {
        RegisterClass::Gpr8 => Registers::byte_slot(number),
        RegisterClass::Xmm | RegisterClass::Ymm => Vectors::slot(number),
        _ => number,
    }
}

fn sign_extend(value: u32, bytes: u8) -> u32 {
    match bytes {
        1 => value as u8 as i8 as u32,
        2 => value as u16 as i16 as u32,
        _ => value,
    }
}
