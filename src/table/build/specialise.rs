//! Copies with constant registers: neither the numbers of registers nor their addresses are computed at run
//! time. `sequences.json` names the instructions that have them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::super::handler::Ending;
use super::super::schema::TableError;
use super::copies::Copies;
use super::instance::{Copy, Instance, OperandType, Rendering};
use super::instances::Instances;

/// The operands that become constants, by the number of the instance.
///
/// # Errors
/// An instruction that is not there, or has no register that can be a constant.
pub fn wanted(copies: &Copies, instances: &Instances) -> Result<BTreeMap<usize, Vec<OperandType>>, TableError> {
    let mut wanted = BTreeMap::new();
    for (line, name) in &copies.constant {
        let number = instances.names.find(*line, name)?;
        let operands = operands(&instances.list[number]);
        let bytes = name.split([' ', ',']).any(|operand| operand == "r8");
        if operands.is_empty() || bytes {
            return Err(Copies::error(*line, format!("`{name}` has no register that can be a constant")));
        }
        if wanted.insert(number, operands).is_some() {
            return Err(Copies::error(*line, format!("`{name}` is there already, perhaps by another name; remove it")));
        }
    }
    Ok(wanted)
}

/// The operands of an instance whose registers can be constants.
fn operands(instance: &Instance) -> Vec<OperandType> {
    let operands: BTreeSet<OperandType> = instance.arguments.iter().filter_map(|argument| argument.operand()).collect();
    let can = |operand: &OperandType| {
        matches!(
            operand,
            OperandType::Register(0 | 1)
                | OperandType::Xmm(0 | 1)
                | OperandType::Memory { indexed: false, aligned: false }
        )
    };
    operands.into_iter().filter(can).collect()
}

/// The names of those registers in the run-time index of the copies (`RegisterSlot`).
fn slot(operand: &OperandType) -> &'static str {
    match operand {
        OperandType::Register(0) | OperandType::Xmm(0) => "RegisterSlot::R0",
        OperandType::Register(_) | OperandType::Xmm(_) => "RegisterSlot::R1",
        _ => "RegisterSlot::Base",
    }
}

/// The copies of an instance, and their index: the first register changes slowest.
pub fn emit(out: &mut String, instances: &Instances, number: usize, operands: &[OperandType]) {
    let mut pairs = Vec::new();
    let instance = &instances.list[number];
    let dead = instance.dead();
    for copy in 0..8_usize.pow(operands.len() as u32) {
        let register = |place: usize| (copy / 8_usize.pow((operands.len() - 1 - place) as u32) % 8) as u8;
        let constants: Vec<(OperandType, Copy)> =
            operands.iter().enumerate().map(|(place, operand)| (*operand, Copy::Constant(register(place)))).collect();
        let text = instance.rust(Rendering::Fast(&constants));
        let first = operands.iter().position(|operand| *operand == OperandType::Register(0));
        let gives = match first.filter(|_| instances.gives(number)) {
            Some(place) => format!("ResultAt<{}>", register(place)),
            None => instances.gift(number).to_string(),
        };
        writeln!(out, "handler!(h{number}_live{copy}, Live, {gives}, (h{number}_checked) {text});").unwrap();
        if instance.ending == Ending::Flags {
            writeln!(out, "handler!(h{number}_dead{copy}, Dead, {gives}, (h{number}_checked) {text});").unwrap();
        }
        pairs.push(format!("[h{number}_live{copy}, h{number}_{dead}{copy}]"));
    }
    let slots: Vec<&str> = operands.iter().map(slot).collect();
    writeln!(
        out,
        "static SPECIAL_{number}: Special = Special {{ slots: &[{}], handlers: &[{}] }};",
        slots.join(", "),
        pairs.join(", ")
    )
    .unwrap();
}
