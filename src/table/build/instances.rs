//! The instances that the rows of the table need, by number, by row and by name.

use std::collections::BTreeMap;

use super::super::handler::Ending;
use super::super::notation::STATUS_FLAGS;
use super::super::schema::{ParsedRow, TableError};
use super::bind::{self, SHAPES};
use super::copies::Names;
use super::first_operands::FirstOperands;
use super::instance::Instance;
use super::numbers::{LowNumbers, MOST};
use super::signature::Signature;

/// Which instances each row has: for 16 and 32-bit operand size, one for each shape.
type RowInstances = [Option<usize>; 6];

/// The instances that the rows need, by number.
#[derive(Default)]
pub struct Instances {
    numbers: BTreeMap<Instance, usize>,
    /// In the order of their numbers.
    pub list: Vec<Instance>,
    /// Which depend on the flags before them: they read some, or write some and leave the others alone.
    pub use_flags: Vec<bool>,
    /// What their operands are.
    pub registers: Vec<FirstOperands>,
    /// What they do with the low numbers of XMM registers.
    pub low_numbers: Vec<LowNumbers>,
    /// Which take part in forwarding.
    pub forwards: Vec<bool>,
    /// By the names that rows give them.
    pub names: Names,
    /// Those of each row.
    pub rows: Vec<RowInstances>,
}

impl Instances {
    /// Adds those of a row, with names if copies will ask for them.
    pub fn add(
        &mut self,
        row: &ParsedRow,
        signatures: &BTreeMap<String, Signature>,
        named: bool,
    ) -> Result<(), TableError> {
        let mut found = [None; 6];
        let signature = row.raw.handler.as_ref().and_then(|name| signatures.get(name));
        for (at, slot) in found.iter_mut().enumerate() {
            let (size, shape) = (if at < 3 { 16 } else { 32 }, SHAPES[at % 3]);
            let Some(signature) = signature.filter(|_| bind::has_shape(row, shape)) else { continue };
            let number = self.number(bind::instance(row, signature, size, shape)?);
            let writes_some =
                self.list[number].ending == Ending::Flags && row.flags.killed & STATUS_FLAGS != STATUS_FLAGS;
            self.use_flags[number] |= row.flags.tested != 0 || writes_some;
            self.registers[number] = FirstOperands::of(row, shape);
            self.low_numbers[number] = LowNumbers::of(row, signature, &self.list[number]);
            *slot = Some(number);
            if named && size == 32 {
                self.names.add(row, shape, number);
            }
        }
        self.rows.push(found);
        Ok(())
    }

    fn number(&mut self, instance: Instance) -> usize {
        if let Some(number) = self.numbers.get(&instance) {
            return *number;
        }
        let number = self.list.len();
        self.numbers.insert(instance.clone(), number);
        self.list.push(instance);
        self.use_flags.push(false);
        self.registers.push(FirstOperands::default());
        self.low_numbers.push(LowNumbers::default());
        self.forwards.push(false);
        number
    }

    /// What an instance hands over, in the engine's words: as a type, and as a value.
    pub fn gift(&self, number: usize) -> (String, String) {
        let (register, written) = (self.registers[number].written, self.low_numbers[number].written);
        match written {
            _ if !self.forwards[number] => ("Passes".to_string(), "Gift::Nothing".to_string()),
            Some(bits) if bits > MOST => ("Whole0".to_string(), format!("Gift::Number({MOST})")),
            Some(bits) => (format!("Number0<u{bits}>"), format!("Gift::Number({bits})")),
            None if register => ("Register0".to_string(), "Gift::Register".to_string()),
            None => ("Passes".to_string(), "Gift::Nothing".to_string()),
        }
    }
}
