//! Communication between processes: System V IPC, POSIX queues, sockets.

use crate::linux::abi::files::OPEN;
use crate::linux::abi::ipc::{
    IPC_CALL, IPC_GET, MSG_COMMAND, MSG_TRANSFER, SEM_COMMAND, SHM_ATTACH, SHM_COMMAND, SHM_GET,
};
use crate::linux::abi::mqueue::MqAttr;
use crate::linux::abi::signals::Sigevent;
use crate::linux::abi::time::{Timespec32, Timespec64};

use super::super::arguments::{
    ADDRESS, FILLED, HEX, INT, OPERATIONS, PATH, STORED, UINT, creation, data, fill, flags, read,
};
use super::super::{ipc, mqueue, msg, sem, shm};
use super::rows::calls;

calls! {
    117 ipc(flags(&IPC_CALL), INT, HEX, HEX, ADDRESS, HEX) => ipc::ipc;
    277 mq_open(PATH, flags(&OPEN), creation(1), read::<MqAttr>()) => mqueue::mq_open;
    278 mq_unlink(PATH) => mqueue::mq_unlink;
    279 mq_timedsend(INT, data(2), UINT, UINT, read::<Timespec32>()) => mqueue::mq_timedsend;
    280 mq_timedreceive(INT, FILLED, UINT, STORED, read::<Timespec32>()) => mqueue::mq_timedreceive;
    281 mq_notify(INT, read::<Sigevent>()) => mqueue::mq_notify;
    282 mq_getsetattr(INT, read::<MqAttr>(), fill::<MqAttr>()) => mqueue::mq_getsetattr;
    393 semget(HEX, INT, flags(&IPC_GET)) => sem::semget;
    394 semctl(INT, INT, flags(&SEM_COMMAND), HEX) => sem::semctl;
    395 shmget(HEX, UINT, flags(&SHM_GET)) => shm::shmget;
    396 shmctl(INT, flags(&SHM_COMMAND), ADDRESS) => shm::shmctl;
    397 shmat(INT, ADDRESS, flags(&SHM_ATTACH)) -> ADDRESS => shm::shmat;
    398 shmdt(ADDRESS) => shm::shmdt;
    399 msgget(HEX, flags(&IPC_GET)) => msg::msgget;
    400 msgsnd(INT, ADDRESS, UINT, flags(&MSG_TRANSFER)) => msg::msgsnd;
    401 msgrcv(INT, ADDRESS, UINT, INT, flags(&MSG_TRANSFER)) => msg::msgrcv;
    402 msgctl(INT, flags(&MSG_COMMAND), ADDRESS) => msg::msgctl;
    418 mq_timedsend_time64(INT, data(2), UINT, UINT, read::<Timespec64>()) => mqueue::mq_timedsend_time64;
    419 mq_timedreceive_time64(INT, FILLED, UINT, STORED, read::<Timespec64>()) => mqueue::mq_timedreceive_time64;
    420 semtimedop_time64(INT, OPERATIONS, UINT, read::<Timespec64>()) => sem::semtimedop_time64;
}
