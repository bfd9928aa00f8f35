//! Calls on users, groups and capabilities.

use crate::linux::abi::capabilities::{CapUserData, CapUserHeader};

use super::super::arguments::{ADDRESS, INT, fill, read};
use super::super::{capabilities, users, users16};
use super::rows::calls;

calls! {
    23 setuid(INT) => users16::setuid;
    24 getuid() => users16::getuid;
    46 setgid(INT) => users16::setgid;
    47 getgid() => users16::getgid;
    49 geteuid() => users16::geteuid;
    50 getegid() => users16::getegid;
    70 setreuid(INT, INT) => users16::setreuid;
    71 setregid(INT, INT) => users16::setregid;
    80 getgroups(INT, ADDRESS) => users16::getgroups;
    81 setgroups(INT, ADDRESS) => users16::setgroups;
    138 setfsuid(INT) => users16::setfsuid;
    139 setfsgid(INT) => users16::setfsgid;
    164 setresuid(INT, INT, INT) => users16::setresuid;
    165 getresuid(ADDRESS, ADDRESS, ADDRESS) => users16::getresuid;
    170 setresgid(INT, INT, INT) => users16::setresgid;
    171 getresgid(ADDRESS, ADDRESS, ADDRESS) => users16::getresgid;
    184 capget(read::<CapUserHeader>(), fill::<CapUserData>()) => capabilities::capget;
    185 capset(read::<CapUserHeader>(), read::<CapUserData>()) => capabilities::capset;
    199 getuid32() => users::getuid;
    200 getgid32() => users::getgid;
    201 geteuid32() => users::geteuid;
    202 getegid32() => users::getegid;
    203 setreuid32(INT, INT) => users::setreuid;
    204 setregid32(INT, INT) => users::setregid;
    205 getgroups32(INT, ADDRESS) => users::getgroups;
    206 setgroups32(INT, ADDRESS) => users::setgroups;
    208 setresuid32(INT, INT, INT) => users::setresuid;
    209 getresuid32(ADDRESS, ADDRESS, ADDRESS) => users::getresuid;
    210 setresgid32(INT, INT, INT) => users::setresgid;
    211 getresgid32(ADDRESS, ADDRESS, ADDRESS) => users::getresgid;
    213 setuid32(INT) => users::setuid;
    214 setgid32(INT) => users::setgid;
    215 setfsuid32(INT) => users::setfsuid;
    216 setfsgid32(INT) => users::setfsgid;
}
