//! Copies with operands that are forwarded: their value comes from the handler before, not from the register.

use std::fmt::Write;

use super::super::handler::Ending;
use super::super::schema::TableError;
use super::copies::Copies;
use super::instance::{OperandType, Rendering};
use super::instances::Instances;

/// Marks the instances that take part.
///
/// # Errors
/// An instruction that is not there, or writes a register in a way that cannot be handed over.
pub fn wanted(copies: &Copies, instances: &mut Instances) -> Result<(), TableError> {
    for (line, name) in &copies.forwarding {
        let number = instances.names.find(*line, name)?;
        if instances.registers[number].partly {
            let problem = format!("`{name}` writes part of a register, whose value cannot be handed over; remove it");
            return Err(Copies::error(*line, problem));
        }
        if instances.low_numbers[number].otherwise {
            let problem = format!("`{name}` writes a vector register that cannot be handed over; remove it");
            return Err(Copies::error(*line, problem));
        }
        instances.forwards[number] = true;
    }
    Ok(())
}

/// An operand that can be forwarded.
pub struct Candidate {
    /// Its type.
    pub operand: OperandType,
    /// Its position, or that of the memory operand of which it is the base.
    pub position: Option<usize>,
    /// Its name in the engine.
    name: String,
}

/// The operands of an instance that can be forwarded.
pub fn operands(instances: &Instances, number: usize) -> Vec<Candidate> {
    let (registers, numbers) = (&instances.registers[number], &instances.low_numbers[number]);
    let mut found: Vec<Candidate> = Vec::new();
    for operand in instances.list[number].arguments.iter().filter_map(|argument| argument.operand()) {
        let (position, name) = match operand {
            OperandType::Register(at @ (0 | 1)) if registers.read[at] => (Some(at), format!("Register({at})")),
            OperandType::Memory { indexed: false, aligned: false } => (registers.memory, "Base".to_string()),
            OperandType::Xmm(at @ (0 | 1)) => match numbers.read[at] {
                Some(bits) => (Some(at), format!("Number({at}, {bits})")),
                None => continue,
            },
            _ => continue,
        };
        if !found.iter().any(|candidate| candidate.operand == operand) {
            found.push(Candidate { operand, position, name });
        }
    }
    found
}

/// Those that are forwarded in a copy, by its bits.
pub fn forwarded(instances: &Instances, number: usize, bits: u8) -> Vec<OperandType> {
    let operands = operands(instances, number).into_iter().enumerate();
    operands.filter(|(at, _)| bits >> at & 1 != 0).map(|(_, candidate)| candidate.operand).collect()
}

/// A copy of an instruction: which results it is forwarded, and the instruction.
pub fn copy(instances: &Instances, number: usize, bits: u8) -> String {
    let forwarded = forwarded(instances, number, bits);
    let instruction = instances.list[number].rust(Rendering::Fast(&forwarded));
    let is_number = |operand: &OperandType| matches!(operand, OperandType::Xmm(_));
    match (forwarded.iter().any(is_number), forwarded.iter().all(is_number)) {
        _ if forwarded.is_empty() => instruction,
        (false, _) => format!("forwarded(general) {instruction}"),
        (true, true) => format!("forwarded(number) {instruction}"),
        (true, false) => format!("forwarded(general, number) {instruction}"),
    }
}

/// The copies of an instance, and what the engine needs to know of them.
pub fn emit(out: &mut String, instances: &Instances, number: usize) {
    let instance = &instances.list[number];
    let operands = operands(instances, number);
    let ((gives, gift), dead) = (instances.gift(number), instance.dead());
    let mut pairs = Vec::new();
    for bits in 1..1_u8 << operands.len() {
        let text = copy(instances, number, bits);
        let name = format!("h{number}_forwarded{bits}");
        writeln!(out, "handler!({name}_live, Live, {gives}, (h{number}_checked) {text});").unwrap();
        if instance.ending == Ending::Flags {
            writeln!(out, "handler!({name}_dead, Dead, {gives}, (h{number}_checked) {text});").unwrap();
        }
        pairs.push(format!("[{name}_live, {name}_{dead}]"));
    }
    let names: Vec<String> = operands.iter().map(|one| format!("ForwardedOperand::{}", one.name)).collect();
    writeln!(
        out,
        "static FORWARDING_{number}: Forwarding = Forwarding {{ gives: {gift}, operands: &[{}], handlers: &[{}] }};",
        names.join(", "),
        pairs.join(", ")
    )
    .unwrap();
}
