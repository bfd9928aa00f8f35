//! The source as it is compiled: every file of `src` with its module, the paths that its code names,
//! and the types that it makes public. Comments and what is compiled for tests only do not count.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A path as code names it, segment by segment.
pub type Segments = Vec<String>;

/// One source file.
pub struct File {
    /// From `src` on, with slashes.
    pub name: String,
    /// The path of its module: empty for the root of a crate.
    pub module: Segments,
    /// What it names: in `use` declarations, and in its code from `crate`, `super` or `self` on or from
    /// a module of its own.
    pub paths: Vec<Segments>,
    /// What it re-exports by `pub use` or `pub(…) use`: the new name (`*` for all), and the path.
    pub exports: Vec<(String, Segments)>,
    /// The structs, enums, traits and type aliases that it makes public.
    pub types: Vec<String>,
}

/// The folder of the source.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every file of the source, in the order of their names.
pub fn files() -> Vec<File> {
    let mut paths = Vec::new();
    collect(&root(), &mut paths);
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

fn read(path: &Path) -> File {
    let inside = path.strip_prefix(root()).unwrap().with_extension("");
    let mut module: Segments = inside.components().map(|part| part.as_os_str().to_string_lossy().into()).collect();
    if ["mod", "lib", "main"].contains(&module.last().unwrap().as_str()) {
        module.pop();
    }
    let text = fs::read_to_string(path).unwrap();
    let tokens = text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
    let mut file = File { name, module, paths: Vec::new(), exports: Vec::new(), types: Vec::new() };
    file.read_tokens(&without_tests(tokens));
    file
}

/// The tokens without items that are compiled for tests only, and without attributes and comments.
fn without_tests(tokens: TokenStream) -> Vec<TokenTree> {
    let mut kept = Vec::new();
    let mut skipping = false;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let attribute = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '#');
        if attribute {
            tokens.next_if(|next| matches!(next, TokenTree::Punct(punct) if punct.as_char() == '!'));
            let body = tokens.next().map(|body| body.to_string().replace(' ', "")).unwrap_or_default();
            skipping |= body == "[cfg(test)]";
            continue;
        }
        let ends = match &token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            _ => false,
        };
        if !skipping {
            kept.push(token);
        }
        skipping &= !ends;
    }
    kept
}

impl File {
    fn read_tokens(&mut self, tokens: &[TokenTree]) {
        let mut at = 0;
        while at < tokens.len() {
            let visible = is(tokens, at, "pub");
            let restricted = visible && matches!(tokens.get(at + 1), Some(TokenTree::Group(_)));
            let public = visible && !restricted;
            let item = at + usize::from(visible) + usize::from(restricted);
            // What a type captures is written `use<…>`, and declares nothing.
            if is(tokens, item, "use") && !is(tokens, item + 1, "<") {
                let end = (item..tokens.len()).find(|at| is(tokens, *at, ";")).unwrap();
                let mut leaves = Vec::new();
                use_tree(&tokens[item + 1..end], &Segments::new(), &mut leaves);
                for (name, path) in leaves {
                    if visible {
                        self.exports.push((name, path));
                    } else {
                        self.paths.push(path);
                    }
                }
                at = end;
            } else if public && ["struct", "enum", "trait", "type"].iter().any(|kind| is(tokens, item, kind)) {
                self.types.push(tokens[item + 1].to_string());
                at = item;
            } else if let Some(path) = named_path(tokens, at) {
                at += path.len() * 3 - 3;
                self.paths.push(path);
            }
            if let Some(TokenTree::Group(group)) = tokens.get(at) {
                self.read_tokens(&without_tests(group.stream()));
            }
            at += 1;
        }
    }
}

fn is(tokens: &[TokenTree], at: usize, text: &str) -> bool {
    tokens.get(at).is_some_and(|token| match token {
        TokenTree::Ident(ident) => *ident == text,
        TokenTree::Punct(punct) => text.len() == 1 && text.starts_with(punct.as_char()),
        _ => false,
    })
}

/// Whether `::` stands there.
fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    is(tokens, at, ":") && is(tokens, at + 1, ":")
}

/// The path of two or more names that begins there.
fn named_path(tokens: &[TokenTree], at: usize) -> Option<Segments> {
    if at >= 2 && is_separator(tokens, at - 2) {
        return None;
    }
    let mut path = Segments::new();
    let mut next = at;
    while let Some(TokenTree::Ident(ident)) = tokens.get(next) {
        path.push(ident.to_string());
        if !is_separator(tokens, next + 1) {
            break;
        }
        next += 3;
    }
    (path.len() > 1).then_some(path)
}

/// The leaves of a `use` declaration: the names that it brings, and their paths.
fn use_tree(tokens: &[TokenTree], before: &Segments, leaves: &mut Vec<(String, Segments)>) {
    let mut path = before.clone();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Ident(ident) if *ident == "as" => {
                leaves.push((tokens[at + 1].to_string(), path));
                return;
            }
            TokenTree::Ident(ident) => path.push(ident.to_string()),
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                inner.split(|token| is(std::slice::from_ref(token), 0, ",")).for_each(|one| {
                    if !one.is_empty() {
                        use_tree(one, &path, leaves);
                    }
                });
                return;
            }
            TokenTree::Punct(punct) if punct.as_char() == '*' => path.push("*".to_string()),
            _ => {}
        }
        at += 1;
    }
    if path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    leaves.push((path.last().cloned().unwrap_or_default(), path));
}

/// Which file each path leads to.
pub struct Resolver {
    modules: BTreeMap<Segments, usize>,
    exports: Vec<Vec<(String, Segments)>>,
}

impl Resolver {
    /// Of all files but the root of the binary, which names the library from outside.
    pub fn new(files: &[File]) -> Resolver {
        let of_library = files.iter().enumerate().filter(|(_, file)| file.name != "main.rs");
        Resolver {
            modules: of_library.map(|(index, file)| (file.module.clone(), index)).collect(),
            exports: files.iter().map(|file| file.exports.clone()).collect(),
        }
    }

    /// The file in which what a path names is defined, seen from a module: `None` if it is not of this
    /// crate. Re-exports are followed.
    pub fn file(&self, from: &Segments, path: &Segments) -> Option<usize> {
        self.follow(from, path, 0)
    }

    fn follow(&self, from: &Segments, path: &Segments, depth: usize) -> Option<usize> {
        let (mut module, mut rest) = match path.first()?.as_str() {
            "crate" | "tab86" => (Segments::new(), &path[1..]),
            "self" => (from.clone(), &path[1..]),
            "super" => {
                let ups = path.iter().take_while(|segment| *segment == "super").count();
                (from[..from.len().checked_sub(ups)?].to_vec(), &path[ups..])
            }
            first => {
                let mut child = from.clone();
                child.push(first.to_string());
                self.modules.get(&child)?;
                (from.clone(), &path[..])
            }
        };
        while let Some((first, others)) = rest.split_first() {
            let mut inner = module.clone();
            inner.push(first.clone());
            if !self.modules.contains_key(&inner) {
                break;
            }
            (module, rest) = (inner, others);
        }
        let here = *self.modules.get(&module)?;
        let Some(name) = rest.first().filter(|_| depth < 8) else { return Some(here) };
        let export = self.exports[here].iter().find(|(exported, _)| exported == name);
        let through = export.and_then(|(_, path)| {
            let beyond: Segments = path.iter().chain(&rest[1..]).cloned().collect();
            self.follow(&module, &beyond, depth + 1)
        });
        through.or(Some(here))
    }
}
