//! The library's interface is what `tests/data/public-api.txt` lists: every public name that can be
//! reached from the root of the crate. A change of the interface is a change of that file, which a
//! reviewer sees. Trait implementations and signatures are not listed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{env, fs};

use syn::{Attribute, Fields, ImplItem, Item, TraitItem, Type, UseTree, Visibility};

/// Set this variable to accept the interface as it is.
const ACCEPT: &str = "ACCEPT_PUBLIC_API";

/// The modules of the library by path, and the public methods and constants of its types.
#[derive(Default)]
struct Library {
    modules: BTreeMap<Vec<String>, Vec<Item>>,
    members: BTreeMap<String, BTreeSet<String>>,
}

fn public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Whether an item is part of the interface: not for tests, not hidden from the documentation.
fn shown(attributes: &[Attribute]) -> bool {
    !attributes.iter().any(|attribute| {
        let one = |name: &str| attribute.parse_args::<syn::Ident>().is_ok_and(|word| word == name);
        attribute.path().is_ident("cfg") && one("test") || attribute.path().is_ident("doc") && one("hidden")
    })
}

impl Library {
    fn read() -> Library {
        let mut library = Library::default();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        library.file(&root.join("lib.rs"), &root, Vec::new());
        library
    }

    /// Reads a module's file and those of the modules in it, which lie in `folder`.
    fn file(&mut self, file: &Path, folder: &Path, path: Vec<String>) {
        let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let items = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display())).items;
        self.module(items, folder, path);
    }

    fn module(&mut self, mut items: Vec<Item>, folder: &Path, path: Vec<String>) {
        for item in &mut items {
            match item {
                Item::Mod(module) if shown(&module.attrs) => {
                    let name = module.ident.to_string();
                    let inner = [path.clone(), vec![name.clone()]].concat();
                    let folder = folder.join(&name);
                    match module.content.take() {
                        Some((_, items)) => self.module(items, &folder, inner),
                        None => self.file(&module_file(&folder), &folder, inner),
                    }
                }
                Item::Impl(block) if block.trait_.is_none() => {
                    if let Type::Path(of) = &*block.self_ty {
                        let of = of.path.segments.last().unwrap().ident.to_string();
                        self.members.entry(of).or_default().extend(block.items.iter().filter_map(member));
                    }
                }
                _ => {}
            }
        }
        self.modules.insert(path, items);
    }

    /// Lists what a module shows to who can reach it as `name`.
    fn list(&self, module: &[String], name: &str, found: &mut BTreeSet<String>) {
        for item in &self.modules[module] {
            if let Item::Use(import) = item {
                if public(&import.vis) && shown(&import.attrs) {
                    self.list_use(&import.tree, module, name, found);
                }
            } else if let Some(own) = item_name(item) {
                self.list_item(item, module, &format!("{name}::{own}"), found);
            }
        }
    }

    /// Lists what a `pub use` re-exports. `at` is the module that the path has led to.
    fn list_use(&self, tree: &UseTree, at: &[String], name: &str, found: &mut BTreeSet<String>) {
        match tree {
            UseTree::Path(path) => self.list_use(&path.tree, &self.step(at, &path.ident.to_string()), name, found),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.list_use(tree, at, name, found)),
            UseTree::Glob(_) => self.list(at, name, found),
            UseTree::Name(import) => self.list_named(at, &import.ident.to_string(), &import.ident, name, found),
            UseTree::Rename(import) => self.list_named(at, &import.ident.to_string(), &import.rename, name, found),
        }
    }

    /// Lists an item of a module under another name.
    fn list_named(&self, at: &[String], item: &str, shown: &syn::Ident, name: &str, found: &mut BTreeSet<String>) {
        let (module, item) = self.resolve(at, item).unwrap_or_else(|| panic!("nothing is {}::{item}", at.join("::")));
        self.list_item(item, &module, &format!("{name}::{shown}"), found);
    }

    /// The module that a segment of a path leads to.
    fn step(&self, at: &[String], segment: &str) -> Vec<String> {
        match segment {
            "crate" => Vec::new(),
            "self" => at.to_vec(),
            "super" => at[..at.len() - 1].to_vec(),
            name => {
                let (module, _) =
                    self.resolve(at, name).unwrap_or_else(|| panic!("no module {}::{name}", at.join("::")));
                [module, vec![name.to_string()]].concat()
            }
        }
    }

    /// The item that a name means in a module, and the module that defines it.
    fn resolve(&self, at: &[String], name: &str) -> Option<(Vec<String>, &Item)> {
        let items = self.modules.get(at)?;
        if let Some(item) = items.iter().find(|item| item_name(item).as_deref() == Some(name)) {
            return Some((at.to_vec(), item));
        }
        items.iter().find_map(|item| match item {
            Item::Use(import) => self.resolve_use(&import.tree, at, name),
            _ => None,
        })
    }

    fn resolve_use(&self, tree: &UseTree, at: &[String], name: &str) -> Option<(Vec<String>, &Item)> {
        match tree {
            UseTree::Path(path) if names(&path.tree, name) => {
                self.resolve_use(&path.tree, &self.step(at, &path.ident.to_string()), name)
            }
            UseTree::Group(group) => group.items.iter().find_map(|tree| self.resolve_use(tree, at, name)),
            UseTree::Name(import) if import.ident == name => self.resolve(at, name),
            UseTree::Rename(import) if import.rename == name => self.resolve(at, &import.ident.to_string()),
            _ => None,
        }
    }

    fn list_item(&self, item: &Item, module: &[String], name: &str, found: &mut BTreeSet<String>) {
        let mut add = |kind: &str, name: String| _ = found.insert(format!("{kind} {name}"));
        let fields = |owner: &str, fields: &Fields| -> Vec<String> {
            let named = fields.iter().filter(|field| public(&field.vis)).filter_map(|field| field.ident.clone());
            named.map(|field| format!("{owner}.{field}")).collect()
        };
        match item {
            Item::Mod(inner) if public(&inner.vis) && shown(&inner.attrs) => {
                add("mod", name.to_string());
                let path = [module, &[inner.ident.to_string()]].concat();
                return self.list(&path, name, found);
            }
            Item::Struct(item) if public(&item.vis) && shown(&item.attrs) => {
                add("struct", name.to_string());
                fields(name, &item.fields).into_iter().for_each(|field| add("field", field));
            }
            Item::Enum(item) if public(&item.vis) && shown(&item.attrs) => {
                add("enum", name.to_string());
                for variant in item.variants.iter().filter(|variant| shown(&variant.attrs)) {
                    add("variant", format!("{name}::{}", variant.ident));
                }
            }
            Item::Trait(item) if public(&item.vis) && shown(&item.attrs) => {
                add("trait", name.to_string());
                item.items
                    .iter()
                    .filter_map(trait_member)
                    .for_each(|member| add("member", format!("{name}::{member}")));
            }
            Item::Fn(item) if public(&item.vis) && shown(&item.attrs) => add("fn", format!("{name}()")),
            Item::Const(item) if public(&item.vis) && shown(&item.attrs) => add("const", name.to_string()),
            Item::Static(item) if public(&item.vis) && shown(&item.attrs) => add("static", name.to_string()),
            Item::Type(item) if public(&item.vis) && shown(&item.attrs) => add("type", name.to_string()),
            _ => return,
        }
        let members = item_name(item).and_then(|own| self.members.get(&own)).into_iter().flatten();
        members.for_each(|member| add("member", format!("{name}::{member}")));
    }
}

