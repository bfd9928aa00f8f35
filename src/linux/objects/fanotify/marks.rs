//! What is marked, and who hears of what happens to it. The files layer tells [`FanotifyMarks`] of everything.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::linux::abi::fanotify::{
    FAN_EVENT_ON_CHILD, FAN_FILE_EVENTS, FAN_MAX_GROUPS, FAN_MAX_MARKS, FAN_MODIFY, FAN_ONDIR, FAN_REPORT_TID,
    FAN_UNLIMITED_MARKS,
};
use crate::linux::copy::{copied, plain};
use crate::linux::errno::Errno;
use crate::linux::sync::lock;

use super::event::{MarkedFile, Permission};
use super::group::FanotifyGroup;

/// What a mark is on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Marked {
    /// A file or directory, by device and inode.
    Node(u64, u64),
    /// A mount, by its number.
    Mount(u32),
    /// A filesystem, by its device.
    Filesystem(u64),
}

/// What a group wants to hear of what is marked.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Mark {
    /// Events that count, FAN_ONDIR and FAN_EVENT_ON_CHILD.
    pub mask: u32,
    /// Events that do not.
    pub ignored: u32,
    /// Whether those do not count even when the file has changed.
    pub survives: bool,
}

/// What becomes of a mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MarkChange {
    /// These count as well.
    Add(u32),
    /// These do not count any more.
    Remove(u32),
    /// These are ignored, even when the file has changed or not.
    Ignore(u32, bool),
    /// These are not ignored any more.
    Heed(u32),
}

/// Something that happens to a file, or that somebody wants to do with it.
#[derive(Clone, Copy)]
pub struct FileNews<'a> {
    /// What: `FAN_` bits.
    pub mask: u32,
    /// To what.
    pub file: &'a MarkedFile,
    /// Who waits for leave to do it.
    pub permission: Option<&'a Arc<Permission>>,
}

#[derive(Debug)]
struct Member {
    group: Arc<FanotifyGroup>,
    marks: BTreeMap<Marked, Mark>,
}

/// The marks of a world.
#[derive(Default, Debug)]
pub struct FanotifyMarks {
    /// How many there are: what happens costs nothing while there are none.
    count: AtomicUsize,
    groups: Mutex<BTreeMap<u64, Member>>,
    /// The running process.
    process: AtomicU64,
    /// Its running thread.
    thread: AtomicU64,
}

impl FanotifyMarks {
    /// Whether nothing is marked.
    pub fn is_empty(&self) -> bool {
        self.count.load(Ordering::Relaxed) == 0
    }

    /// A thread of a process runs now: what happens is its doing.
    pub fn acts(&self, [process, thread]: [u32; 2]) {
        self.process.store(process.into(), Ordering::Relaxed);
        self.thread.store(thread.into(), Ordering::Relaxed);
    }

    /// There is one more group; EMFILE if there are too many.
    pub fn add_group(&self, number: u64, group: &Arc<FanotifyGroup>) -> Result<(), Errno> {
        let mut groups = lock(&self.groups);
        if groups.len() >= FAN_MAX_GROUPS as usize {
            return Err(Errno::EMFILE);
        }
        groups.insert(number, Member { group: Arc::clone(group), marks: BTreeMap::new() });
        Ok(())
    }

    /// A group is gone.
    pub fn remove_group(&self, number: u64) {
        let mut groups = lock(&self.groups);
        groups.remove(&number);
        self.recount(&groups);
    }

    /// Changes a mark of a group. One that says nothing any more is gone; ENOENT if there was none to take from, ENOSPC
    /// for one too many.
    pub fn change(&self, number: u64, marked: Marked, change: MarkChange) -> Result<(), Errno> {
        let mut groups = lock(&self.groups);
        let member = groups.get_mut(&number).ok_or(Errno::EINVAL)?;
        let adds = matches!(change, MarkChange::Add(_) | MarkChange::Ignore(..));
        if !member.marks.contains_key(&marked) {
            let limited = member.group.flags[0] & FAN_UNLIMITED_MARKS == 0;
            match adds {
                false => return Err(Errno::ENOENT),
                true if limited && member.marks.len() >= FAN_MAX_MARKS as usize => return Err(Errno::ENOSPC),
                true => {}
            }
        }
        let mark = member.marks.entry(marked).or_default();
        match change {
            MarkChange::Add(events) => mark.mask |= events,
            MarkChange::Remove(events) => mark.mask &= !events,
            MarkChange::Ignore(events, survives) => {
                mark.ignored |= events;
                mark.survives |= survives;
            }
            MarkChange::Heed(events) => mark.ignored &= !events,
        }
        if (mark.mask | mark.ignored) & FAN_FILE_EVENTS == 0 {
            member.marks.remove(&marked);
        }
        self.recount(&groups);
        Ok(())
    }

