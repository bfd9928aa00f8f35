//! One encoding, decoded by both.

use iced_x86::{Decoder as IcedDecoder, DecoderOptions, Instruction as Iced};
use tab86::decode::{Decoder, Instruction};

/// Where the instruction lies.
pub const EIP: u32 = 0x1000;

/// What both decoders made of the same bytes.
pub struct Pair<'a> {
    pub bytes: &'a [u8],
    pub ours: Option<Instruction>,
    pub iced: Option<Iced>,
}

impl Pair<'_> {
    /// tab86's mnemonic, empty when it does not decode.
    pub fn mnemonic(&self) -> &'static str {
        self.ours.map_or("", |ours| ours.row().mnemonic.as_str())
    }

    /// iced's name of the encoding, empty when it does not decode.
    pub fn code(&self) -> String {
        self.iced.map_or(String::new(), |iced| format!("{:?}", iced.code()))
    }
}

/// Decodes with both, as code of 16 or 32 bits.
pub fn decode(bits: u8, bytes: &[u8]) -> Pair<'_> {
    let iced = IcedDecoder::with_ip(u32::from(bits), bytes, u64::from(EIP), DecoderOptions::NONE).decode();
    Pair { bytes, ours: Decoder::new(bits).decode(bytes, EIP).ok(), iced: (!iced.is_invalid()).then_some(iced) }
}
