//! What a change tells those who watch (inotify(7)): the events of each, in Linux's order. `edit` tells of
//! names, open files of what is done with them, `attributes` of the rest.

use std::sync::Arc;

use crate::linux::abi::inotify::{
    IN_ACCESS, IN_ALL_EVENTS, IN_ATTRIB, IN_CREATE, IN_DELETE, IN_ISDIR, IN_MODIFY, IN_MOVE_SELF, IN_MOVED_FROM,
    IN_MOVED_TO,
};
use crate::linux::copy::Opaque;
use crate::linux::host::FileType;
use crate::linux::objects::{Departure, FileNews, MarkedFile, News, Permission, Watches};
use crate::linux::world::WaitQueues;

use super::node::Change;
use super::place::PlaceHandle;

/// A name in a directory.
pub type NameIn<'a> = (&'a PlaceHandle, &'a [u8]);

impl Watches {
    /// Something happened to what is at a place: who watches its directory hears of it, and who watches it.
    pub fn happened(&self, place: &PlaceHandle, events: u32) {
        if self.is_empty() {
            return;
        }
        self.listeners.tell(FileNews { mask: events, file: &marked(place), permission: None });
        let told = with_type(place, events & IN_ALL_EVENTS);
        let news = News { mask: told, removed: place.is_removed(), ..News::default() };
        if let Some(directory) = place.directory() {
            self.tell(directory.node().identity(), News { name: &place.name(), ..news });
        }
        self.tell(place.node().identity(), news);
    }

    /// Asks those who decide about it whether something may be done with what is at a place; `None` if nobody does.
    pub fn asked(&self, place: &PlaceHandle, wanted: u32, queues: &WaitQueues) -> Option<Arc<Permission>> {
        if self.listeners.is_empty() {
            return None;
        }
        let permission = Arc::new(Permission::new(queues.create()));
        self.listeners.tell(FileNews { mask: wanted, file: &marked(place), permission: Some(&permission) });
        permission.is_allowed().is_none().then_some(permission)
    }

    /// Attributes of what is at a place were set.
    pub fn changed(&self, place: &PlaceHandle, change: &Change) {
        let Change { mode, user, group, times } = change;
        let attributes = mode.or(*user).or(*group).map_or(0, |_| IN_ATTRIB);
        let times = match times {
            [Some(_), Some(_)] => IN_ATTRIB,
            [Some(_), None] => IN_ACCESS,
            [None, Some(_)] => IN_MODIFY,
            [None, None] => 0,
        };
        self.happened(place, attributes | times);
    }

    /// What is at a place got a name, its first one.
    pub fn created(&self, name: NameIn, place: &PlaceHandle) {
        self.named(name, place, IN_CREATE, 0);
    }

    /// What is at a place got one more name.
    pub fn linked(&self, name: NameIn, place: &PlaceHandle) {
        self.itself(place, with_type(place, IN_ATTRIB));
        self.named(name, place, IN_CREATE, 0);
    }

    /// What is at a place lost a name, its last one or not.
    pub fn removed(self: &Arc<Watches>, name: NameIn, place: &PlaceHandle, last: bool) {
        if self.is_empty() {
            return;
        }
        if place.file_type() != FileType::Directory {
            self.itself(place, IN_ATTRIB);
        }
        if last {
            self.departs(place);
        }
        self.named(name, place, IN_DELETE, 0);
    }

    /// What is at a place has another name now, which may have been the last one of what was there before.
    pub fn moved(
        self: &Arc<Watches>,
        [from, to]: [NameIn; 2],
        place: &PlaceHandle,
        replaced: Option<(&PlaceHandle, bool)>,
    ) {
        if self.is_empty() {
            return;
        }
        let cookie = self.new_cookie();
        self.named(from, place, IN_MOVED_FROM, cookie);
        self.named(to, place, IN_MOVED_TO, cookie);
        if let Some((replaced, _)) = replaced {
            self.itself(replaced, with_type(replaced, IN_ATTRIB));
        }
        // Of a directory as of anything else, without IN_ISDIR.
        self.itself(place, IN_MOVE_SELF);
        if let Some((replaced, true)) = replaced {
            self.departs(replaced);
        }
    }

    fn itself(&self, place: &PlaceHandle, mask: u32) {
        self.tell(place.node().identity(), News { mask, ..News::default() });
    }

    fn named(&self, (directory, name): NameIn, place: &PlaceHandle, events: u32, cookie: u32) {
        let news = News { mask: with_type(place, events), cookie, name, removed: false };
        self.tell(directory.node().identity(), news);
    }

    /// What is at a place is gone as soon as nobody is there: at once, if that is only who removes it.
    fn departs(self: &Arc<Watches>, place: &PlaceHandle) {
        let departure = Departure::new(self, place.node().identity());
        if Arc::strong_count(place) > 1 {
            place.at_end(departure);
        }
    }
}

/// What is at a place, for those who have marked it.
fn marked(place: &PlaceHandle) -> MarkedFile {
    MarkedFile {
        place: Arc::clone(place) as Arc<dyn Opaque>,
        node: place.node().identity(),
        directory: place.directory().map(|directory| directory.node().identity()),
        mount: place.mount_number(),
        is_directory: place.file_type() == FileType::Directory,
    }
}

/// The events, and whether they happen to a directory.
fn with_type(place: &PlaceHandle, events: u32) -> u32 {
    if place.file_type() == FileType::Directory { events | IN_ISDIR } else { events }
}