    /// Takes all marks of a group away that are on the same kind of thing.
    pub fn flush(&self, number: u64, kind: Marked) {
        let mut groups = lock(&self.groups);
        let same = |marked: &Marked| std::mem::discriminant(marked) == std::mem::discriminant(&kind);
        if let Some(member) = groups.get_mut(&number) {
            member.marks.retain(|marked, _| !same(marked));
        }
        self.recount(&groups);
    }

    /// A file is no more: nor are the marks on it.
    pub fn gone(&self, (device, inode): (u64, u64)) {
        let mut groups = lock(&self.groups);
        for member in groups.values_mut() {
            member.marks.remove(&Marked::Node(device, inode));
        }
        self.recount(&groups);
    }

    fn recount(&self, groups: &BTreeMap<u64, Member>) {
        self.count.store(groups.values().map(|member| member.marks.len()).sum(), Ordering::Relaxed);
    }

    /// Tells those groups of something that want to hear of it.
    pub fn tell(&self, news: FileNews) {
        if self.is_empty() {
            return;
        }
        let by = |group: &FanotifyGroup| {
            let id = if group.flags[0] & FAN_REPORT_TID == 0 { &self.process } else { &self.thread };
            id.load(Ordering::Relaxed) as u32
        };
        for Member { group, marks } in lock(&self.groups).values_mut() {
            let mask = wanted(marks, news);
            if mask != 0 {
                group.push(mask, news.file.clone(), by(group), news.permission);
            }
        }
    }

    /// The marks of a group as `/proc/PID/fdinfo` shows them.
    pub fn listing(&self, number: u64) -> String {
        let groups = lock(&self.groups);
        let Some(member) = groups.get(&number) else { return String::new() };
        let line = |(marked, mark): (&Marked, &Mark)| {
            let Mark { mask, ignored, survives } = mark;
            let flags = if *survives { 0x40 } else { 0 };
            let rest = format!("mflags:{flags:x} mask:{mask:x} ignored_mask:{ignored:x}\n");
            match marked {
                Marked::Node(device, inode) => format!("fanotify ino:{inode:x} sdev:{device:x} {rest}"),
                Marked::Mount(mount) => format!("fanotify mnt_id:{mount:x} {rest}"),
                Marked::Filesystem(device) => format!("fanotify sdev:{device:x} {rest}"),
            }
        };
        member.marks.iter().map(line).collect()
    }
}

/// What of something that happens a group wants to hear. What it has said to ignore is not ignored any more when the file
/// changes, unless it has said so too.
fn wanted(marks: &mut BTreeMap<Marked, Mark>, news: FileNews) -> u32 {
    let MarkedFile { node: (device, inode), mount, directory, is_directory, .. } = *news.file;
    let own = [Marked::Node(device, inode), Marked::Mount(mount), Marked::Filesystem(device)];
    let above = directory.map(|(device, inode)| Marked::Node(device, inode));
    let (mut counts, mut ignored) = (0, 0);
    for (marked, is_above) in own.into_iter().map(|marked| (marked, false)).chain(above.map(|marked| (marked, true))) {
        let Some(mark) = marks.get_mut(&marked) else { continue };
        if is_above && mark.mask & FAN_EVENT_ON_CHILD == 0 {
            continue;
        }
        if !is_above && news.mask & FAN_MODIFY != 0 && !mark.survives {
            mark.ignored = 0;
        }
        if !is_directory || mark.mask & FAN_ONDIR != 0 {
            counts |= mark.mask;
        }
        ignored |= mark.ignored;
    }
    news.mask & counts & !ignored & FAN_FILE_EVENTS
}

plain!(Mark);
copied!(Member: clone {} duplicate { group, marks });
copied!(FanotifyMarks: clone {} duplicate { count, groups, process, thread });
