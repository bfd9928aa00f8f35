//! The profile as pprof reads it: `profile.proto` of github.com/google/pprof, compressed by gzip.
//!
//! Of the format only what a stack of names needs: fields of numbers and of bytes (Protocol Buffers, "Encoding").

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

/// Frames separated by semicolons, the outermost first, with their counts.
pub type Folded = BTreeMap<String, u64>;

/// Writes the stacks.
///
/// # Errors
/// The writer's.
pub fn write(folded: &Folded, out: &mut dyn Write) -> io::Result<()> {
    let mut profile = Profile::default();
    profile.text("");
    let unit = [profile.text("instructions"), profile.text("count")];
    let kind = Message::default().number(1, unit[0]).number(2, unit[1]);
    for (stack, count) in folded {
        // The innermost function comes first.
        let locations: Vec<u64> = stack.rsplit(';').map(|name| profile.function(name)).collect();
        let values = Message::default().packed(1, &locations).packed(2, &[*count]);
        profile.samples.push(values);
    }
    let mut all = Message::default().message(1, &kind);
    for sample in &profile.samples {
        all = all.message(2, sample);
    }
    for (id, name) in profile.functions.iter().enumerate().map(|(at, name)| (at as u64 + 1, *name)) {
        let line = Message::default().number(1, id);
        all = all.message(4, &Message::default().number(1, id).message(4, &line));
        all = all.message(5, &Message::default().number(1, id).number(2, name).number(3, name));
    }
    for text in &profile.texts {
        all = all.bytes(6, text.as_bytes());
    }
    let all = all.message(11, &kind).number(12, 1);
    let mut gzip = GzEncoder::new(out, Compression::default());
    gzip.write_all(&all.0)?;
    gzip.finish().map(|_| ())
}

/// The tables of a profile.
#[derive(Default)]
struct Profile {
    texts: Vec<String>,
    known: HashMap<String, u64>,
    samples: Vec<Message>,
    /// Their names. A function has one location, and both have the same number.
    functions: Vec<u64>,
    numbers: HashMap<String, u64>,
}

impl Profile {
    fn text(&mut self, text: &str) -> u64 {
        let next = self.texts.len() as u64;
        let number = *self.known.entry(text.into()).or_insert(next);
        if number == next {
            self.texts.push(text.into());
        }
        number
    }

    fn function(&mut self, name: &str) -> u64 {
        if let Some(known) = self.numbers.get(name) {
            return *known;
        }
        let text = self.text(name);
        self.functions.push(text);
        let number = self.functions.len() as u64;
        self.numbers.insert(name.into(), number);
        number
    }
}

/// A message of Protocol Buffers.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(mut self, mut value: u64) -> Message {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
        self
    }

    fn number(self, field: u64, value: u64) -> Message {
        self.varint(field << 3).varint(value)
    }

    fn bytes(self, field: u64, bytes: &[u8]) -> Message {
        let mut message = self.varint(field << 3 | 2).varint(bytes.len() as u64);
        message.0.extend_from_slice(bytes);
        message
    }

    fn message(self, field: u64, part: &Message) -> Message {
        self.bytes(field, &part.0)
    }

    fn packed(self, field: u64, values: &[u64]) -> Message {
        let packed = values.iter().fold(Message::default(), |message, value| message.varint(*value));
        self.message(field, &packed)
    }
}
