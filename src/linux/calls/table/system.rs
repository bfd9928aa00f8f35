//! Calls on the system as a whole, most of them for its administrator; keys; nodes of memory.

use crate::linux::abi::fanotify::{FAN_INIT, FAN_MARK};
use crate::linux::abi::files::OPEN;
use crate::linux::abi::status::Ustat;

use super::super::arguments::{ADDRESS, DIRECTORY, HEX, INT, PATH, STORED, UINT, WIDE, fill, flags};
use super::super::{
    administration, fanotify, file_handles, keyctl, keys, memory_policy, mount_contexts, mount_trees, mounting,
    move_memory, oldest, process, protection_keys, syslog, system,
};
use super::rows::calls;

calls! {
    21 mount(PATH, PATH, PATH, HEX, ADDRESS) => mounting::mount;
    22 umount(PATH) => mounting::umount;
    51 acct(PATH) => system::acct;
    52 umount2(PATH, HEX) => mounting::umount2;
    59 oldolduname(ADDRESS) => process::oldolduname;
    62 ustat(HEX, fill::<Ustat>()) => oldest::ustat;
    74 sethostname(PATH, UINT) => process::sethostname;
    87 swapon(PATH, HEX) => administration::swapon;
    88 reboot(HEX, HEX, HEX, ADDRESS) => system::reboot;
    101 ioperm(HEX, UINT, INT) => system::ioperm;
    103 syslog(INT, ADDRESS, INT) => syslog::syslog;
    109 olduname(ADDRESS) => process::olduname;
    110 iopl(INT) => system::iopl;
    111 vhangup() => system::vhangup;
    115 swapoff(PATH) => administration::swapoff;
    121 setdomainname(PATH, UINT) => process::setdomainname;
    131 quotactl(HEX, PATH, INT, ADDRESS) => administration::quotactl;
    135 sysfs(INT, HEX, ADDRESS) => oldest::sysfs;
    217 pivot_root(PATH, PATH) => mounting::pivot_root;
    274 mbind(ADDRESS, UINT, HEX, ADDRESS, UINT, HEX) => memory_policy::mbind;
    275 get_mempolicy(STORED, ADDRESS, UINT, ADDRESS, HEX) => memory_policy::get_mempolicy;
    276 set_mempolicy(HEX, ADDRESS, UINT) => memory_policy::set_mempolicy;
    286 add_key(PATH, PATH, ADDRESS, UINT, INT) => keys::add_key;
    287 request_key(PATH, PATH, PATH, INT) => keys::request_key;
    288 keyctl(INT, HEX, HEX, HEX, HEX) => keyctl::keyctl;
    294 migrate_pages(INT, UINT, ADDRESS, ADDRESS) => move_memory::migrate_pages;
    317 move_pages(INT, UINT, ADDRESS, ADDRESS, ADDRESS, HEX) => move_memory::move_pages;
    338 fanotify_init(flags(&FAN_INIT), flags(&OPEN)) => fanotify::fanotify_init;
    339 fanotify_mark(INT, flags(&FAN_MARK), WIDE, DIRECTORY, PATH) => fanotify::fanotify_mark;
    341 name_to_handle_at(DIRECTORY, PATH, ADDRESS, ADDRESS, HEX) => file_handles::name_to_handle_at;
    342 open_by_handle_at(DIRECTORY, ADDRESS, flags(&OPEN)) => file_handles::open_by_handle_at;
    380 pkey_mprotect(ADDRESS, UINT, HEX, INT) => protection_keys::pkey_mprotect;
    381 pkey_alloc(HEX, HEX) => protection_keys::without;
    382 pkey_free(INT) => protection_keys::without;
    428 open_tree(DIRECTORY, PATH, HEX) => mount_trees::open_tree;
    429 move_mount(DIRECTORY, PATH, DIRECTORY, PATH, HEX) => mount_trees::move_mount;
    430 fsopen(PATH, HEX) => mount_contexts::fsopen;
    431 fsconfig(INT, INT, PATH, ADDRESS, INT) => mount_contexts::fsconfig;
    432 fsmount(INT, HEX, HEX) => mount_contexts::fsmount;
    433 fspick(DIRECTORY, PATH, HEX) => mount_contexts::fspick;
    442 mount_setattr(DIRECTORY, PATH, HEX, ADDRESS, UINT) => mount_trees::mount_setattr;
    443 quotactl_fd(INT, HEX, INT, ADDRESS) => administration::quotactl_fd;
    450 set_mempolicy_home_node(ADDRESS, UINT, UINT, HEX) => memory_policy::set_mempolicy_home_node;
}
