//! `--config FILE`: options of a command in a TOML file, under the names that they have on the command line.
//!
//! The keys are the long options that the command is defined with, so that a new option is a key without further
//! work. What the file says is put in front of the other arguments and parsed with them.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use toml_edit::{Document, Item, Value};

use super::failure::Failure;
use super::near;

/// Options that make no sense in a file.
const REFUSED: [&str; 2] = ["config", "help"];

/// The arguments of this process with those of the file that `--config` names, if it does.
///
/// Lists of the file and of the command line are added; a single value of the command line wins.
///
/// # Errors
/// The file cannot be read, or says something that is no option.
pub fn with_options(arguments: Vec<OsString>, tab86: &Command) -> Result<Vec<OsString>, Failure> {
    // What is wrong with the arguments is said when they are parsed for good.
    let Ok(matches) = tab86.clone().try_get_matches_from(&arguments) else { return Ok(arguments) };
    let Some((name, given)) = matches.subcommand() else { return Ok(arguments) };
    let (Ok(Some(path)), Some(command)) = (given.try_get_one::<PathBuf>("config"), tab86.find_subcommand(name)) else {
        return Ok(arguments);
    };
    let added = read(path, command, given)?;
    let mut all = arguments;
    // The first is the program's own name, the second the command's.
    all.splice(2..2, added);
    Ok(all)
}

/// The options of a file as arguments, without single values that were given already.
fn read(path: &Path, command: &Command, given: &ArgMatches) -> Result<Vec<OsString>, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
    let at = |place: Option<std::ops::Range<usize>>, problem: String| {
        let start = place.map_or(0, |place| place.start);
        let line = 1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count();
        Failure::failed(format_args!("{}:{line}: {problem}", path.display()))
    };
    let document = Document::parse(text.as_str()).map_err(|error| at(error.span(), error.message().to_string()))?;
    let mut arguments = Vec::new();
    for (name, _) in document.as_table().iter() {
        let Some((key, item)) = document.as_table().get_key_value(name) else { continue };
        let option = find(command, name).map_err(|problem| at(key.span(), problem))?;
        let is_list = matches!(option.get_action(), ArgAction::Append);
        let is_given = given.value_source(option.get_id().as_str()) == Some(ValueSource::CommandLine);
        let written = option_arguments(option, name, item).map_err(|problem| at(key.span(), problem))?;
        if is_list || !is_given {
            arguments.extend(written);
        }
    }
    Ok(arguments)
}

/// The option of a name.
fn find<'c>(command: &'c Command, name: &str) -> Result<&'c Arg, String> {
    let long = |option: &'c Arg| option.get_long().filter(|long| !REFUSED.contains(long));
    let known = command.get_arguments().find(|option| long(option) == Some(name));
    known.ok_or_else(|| {
        let near = near::did_you_mean(name, command.get_arguments().filter_map(long));
        format!("`{name}` is no option of `tab86 {}`{near}", command.get_name())
    })
}

/// An option with its values, an argument each.
fn option_arguments(option: &Arg, name: &str, item: &Item) -> Result<Vec<OsString>, String> {
    let value = item.as_value().ok_or_else(|| format!("`{name}` is a table; options are not in tables"))?;
    let is_flag = matches!(option.get_action(), ArgAction::SetTrue);
    let takes_none = is_flag || option.get_num_args().is_some_and(|number| number.min_values() == 0);
    match value {
        Value::Boolean(on) if takes_none => Ok(on.value().then(|| format!("--{name}").into()).into_iter().collect()),
        _ if is_flag => Err(format!("`{name}` is true or false")),
        Value::Array(values) if matches!(option.get_action(), ArgAction::Append) => {
            values.iter().map(|value| with_value(name, value)).collect()
        }
        value => Ok(vec![with_value(name, value)?]),
    }
}

fn with_value(name: &str, value: &Value) -> Result<OsString, String> {
    let text = match value {
        Value::String(text) => text.value().clone(),
        Value::Integer(number) => number.value().to_string(),
        Value::Float(number) => number.value().to_string(),
        other => return Err(format!("`{name}` cannot be {}; write a text or a number", other.type_name())),
    };
    Ok(format!("--{name}={text}").into())
}
