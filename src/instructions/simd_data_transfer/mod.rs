//! Moves into, out of and between vector registers, of MMX, SSE and AVX alike (SDM Vol. 1, the "Data
//! Transfer" headings of each extension).

pub mod gather;
pub mod masked;
pub mod moves;
