//! A row as JSON: its keys, which serde would take in any order, and where on the line a fault is.

use std::collections::BTreeMap;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;

use super::near::did_you_mean;
use super::{KEYS, RawRow};

/// A fault of the text: the column, counted from 1, and what to say about it.
pub struct JsonFault {
    /// The column in the text of the row.
    pub column: usize,
    /// What is wrong, and the remedy.
    pub problem: String,
}

/// Reads the text of one row.
///
/// # Errors
/// Text that is not JSON; a key that is unknown, missing, written twice, out of order or empty; a
/// value of another type.
pub fn row(text: &str) -> Result<RawRow, JsonFault> {
    let Entries(entries) = serde_json::from_str(text).map_err(|error| syntax(&error))?;
    for (at, (key, value)) in entries.iter().enumerate() {
        let problem = key_problem(key, value, &entries[..at]);
        problem.map_or(Ok(()), |problem| Err(JsonFault { column: column(text, key, &entries[..at]), problem }))?;
    }
    serde_json::from_str(text).map_err(|error| wrong_value(&error))
}

/// What is wrong with a key by itself and behind those before it.
fn key_problem(key: &str, value: &Value, before: &[(String, Value)]) -> Option<String> {
    let Some(place) = place(key) else {
        return Some(format!("`{key}` is no key{}; the keys are {}", did_you_mean(key, KEYS), KEYS.join(", ")));
    };
    if before.iter().any(|(other, _)| other == key) {
        return Some(format!("the key `{key}` stands there twice; remove one"));
    }
    if let Some((earlier, _)) = before.iter().find(|(other, _)| self::place(other) > Some(place)) {
        return Some(format!("`{key}` stands behind `{earlier}`; write the keys in the order {}", KEYS.join(", ")));
    }
    let empty = match value {
        Value::String(text) => text.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(flag) => !flag,
        Value::Null => key != "handler",
        _ => false,
    };
    if empty {
        return Some(format!("{key}: says nothing; write its value, or leave the key out"));
    }
    let text = value.as_str().unwrap_or_default();
    let spaced = text.split(' ').any(|part| part.is_empty() || part.contains(char::is_whitespace));
    (spaced && !text.is_empty()).then(|| format!("{key}: `{text}`; write one space between two words, and none around"))
}

fn place(key: &str) -> Option<usize> {
    KEYS.iter().position(|known| *known == key)
}

/// Where a key stands in the text of its row: behind those before it.
fn column(text: &str, key: &str, before: &[(String, Value)]) -> usize {
    let quoted = |key: &str| format!("{key:?}:");
    let mut from = 0;
    for name in before.iter().map(|(name, _)| name.as_str()).chain([key]) {
        from = text[from..].find(&quoted(name)).map_or(from, |at| from + at + 1);
    }
    from.max(1)
}

fn syntax(error: &serde_json::Error) -> JsonFault {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let remedy =
        if error.is_eof() || said == "trailing characters" { "write one row a line, whole" } else { "mend the JSON" };
    JsonFault { column: error.column(), problem: format!("{said}; {remedy}") }
}

/// What serde says about a row whose keys are right.
fn wrong_value(error: &serde_json::Error) -> JsonFault {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let remedy = match said {
        "missing field `handler`" => "; write \"handler\":null while nothing executes the row",
        said if said.starts_with("missing") => "; every row has opcode, instruction, encoding, handler and sdm",
        _ => "",
    };
    JsonFault { column: error.column(), problem: format!("{said}{remedy}") }
}

/// The entries of an object as they stand.
struct Entries(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Entries;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// `"handler": null` must be written out: a missing key is an oversight.
pub fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

/// An object of strings in which no key stands twice.
pub fn without_duplicates<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let Entries(entries) = Entries::deserialize(deserializer)?;
    let mut map = BTreeMap::new();
    for (key, value) in entries {
        let text = value.as_str().ok_or_else(|| D::Error::custom(format!("undefined: {key} is no text")))?;
        if map.insert(key.clone(), text.to_string()).is_some() {
            return Err(D::Error::custom(format!("undefined: {key} stands there twice; remove one")));
        }
    }
    Ok(map)
}
