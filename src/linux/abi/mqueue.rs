//! POSIX queues of messages: mq_overview(7).

use super::encoding::structures;
use super::files::{O_NONBLOCK, OPEN};
use super::meaning::Meaning;

/// Priorities are below this.
pub const MQ_PRIO_MAX: u32 = 32_768;
/// Messages of a queue if nobody says how many (`msg_default`).
pub const MQ_MESSAGES: u32 = 10;
/// Most messages of a queue of somebody without privileges (`msg_max`).
pub const MQ_MAX_MESSAGES: u32 = 10;
/// Most messages of any queue.
pub const MQ_HARD_MESSAGES: u32 = 65_536;
/// Bytes of a message if nobody says how many (`msgsize_default`).
pub const MQ_SIZE: u32 = 8192;
/// Most bytes of a message of somebody without privileges (`msgsize_max`).
pub const MQ_MAX_SIZE: u32 = 8192;
/// Most bytes of any message.
pub const MQ_HARD_SIZE: u32 = 16 << 20;
/// Most queues, but for the privileged (`queues_max`).
pub const MQ_QUEUES: u32 = 256;
/// Bytes of what SIGEV_THREAD sends to a socket (`NOTIFY_COOKIE_LEN`).
pub const NOTIFY_COOKIE: usize = 32;
/// The one flag of a queue that can be set.
pub const MQ_FLAGS: u32 = O_NONBLOCK;

structures! {
    /// The attributes of a queue.
    MqAttr {
        mq_flags: u32 = Meaning::Names(&OPEN),
        mq_maxmsg: i32,
        mq_msgsize: i32,
        mq_curmsgs: i32,
        reserved: [u32; 4] = Meaning::Hidden,
    }
}
