//! Which sequences `sequences.json` should hold: chooses them from what `tab86 profile` counted, and judges them.
//!
//! ```text
//! cargo run --release --example sequences -- choose 400 sequences.json train/*.json > chosen
//! cargo run --release --example sequences -- evaluate chosen held/*.json
//! cargo run --release --example sequences -- forms train/*.json
//! ```
//!
//! Each file of counts weighs the same, however long its program ran, and what one executes often is damped. `choose`
//! begins with the lines of `sequences.json` that have alternatives (`|`), which are there for programs that nobody has
//! seen, and writes those that save most beside them: one sequence a line and, behind a tab, the share of all dispatches
//! that it saves beside those above it. `evaluate` reads such lines, or `sequences.json`, and tells dispatches per
//! instruction; `forms` lists the commonest instructions.

mod choice;
mod corpus;
mod cover;
mod forms;

use std::error::Error;
use std::fs;

use corpus::{Corpus, Damping, Profile};
use cover::Cover;

/// Of the powers 0.4, 0.55, 0.7, 0.85 and 1, this one was best for programs that are held out.
const DAMPING: Damping = Damping(0.4);

const USAGE: &str = "usage: sequences choose N LIST FILES… | evaluate LIST FILES… | forms FILES…";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["choose", number, list, ref files @ ..] => {
            let lines = listed(&fs::read_to_string(list)?)?;
            choose(number.parse()?, lines.iter().filter(|line| line.contains('|')), &profiles(files)?);
        }
        ["evaluate", list, ref files @ ..] => evaluate(&listed(&fs::read_to_string(list)?)?, files)?,
        ["forms", ref files @ ..] => forms::tell(&profiles(files)?),
        _ => return Err(USAGE.into()),
    }
    Ok(())
}

fn profiles(files: &[&str]) -> Result<Vec<Profile>, Box<dyn Error>> {
    if files.is_empty() {
        return Err(USAGE.into());
    }
    files.iter().map(|file| Profile::read(file)).collect()
}

fn choose<'l>(number: usize, kept: impl Iterator<Item = &'l String>, profiles: &[Profile]) {
    let corpus = Corpus::of(profiles, DAMPING);
    let mut cover = Cover::new(&corpus);
    kept.flat_map(|line| corpus.sequences(line)).for_each(|sequence| cover.add(&sequence));
    let chosen = choice::choose(&mut cover, number);
    for (sequence, share) in &chosen {
        println!("{}\t{:.4} %", corpus.text(sequence), 100.0 * share);
    }
    eprintln!("{} sequences: {:.4} dispatches per instruction", chosen.len(), cover.dispatches());
}

fn evaluate(sequences: &[String], files: &[&str]) -> Result<(), Box<dyn Error>> {
    let mut sum = 0.0;
    for profile in profiles(files)? {
        let corpus = Corpus::of(std::slice::from_ref(&profile), Damping::NONE);
        let mut cover = Cover::new(&corpus);
        sequences.iter().flat_map(|line| corpus.sequences(line)).for_each(|sequence| cover.add(&sequence));
        sum += cover.dispatches();
        println!("{:.4}  {}", cover.dispatches(), profile.name);
    }
    println!(
        "{:.4}  mean of {}: dispatches per instruction, 1 without sequences",
        sum / files.len() as f64,
        files.len()
    );
    Ok(())
}

/// The sequences of a list: of `sequences.json`, or lines.
fn listed(text: &str) -> Result<Vec<String>, Box<dyn Error>> {
    if text.starts_with('{') {
        let file: serde_json::Value = serde_json::from_str(text)?;
        let list = file["sequences"].as_array().ok_or("there is no list \"sequences\"")?;
        return Ok(list.iter().filter_map(|text| text.as_str().map(String::from)).collect());
    }
    Ok(text.lines().map(|line| line.split('\t').next().unwrap_or_default().to_string()).collect())
}
