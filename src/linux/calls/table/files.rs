//! Calls on files, directories and descriptors.

use crate::linux::abi::aio::Iocb;
use crate::linux::abi::files::{
    ACCESS, AT, AT_EMPTY_PATH, AT_REMOVEDIR, AT_SYMLINK_FOLLOW, AT_SYMLINK_NOFOLLOW, CLOSE_RANGE, FACCESSAT, FADVISE,
    FALLOCATE, FCNTL, FLOCK, MFD, O_CLOEXEC, O_DIRECT, O_NONBLOCK, OPEN, OpenHow, R_OK, RENAME, RWF, SPLICE,
    SYNC_RANGE, W_OK, WHENCE, X_OK, XATTR,
};
use crate::linux::abi::status::{STATX, STATX_RESERVED};
use crate::linux::abi::terminal::IOCTL;
use crate::linux::abi::time::{Timespec32, Timespec64, Timeval, Utimbuf};

use super::super::arguments::{
    ADDRESS, DEVICE, DIRECTORY, ENTRIES, FCNTL_ANSWER, FCNTL_ARGUMENT, FILLED, GATHERED, INT, IOCTL_ARGUMENT, MODE,
    OLD_ENTRIES, OLD_POSITION, OLD_STAT, PATH, PIPE_ENDS, POSITION, SCATTERED, STAT_FLAGS, STAT32, STAT64, STATFS32,
    STATFS64, STATX_STATUS, STORED, TEXT, UINT, WIDE, WIDE_HIGH_FIRST, all, creation, data, fill, flags, only, read,
};
use super::super::{
    aio, attributes, copy, directories, extended, extent, fcntl, files, locks, memfd, names, oldest, open, seek,
    splice, status, statx, terminal,
};
use super::rows::calls;

