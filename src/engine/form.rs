//! Forms: the instructions of the table as the engine tells them apart. All encodings that one instance of an
//! instruction function executes are one form; a register and memory in the same operand are two.
//!
//! Nothing here takes part in execution. It is for those who count what a program executes.

use std::collections::{BTreeMap, BTreeSet};

use crate::decode::Instruction;
use crate::instructions::{Exception, Machine};
use crate::table;
use crate::table::handler::{Ending, Shape};

use super::assumptions::Assumptions;
use super::draft::{Draft, decode, draft};
use super::fetch::CodeWindow;
use super::handlers;

/// What tells a form from others.
pub type FormKey = u16;

/// An instruction of the program, as a block would have it.
pub struct Occurrence {
    /// As it was decoded.
    pub instruction: Instruction,
    /// Its form.
    pub form: FormKey,
    /// Whether and when it transfers control.
    pub ending: Ending,
    /// Whether only the checked copy of its handler can execute it, so that no sequence contains it.
    pub checked: bool,
}

/// The instruction at EIP.
///
/// # Errors
/// What executing it would raise because of its encoding.
pub fn occurrence(m: &mut Machine) -> Result<Occurrence, Exception> {
    let assumptions = Assumptions::of(&m.cpu);
    let (mut window, eip) = (CodeWindow::new(m), m.cpu.eip);
    let instruction = decode(m, eip)?;
    let Draft { instance: form, variants, checked, .. } = draft(&mut window, m, eip, &assumptions)?;
    Ok(Occurrence { instruction, form, ending: variants.ending, checked })
}

/// The names of a form.
#[derive(Clone, Debug)]
pub struct FormNames {
    /// Those that its rows give it, each once: the shortest first that leaves all registers open. Of names that
    /// stand for other forms too, only the first is here, and only if there is no better one.
    pub names: Vec<String>,
    /// Whether they stand for this form alone.
    pub unique: bool,
}

/// The names of all forms, as `Shape::name` gives them.
/// Forms that only 16-bit operand size leads to share names with others; a name stands for 32 bits.
pub fn names() -> BTreeMap<FormKey, FormNames> {
    let mut given: BTreeMap<FormKey, Vec<(u8, String)>> = BTreeMap::new();
    let mut meant: BTreeMap<String, BTreeSet<FormKey>> = BTreeMap::new();
    for size in [32, 16] {
        for (index, row) in table::rows().iter().enumerate() {
            for shape in [Shape::Register, Shape::Base, Shape::Indexed] {
                let Some((form, _)) = handlers::find(index as u16, size, shape) else { continue };
                let name = shape.name(&row.instruction, row.far);
                if size == 32 {
                    meant.entry(name.clone()).or_default().insert(form);
                }
                let names = given.entry(form).or_default();
                if !names.iter().any(|(_, known)| *known == name) {
                    names.push((size, name));
                }
            }
        }
    }
    let is_unique = |(size, name): &(u8, String)| *size == 32 && meant[name].len() == 1;
    let choose = |mut names: Vec<(u8, String)>| {
        names.sort_by_key(|name| (!is_unique(name), names_register(&name.1), name.1.len(), name.1.contains("rel16")));
        let unique = is_unique(&names[0]);
        let count = names.iter().filter(|name| is_unique(name)).count().max(1);
        FormNames { names: names.into_iter().take(count).map(|(_, name)| name).collect(), unique }
    };
    given.into_iter().map(|(form, names)| (form, choose(names))).collect()
}

/// Whether a name says which register an operand is.
fn names_register(name: &str) -> bool {
    name.split_once(' ').is_some_and(|(_, operands)| operands.contains(char::is_uppercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(code: &[u8]) -> FormNames {
        let mut m = Machine::default();
        m.memory.map(0, 4096, crate::memory::Perm::READ | crate::memory::Perm::EXECUTE);
        m.memory.copy_in(0, code);
        let occurrence = occurrence(&mut m).unwrap();
        names()[&occurrence.form].clone()
    }

    #[test]
    fn encodings_of_one_instance_have_one_name() {
        for code in [&[0x81, 0xc1, 0, 1, 0, 0][..], &[0x83, 0xc1, 1], &[0x05, 0, 1, 0, 0]] {
            assert_eq!(form(code).names[0], "ADD r32, imm8");
        }
        assert_eq!(form(&[0x0f, 0x84, 0, 0, 0, 0]).names, form(&[0x74, 0]).names);
        assert_eq!(form(&[0x3c, 1]).names, ["CMP r8, imm8", "CMP AL, imm8"]);
        assert_eq!(form(&[0x89, 0xc8]).names, form(&[0x8b, 0xc8]).names);
    }

    #[test]
    fn registers_and_both_kinds_of_addresses_are_forms_of_their_own() {
        assert_eq!(form(&[0x8b, 0xc8]).names[0], "MOV r32, r32");
        assert_eq!(form(&[0x8b, 0x08]).names[0], "MOV r32, m32");
        assert_eq!(form(&[0x8b, 0x0c, 0x88]).names[0], "MOV r32, m32(sib)");
        assert_eq!(form(&[0x65, 0x8b, 0x08]).names[0], "MOV r32, m32(sib)");
    }

    #[test]
    fn what_only_16_bit_operand_size_leads_to_has_no_name_of_its_own() {
        assert!(form(&[0x6a, 1]).unique);
        assert!(!form(&[0x66, 0x6a, 1]).unique);
        assert_eq!((&form(&[0xc3]).names[0][..], &form(&[0xcb]).names[0][..]), ("RET", "RET far"));
    }
}
