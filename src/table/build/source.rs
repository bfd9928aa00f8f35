//! The instruction functions of the crate: a walk over the modules below `src/instructions`, from
//! their `mod` declarations, as the compiler finds them.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use syn::{Attribute, FnArg, Item, ItemFn, ItemMod, Type, Visibility};

use super::signature::{self, Signature, SourceLine, last_segment};

/// What the walk found.
#[derive(Clone, Debug, Default)]
pub struct Functions {
    /// The instruction functions, by the name that rows give them.
    pub handlers: BTreeMap<String, Signature>,
    /// Names that rows may mean but cannot use, with the reason: private functions, functions with
    /// other arguments, what macros make.
    pub unusable: BTreeMap<String, String>,
}

/// Something that cannot be part of the contract between rows and handlers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceError {
    /// Where it stands.
    pub at: SourceLine,
    /// What is wrong, and the remedy.
    pub problem: String,
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.problem)
    }
}

/// Reads the modules below `src/instructions` of the package in `root`.
///
/// # Errors
/// Files that cannot be read or parsed or that no `mod` declares, two functions of one name, and
/// signatures that are not understood.
pub fn read(root: &Path) -> Result<Functions, Vec<SourceError>> {
    let mut walk = Walk { root: root.to_path_buf(), ..Walk::default() };
    let folder = root.join("src/instructions");
    walk.file(&folder.join("mod.rs"), &folder, "");
    walk.orphans(&folder);
    walk.finish()
}

/// Reads one module from its text, as if it stood at `file`.
///
/// # Errors
/// Those of [`read`].
#[cfg(test)]
pub fn read_text(module: &str, file: &str, text: &str) -> Result<Functions, Vec<SourceError>> {
    let mut walk = Walk::default();
    walk.text(text, file, Path::new(""), module);
    walk.finish()
}

#[derive(Default)]
struct Walk {
    root: PathBuf,
    seen: Vec<PathBuf>,
    found: Functions,
    errors: Vec<SourceError>,
}

impl Walk {
    fn finish(mut self) -> Result<Functions, Vec<SourceError>> {
        self.errors.sort_by(|a, b| a.at.cmp(&b.at));
        if self.errors.is_empty() { Ok(self.found) } else { Err(self.errors) }
    }

    /// The name that messages give a file: from the package's folder on, with slashes.
    fn name(&self, path: &Path) -> String {
        let inside = path.strip_prefix(&self.root).unwrap_or(path);
        inside.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    }

    fn error(&mut self, file: &str, line: usize, problem: impl Into<String>) {
        self.errors.push(SourceError { at: SourceLine { file: file.to_string(), line }, problem: problem.into() });
    }

    /// Reads a file; the modules that it declares lie in `folder`.
    fn file(&mut self, path: &Path, folder: &Path, module: &str) {
        let name = self.name(path);
        self.seen.push(path.to_path_buf());
        match fs::read_to_string(path) {
            Ok(text) => self.text(&text, &name, folder, module),
            Err(error) => self.error(&name, 1, format!("cannot be read: {error}")),
        }
    }

    fn text(&mut self, text: &str, file: &str, folder: &Path, module: &str) {
        match syn::parse_file(text) {
            Ok(parsed) => self.items(&parsed.items, file, folder, module),
            Err(error) => self.error(file, error.span().start().line, format!("not Rust: {error}")),
        }
    }

    fn items(&mut self, items: &[Item], file: &str, folder: &Path, module: &str) {
        for item in items {
            match item {
                Item::Mod(inner) if !is_for_tests(&inner.attrs) => self.module(inner, file, folder, module),
                Item::Fn(function) if !is_for_tests(&function.attrs) => self.function(function, file, module),
                Item::Macro(call) => self.macro_call(call, file),
                _ => {}
            }
        }
    }

