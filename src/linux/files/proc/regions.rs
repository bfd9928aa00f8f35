//! `/proc/PID/maps` and its relatives: the mappings of an address space.

use crate::linux::errno::Errno;

use super::super::facts::RegionFacts;
use super::super::pseudo::{NumberNames, Numbered, Numbers, Told, path};
use super::super::view::View;

pub fn maps(world: &dyn View, [id, _]: Numbers) -> Told {
    Ok(world.regions(id)?.iter().flat_map(|region| [line(region), b"\n".to_vec()].concat()).collect())
}

/// A line without its end. The name begins in column 73, or, if addresses are short, 49.
fn line(region: &RegionFacts) -> Vec<u8> {
    let [read, write, execute, shared] = region.rights;
    let right = |has, letter| if has { letter } else { '-' };
    let rights: String = [right(read, 'r'), right(write, 'w'), right(execute, 'x'), if shared { 's' } else { 'p' }]
        .into_iter()
        .collect();
    let (device, inode) = region.file;
    let text = format!(
        "{:08x}-{:08x} {rights} {:08x} {:02x}:{:02x} {inode} ",
        region.start,
        region.end,
        region.offset,
        device >> 8 & 0xfff,
        device & 0xff
    );
    match region.name.is_empty() {
        true => text.into_bytes(),
        false => [format!("{text:<49}").into_bytes(), region.name.clone()].concat(),
    }
}

/// The figures of `smaps` that are not always zero: all, resident, private and written, shared, locked.
fn figures(region: &RegionFacts) -> [u64; 5] {
    let [size, resident, locked] = [region.end - region.start, region.resident, region.locked].map(|size| size / 1024);
    let [private, shared] = if region.rights[3] { [0, resident] } else { [resident, 0] };
    [size, resident, private, shared, locked]
}

/// What may be done with a region, and how it is kept (proc(5), "VmFlags").
fn flags(region: &RegionFacts) -> String {
    let ([read, write, execute, shared], [may_write, grows_down, counted]) = (region.rights, region.traits);
    let flags = [
        (read, "rd"),
        (write, "wr"),
        (execute, "ex"),
        (shared, "sh"),
        (true, "mr"),
        (may_write, "mw"),
        (true, "me"),
        (shared, "ms"),
        (grows_down, "gd"),
        (region.locked > 0, "lo"),
        (counted, "ac"),
    ];
    flags.iter().filter(|(has, _)| *has).map(|(_, name)| format!("{name} ")).collect()
}

/// The lines below a region.
fn details([size, resident, private, shared, locked]: [u64; 5], whole: bool) -> Vec<u8> {
    let lines = [
        ("Size", size),
        ("KernelPageSize", 4),
        ("MMUPageSize", 4),
        ("Rss", resident),
        ("Pss", resident),
        ("Pss_Dirty", private),
        ("Shared_Clean", 0),
        ("Shared_Dirty", shared),
        ("Private_Clean", 0),
        ("Private_Dirty", private),
        ("Referenced", resident),
        ("Anonymous", private),
        ("LazyFree", 0),
        ("AnonHugePages", 0),
        ("ShmemPmdMapped", 0),
        ("FilePmdMapped", 0),
        ("Shared_Hugetlb", 0),
        ("Private_Hugetlb", 0),
        ("Swap", 0),
        ("SwapPss", 0),
        ("Locked", locked),
    ];
    let told = lines.iter().filter(|(name, _)| whole || !name.contains("Size"));
    told.map(|(name, figure)| format!("{:<16}{figure:>8} kB\n", format!("{name}:"))).collect::<String>().into_bytes()
}

pub fn smaps(world: &dyn View, [id, _]: Numbers) -> Told {
    let mut text = Vec::new();
    for region in world.regions(id)? {
        text.extend([line(&region), b"\n".to_vec(), details(figures(&region), true)].concat());
        text.extend(format!("THPeligible:           0\nVmFlags: {}\n", flags(&region)).into_bytes());
    }
    Ok(text)
}

pub fn rollup(world: &dyn View, [id, _]: Numbers) -> Told {
    let regions = world.regions(id)?;
    let mut sum = [0; 5];
    for region in &regions {
        sum.iter_mut().zip(figures(region)).for_each(|(sum, figure)| *sum += figure);
    }
    let start = regions.first().map_or(0, |region| region.start);
    let end = regions.last().map_or(0, |region| region.end);
    let all = RegionFacts { start, end, name: b"[rollup]".to_vec(), ..RegionFacts::default() };
    Ok([line(&all), b"\n".to_vec(), details(sum, false)].concat())
}

/// The files that are mapped, by the addresses of their mappings.
pub static MAPPED_FILES: Numbered = Numbered {
    list: |world, [id, _]| mapped(world, id).iter().map(|region| region.start as u32).collect(),
    has: |world, [id, _], start| region_at(world, id, start).is_some(),
    below: |[id, _], start| [id, start],
    names: NumberNames {
        write: |world, [id, _], start| {
            region_at(world, id, start)
                .map_or_else(String::new, |region| format!("{:x}-{:x}", region.start, region.end))
        },
        read: |name| u32::from_str_radix(name.split('-').next()?, 16).ok(),
    },
    entry: path("", |world, [id, start]| region_at(world, id, start).map(|region| region.name).ok_or(Errno::ENOENT)),
};

/// The mappings of files.
fn mapped(world: &dyn View, id: u32) -> Vec<RegionFacts> {
    let mut regions = world.regions(id).unwrap_or_default();
    regions.retain(|region| region.file.1 != 0);
    regions
}

fn region_at(world: &dyn View, id: u32, start: u32) -> Option<RegionFacts> {
    mapped(world, id).into_iter().find(|region| region.start == u64::from(start))
}

/// All memory is that of the first node (numa(7)).
pub fn numa_maps(world: &dyn View, [id, _]: Numbers) -> Told {
    let mut text = Vec::new();
    for region in world.regions(id)? {
        let pages = region.resident / 4096;
        let what = match region.name.as_slice() {
            b"[heap]" => b" heap".to_vec(),
            b"[stack]" => b" stack".to_vec(),
            name if region.file.1 != 0 => [b" file=", name].concat(),
            _ => Vec::new(),
        };
        let kind = if region.file.1 != 0 { "mapped" } else { "anon" };
        let figures = if pages > 0 { format!(" {kind}={pages} N0={pages} kernelpagesize_kB=4") } else { String::new() };
        text.extend([format!("{:08x} default", region.start).into_bytes(), what, figures.into_bytes()].concat());
        text.push(b'\n');
    }
    Ok(text)
}

/// Eight bytes of each page of the address space (`pagemap`): whether it lies in a frame, and is of a file or shared.
/// Which frame that is stays untold.
pub fn pagemap(world: &dyn View, [id, _]: Numbers) -> Told {
    const PRESENT: u64 = 1 << 63;
    const OF_FILE: u64 = 1 << 61;
    const PAGES: usize = 1 << 20;
    let mut bytes = vec![0; 8 * PAGES];
    for (page, of_file) in world.resident(id)? {
        let entry = if of_file { PRESENT | OF_FILE } else { PRESENT };
        bytes[8 * page as usize..][..8].copy_from_slice(&entry.to_le_bytes());
    }
    Ok(bytes)
}
