//! What `build.rs` makes of `opcodes.json`: the slot and form maps, the static rows, and the
//! instances of the instruction functions. Used at build time and by the tests of the build.

pub mod bind;
pub mod contract;
pub mod copies;
pub mod emit;
pub mod first_operands;
pub mod forwarding;
pub mod instance;
pub mod instances;
pub mod left_out;
pub mod maps;
pub mod names;
pub mod numbers;
pub mod operands;
pub mod order;
pub mod patterns;
pub mod proposal;
pub mod rows;
pub mod sequences;
pub mod signature;
pub mod source;
pub mod texts;
pub mod widths;

use super::schema::{self, TableError};
use copies::Copies;
use source::Functions;
use texts::Texts;

/// The generated source files.
#[derive(Debug)]
pub struct Generated {
    /// Rows and maps, included by `src/table/mod.rs`.
    pub table: String,
    /// The texts of the rows, included by `src/table/text.rs`.
    pub texts: String,
    /// Handlers and their index, included by `src/engine/handlers.rs`.
    pub handlers: String,
}

/// Checks the text of `opcodes.json` against the instruction functions and generates the source, with the
/// copies that `sequences.json` asks for.
///
/// # Errors
/// Everything wrong with the table: of each row by itself, else between rows, else with handlers.
pub fn generate(text: &str, functions: &Functions, copies: &Copies) -> Result<Generated, Vec<TableError>> {
    let rows = schema::read(text)?;
    let maps = maps::build(&rows)?;
    let between = order::check(&rows);
    if !between.is_empty() {
        return Err(between);
    }
    let mut errors = names::unused(&rows, &functions.handlers);
    errors.extend(names::missing(&rows, functions));
    if !errors.is_empty() {
        return Err(errors);
    }
    let contradictions = contract::check(&rows, &functions.handlers);
    if !contradictions.is_empty() {
        return Err(contradictions);
    }
    let handlers = emit::handlers(&rows, &functions.handlers, copies)?;
    let mut texts = Texts::default();
    let table = rows::table(&rows, &maps, &mut texts) + &left_out::forms();
    Ok(Generated { table, texts: texts.lines, handlers })
}
