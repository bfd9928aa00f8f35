//! The signatures of the instruction functions, read from their source: the other half of the
//! bridge between the table and the code.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// How an instruction ends, from its return type.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Ending {
    /// `()`: goes on.
    Plain,
    /// `Flags`: goes on, flags written.
    Flags,
    /// `Branch`, `Repeated`: may go elsewhere.
    Conditional,
    /// `Direct`, `Jump`, `Leave`: ends the block.
    Always,
}

/// A generic parameter of an instruction function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Parameter {
    /// `A: AccessMode`.
    Access,
    /// `W: Width`, `V: Vector` or `X: Scalar`, by name.
    Width(String),
    /// `D: Place<W>` or `S: Value<W>`: an operand, by the name or type of its width.
    Operand(String),
    /// `M: Address`: a memory operand whose address is used.
    Address,
    /// `const C: u8`.
    Condition,
    /// `const ORDER: u16`: the number in the mnemonic (FMA's 132, 213, 231).
    Number,
    /// `T: Real`, `T: Stored`: the type of the x87 operand that uses it, by name.
    Real(String),
    /// `L: Lane`: a size letter of the mnemonic.
    Lane,
    /// `F: Float`: a floating-point letter of the mnemonic.
    Format,
}

/// One `pub fn` in `src/instructions`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signature {
    /// Module it stands in.
    pub module: String,
    /// Its name as Rust writes it: `r#loop` where the mnemonic is a keyword.
    pub function: String,
    /// Its generic parameters in order.
    pub parameters: Vec<Parameter>,
    /// How it ends.
    pub ending: Ending,
    /// `Faulting` instead of `Outcome`: raises exceptions of its own.
    pub faulting: bool,
}

/// The instruction functions of the source files of a folder and of those below it, read in the order
/// of their names.
///
/// # Panics
/// If a file cannot be read: the folder is part of the package.
pub fn folder(folder: &Path) -> BTreeMap<String, Signature> {
    let mut found = BTreeMap::new();
    scan_folder(folder, "", &mut found);
    found
}

fn scan_folder(folder: &Path, module: &str, found: &mut BTreeMap<String, Signature>) {
    let entries = fs::read_dir(folder).expect("src/instructions is part of the package");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.sort();
    for path in paths {
        let inner = format!("{module}{}", path.file_stem().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            scan_folder(&path, &format!("{inner}::"), found);
        } else {
            scan(&inner, &fs::read_to_string(&path).expect("a readable file"), found);
        }
    }
}

/// Finds the instruction functions of one source file: every `pub fn` over `&mut Machine, &Op`.
pub fn scan(module: &str, source: &str, found: &mut BTreeMap<String, Signature>) {
    for part in source.split("\npub fn ").skip(1) {
        let head = part.split(" {").next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((name, signature)) = parse(module, &head) {
            found.insert(name, signature);
        }
    }
}

fn parse(module: &str, head: &str) -> Option<(String, Signature)> {
    let faulting = head.contains(" -> Faulting<");
    let (before, result) = head.split_once(if faulting { " -> Faulting<" } else { " -> Outcome<" })?;
    let open = before.rfind('(')?;
    let arguments: Vec<&str> =
        before[open + 1..].trim_end_matches(')').split(',').filter(|argument| !argument.trim().is_empty()).collect();
    let takes = |at: usize, kind: &str| arguments.get(at).is_some_and(|argument| argument.ends_with(kind));
    if arguments.len() != 2 || !takes(0, ": &mut Machine") || !takes(1, ": &Op") {
        return None;
    }
    let ending = match result.trim_end_matches('>') {
        "()" => Ending::Plain,
        "Flags" => Ending::Flags,
        "Branch" | "Repeated" => Ending::Conditional,
        _ => Ending::Always,
    };
    let function = before[..open].split('<').next()?.trim().to_string();
    let name = function.trim_start_matches("r#").to_string();
    let generics = before[..open].split_once('<').map_or("", |(_, generics)| generics.trim_end_matches('>'));
    // `Place<W>` lost nothing but its last `>`, which only the last parameter can have lost.
    let parameters =
        generics.split(',').map(str::trim).filter(|one| !one.is_empty()).map(parameter).collect::<Option<_>>()?;
    Some((name, Signature { module: module.to_string(), function, parameters, ending, faulting }))
}

fn parameter(text: &str) -> Option<Parameter> {
    let (name, bound) = text.split_once(':').map(|(name, bound)| (name.trim(), bound.trim()))?;
    let width = |prefix: &str| Some(bound.strip_prefix(prefix)?.trim_end_matches('>').to_string());
    Some(match bound {
        "AccessMode" => Parameter::Access,
        "Address" => Parameter::Address,
        "u8" if name.starts_with("const ") => Parameter::Condition,
        "u16" if name.starts_with("const ") => Parameter::Number,
        "Real" | "Stored" => Parameter::Real(name.to_string()),
        "Lane" => Parameter::Lane,
        "Format" | "Float" => Parameter::Format,
        _ if ["Width", "Vector", "Scalar"].iter().any(|kind| bound.starts_with(kind)) => {
            Parameter::Width(name.to_string())
        }
        _ => Parameter::Operand(width("Place<").or_else(|| width("Value<"))?),
    })
}
