//! `/proc/sys/vm`: memory.

use super::super::super::pseudo::{PseudoEntry, kept, setting};
use super::super::super::view::ProcSetting;

/// What is in `/proc/sys/vm`.
pub static VM: &[PseudoEntry] = &[
    kept("vm/admin_reserve_kbytes", "8192"),
    kept("vm/compact_unevictable_allowed", "1"),
    kept("vm/dirty_background_bytes", "0"),
    kept("vm/dirty_background_ratio", "10"),
    kept("vm/dirty_bytes", "0"),
    kept("vm/dirty_expire_centisecs", "3000"),
    kept("vm/dirty_ratio", "20"),
    kept("vm/dirty_writeback_centisecs", "500"),
    kept("vm/dirtytime_expire_seconds", "43200"),
    kept("vm/drop_caches", "0"),
    kept("vm/laptop_mode", "0"),
    kept("vm/legacy_va_layout", "0"),
    kept("vm/lowmem_reserve_ratio", "256\t32\t0\t0"),
    kept("vm/max_map_count", "65530"),
    kept("vm/min_free_kbytes", "4096"),
    kept("vm/mmap_min_addr", "4096"),
    kept("vm/mmap_rnd_bits", "8"),
    // There are none, however many are asked for.
    setting("nr_hugepages", |_, _| Ok(b"0\n".to_vec()), ProcSetting::Nothing),
    setting("nr_overcommit_hugepages", |_, _| Ok(b"0\n".to_vec()), ProcSetting::Nothing),
    kept("vm/oom_dump_tasks", "1"),
    kept("vm/oom_kill_allocating_task", "0"),
    kept("vm/overcommit_kbytes", "0"),
    kept("vm/overcommit_memory", "0"),
    kept("vm/overcommit_ratio", "50"),
    kept("vm/page-cluster", "3"),
    kept("vm/panic_on_oom", "0"),
    kept("vm/stat_interval", "1"),
    kept("vm/swappiness", "60"),
    kept("vm/unprivileged_userfaultfd", "0"),
    kept("vm/user_reserve_kbytes", "131072"),
    kept("vm/vfs_cache_pressure", "100"),
    kept("vm/watermark_scale_factor", "10"),
];
