//! `--set`: a register, a flag or a doubleword of memory, and its value.

use crate::cpu::Flag;
use crate::vm::Vm;

use super::super::failure::Failure;

/// The flags that can be set by name.
const FLAGS: [(&str, Flag); 8] = [
    ("cf", Flag::Carry),
    ("pf", Flag::Parity),
    ("af", Flag::Adjust),
    ("zf", Flag::Zero),
    ("sf", Flag::Sign),
    ("of", Flag::Overflow),
    ("df", Flag::Direction),
    ("ac", Flag::AlignmentCheck),
];

/// What holds a value before the execution.
pub struct Setting {
    /// As it was written.
    text: String,
    place: Place,
    /// The value, the lowest byte first.
    value: Vec<u8>,
}

enum Place {
    Memory(u32),
    Flag(Flag),
    Register(String),
}

impl Setting {
    /// Reads one.
    ///
    /// # Errors
    /// What is wrong with it, and what to write.
    pub fn parse(text: &str) -> Result<Setting, Failure> {
        let wrong =
            |what: &str| Failure::failed(format_args!("--set: `{text}`: {what}; write eax=5, cf=1 or [0x1000]=7"));
        let (place, value) = text.split_once('=').ok_or_else(|| wrong("there is no value"))?;
        let value = number(value.trim()).ok_or_else(|| wrong("the value is no number"))?;
        let place = place.trim().to_ascii_lowercase();
        let flag = FLAGS.iter().find(|(name, _)| *name == place).map(|(_, flag)| *flag);
        let place = match (place.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')), flag) {
            (Some(address), _) => {
                Place::Memory(word(&number(address).ok_or_else(|| wrong("the address is no number"))?))
            }
            (None, Some(flag)) => Place::Flag(flag),
            (None, None) => Place::Register(place),
        };
        Ok(Setting { text: text.into(), place, value })
    }

    /// Puts the value where it belongs.
    ///
    /// # Errors
    /// There is no such register, or the value does not fit.
    pub fn apply(&self, vm: &mut Vm) -> Result<(), Failure> {
        let wrong = |problem: String| Failure::failed(format_args!("--set: `{}`: {problem}", self.text));
        let significant = self.value.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        let fits = |size: usize| match significant <= size {
            true => Ok([&self.value[..significant], &vec![0; size - significant]].concat()),
            false => Err(wrong(format!("the value takes more than {size} bytes"))),
        };
        match &self.place {
            Place::Memory(address) => vm.write(*address, &fits(4)?).map_err(|error| wrong(error.to_string())),
            Place::Flag(flag) => {
                vm.set_flag(*flag, significant > 0);
                Ok(())
            }
            Place::Register(name) => {
                let size = vm.registers().bytes(name).map(|bytes| bytes.len());
                // An unknown name is refused below, with the names that there are.
                let value = size.map_or_else(|| Ok(Vec::new()), fits)?;
                vm.registers_mut().set_bytes(name, &value).map_err(|error| wrong(error.to_string()))
            }
        }
    }
}

/// A decimal number of up to 64 bits, or hex digits behind `0x`, as many as a register holds.
fn number(text: &str) -> Option<Vec<u8>> {
    let Some(digits) = text.strip_prefix("0x").or(text.strip_prefix("0X")) else {
        let negative = text.strip_prefix('-').and_then(|digits| digits.parse::<u32>().ok());
        let value = negative.map(|value| u64::from(value.wrapping_neg())).or_else(|| text.parse().ok())?;
        return Some(value.to_le_bytes().to_vec());
    };
    let digits: Vec<u8> = digits.chars().map(|digit| Some(digit.to_digit(16)? as u8)).collect::<Option<_>>()?;
    let pair = |pair: &[u8]| pair.iter().rev().fold(0, |byte, digit| byte << 4 | digit);
    (!digits.is_empty()).then(|| digits.iter().rev().copied().collect::<Vec<u8>>().chunks(2).map(pair).collect())
}

fn word(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).rev().fold(0, |word, byte| word << 8 | u32::from(*byte))
}
