//! Ciphers, hashes and the field arithmetic below them (SDM Vol. 1, "Intel Advanced Encryption Standard
//! Instructions", "Intel SHA Extensions", "Galois Field New Instructions").

pub mod encryption;
pub mod galois;
pub mod hashing;
pub mod sm3;
pub mod sm4;
