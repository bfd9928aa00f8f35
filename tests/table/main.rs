//! What `opcodes.json` says and what the decoder makes of it: the promises of the table, encodings
//! that are no instructions, and every encoding against a second decoder.

mod encoder;
mod encodings;
mod promises;
mod witness;
