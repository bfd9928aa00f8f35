//! What the processor does with a program, in every mode of the engine: instructions against models
//! and against vectors of a real processor, faults, segments, CPUID, and the engine's own promises.

mod cpuid;
mod decimal;
mod engine;
mod flags;
mod integer;
mod leaves;
mod modes;
#[cfg(feature = "vectors")]
mod scalars;
mod segments;
mod sequences;
mod states;
mod strings;
mod support;
mod thread_local;
#[cfg(feature = "vectors")]
mod vectors;
mod watching;
