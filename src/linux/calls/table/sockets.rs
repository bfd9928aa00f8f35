//! Calls on sockets.

use crate::linux::abi::sockets::{AF, MSG, Msghdr, SHUT, SOCK, SOL};
use crate::linux::abi::time::{Timespec32, Timespec64};

use super::super::arguments::{
    ADDRESS, FILLED, INT, PIPE_ENDS, PROTOCOL, SOCKET_ADDRESS_STORED, SOCKET_OPTION, UINT, data, fill, flags, read,
    socket_address,
};
use super::super::{connections, message_headers, messages, socket_options, sockets};
use super::rows::calls;

calls! {
    337 recvmmsg(INT, ADDRESS, UINT, flags(&MSG), read::<Timespec32>()) => message_headers::recvmmsg;
    345 sendmmsg(INT, ADDRESS, UINT, flags(&MSG)) => message_headers::sendmmsg;
    359 socket(flags(&AF), flags(&SOCK), PROTOCOL) => sockets::socket;
    360 socketpair(flags(&AF), flags(&SOCK), PROTOCOL, PIPE_ENDS) => sockets::socketpair;
    361 bind(INT, socket_address(2), UINT) => sockets::bind;
    362 connect(INT, socket_address(2), UINT) => connections::connect;
    363 listen(INT, UINT) => sockets::listen;
    364 accept4(INT, SOCKET_ADDRESS_STORED, ADDRESS, flags(&SOCK)) => connections::accept4;
    365 getsockopt(INT, flags(&SOL), SOCKET_OPTION, ADDRESS, ADDRESS) => socket_options::getsockopt;
    366 setsockopt(INT, flags(&SOL), SOCKET_OPTION, data(4), UINT) => socket_options::setsockopt;
    367 getsockname(INT, SOCKET_ADDRESS_STORED, ADDRESS) => sockets::getsockname;
    368 getpeername(INT, SOCKET_ADDRESS_STORED, ADDRESS) => sockets::getpeername;
    369 sendto(INT, data(2), UINT, flags(&MSG), socket_address(5), UINT) => messages::sendto;
    370 sendmsg(INT, read::<Msghdr>(), flags(&MSG)) => message_headers::sendmsg;
    371 recvfrom(INT, FILLED, UINT, flags(&MSG), ADDRESS, ADDRESS) => messages::recvfrom;
    372 recvmsg(INT, fill::<Msghdr>(), flags(&MSG)) => message_headers::recvmsg;
    373 shutdown(INT, flags(&SHUT)) => sockets::shutdown;
    417 recvmmsg_time64(INT, ADDRESS, UINT, flags(&MSG), read::<Timespec64>()) => message_headers::recvmmsg_time64;
}
