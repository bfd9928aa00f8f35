//! What a call takes and gives back: the vocabulary of the table of calls.

use super::meaning::Meaning;
use super::names::NameSet;

/// An argument of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallArgument {
    /// The number itself.
    Value(Meaning),
    /// Flags of which the call knows these; any other is EINVAL.
    Only(&'static NameSet, u32),
    /// A value that must have a name; any other is EINVAL.
    OneOf(&'static NameSet),
    /// A pointer to what the call reads.
    In(Meaning),
    /// A pointer to what the call writes.
    Out(Meaning),
    /// A pointer to what the call reads, as the first says, and changes, as the second says.
    InOut(Meaning, Meaning),
    /// A 64-bit number in this argument (low half) and the next.
    Wide,
    /// A 64-bit number in this argument (high half) and the next.
    WideHighFirst,
    /// What it is depends on an earlier argument.
    By(&'static Choice),
}

/// What an argument is, by the value of another.
#[derive(PartialEq, Eq, Debug)]
pub struct Choice {
    /// The index of the other argument.
    pub index: usize,
    /// The bits of it that count.
    pub mask: u32,
    /// What the argument is for each value.
    pub cases: &'static [(u32, CallArgument)],
    /// What it is for any other value; `None` if it is no argument then.
    pub otherwise: Option<CallArgument>,
}

/// A call's name, what it takes and what it gives back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CallSignature {
    /// The kernel's name for it.
    pub name: &'static str,
    /// The arguments that it takes.
    pub arguments: &'static [CallArgument],
    /// What it answers when it succeeds.
    pub answer: CallArgument,
}

/// Whether there are flags or values among arguments that the call must know.
pub const fn are_checked(arguments: &[CallArgument]) -> bool {
    let mut index = 0;
    while index < arguments.len() {
        if matches!(arguments[index], CallArgument::Only(..) | CallArgument::OneOf(_)) {
            return true;
        }
        index += 1;
    }
    false
}

impl CallArgument {
    /// What it is, given all arguments; `None` if it is none.
    pub fn chosen(&'static self, args: &[u32; 6]) -> Option<&'static CallArgument> {
        let CallArgument::By(choice) = self else { return Some(self) };
        let value = args[choice.index] & choice.mask;
        let case = choice.cases.iter().find(|(of, _)| *of == value).map(|(_, argument)| argument);
        case.or(choice.otherwise.as_ref())
    }
}

impl CallSignature {
    /// The arguments, each with the index of the register that it starts in.
    pub fn placed(&self) -> impl Iterator<Item = (usize, &'static CallArgument)> {
        self.arguments.iter().scan(0, |next, argument| {
            let index = *next;
            *next += if matches!(argument, CallArgument::Wide | CallArgument::WideHighFirst) { 2 } else { 1 };
            Some((index, argument))
        })
    }

    /// Whether the call knows all flags and values among its arguments that it must know.
    pub fn accepts(&self, args: &[u32; 6]) -> bool {
        self.placed().all(|(index, argument)| match argument {
            CallArgument::Only(_, known) => args[index] & !known == 0,
            CallArgument::OneOf(set) => set.knows(args[index]),
            _ => true,
        })
    }
}
