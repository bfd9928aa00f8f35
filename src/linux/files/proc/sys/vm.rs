//! `/proc/sys/vm`: memory.

use super::super::super::pseudo::{PseudoEntry, fixed};

/// What is in `/proc/sys/vm`.
pub static VM: &[PseudoEntry] = &[
    fixed("admin_reserve_kbytes", "8192"),
    fixed("compact_unevictable_allowed", "1"),
    fixed("dirty_background_bytes", "0"),
    fixed("dirty_background_ratio", "10"),
    fixed("dirty_bytes", "0"),
    fixed("dirty_expire_centisecs", "3000"),
    fixed("dirty_ratio", "20"),
    fixed("dirty_writeback_centisecs", "500"),
    fixed("dirtytime_expire_seconds", "43200"),
    fixed("drop_caches", "0"),
    fixed("laptop_mode", "0"),
    fixed("legacy_va_layout", "0"),
    fixed("lowmem_reserve_ratio", "256\t32\t0\t0"),
    fixed("max_map_count", "65530"),
    fixed("min_free_kbytes", "4096"),
    fixed("mmap_min_addr", "4096"),
    fixed("mmap_rnd_bits", "8"),
    fixed("nr_hugepages", "0"),
    fixed("nr_overcommit_hugepages", "0"),
    fixed("oom_dump_tasks", "1"),
    fixed("oom_kill_allocating_task", "0"),
    fixed("overcommit_kbytes", "0"),
    fixed("overcommit_memory", "0"),
    fixed("overcommit_ratio", "50"),
    fixed("page-cluster", "3"),
    fixed("panic_on_oom", "0"),
    fixed("stat_interval", "1"),
    fixed("swappiness", "60"),
    fixed("unprivileged_userfaultfd", "0"),
    fixed("user_reserve_kbytes", "131072"),
    fixed("vfs_cache_pressure", "100"),
    fixed("watermark_scale_factor", "10"),
];
