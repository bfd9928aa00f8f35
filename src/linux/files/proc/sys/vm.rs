//! `/proc/sys/vm`: memory.

use super::super::super::pseudo::{PseudoEntry, kept, setting};
use super::super::super::view::ProcSetting;

/// What is in `/proc/sys/vm`.
pub static VM: &[PseudoEntry] = &[
    kept("admin_reserve_kbytes", "8192"),
    kept("compact_unevictable_allowed", "1"),
    kept("dirty_background_bytes", "0"),
    kept("dirty_background_ratio", "10"),
    kept("dirty_bytes", "0"),
    kept("dirty_expire_centisecs", "3000"),
    kept("dirty_ratio", "20"),
    kept("dirty_writeback_centisecs", "500"),
    kept("dirtytime_expire_seconds", "43200"),
    kept("drop_caches", "0"),
    kept("laptop_mode", "0"),
    kept("legacy_va_layout", "0"),
    kept("lowmem_reserve_ratio", "256\t32\t0\t0"),
    kept("max_map_count", "65530"),
    kept("min_free_kbytes", "4096"),
    kept("mmap_min_addr", "4096"),
    kept("mmap_rnd_bits", "8"),
    // There are none, however many are asked for.
    setting("nr_hugepages", |_, _| Ok(b"0\n".to_vec()), ProcSetting::Nothing),
    setting("nr_overcommit_hugepages", |_, _| Ok(b"0\n".to_vec()), ProcSetting::Nothing),
    kept("oom_dump_tasks", "1"),
    kept("oom_kill_allocating_task", "0"),
    kept("overcommit_kbytes", "0"),
    kept("overcommit_memory", "0"),
    kept("overcommit_ratio", "50"),
    kept("page-cluster", "3"),
    kept("panic_on_oom", "0"),
    kept("stat_interval", "1"),
    kept("swappiness", "60"),
    kept("unprivileged_userfaultfd", "0"),
    kept("user_reserve_kbytes", "131072"),
    kept("vfs_cache_pressure", "100"),
    kept("watermark_scale_factor", "10"),
];
