//! The formats in which a command reports, named once for all of them.

use clap::ValueEnum;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// How a command writes its report.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum OutputFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// For a page of documentation
    Markdown,
    /// A page for a browser
    Html,
}

impl OutputFormat {
    /// The formats that every command has.
    pub const PLAIN: [OutputFormat; 2] = [OutputFormat::Text, OutputFormat::Json];

    /// Parses the name of one of `allowed`, and lists them in the help of the option.
    pub fn parser(allowed: &'static [OutputFormat]) -> impl TypedValueParser<Value = OutputFormat> {
        let named: Vec<PossibleValue> = allowed.iter().filter_map(ValueEnum::to_possible_value).collect();
        PossibleValuesParser::new(named).try_map(|name| OutputFormat::from_str(&name, false))
    }
}
