//! Saving and restoring processor state (SDM Vol. 1, "x87 FPU and SIMD State Management Instructions").

pub mod mxcsr_fxsave;
pub mod xsave;
