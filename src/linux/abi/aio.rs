//! Asynchronous input and output: io_submit(2).

use super::encoding::structures;
use super::meaning::Meaning;
use super::names::{flags, values};

values! {
    /// What is to be done.
    IOCB_CMD "IOCB_CMD_???" {
        IOCB_CMD_PREAD = 0,
        IOCB_CMD_PWRITE = 1,
        IOCB_CMD_FSYNC = 2,
        IOCB_CMD_FDSYNC = 3,
        IOCB_CMD_POLL = 5,
        IOCB_CMD_NOOP = 6,
        IOCB_CMD_PREADV = 7,
        IOCB_CMD_PWRITEV = 8,
    }
}

flags! {
    /// How its end is told.
    IOCB_FLAG "IOCB_FLAG_???" {
        IOCB_FLAG_RESFD = 1,
        IOCB_FLAG_IOPRIO = 2,
    }
}

/// Most operations that may be under way in all contexts (`/proc/sys/fs/aio-max-nr`).
pub const AIO_MAX_NR: u32 = 65_536;

structures! {
    /// An operation.
    Iocb {
        aio_data: u64,
        aio_key: u32,
        aio_rw_flags: u32,
        aio_lio_opcode: u16 = Meaning::Names(&IOCB_CMD),
        aio_reqprio: u16,
        aio_fildes: u32,
        aio_buf: u64,
        aio_nbytes: u64,
        aio_offset: i64,
        aio_reserved2: u64,
        aio_flags: u32 = Meaning::Names(&IOCB_FLAG),
        aio_resfd: u32,
    }

    /// The end of one.
    IoEvent {
        data: u64,
        obj: u64,
        res: i64,
        res2: i64,
    }
}
