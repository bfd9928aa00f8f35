//! What the architecture adds (arch_prctl(2)).

use super::names::values;

values! {
    /// Commands of `arch_prctl`.
    ARCH "ARCH_???" {
        ARCH_GET_CPUID = 0x1011,
        ARCH_SET_CPUID = 0x1012,
        ARCH_GET_XCOMP_SUPP = 0x1021,
        ARCH_GET_XCOMP_PERM = 0x1022,
        ARCH_REQ_XCOMP_PERM = 0x1023,
    }
}
