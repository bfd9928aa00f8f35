//! Turns `opcodes.json` into the decoder's perfect-hash tables and into one specialised handler for
//! each instance of an instruction function that a row needs, and `sequences.json` into handlers of several
//! instructions. Everything wrong with the table ends
//! the build with a message that names the row and the remedy.

use std::path::Path;
use std::{env, fs, process};

#[path = "src/table"]
mod table {
    pub mod build;
    pub mod features;
    pub mod handler;
    pub mod key;
    pub mod left_out;
    pub mod notation;
    pub mod schema;
}

use table::build::source::{self, Functions};
use table::build::{self, copies::Copies};

fn main() {
    println!("cargo::rerun-if-changed=opcodes.json");
    println!("cargo::rerun-if-changed=sequences.json");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/table");
    println!("cargo::rerun-if-changed=src/instructions");
    println!("cargo::rustc-check-cfg=cfg(unoptimised)");
    if env::var("OPT_LEVEL").is_ok_and(|level| level == "0" || level == "1") {
        println!("cargo::rustc-cfg=unoptimised");
    }
    link_to_fixed_addresses();
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let out = env::var("OUT_DIR").expect("cargo sets it");
    let read = |name| {
        fs::read_to_string(Path::new(&root).join(name)).unwrap_or_else(|error| fail(&format!("{name}: {error}")))
    };
    let text = read("opcodes.json");
    let copies = Copies::read(&read("sequences.json")).unwrap_or_else(|error| fail(&lines(&[error])));
    let functions = source::read(Path::new(&root)).unwrap_or_else(|errors| fail(&lines(&errors)));
    match build::generate(&text, &functions, &copies) {
        Ok(build::Generated { table, texts, handlers }) => {
            write(&Path::new(&out).join("table.rs"), &table);
            write(&Path::new(&out).join("texts.txt"), &texts);
            write(&Path::new(&out).join("handlers.rs"), &handlers);
            write(&Path::new(&out).join("places.txt"), &places(&functions));
        }
        Err(errors) => fail(&lines(&errors)),
    }
}

/// The tables of handlers are 1.4 MB of pointers. In a position-independent program the dynamic linker writes to all of
/// their pages at each start (350 page faults, a third of the time of a short run); at fixed addresses the linker has
/// done it. Only where the C compiler that links is known to understand the option.
fn link_to_fixed_addresses() {
    let target = |part: &str| env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}

/// Where each instruction function stands, a line each: name, file and line. Included by `src/table/sources.rs`.
fn places(functions: &Functions) -> String {
    functions
        .handlers
        .iter()
        .map(|(name, handler)| format!("{name} {} {}\n", handler.at.file, handler.at.line))
        .collect()
}

fn lines(errors: &[impl ToString]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap_or_else(|error| fail(&format!("{}: {error}", path.display())));
}

fn fail(message: &str) -> ! {
    message.lines().for_each(|line| println!("cargo::error={line}"));
    process::exit(1);
}