    /// A `mod`: its items, or the file in which they stand.
    fn module(&mut self, declared: &ItemMod, file: &str, folder: &Path, outer: &str) {
        let name = declared.ident.to_string();
        let module = if outer.is_empty() { name.clone() } else { format!("{outer}::{name}") };
        if let Some((_, items)) = &declared.content {
            return self.items(items, file, &folder.join(&name), &module);
        }
        if declared.attrs.iter().any(|attribute| attribute.path().is_ident("path")) {
            return self.error(file, line(&declared.ident), "`#[path]` is not followed; name the file as its module");
        }
        let (flat, nested) = (folder.join(format!("{name}.rs")), folder.join(&name).join("mod.rs"));
        let path = if flat.is_file() { flat } else { nested };
        self.file(&path, &folder.join(&name), &module);
    }

    fn function(&mut self, function: &ItemFn, file: &str, module: &str) {
        let written = function.sig.ident.to_string();
        let name = written.trim_start_matches("r#").to_string();
        let at = SourceLine { file: file.to_string(), line: line(&function.sig.ident) };
        if let Some(reason) = unusable(function) {
            self.found.unusable.entry(name).or_insert_with(|| format!("{at}: `{written}` {reason}"));
            return;
        }
        let parsed = signature::result(&function.sig.output)
            .and_then(|result| Ok((result, signature::parameters(&function.sig.generics)?)));
        match parsed {
            Ok((returns, parameters)) => {
                let module = module.to_string();
                self.add(name, Signature { module, function: written, parameters, returns, at });
            }
            Err(problem) => self.error(file, at.line, format!("`{written}`: {problem}")),
        }
    }

    fn add(&mut self, name: String, signature: Signature) {
        match self.found.handlers.get(&name) {
            Some(other) => {
                let problem = format!("there is another handler `{name}` at {}; rename one", other.at);
                self.errors.push(SourceError { at: signature.at, problem });
            }
            None => drop(self.found.handlers.insert(name, signature)),
        }
    }

    /// A macro may make functions, which are not seen: their names are among its tokens.
    fn macro_call(&mut self, call: &syn::ItemMacro, file: &str) {
        if call.mac.path.is_ident("macro_rules") {
            return;
        }
        let line = call.mac.path.segments.first().map_or(1, |segment| line(&segment.ident));
        let at = SourceLine { file: file.to_string(), line };
        for name in identifiers(call.mac.tokens.clone()) {
            let reason = format!("{at}: a macro names `{name}`; handlers are read as they are written: write it out");
            self.found.unusable.entry(name).or_insert(reason);
        }
    }

    /// Files that are part of no module.
    fn orphans(&mut self, folder: &Path) {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                self.orphans(&path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !self.seen.contains(&path) {
                let name = self.name(&path);
                self.error(&name, 1, "no `mod` declares this file, so that it is not compiled; declare or remove it");
            }
        }
    }
}

/// Why a function is no handler; `None` if it is one.
fn unusable(function: &ItemFn) -> Option<&'static str> {
    if !is_instruction(function) {
        return Some("does not take `m: &mut Machine, op: &Op`, as handlers do");
    }
    match &function.vis {
        Visibility::Public(_) => None,
        Visibility::Restricted(restricted) if restricted.path.is_ident("crate") => None,
        _ => Some("is private; handlers are `pub`"),
    }
}

/// Whether the arguments are `&mut Machine` and `&Op`.
fn is_instruction(function: &ItemFn) -> bool {
    let arguments: Vec<&FnArg> = function.sig.inputs.iter().collect();
    let is = |argument: &FnArg, mutable: bool, name: &str| match argument {
        FnArg::Typed(typed) => match &*typed.ty {
            Type::Reference(reference) => {
                reference.mutability.is_some() == mutable
                    && last_segment(&reference.elem).is_some_and(|(of_type, _)| of_type == name)
            }
            _ => false,
        },
        FnArg::Receiver(_) => false,
    };
    matches!(arguments[..], [machine, op] if is(machine, true, "Machine") && is(op, false, "Op"))
}

/// Whether an item is compiled for tests only.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}

fn identifiers(tokens: proc_macro2::TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    for token in tokens {
        match token {
            proc_macro2::TokenTree::Ident(ident) => found.push(ident.to_string()),
            proc_macro2::TokenTree::Group(group) => found.extend(identifiers(group.stream())),
            _ => {}
        }
    }
    found
}

fn line(name: &syn::Ident) -> usize {
    name.span().start().line
}
