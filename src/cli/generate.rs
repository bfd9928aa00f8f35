//! `tab86 generate`: shell completions and manual pages, made from the definition of the command
//! line. For those who package tab86; `--help` does not list it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap_complete::Shell;
use clap_mangen::Man;

use super::failure::{Failure, answered};

/// Write shell completions or manual pages
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tab86 generate completions bash > /etc/bash_completion.d/tab86
  tab86 generate completions zsh > /usr/local/share/zsh/site-functions/_tab86
  tab86 generate man | man -l -                  read the page of tab86
  tab86 generate man /usr/local/share/man/man1   a page for each command")]
pub struct GenerateArguments {
    #[command(subcommand)]
    what: Product,
}

/// What can be made.
#[derive(clap::Subcommand)]
enum Product {
    /// Completions for a shell, on standard output
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Manual pages, in roff
    Man {
        /// Where to write a page for tab86 and for each of its commands; without it the page of
        /// tab86 goes to standard output
        directory: Option<PathBuf>,
    },
}

/// Runs the subcommand: describes the command line `tab86`.
pub fn run(arguments: &GenerateArguments, mut tab86: clap::Command, out: &mut dyn Write) -> Result<u8, Failure> {
    let written = match &arguments.what {
        Product::Completions { shell } => out.write_all(&completions(*shell, &mut tab86)),
        Product::Man { directory: None } => Man::new(tab86).render(out),
        Product::Man { directory: Some(directory) } => return pages(tab86, directory),
    };
    answered(written, 0)
}

/// `clap_complete` panics if it cannot write, so it writes to memory.
fn completions(shell: Shell, tab86: &mut clap::Command) -> Vec<u8> {
    let mut text = Vec::new();
    clap_complete::generate(shell, tab86, "tab86", &mut text);
    text
}

/// Writes `tab86.1`, and `tab86-run.1` and so on for the commands.
fn pages(tab86: clap::Command, directory: &Path) -> Result<u8, Failure> {
    fs::create_dir_all(directory)
        .and_then(|()| clap_mangen::generate_to(tab86.disable_help_subcommand(true), directory))
        .map_err(|error| Failure::output(directory, &error))?;
    Ok(0)
}
