//! Comparing one encoding after the other, and saying at the end where they differ.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use iced_x86::{Code, Instruction as Iced, InstructionInfoFactory, IntelFormatter};
use tab86::decode::{Decoder, Instruction};
use tab86::table;

use super::known::KNOWN;
use super::left_out::LeftOut;
use super::pair::{self, Pair};
use super::{access, flags, operands, text};

/// What is compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Topic {
    Validity,
    Length,
    LeftOut,
    Operands,
    Access,
    Flags,
    Text,
}

/// Disagreements, by row and topic, and what was seen on the way.
#[derive(Default)]
pub struct Findings {
    differences: BTreeMap<(usize, String, Topic), (usize, String)>,
    used: BTreeSet<usize>,
    rows: BTreeSet<u16>,
    codes: HashSet<Code>,
    compared: usize,
}

/// The comparison of a part of the encodings.
pub struct Report {
    pub findings: Findings,
    left_out: LeftOut,
    formatter: IntelFormatter,
    factory: InstructionInfoFactory,
}

impl Default for Report {
    fn default() -> Self {
        Report {
            findings: Findings::default(),
            left_out: LeftOut::read(),
            formatter: text::formatter(),
            factory: InstructionInfoFactory::new(),
        }
    }
}

impl Report {
    /// Compares what both decoders make of the bytes in a code segment of this default size.
    pub fn compare(&mut self, bits: u8, bytes: &[u8]) {
        self.findings.compared += 1;
        let pair = pair::decode(bits, bytes);
        self.findings.rows.extend(pair.ours.map(|ours| ours.index));
        match (pair.ours, pair.iced) {
            (None, None) => {}
            (Some(ours), Some(iced)) => self.compare_instructions(&pair, &ours, &iced),
            (Some(_), None) => self.differ(Topic::Validity, &pair, || "only tab86 decodes it".to_string()),
            (None, Some(iced)) if self.left_out.has(iced.code()) => self.compare_left_out(bits, &pair, &iced),
            (None, Some(_)) => self.differ(Topic::Validity, &pair, || "only iced decodes it".to_string()),
        }
    }

    /// What the table leaves out is found as well, with its length and the reason.
    fn compare_left_out(&mut self, bits: u8, pair: &Pair, iced: &Iced) {
        let found = Decoder::new(bits).left_out(pair.bytes);
        let found = found.map(|found| (usize::from(found.length), found.encoding.reason));
        self.agree(Topic::LeftOut, pair, &found, &Some((iced.len(), self.left_out.reason(iced.code()))));
    }

    fn compare_instructions(&mut self, pair: &Pair, ours: &Instruction, iced: &Iced) {
        self.agree(Topic::Length, pair, &usize::from(ours.length), &iced.len());
        // What the table leaves out may be a NOP in it.
        if self.left_out.has(iced.code()) {
            return;
        }
        self.findings.codes.insert(iced.code());
        let our_operands = operands::ours(ours);
        let count = our_operands.len();
        self.agree(Topic::Operands, pair, &our_operands, &operands::iced(iced, ours, count));
        let (our_access, iced_access) = (access::ours(ours), access::iced(&mut self.factory, iced, count));
        if !access::agree(ours, &our_access, &iced_access) {
            self.differ(Topic::Access, pair, || format!("{our_access:?} and {iced_access:?}"));
        }
        let (our_flags, iced_flags) = (flags::ours(ours), flags::iced(iced));
        if !flags::agree(&our_flags, &iced_flags) {
            self.differ(Topic::Flags, pair, || format!("{our_flags:?} and {iced_flags:?}"));
        }
        let (our_text, iced_text) = (ours.to_string(), text::iced(&mut self.formatter, iced));
        if !text::agree(ours, &our_text, &iced_text) {
            self.differ(Topic::Text, pair, || format!("{our_text} and {iced_text}"));
        }
    }

    fn agree<T: PartialEq + std::fmt::Debug>(&mut self, topic: Topic, pair: &Pair, ours: &T, iced: &T) {
        if ours != iced {
            self.differ(topic, pair, || format!("{ours:?} and {iced:?}"));
        }
    }

    fn differ(&mut self, topic: Topic, pair: &Pair, what: impl FnOnce() -> String) {
        let known = KNOWN.iter().position(|known| known.topics.contains(&topic) && (known.applies)(pair));
        if let Some(known) = known {
            self.findings.used.insert(known);
            return;
        }
        let (line, title) = pair.ours.map_or((0, pair.code()), |ours| title(&ours));
        let example = || format!("{:02x?} {}: {}", pair.bytes, pair.code(), what());
        self.findings.differences.entry((line, title, topic)).or_insert_with(|| (0, example())).0 += 1;
    }
}

impl Findings {
    /// Adds what another part of the encodings showed.
    pub fn add(&mut self, other: Findings) {
        for (key, (count, example)) in other.differences {
            self.differences.entry(key).or_insert_with(|| (0, example)).0 += count;
        }
        self.used.extend(other.used);
        self.rows.extend(other.rows);
        self.codes.extend(other.codes);
        self.compared += other.compared;
    }

    /// Fails if anything differed, and prints all of it.
    pub fn finish(&self) {
        let mut problems: Vec<String> = Vec::new();
        for ((line, title, topic), (count, example)) in &self.differences {
            problems.push(format!("{line}: {title}: {topic:?}: {count} times, first {example}"));
        }
        problems.extend(LeftOut::read().problems(&self.codes));
        let unseen = (0..table::rows().len()).filter(|index| !self.rows.contains(&(*index as u16)));
        problems.extend(unseen.map(|index| {
            format!("{}: no encoding led to {}", table::rows()[index].line, table::rows()[index].instruction)
        }));
        let unused = (0..KNOWN.len()).filter(|index| !self.used.contains(index));
        problems
            .extend(unused.map(|index| format!("known difference without a case, remove it: {}", KNOWN[index].reason)));
        println!("{} encodings compared", self.compared);
        assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
    }
}

fn title(instruction: &Instruction) -> (usize, String) {
    let row = instruction.row();
    (row.line as usize, format!("`{}` `{}`", row.opcode, row.instruction))
}
