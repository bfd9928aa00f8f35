//! The signature of an instruction function, and how it is read from a parsed function: the half of
//! the contract between a row and its handler that the code states.

use std::fmt;

use syn::{GenericParam, Generics, Type, TypeParamBound};

use super::super::handler::Ending;

/// The return types of the instruction functions: the ending that each stands for, and what it says of the
/// status flags.
const RETURN_TYPES: [(&str, Ending, StatusFlags); 7] = [
    ("()", Ending::Plain, StatusFlags::Kept),
    ("Flags", Ending::Flags, StatusFlags::Written),
    ("Branch", Ending::Conditional, StatusFlags::Kept),
    ("Repeated", Ending::Conditional, StatusFlags::Any),
    ("Direct", Ending::Always, StatusFlags::Kept),
    ("Jump", Ending::Always, StatusFlags::Kept),
    ("Leave", Ending::Always, StatusFlags::Any),
];

/// What an instruction function does to the status flags, as its return type tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StatusFlags {
    /// It leaves them as they are.
    Kept,
    /// It returns new ones.
    Written,
    /// Its return type does not tell.
    Any,
}

/// What a return type stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReturnType {
    /// How the instruction ends.
    pub ending: Ending,
    /// What it does to the status flags.
    pub flags: StatusFlags,
    /// Whether it is `Faulting`, that is, raises exceptions other than those of the operands.
    pub faulting: bool,
}

/// A generic parameter of an instruction function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Parameter {
    /// `A: AccessMode`: whether memory is accessed on the fast path or with every check.
    Access,
    /// `W: Width`, `V: Vector`, `X: Scalar`: the width of the operands that use it, by name.
    Width(String),
    /// `D: Place<W>`: an operand that is written, by the name or type of its width.
    Place(String),
    /// `S: Value<W>`: an operand that is only read.
    Value(String),
    /// `M: Address`: a memory operand of which only the address is used.
    Address,
    /// `const C: u8`: the condition code in the low four bits of the opcode.
    Condition,
    /// `const ORDER: u16`: the number in the mnemonic (132, 213 or 231 of FMA).
    Number,
    /// `T: Real`, `T: Stored`: the type of the x87 operand that uses it, by name.
    Real(String),
    /// `L: Lane`, `F: Float`: the size of the elements of a vector, by name.
    Lane(String),
}

/// An instruction function: any `pub fn` over `m: &mut Machine, op: &Op` below `src/instructions`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signature {
    /// The path of its module below `instructions`, as Rust writes it.
    pub module: String,
    /// Its name as Rust writes it: `r#loop` where the mnemonic is a keyword.
    pub function: String,
    /// Its generic parameters in order.
    pub parameters: Vec<Parameter>,
    /// What its return type stands for.
    pub returns: ReturnType,
    /// Where it stands.
    pub at: SourceLine,
}

impl Parameter {
    /// The name or type of the width of an operand that is a number or vector.
    pub fn width(&self) -> Option<&str> {
        match self {
            Parameter::Place(width) | Parameter::Value(width) => Some(width),
            _ => None,
        }
    }
}

impl Signature {
    /// The parameters that stand for operands of the row.
    pub fn operands(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters
            .iter()
            .filter(|one| matches!(one, Parameter::Place(_) | Parameter::Value(_) | Parameter::Address))
    }
}

/// A line of a source file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SourceLine {
    /// The file, from the package's folder on.
    pub file: String,
    /// Its line, counted from 1.
    pub line: usize,
}

impl fmt::Display for SourceLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// The bounds that a type parameter can have.
const BOUNDS: &str =
    "AccessMode, Width, Vector, Scalar, Lane, Float, Format, Real, Stored, Address, Place<…> and Value<…>";

