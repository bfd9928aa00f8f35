//! One line for each system call, as `strace` prints them, and for the signals and the end.
//!
//! Everything follows from the call's [`CallSignature`]: what a call reads is shown as it was before the
//! call, what it writes as it is afterwards. Nothing here knows a call.

mod pointed;
mod quote;
mod scalar;
mod siginfo;
mod socket_address;

use crate::memory::Memory;

use super::abi::{CallArgument, CallSignature, Meaning};
use super::config::Sink;
use super::errno::{Answer, Errno, FIRST_ERROR};
use super::signals::Siginfo;
use super::sync::lock;
use pointed::ElementCounts;

/// Column in which the answers stand.
const COLUMN: usize = 40;

/// Where the lines go.
#[derive(Clone)]
pub struct CallTrace(Sink);

/// Which thread a line is about, if there are several.
type Who = Option<u32>;

/// A call that is being answered.
pub struct PendingCall {
    name: String,
    /// For each argument: its value, what it is, and its text unless only the answer tells it.
    arguments: Vec<(u32, CallArgument, Option<String>)>,
    answer: Option<CallArgument>,
    args: [u32; 6],
}

impl PendingCall {
    /// A call is about to be answered: what it reads is still there.
    pub fn new(memory: &mut Memory, number: u32, call: Option<&'static CallSignature>, args: &[u32; 6]) -> PendingCall {
        let Some(call) = call else { return PendingCall::unknown(number, args) };
        let counts = ElementCounts { args, answer: usize::MAX };
        let placed = call.placed().filter_map(|(index, argument)| Some((index, *argument.chosen(args)?)));
        let arguments =
            placed.map(|(index, argument)| (args[index], argument, before(memory, &argument, index, counts)));
        let arguments = arguments.collect();
        PendingCall { name: call.name.into(), arguments, answer: call.answer.chosen(args).copied(), args: *args }
    }

    /// Its first argument: of a call that ends a thread, the status.
    pub fn first_argument(&self) -> u32 {
        self.args[0]
    }

    /// A call that nobody knows, with every argument that it might have.
    fn unknown(number: u32, args: &[u32; 6]) -> PendingCall {
        let hex = CallArgument::Value(Meaning::Hex);
        let arguments = args.iter().map(|value| (*value, hex, Some(scalar::hex((*value).into()))));
        PendingCall { name: format!("syscall_{number:#x}"), arguments: arguments.collect(), answer: None, args: *args }
    }

    /// The call without its answer.
    fn text(&self, memory: &mut Memory, answer: Answer) -> String {
        let counts = ElementCounts { args: &self.args, answer: answer.unwrap_or(0) as usize };
        let texts = self.arguments.iter().map(|(value, argument, text)| match (text, argument) {
            (Some(text), _) => text.clone(),
            (None, CallArgument::Out(meaning)) if answer.is_ok() => pointed::at(memory, meaning, *value, counts),
            _ => scalar::address(*value),
        });
        format!("{}({})", self.name, texts.collect::<Vec<_>>().join(", "))
    }

    /// What the call has changed of what it read.
    fn changes(&self, memory: &mut Memory, answer: u32) -> String {
        let counts = ElementCounts { args: &self.args, answer: answer as usize };
        let changed = self.arguments.iter().filter_map(|(value, argument, _)| match argument {
            // Of a list of descriptors none has changed when none is ready.
            CallArgument::InOut(_, Meaning::List(..) | Meaning::Descriptors(_)) if answer == 0 => None,
            CallArgument::InOut(_, after) if *value != 0 => {
                let text = pointed::at(memory, after, *value, counts);
                Some(text.trim_start_matches('{').trim_end_matches('}').into())
            }
            _ => None,
        });
        let texts: Vec<String> = changed.collect();
        if texts.is_empty() { String::new() } else { format!(" ({})", texts.join(", ")) }
    }

    fn answer(&self, value: u32) -> String {
        match self.answer {
            Some(CallArgument::Value(Meaning::Names(set))) if value != 0 || set.knows(0) => {
                format!("{} (flags {})", scalar::hex(value.into()), scalar::names(set, u32::MAX, value))
            }
            Some(CallArgument::Value(meaning)) => scalar::number(&meaning, value.into(), 4),
            _ => (value as i32).to_string(),
        }
    }
}

/// The answer of a call that fails.
fn failure(error: Errno) -> String {
    let (name, meaning) = error.describe();
    // Whether an interrupted call fails is not known yet.
    let answer = if error.restarts() { "?" } else { "-1" };
    format!("{answer} {name} ({meaning})")
}

/// What can be told of an argument before the call.
fn before(memory: &mut Memory, argument: &CallArgument, index: usize, counts: ElementCounts) -> Option<String> {
    let value = counts.args[index];
    let pair = [index, index + 1].map(|index| u64::from(counts.args.get(index).copied().unwrap_or(0)));
    Some(match argument {
        CallArgument::Value(meaning) => scalar::number(meaning, value.into(), 4),
        CallArgument::Only(set, known) => scalar::names(set, *known, value),
        CallArgument::OneOf(set) => scalar::names(set, u32::MAX, value),
        CallArgument::In(meaning) | CallArgument::InOut(meaning, _) => pointed::at(memory, meaning, value, counts),
        CallArgument::Wide => ((pair[1] << 32 | pair[0]) as i64).to_string(),
        CallArgument::WideHighFirst => ((pair[0] << 32 | pair[1]) as i64).to_string(),
        CallArgument::Out(_) | CallArgument::By(_) => return None,
    })
}

impl CallTrace {
    /// A trace that goes to a sink.
    pub fn new(sink: Sink) -> CallTrace {
        CallTrace(sink)
    }

    /// A call has been answered.
    pub fn answered(&self, who: Who, memory: &mut Memory, pending: &PendingCall, answer: Answer) {
        let answer_text = match answer {
            // What a handler interrupted may have been a call that failed (sigreturn(2)).
            Ok(value) if value >= FIRST_ERROR => failure(Errno(value.wrapping_neg())),
            Ok(value) => pending.answer(value) + &pending.changes(memory, value),
            Err(error) => failure(error),
        };
        self.line(who, &pending.text(memory, answer), &answer_text);
    }

    /// A call has ended the thread.
    pub fn exited(&self, who: Who, memory: &mut Memory, pending: &PendingCall, status: u8) {
        self.line(who, &pending.text(memory, Ok(0)), "?");
        self.put(who, &format!("+++ exited with {status} +++"));
    }

    /// A signal is delivered.
    pub fn signalled(&self, who: Who, info: &Siginfo) {
        self.put(who, &format!("--- {} {} ---", scalar::signal(info.signal), siginfo::text(info)));
    }

    /// A signal ends the process.
    pub fn killed(&self, who: Who, signal: u32) {
        self.put(who, &format!("+++ killed by {} +++", scalar::signal(signal)));
    }

    fn line(&self, who: Who, call: &str, answer: &str) {
        self.put(who, &format!("{call:width$} = {answer}", width = COLUMN - 1));
    }

    fn put(&self, who: Who, line: &str) {
        let who = who.map_or(String::new(), |tid| format!("[pid {tid:5}] "));
        // A trace that cannot be written must not stop the guest.
        let _ = writeln!(lock(&self.0), "{who}{line}");
    }
}
