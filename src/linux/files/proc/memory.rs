//! Memory (proc(5)): `meminfo`, `vmstat`, `buddyinfo` and `zoneinfo`. All there is is what the world was
//! granted, in one zone of one node.

use super::super::pseudo::{Numbers, Told};
use super::super::view::View;

/// Pages of the largest blocks that the kernel gives away (`MAX_ORDER`).
const LARGEST_BLOCK: u64 = 1 << 10;

pub fn meminfo(world: &dyn View, _: Numbers) -> Told {
    let [total, used] = world.system().memory.map(|bytes| bytes / 1024);
    let free = total.saturating_sub(used);
    let lines = [
        ("MemTotal", total),
        ("MemFree", free),
        ("MemAvailable", free),
        ("Buffers", 0),
        ("Cached", 0),
        ("SwapCached", 0),
        ("Active", used),
        ("Inactive", 0),
        ("Active(anon)", used),
        ("Inactive(anon)", 0),
        ("Active(file)", 0),
        ("Inactive(file)", 0),
        ("Unevictable", 0),
        ("Mlocked", 0),
        ("HighTotal", 0),
        ("HighFree", 0),
        ("LowTotal", total),
        ("LowFree", free),
        ("SwapTotal", 0),
        ("SwapFree", 0),
        ("Dirty", 0),
        ("Writeback", 0),
        ("AnonPages", used),
        ("Mapped", 0),
        ("Shmem", 0),
        ("Slab", 0),
        ("SReclaimable", 0),
        ("SUnreclaim", 0),
        ("KernelStack", 0),
        ("PageTables", 0),
        ("CommitLimit", total / 2),
        ("Committed_AS", used),
        ("VmallocTotal", 122_880),
        ("VmallocUsed", 0),
        ("VmallocChunk", 0),
        ("AnonHugePages", 0),
        ("Hugepagesize", 2048),
    ];
    let pages = ["HugePages_Total", "HugePages_Free", "HugePages_Rsvd", "HugePages_Surp"];
    let lines = lines.iter().map(|(name, size)| format!("{:<16}{size:>8} kB\n", format!("{name}:")));
    let pages = pages.iter().map(|name| format!("{:<16}{:>8}\n", format!("{name}:"), 0));
    Ok(lines.chain(pages).collect::<String>().into_bytes())
}

/// Pages in all, and free ones.
fn pages(world: &dyn View) -> [u64; 2] {
    let [total, used] = world.system().memory.map(|bytes| bytes / 4096);
    [total, total.saturating_sub(used)]
}

pub fn vmstat(world: &dyn View, _: Numbers) -> Told {
    let [total, free] = pages(world);
    let used = total - free;
    let lines = [
        ("nr_free_pages", free),
        ("nr_zone_inactive_anon", 0),
        ("nr_zone_active_anon", used),
        ("nr_zone_inactive_file", 0),
        ("nr_zone_active_file", 0),
        ("nr_zone_unevictable", 0),
        ("nr_zone_write_pending", 0),
        ("nr_mlock", 0),
        ("nr_inactive_anon", 0),
        ("nr_active_anon", used),
        ("nr_inactive_file", 0),
        ("nr_active_file", 0),
        ("nr_unevictable", 0),
        ("nr_slab_reclaimable", 0),
        ("nr_slab_unreclaimable", 0),
        ("nr_anon_pages", used),
        ("nr_mapped", 0),
        ("nr_file_pages", 0),
        ("nr_dirty", 0),
        ("nr_writeback", 0),
        ("nr_shmem", 0),
        ("nr_page_table_pages", 0),
        ("pgpgin", 0),
        ("pgpgout", 0),
        ("pswpin", 0),
        ("pswpout", 0),
        ("pgfault", 0),
        ("pgmajfault", 0),
        ("oom_kill", 0),
    ];
    Ok(lines.iter().map(|(name, number)| format!("{name} {number}\n")).collect::<String>().into_bytes())
}

/// How many blocks of each size are free: the largest that there can be.
pub fn buddyinfo(world: &dyn View, _: Numbers) -> Told {
    let [_, free] = pages(world);
    let (largest, mut rest) = (free / LARGEST_BLOCK, free % LARGEST_BLOCK);
    let mut blocks = Vec::new();
    for _ in 0..LARGEST_BLOCK.ilog2() {
        blocks.push(rest % 2);
        rest /= 2;
    }
    blocks.push(largest);
    let blocks: String = blocks.iter().map(|count| format!("{count:>6} ")).collect();
    Ok(format!("Node 0, zone   Normal {blocks}\n").into_bytes())
}

pub fn zoneinfo(world: &dyn View, _: Numbers) -> Told {
    let [total, free] = pages(world);
    Ok(format!(
        "Node 0, zone   Normal\n  pages free     {free}\n        boost    0\n        min      1024\n\
         \x20       low      1280\n        high     1536\n        spanned  {total}\n        present  {total}\n\
         \x20       managed  {total}\n        cma      0\n        protection: (0, 0, 0, 0)\n\
         \x20 node_unreclaimable:  0\n  start_pfn:           0\n"
    )
    .into_bytes())
}
