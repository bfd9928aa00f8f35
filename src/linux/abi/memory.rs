//! The address space: mmap(2), mprotect(2), mremap(2), madvise(2), msync(2), mlockall(2).

use super::names::{flags, values};

/// A page has two to this power of bytes.
pub const PAGE_SHIFT: u32 = 12;

/// Where the flags of `mmap` have the size of large pages, as a power of two.
pub const MAP_HUGE_SHIFT: u32 = 26;

/// The bits of the flags of `mmap` that say who sees changes.
pub const MAP_TYPE: u32 = 0xf;

flags! {
    /// Protection of pages.
    PROT "PROT_???" {
        PROT_NONE = 0 within 0xffff_ffff,
        PROT_READ = 1,
        PROT_WRITE = 2,
        PROT_EXEC = 4,
        PROT_SEM = 8,
        PROT_GROWSDOWN = 0x0100_0000,
        PROT_GROWSUP = 0x0200_0000,
    }

    /// Flags of `mmap`.
    MAP "MAP_???" {
        MAP_SHARED = 1 within 0xf,
        MAP_PRIVATE = 2 within 0xf,
        MAP_SHARED_VALIDATE = 3 within 0xf,
        MAP_FIXED = 0x10,
        MAP_ANONYMOUS = 0x20,
        MAP_NORESERVE = 0x4000,
        MAP_GROWSDOWN = 0x100,
        MAP_DENYWRITE = 0x800,
        MAP_EXECUTABLE = 0x1000,
        MAP_LOCKED = 0x2000,
        MAP_POPULATE = 0x8000,
        MAP_NONBLOCK = 0x1_0000,
        MAP_STACK = 0x2_0000,
        MAP_HUGETLB = 0x4_0000,
        MAP_SYNC = 0x8_0000,
        MAP_FIXED_NOREPLACE = 0x10_0000,
    }

    /// Flags of `mremap`.
    MREMAP "MREMAP_???" {
        MREMAP_MAYMOVE = 1,
        MREMAP_FIXED = 2,
        MREMAP_DONTUNMAP = 4,
    }

    /// Flags of `msync`.
    MSYNC "MS_???" {
        MS_ASYNC = 1,
        MS_INVALIDATE = 2,
        MS_SYNC = 4,
    }

    /// Flags of `mlock2`.
    MLOCK "MLOCK_???" {
        MLOCK_ONFAULT = 1,
    }

    /// Flags of `mlockall`.
    MLOCKALL "MCL_???" {
        MCL_CURRENT = 1,
        MCL_FUTURE = 2,
        MCL_ONFAULT = 4,
    }
}

values! {
    /// Advice of `madvise`.
    MADVISE "MADV_???" {
        MADV_NORMAL = 0,
        MADV_RANDOM = 1,
        MADV_SEQUENTIAL = 2,
        MADV_WILLNEED = 3,
        MADV_DONTNEED = 4,
        MADV_FREE = 8,
        MADV_REMOVE = 9,
        MADV_DONTFORK = 10,
        MADV_DOFORK = 11,
        MADV_MERGEABLE = 12,
        MADV_UNMERGEABLE = 13,
        MADV_HUGEPAGE = 14,
        MADV_NOHUGEPAGE = 15,
        MADV_DONTDUMP = 16,
        MADV_DODUMP = 17,
        MADV_WIPEONFORK = 18,
        MADV_KEEPONFORK = 19,
        MADV_COLD = 20,
        MADV_PAGEOUT = 21,
        MADV_POPULATE_READ = 22,
        MADV_POPULATE_WRITE = 23,
        MADV_DONTNEED_LOCKED = 24,
    }
}