/// `folder.rs`, or `folder/mod.rs`.
fn module_file(folder: &Path) -> PathBuf {
    let file = folder.with_extension("rs");
    if file.is_file() { file } else { folder.join("mod.rs") }
}

/// Whether a `use` declares a name.
fn names(tree: &UseTree, name: &str) -> bool {
    match tree {
        UseTree::Path(path) => names(&path.tree, name),
        UseTree::Group(group) => group.items.iter().any(|tree| names(tree, name)),
        UseTree::Name(import) => import.ident == name,
        UseTree::Rename(import) => import.rename == name,
        UseTree::Glob(_) => false,
    }
}

fn item_name(item: &Item) -> Option<String> {
    Some(match item {
        Item::Mod(item) => item.ident.to_string(),
        Item::Struct(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Trait(item) => item.ident.to_string(),
        Item::Fn(item) => item.sig.ident.to_string(),
        Item::Const(item) => item.ident.to_string(),
        Item::Static(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        _ => return None,
    })
}

fn member(item: &ImplItem) -> Option<String> {
    match item {
        ImplItem::Fn(item) if public(&item.vis) && shown(&item.attrs) => Some(format!("{}()", item.sig.ident)),
        ImplItem::Const(item) if public(&item.vis) && shown(&item.attrs) => Some(item.ident.to_string()),
        _ => None,
    }
}

fn trait_member(item: &TraitItem) -> Option<String> {
    match item {
        TraitItem::Fn(item) => Some(format!("{}()", item.sig.ident)),
        TraitItem::Const(item) => Some(item.ident.to_string()),
        TraitItem::Type(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

#[test]
fn the_interface_is_the_one_that_was_agreed() {
    let mut found = BTreeSet::new();
    Library::read().list(&[], "tab86", &mut found);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/public-api.txt");
    if env::var_os(ACCEPT).is_some() {
        let lines: String = found.iter().map(|line| format!("{line}\n")).collect();
        fs::write(&file, lines).unwrap();
    }
    let agreed = fs::read_to_string(&file).unwrap_or_default();
    let agreed: BTreeSet<String> = agreed.lines().map(str::to_string).collect();
    let new = found.difference(&agreed).map(|line| format!("+ {line}"));
    let gone = agreed.difference(&found).map(|line| format!("- {line}"));
    let changes: Vec<String> = new.chain(gone).collect();
    assert!(
        changes.is_empty(),
        "the public interface is not the one in {}:\n{}\nIf that is meant, run `{ACCEPT}=1 cargo test --test architecture` \
         and commit the file.",
        file.display(),
        changes.join("\n")
    );
}
