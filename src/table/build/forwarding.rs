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
/// An instruction that is not there, or writes a part of a register.
pub fn wanted(copies: &Copies, instances: &mut Instances) -> Result<(), TableError> {
    for (line, name) in &copies.forwarding {
        let number = instances.names.find(*line, name)?;
        if instances.registers[number].partly {
            let problem = format!("`{name}` writes part of a register, whose value cannot be handed over; remove it");
            return Err(Copies::error(*line, problem));
        }
        instances.forwards[number] = true;
    }
    Ok(())
}

/// The operands of an instance that can be forwarded, with their names in the engine.
pub fn operands(instances: &Instances, number: usize) -> Vec<(OperandType, &'static str)> {
    let read = instances.registers[number].read;
    let mut found: Vec<(OperandType, &'static str)> = Vec::new();
    for operand in instances.list[number].arguments.iter().filter_map(|argument| argument.operand()) {
        let name = match operand {
            OperandType::Register(0) if read[0] => "First",
            OperandType::Register(1) if read[1] => "Second",
            OperandType::Memory { indexed: false, aligned: false } => "Base",
            _ => continue,
        };
        if !found.contains(&(operand, name)) {
            found.push((operand, name));
        }
    }
    found
}

/// Those that are forwarded in a copy, by its bits.
pub fn forwarded(instances: &Instances, number: usize, bits: u8) -> Vec<OperandType> {
    let operands = operands(instances, number).into_iter().enumerate();
    operands.filter(|(at, _)| bits >> at & 1 != 0).map(|(_, (operand, _))| operand).collect()
}

/// The copies of an instance, and what the engine needs to know of them.
pub fn emit(out: &mut String, instances: &Instances, number: usize) {
    let instance = &instances.list[number];
    let operands = operands(instances, number);
    let (gives, dead) = (instances.gift(number), instance.dead());
    let mut pairs = Vec::new();
    for bits in 1..1_u8 << operands.len() {
        let text = instance.rust(Rendering::Fast(&forwarded(instances, number, bits)));
        let name = format!("h{number}_forwarded{bits}");
        writeln!(out, "handler!({name}_live, Live, {gives}, (h{number}_checked) forwarded {text});").unwrap();
        if instance.ending == Ending::Flags {
            writeln!(out, "handler!({name}_dead, Dead, {gives}, (h{number}_checked) forwarded {text});").unwrap();
        }
        pairs.push(format!("[{name}_live, {name}_{dead}]"));
    }
    let names: Vec<String> = operands.iter().map(|(_, name)| format!("ForwardedOperand::{name}")).collect();
    writeln!(
        out,
        "static FORWARDING_{number}: Forwarding = Forwarding {{ gives: {}, operands: &[{}], handlers: &[{}] }};",
        instances.gives(number),
        names.join(", "),
        pairs.join(", ")
    )
    .unwrap();
}