calls! {
    3 read(INT, FILLED, UINT) => files::read;
    4 write(INT, data(2), UINT) => files::write;
    5 open(PATH, flags(&OPEN), creation(1)) => open::open;
    6 close(INT) => files::close;
    8 creat(PATH, MODE) => open::creat;
    9 link(PATH, PATH) => names::link;
    10 unlink(PATH) => names::unlink;
    12 chdir(PATH) => directories::chdir;
    14 mknod(PATH, MODE, DEVICE) => names::mknod;
    15 chmod(PATH, MODE) => attributes::chmod;
    16 lchown(PATH, INT, INT) => attributes::lchown16;
    18 oldstat(PATH, OLD_STAT) => oldest::oldstat;
    19 lseek(INT, INT, flags(&WHENCE)) => seek::lseek;
    28 oldfstat(INT, OLD_STAT) => oldest::oldfstat;
    30 utime(PATH, read::<Utimbuf>()) => attributes::utime;
    33 access(PATH, only(&ACCESS, R_OK | W_OK | X_OK)) => status::access;
    36 sync() => extent::sync;
    38 rename(PATH, PATH) => names::rename;
    39 mkdir(PATH, MODE) => directories::mkdir;
    40 rmdir(PATH) => directories::rmdir;
    41 dup(INT) => files::dup;
    42 pipe(PIPE_ENDS) => files::pipe;
    54 ioctl(INT, flags(&IOCTL), IOCTL_ARGUMENT) => terminal::ioctl;
    55 fcntl(INT, flags(&FCNTL), FCNTL_ARGUMENT) -> FCNTL_ANSWER => fcntl::fcntl;
    60 umask(MODE) -> MODE => attributes::umask;
    61 chroot(PATH) => directories::chroot;
    63 dup2(INT, INT) => files::dup2;
    89 readdir(INT, ADDRESS, UINT) => directories::readdir;
    83 symlink(PATH, PATH) => names::symlink;
    84 oldlstat(PATH, OLD_STAT) => oldest::oldlstat;
    85 readlink(PATH, FILLED, UINT) => status::readlink;
    92 truncate(PATH, INT) => extent::truncate;
    93 ftruncate(INT, INT) => extent::ftruncate;
    94 fchmod(INT, MODE) => attributes::fchmod;
    95 fchown(INT, INT, INT) => attributes::fchown16;
    99 statfs(PATH, STATFS32) => status::statfs;
    100 fstatfs(INT, STATFS32) => status::fstatfs;
    106 stat(PATH, STAT32) => status::stat;
    107 lstat(PATH, STAT32) => status::lstat;
    108 fstat(INT, STAT32) => status::fstat;
    118 fsync(INT) => extent::fsync;
    133 fchdir(INT) => directories::fchdir;
    140 _llseek(INT, WIDE_HIGH_FIRST, fill::<i64>(), flags(&WHENCE)) => seek::llseek;
    141 getdents(INT, OLD_ENTRIES, UINT) => directories::getdents;
    143 flock(INT, flags(&FLOCK)) => locks::flock;
    145 readv(INT, SCATTERED, UINT) => files::readv;
    146 writev(INT, GATHERED, UINT) => files::writev;
    148 fdatasync(INT) => extent::fsync;
    180 pread64(INT, FILLED, UINT, WIDE) => files::pread64;
    181 pwrite64(INT, data(2), UINT, WIDE) => files::pwrite64;
    182 chown(PATH, INT, INT) => attributes::chown16;
    183 getcwd(TEXT, UINT) => directories::getcwd;
    187 sendfile(INT, INT, OLD_POSITION, UINT) => copy::sendfile;
    193 truncate64(PATH, WIDE) => extent::truncate64;
    194 ftruncate64(INT, WIDE) => extent::ftruncate64;
    195 stat64(PATH, STAT64) => status::stat64;
    196 lstat64(PATH, STAT64) => status::lstat64;
    197 fstat64(INT, STAT64) => status::fstat64;
    198 lchown32(PATH, INT, INT) => attributes::lchown;
    207 fchown32(INT, INT, INT) => attributes::fchown;
    212 chown32(PATH, INT, INT) => attributes::chown;
    220 getdents64(INT, ENTRIES, UINT) => directories::getdents64;
    221 fcntl64(INT, flags(&FCNTL), FCNTL_ARGUMENT) -> FCNTL_ANSWER => fcntl::fcntl64;
    225 readahead(INT, WIDE, UINT) => extent::readahead;
    226 setxattr(PATH, PATH, ADDRESS, UINT, all(&XATTR)) => extended::setxattr;
    227 lsetxattr(PATH, PATH, ADDRESS, UINT, all(&XATTR)) => extended::lsetxattr;
    228 fsetxattr(INT, PATH, ADDRESS, UINT, all(&XATTR)) => extended::fsetxattr;
    229 getxattr(PATH, PATH, ADDRESS, UINT) => extended::getxattr;
    230 lgetxattr(PATH, PATH, ADDRESS, UINT) => extended::lgetxattr;
    231 fgetxattr(INT, PATH, ADDRESS, UINT) => extended::fgetxattr;
    232 listxattr(PATH, ADDRESS, UINT) => extended::listxattr;
    233 llistxattr(PATH, ADDRESS, UINT) => extended::llistxattr;
    234 flistxattr(INT, ADDRESS, UINT) => extended::flistxattr;
    235 removexattr(PATH, PATH) => extended::removexattr;
    236 lremovexattr(PATH, PATH) => extended::lremovexattr;
    237 fremovexattr(INT, PATH) => extended::fremovexattr;
    239 sendfile64(INT, INT, POSITION, UINT) => copy::sendfile64;
    245 io_setup(UINT, STORED) => aio::io_setup;
    246 io_destroy(ADDRESS) => aio::io_destroy;
    247 io_getevents(ADDRESS, INT, INT, ADDRESS, read::<Timespec32>()) => aio::io_getevents;
    248 io_submit(ADDRESS, INT, ADDRESS) => aio::io_submit;
    249 io_cancel(ADDRESS, read::<Iocb>(), ADDRESS) => aio::io_cancel;
    250 fadvise64(INT, WIDE, UINT, flags(&FADVISE)) => extent::fadvise;
    268 statfs64(PATH, UINT, STATFS64) => status::statfs64;
    269 fstatfs64(INT, UINT, STATFS64) => status::fstatfs64;
    271 utimes(PATH, read::<[Timeval; 2]>()) => attributes::utimes;
    272 fadvise64_64(INT, WIDE, WIDE, flags(&FADVISE)) => extent::fadvise_64;
    295 openat(DIRECTORY, PATH, flags(&OPEN), creation(2)) => open::openat;
    296 mkdirat(DIRECTORY, PATH, MODE) => directories::mkdirat;
    297 mknodat(DIRECTORY, PATH, MODE, DEVICE) => names::mknodat;
    298 fchownat(DIRECTORY, PATH, INT, INT, only(&AT, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) => attributes::fchownat;
    299 futimesat(DIRECTORY, PATH, read::<[Timeval; 2]>()) => attributes::futimesat;
    300 fstatat64(DIRECTORY, PATH, STAT64, STAT_FLAGS) => status::fstatat64;
    301 unlinkat(DIRECTORY, PATH, only(&AT, AT_REMOVEDIR)) => names::unlinkat;
    302 renameat(DIRECTORY, PATH, DIRECTORY, PATH) => names::renameat;
    303 linkat(DIRECTORY, PATH, DIRECTORY, PATH, only(&AT, AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) => names::linkat;
    304 symlinkat(PATH, DIRECTORY, PATH) => names::symlinkat;
    305 readlinkat(DIRECTORY, PATH, FILLED, UINT) => status::readlinkat;
    306 fchmodat(DIRECTORY, PATH, MODE) => attributes::fchmodat;
    307 faccessat(DIRECTORY, PATH, only(&ACCESS, R_OK | W_OK | X_OK)) => status::faccessat;
    313 splice(INT, POSITION, INT, POSITION, UINT, all(&SPLICE)) => splice::splice;
    314 sync_file_range(INT, WIDE, WIDE, all(&SYNC_RANGE)) => extent::sync_file_range;
    315 tee(INT, INT, UINT, all(&SPLICE)) => splice::tee;
    316 vmsplice(INT, GATHERED, UINT, all(&SPLICE)) => splice::vmsplice;
    320 utimensat(DIRECTORY, PATH, read::<[Timespec32; 2]>(), only(&AT, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) => attributes::utimensat;
    324 fallocate(INT, flags(&FALLOCATE), WIDE, WIDE) => extent::fallocate;
    330 dup3(INT, INT, only(&OPEN, O_CLOEXEC)) => files::dup3;
    331 pipe2(PIPE_ENDS, only(&OPEN, O_CLOEXEC | O_NONBLOCK | O_DIRECT)) => files::pipe2;
    333 preadv(INT, SCATTERED, UINT, WIDE) => files::preadv;
    334 pwritev(INT, GATHERED, UINT, WIDE) => files::pwritev;
    344 syncfs(INT) => extent::syncfs;
    353 renameat2(DIRECTORY, PATH, DIRECTORY, PATH, all(&RENAME)) => names::renameat2;
    356 memfd_create(PATH, flags(&MFD)) => memfd::memfd_create;
    377 copy_file_range(INT, POSITION, INT, POSITION, UINT, only(&OPEN, 0)) => copy::copy_file_range;
    378 preadv2(INT, SCATTERED, UINT, WIDE, flags(&RWF)) => files::preadv2;
    379 pwritev2(INT, GATHERED, UINT, WIDE, flags(&RWF)) => files::pwritev2;
    383 statx(DIRECTORY, PATH, STAT_FLAGS, only(&STATX, !STATX_RESERVED), STATX_STATUS) => statx::statx;
    385 io_pgetevents(ADDRESS, INT, INT, ADDRESS, read::<Timespec32>(), ADDRESS) => aio::io_pgetevents;
    412 utimensat_time64(DIRECTORY, PATH, read::<[Timespec64; 2]>(), only(&AT, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) => attributes::utimensat_time64;
    416 io_pgetevents_time64(ADDRESS, INT, INT, ADDRESS, read::<Timespec64>(), ADDRESS) => aio::io_pgetevents_time64;
    436 close_range(UINT, UINT, all(&CLOSE_RANGE)) => files::close_range;
    437 openat2(DIRECTORY, PATH, read::<OpenHow>(), UINT) => open::openat2;
    439 faccessat2(DIRECTORY, PATH, only(&ACCESS, R_OK | W_OK | X_OK), all(&FACCESSAT)) => status::faccessat2;
    452 fchmodat2(DIRECTORY, PATH, MODE, only(&AT, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) => attributes::fchmodat2;
}
