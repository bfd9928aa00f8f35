//! `/proc/PID/fd` and `/proc/PID/fdinfo`.

use super::super::pseudo::{DECIMAL, EntryKind, Numbered, Numbers, PseudoEntry, Told, link};
use super::super::view::{ProcessLink, View};

/// Links to what is open.
pub static DESCRIPTORS: Numbered =
    Numbered { list, has, below, names: DECIMAL, entry: link("", |[id, number]| ProcessLink::Descriptor(id, number)) };

/// How it is open.
pub static DESCRIPTOR_FILES: Numbered = Numbered {
    list,
    has,
    below,
    names: DECIMAL,
    entry: PseudoEntry { name: "", mode: 0o444, kind: EntryKind::Text(information) },
};

fn list(world: &dyn View, [id, _]: Numbers) -> Vec<u32> {
    world.descriptors(id).unwrap_or_default()
}

fn has(world: &dyn View, [id, _]: Numbers, number: u32) -> bool {
    world.descriptor(id, number).is_ok()
}

fn below([id, _]: Numbers, number: u32) -> Numbers {
    [id, number]
}

fn information(world: &dyn View, [id, number]: Numbers) -> Told {
    let facts = world.descriptor(id, number)?;
    let lines = format!(
        "pos:\t{}\nflags:\t0{:o}\nmnt_id:\t{}\nino:\t{}\n",
        facts.position, facts.flags, facts.mount, facts.inode
    );
    Ok([lines.into_bytes(), facts.more].concat())
}
