//! AES (SDM Vol. 1, "Intel Advanced Encryption Standard Instructions (AES-NI)"): one round on each
//! 128-bit half. A state is a vector whose byte `4 * column + row` is the element of the manual.

use crate::instructions::cryptography::galois::{AES_FIELD, SubstitutionBox, undo};
use crate::instructions::operand::{Place, Value, Vector, doublewords, from_doublewords, halves};
use crate::instructions::{Machine, Op, Outcome};

/// The S-box of encryption.
const ENCRYPT: [u8; 256] = SubstitutionBox { field: AES_FIELD, matrix: 0x1f, constant: 0x63, both: false }.table();

/// The S-box of decryption.
const DECRYPT: [u8; 256] = undo(&ENCRYPT);

/// The source of byte `i` in `ShiftRows`: byte `5 * i` modulo 16.
const SHIFT_ROWS: usize = 5;

/// The same for `InvShiftRows`.
const UNSHIFT_ROWS: usize = 13;

/// A one in each byte.
const ONES: u128 = u128::MAX / 0xff;

/// Substitutes and shifts rows.
fn substitute(state: u128, table: &[u8; 256], step: usize) -> u128 {
    let bytes = state.to_le_bytes();
    u128::from_le_bytes(std::array::from_fn(|at| table[usize::from(bytes[at * step % 16])]))
}

/// Each byte times x in the field.
fn times_x(state: u128) -> u128 {
    let carries = state >> 7 & ONES;
    ((state & (ONES * 0x7f)) << 1) ^ (carries * u128::from(AES_FIELD as u8))
}

/// Each column rotated up by `rows` rows.
fn rotate_columns(state: u128, rows: u32) -> u128 {
    from_doublewords(doublewords(state).map(|column| column.rotate_right(8 * rows)))
}

/// `MixColumns`: each column times the matrix with the rows 2 3 1 1, 1 2 3 1, and so on.
fn mix_columns(state: u128) -> u128 {
    let next = rotate_columns(state, 1);
    times_x(state ^ next) ^ next ^ rotate_columns(state ^ next, 2)
}

/// `InvMixColumns`, which is the matrix 5 0 4 0 and then `MixColumns`.
#[inline(never)]
fn unmix_columns(state: u128) -> u128 {
    mix_columns(state ^ times_x(times_x(state ^ rotate_columns(state, 2))))
}

#[inline(never)]
fn encrypt(state: u128, key: u128) -> u128 {
    mix_columns(substitute(state, &ENCRYPT, SHIFT_ROWS)) ^ key
}

#[inline(never)]
fn encrypt_last(state: u128, key: u128) -> u128 {
    substitute(state, &ENCRYPT, SHIFT_ROWS) ^ key
}

#[inline(never)]
fn decrypt(state: u128, key: u128) -> u128 {
    unmix_columns(substitute(state, &DECRYPT, UNSHIFT_ROWS)) ^ key
}

#[inline(never)]
fn decrypt_last(state: u128, key: u128) -> u128 {
    substitute(state, &DECRYPT, UNSHIFT_ROWS) ^ key
}

/// Each odd doubleword after the S-box, and above it the same rotated with the round constant added.
#[inline(never)]
fn key_assist(key: u128, constant: u8) -> u128 {
    let [_, low, _, high] = doublewords(substitute(key, &ENCRYPT, 1));
    let rotated = |word: u32| word.rotate_right(8) ^ u32::from(constant);
    from_doublewords([low, rotated(low), high, rotated(high)])
}

/// A round on each half.
#[inline(always)]
fn round<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
    f: fn(u128, u128) -> u128,
) -> Outcome<()> {
    let (state, key) = (A::read(m, op)?, B::read(m, op)?);
    D::write(m, op, halves(state, key, f))
}

/// AESENC: perform one round of an AES encryption flow (SDM Vol. 2A, "AESENC").
pub fn aesenc<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    round::<V, D, A, B>(m, op, encrypt)
}

/// AESENCLAST: perform last round of an AES encryption flow (SDM Vol. 2A, "AESENCLAST").
pub fn aesenclast<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    round::<V, D, A, B>(m, op, encrypt_last)
}

/// AESDEC: perform one round of an AES decryption flow (SDM Vol. 2A, "AESDEC").
pub fn aesdec<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    round::<V, D, A, B>(m, op, decrypt)
}

/// AESDECLAST: perform last round of an AES decryption flow (SDM Vol. 2A, "AESDECLAST").
pub fn aesdeclast<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    round::<V, D, A, B>(m, op, decrypt_last)
}

/// AESIMC: perform the AES `InvMixColumns` transformation (SDM Vol. 2A, "AESIMC").
pub fn aesimc<D: Place<u128>, S: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let key = S::read(m, op)?;
    D::write(m, op, unmix_columns(key))
}

/// AESKEYGENASSIST: AES round key generation assist (SDM Vol. 2A, "AESKEYGENASSIST").
pub fn aeskeygenassist<D: Place<u128>, S: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let key = S::read(m, op)?;
    D::write(m, op, key_assist(key, op.imm as u8))
}
