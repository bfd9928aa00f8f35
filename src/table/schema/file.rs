//! The file as a whole: `{"legend":{…},"rows":[…]}`, one row a line.

use serde_json::Value;

use super::{ParsedRow, TableError, checks, json, notation, tuple};

const ONE_A_LINE: &str = "write one row a line, its opcode first: {\"opcode\":\"01 /r\", \"instruction\":…";

/// Reads the whole file: every row, or every error.
///
/// # Errors
/// Everything wrong with each row by itself, else with the file around them; `build::maps` finds
/// what is wrong between rows.
pub fn read(text: &str) -> Result<Vec<ParsedRow>, Vec<TableError>> {
    let (mut rows, mut errors) = (Vec::new(), Vec::new());
    for (index, line) in text.lines().enumerate().filter(|(_, line)| is_row(line)) {
        match read_row(line, index + 1) {
            Ok(row) => rows.push(row),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() {
        errors.extend(file_error(text));
    }
    if errors.is_empty() { Ok(rows) } else { Err(errors) }
}

/// Whether a line is a row: each begins with its opcode.
fn is_row(line: &str) -> bool {
    line.trim_start().starts_with("{\"opcode\"")
}

fn read_row(line: &str, number: usize) -> Result<ParsedRow, TableError> {
    let text = line.trim();
    let text = text.strip_suffix(',').unwrap_or(text);
    let raw = json::row(text).map_err(|fault| {
        let indent = line.len() - line.trim_start().len();
        TableError { column: indent + fault.column, row: title(text), ..TableError::file(number, fault.problem) }
    })?;
    let row = format!("`{}` `{}`", raw.opcode, raw.instruction);
    let error = |problem: String| TableError { row: row.clone(), ..TableError::file(number, problem) };
    let opcode = notation::opcode(&raw.opcode).map_err(|wrong| error(format!("opcode: {wrong}")))?;
    let instruction = notation::instruction(&raw.instruction, &raw.encoding)
        .map_err(|wrong| error(format!("instruction: {wrong}")))?;
    let flags = notation::flag_effects(&raw.flags).map_err(&error)?;
    let memory_bits = tuple::memory_bits(&raw, &opcode, &instruction).map_err(&error)?;
    let parsed = ParsedRow { raw, line: number, opcode, instruction, flags, memory_bits };
    checks::check(&parsed).map_err(&error)?;
    Ok(parsed)
}

/// Opcode and instruction of a row that is JSON at least.
fn title(text: &str) -> String {
    let whole: Value = serde_json::from_str(text).unwrap_or_default();
    let column = |name: &str| whole.get(name).and_then(Value::as_str).map(|value| format!("`{value}`"));
    [column("opcode"), column("instruction")].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// What is wrong around the rows, each of which is right.
fn file_error(text: &str) -> Option<TableError> {
    let whole: Value = match serde_json::from_str(text) {
        Ok(whole) => whole,
        Err(error) => return Some(comma(text).unwrap_or_else(|| syntax(&error))),
    };
    let Some(rows) = whole.get("rows").and_then(Value::as_array) else {
        let problem = "there is no list \"rows\"; the file is {\"legend\":{…},\"rows\":[…]}";
        return Some(TableError::file(0, problem.to_string()));
    };
    let other = whole.as_object()?.keys().find(|key| !["legend", "rows"].contains(&key.as_str()));
    if let Some(other) = other {
        let problem = format!("`{other}` stands beside the legend and the rows; remove it");
        return Some(TableError::file(0, problem));
    }
    let lines = text.lines().filter(|line| is_row(line)).count();
    (rows.len() != lines).then(|| TableError::file(stray(text).unwrap_or(0), ONE_A_LINE.to_string()))
}

/// A comma that is missing between two rows, or that stands behind the last one.
fn comma(text: &str) -> Option<TableError> {
    let rows: Vec<(usize, &str)> = text.lines().enumerate().filter(|(_, line)| is_row(line)).collect();
    let (last, others) = rows.split_last()?;
    let at = |(index, line): (usize, &str), problem: &str| TableError {
        column: line.trim_end().len(),
        ..TableError::file(index + 1, problem.to_string())
    };
    let lacking = others.iter().find(|(_, line)| !line.trim_end().ends_with(','));
    match lacking {
        Some(row) => Some(at(*row, "write a comma behind the row")),
        None if last.1.trim_end().ends_with(',') => Some(at(*last, "the last row has a comma behind it; remove it")),
        None => None,
    }
}

fn syntax(error: &serde_json::Error) -> TableError {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    TableError { column: error.column(), ..TableError::file(error.line(), format!("not JSON: {said}")) }
}

/// The line of a row that does not begin with its opcode, or of two rows.
fn stray(text: &str) -> Option<usize> {
    let mut body = text.lines().enumerate().skip_while(|(_, line)| !line.contains("\"rows\"")).skip(1);
    let is_stray = |line: &str| line.starts_with('{') && !is_row(line) || line.matches("{\"opcode\"").count() > 1;
    body.find(|(_, line)| is_stray(line.trim())).map(|(index, _)| index + 1)
}
