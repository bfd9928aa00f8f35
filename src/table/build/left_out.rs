//! The maps that lead to the encodings that the table leaves out, as its own maps lead to rows: so that
//! a disassembler can name them, and knows how long they are.

use std::collections::HashMap;
use std::fmt::Write;

use super::super::left_out::{self, LeftOutEncoding};
use super::super::notation::{self, ModRm, OpcodeNotation};
use super::maps::{self, Maps};
use super::patterns::{self, Pattern};

/// An encoding that can be found.
struct Found {
    encoding: LeftOutEncoding,
    /// Its opcode.
    opcode: OpcodeNotation,
    /// Whether vvvv names an operand.
    vvvv: bool,
    /// Operand and address size, where it depends on one of them.
    sizes: [Option<u8>; 2],
}

/// The source of the maps, and of what the decoder must know of each encoding. Of two that cannot be told
/// apart the first in the list is found.
pub fn forms() -> String {
    let found: Vec<Found> = left_out::list().filter_map(find).collect();
    let patterns: Vec<Pattern> = found.iter().enumerate().flat_map(|(at, one)| one.patterns(at)).collect();
    let slots = maps::slots(&patterns);
    let (owners, _) = maps::owners(&patterns, &slots);
    let forms = owners.into_iter().map(|(full, pattern)| (full, pattern.row as u16)).collect();
    let lookup = Maps { slots, forms, sizes: HashMap::new() }.literal();
    let mut out = format!("pub(crate) static LEFT_OUT: Lookup = {lookup};\n");
    writeln!(out, "pub(crate) static LEFT_OUT_FORMS: [LeftOutForm; {}] = [", found.len()).unwrap();
    found.iter().for_each(|one| writeln!(out, "{},", one.literal()).unwrap());
    out.push_str("];\n");
    out
}

/// An encoding of the list, if the notation has its opcode. It has none for WAIT with the x87 instruction behind
/// it, which are two instructions, and for escape bytes.
fn find(encoding: LeftOutEncoding) -> Option<Found> {
    let mut sizes = [None; 2];
    let mut tokens: Vec<&str> = Vec::new();
    for token in encoding.opcode.split(' ') {
        match token {
            "o16" => sizes[0] = Some(16),
            "o32" => sizes[0] = Some(32),
            "a16" => sizes[1] = Some(16),
            "a32" => sizes[1] = Some(32),
            "/is5" => tokens.push("/is4"),
            // Behind the operands 3DNow! has the byte that tells its operations apart.
            suffix if tokens.last() == Some(&"/r") && suffix.len() == 2 && suffix != "ib" && suffix != "id" => {
                tokens.push("ib")
            }
            plain => tokens.push(plain),
        }
    }
    let opcode = notation::opcode(&tokens.join(" ")).ok()?;
    let vvvv = opcode.vex.is_some() && registers(encoding.instruction) > places(&opcode, &tokens);
    Some(Found { encoding, opcode, vvvv, sizes })
}

/// The operands that are not immediates.
fn registers(instruction: &str) -> usize {
    let operands = instruction.split_once(' ').map_or("", |(_, operands)| operands);
    operands.split(", ").filter(|operand| !operand.is_empty() && !operand.starts_with("imm")).count()
}

/// The operands that ModR/M and the last immediate can name.
fn places(opcode: &OpcodeNotation, tokens: &[&str]) -> usize {
    let of_modrm = match opcode.modrm {
        ModRm::Any => 2,
        ModRm::Digit(_) => 1,
        ModRm::Absent | ModRm::Fixed(..) => 0,
    };
    of_modrm + usize::from(tokens.contains(&"/is4"))
}

impl Found {
    fn patterns(&self, at: usize) -> Vec<Pattern> {
        let [size, address] = self.sizes;
        patterns::of_opcode(at, &self.opcode, &patterns::demands(&self.opcode, size, address))
    }

    fn literal(&self) -> String {
        format!(
            "LeftOutForm {{ start: {}, modrm: {}, immediates: {}, vvvv: {} }}",
            self.encoding.start,
            self.opcode.modrm != ModRm::Absent,
            self.opcode.immediates.iter().sum::<u8>(),
            self.vvvv
        )
    }
}