/// What a return type stands for.
///
/// # Errors
/// A type that is neither `Outcome<…>` nor `Faulting<…>` of a known one.
pub fn result(output: &syn::ReturnType) -> Result<ReturnType, String> {
    let known = || {
        let names: Vec<&str> = RETURN_TYPES.iter().map(|(name, ..)| *name).collect();
        format!("an instruction function returns Outcome<T> or Faulting<T>, where T is one of {}", names.join(", "))
    };
    let syn::ReturnType::Type(_, output) = output else { return Err(known()) };
    let (name, argument) = last_segment(output).ok_or_else(known)?;
    let faulting = match name.as_str() {
        "Outcome" => false,
        "Faulting" => true,
        _ => return Err(known()),
    };
    let inner = match argument {
        Some(Type::Tuple(tuple)) if tuple.elems.is_empty() => "()".to_string(),
        Some(inner) => last_segment(inner).map(|(name, _)| name).ok_or_else(known)?,
        None => return Err(known()),
    };
    let known_type = RETURN_TYPES.iter().find(|(name, ..)| *name == inner);
    known_type.map(|&(_, ending, flags)| ReturnType { ending, flags, faulting }).ok_or_else(known)
}

/// The generic parameters, with the bounds of their `where` clause.
///
/// # Errors
/// A parameter without a known bound, or with several.
pub fn parameters(generics: &Generics) -> Result<Vec<Parameter>, String> {
    generics.params.iter().map(|one| parameter(one, generics)).collect()
}

fn parameter(parameter: &GenericParam, generics: &Generics) -> Result<Parameter, String> {
    match parameter {
        GenericParam::Lifetime(lifetime) => Err(format!("the lifetime `{}` has no meaning here", lifetime.lifetime)),
        GenericParam::Const(constant) => match last_segment(&constant.ty).map(|(name, _)| name).as_deref() {
            Some("u8") => Ok(Parameter::Condition),
            Some("u16") => Ok(Parameter::Number),
            _ => Err(format!("`const {}` is neither u8 (a condition) nor u16 (a number)", constant.ident)),
        },
        GenericParam::Type(of_type) => {
            let name = of_type.ident.to_string();
            let bounds: Vec<&TypeParamBound> = of_type.bounds.iter().chain(where_bounds(generics, &name)).collect();
            match bounds[..] {
                [one] => bound(&name, one),
                [] => Err(format!("`{name}` has no bound; the bounds are {BOUNDS}")),
                _ => Err(format!("`{name}` has several bounds; write one of {BOUNDS}")),
            }
        }
    }
}

/// The bounds that a `where` clause gives a parameter.
fn where_bounds<'g>(generics: &'g Generics, name: &'g str) -> impl Iterator<Item = &'g TypeParamBound> {
    let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let of_name = predicates.filter_map(move |predicate| match predicate {
        syn::WherePredicate::Type(of_type) => {
            last_segment(&of_type.bounded_ty).filter(|(bounded, _)| bounded == name).map(|_| &of_type.bounds)
        }
        _ => None,
    });
    of_name.flatten()
}

fn bound(name: &str, bound: &TypeParamBound) -> Result<Parameter, String> {
    let unknown = || format!("the bound of `{name}` is not understood; the bounds are {BOUNDS}");
    let TypeParamBound::Trait(of_trait) = bound else { return Err(unknown()) };
    let segment = of_trait.path.segments.last().ok_or_else(unknown)?;
    let name = name.to_string();
    Ok(match segment.ident.to_string().as_str() {
        "AccessMode" => Parameter::Access,
        "Address" => Parameter::Address,
        "Real" | "Stored" => Parameter::Real(name),
        "Lane" | "Format" | "Float" => Parameter::Lane(name),
        "Width" | "Vector" | "Scalar" => Parameter::Width(name),
        "Place" | "Value" => {
            let width = type_argument(segment).and_then(last_segment).ok_or_else(unknown)?;
            if segment.ident == "Place" { Parameter::Place(width.0) } else { Parameter::Value(width.0) }
        }
        _ => return Err(unknown()),
    })
}

/// The last segment of a type's path, with its first generic argument: `Place` and `W` of
/// `operand::Place<W>`.
pub fn last_segment(of: &Type) -> Option<(String, Option<&Type>)> {
    let Type::Path(path) = of else { return None };
    let segment = path.path.segments.last()?;
    Some((segment.ident.to_string(), type_argument(segment)))
}

fn type_argument(segment: &syn::PathSegment) -> Option<&Type> {
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(of_type) => Some(of_type),
        _ => None,
    })
}
