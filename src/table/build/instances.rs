//! The instances that the rows of the table need, by number, by row and by name.

use std::collections::BTreeMap;

use super::super::handler::Ending;
use super::super::notation::STATUS_FLAGS;
use super::super::schema::{ParsedRow, TableError};
use super::bind::{self, SHAPES};
use super::copies::Names;
use super::first_operands::FirstOperands;
use super::instance::Instance;
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
        self.forwards.push(false);
        number
    }

    /// Whether an instance hands over what it writes.
    pub fn gives(&self, number: usize) -> bool {
        self.forwards[number] && self.registers[number].written
    }

    /// The name of what it hands over.
    pub fn gift(&self, number: usize) -> &'static str {
        if self.gives(number) { "Result0" } else { "Passes" }
    }
}
