//! Handler names: every row's handler is a function, and every function has a row.

use std::collections::{BTreeMap, BTreeSet};

use super::super::schema::{ParsedRow, TableError, near};
use super::proposal;
use super::signature::Signature;
use super::source::Functions;

/// Handlers that rows name and no file has: each once, at its first row.
pub fn missing(rows: &[ParsedRow], functions: &Functions) -> Vec<TableError> {
    let signatures = &functions.handlers;
    let mut naming: BTreeMap<&String, Vec<&ParsedRow>> = BTreeMap::new();
    for row in rows {
        if let Some(name) = row.raw.handler.as_ref().filter(|name| !signatures.contains_key(*name)) {
            naming.entry(name).or_default().push(row);
        }
    }
    let mut errors: Vec<TableError> = naming
        .iter()
        .map(|(name, naming)| match functions.unusable.get(*name) {
            Some(reason) => naming[0].error(format!("its handler cannot be used: {reason}")),
            None => naming[0].error(how_to_write(name, naming, rows, signatures)),
        })
        .collect();
    errors.sort_by_key(|error| error.line);
    errors
}

/// Functions that no row names, but for those that a row with a slip in the name may mean.
pub fn unused(rows: &[ParsedRow], signatures: &BTreeMap<String, Signature>) -> Vec<TableError> {
    let named: BTreeSet<&str> = rows.iter().filter_map(|row| row.raw.handler.as_deref()).collect();
    let known = || signatures.keys().map(String::as_str);
    let missing = named.iter().filter(|name| !signatures.contains_key(**name));
    let meant: BTreeSet<&str> = missing.filter_map(|name| near::nearest(name, known())).collect();
    let unused =
        signatures.iter().filter(|(name, _)| ![&named, &meant].iter().any(|names| names.contains(name.as_str())));
    let problem = |(name, signature): (&String, &Signature)| {
        format!(
            "no row names the handler `{name}` of {}; name it in a row, or make it `pub(super)` if it is none",
            signature.at
        )
    };
    unused.map(|one| TableError::file(0, problem(one))).collect()
}

/// Where the function belongs, and its signature.
fn how_to_write(
    name: &str,
    naming: &[&ParsedRow],
    rows: &[ParsedRow],
    signatures: &BTreeMap<String, Signature>,
) -> String {
    let row = naming[0];
    let near = near::did_you_mean(name, signatures.keys().map(String::as_str));
    let file = proposal::file(row, rows, signatures).unwrap_or("src/instructions/");
    let more = match naming.len() {
        1 => String::new(),
        2 => "; 1 more row names it".to_string(),
        count => format!("; {} more rows name it", count - 1),
    };
    format!(
        "there is no handler `{name}`{near}; write it in {file}:\n    \
         /// {}: … (SDM Vol. {}, \"{}\").\n    \
         {}\n    \
         (\"handler\":null says that it is still to be written{more})",
        row.instruction.mnemonic,
        row.raw.sdm.split(' ').next().unwrap_or_default(),
        row.instruction.mnemonic,
        proposal::signature(name, naming),
    )
}
