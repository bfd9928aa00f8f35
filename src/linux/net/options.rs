//! What was set of a socket: options that are numbers, times and `linger`.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::linux::abi::socket_options::{SO_RCVBUF, SO_SNDBUF};
use crate::linux::abi::sockets::{
    AF_INET, AF_INET6, AF_NETLINK, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE, Linger, SOCK_STREAM, SOL_IP, SOL_IPV6,
    SOL_NETLINK, SOL_SOCKET, SOL_TCP, SOL_UDP, SOL_UDPLITE,
};
use crate::linux::errno::Errno;

use super::option_table::Rule::{Any, Between, Flag, OrDefault};
use super::option_table::{MAX_BUFFER, NUMBERS, NumberOption, Rule, TCP_BUFFER, TCP_GROWN_BUFFER};

/// What was set of a socket.
#[derive(Clone, Debug)]
pub struct SocketOptions {
    levels: Vec<u32>,
    set: BTreeMap<(u32, u32), i32>,
    /// How long `close` may wait.
    pub linger: Linger,
    /// How long a thread waits to receive and to send (SO_RCVTIMEO, SO_SNDTIMEO); `None` for as long as it takes.
    pub timeouts: [Option<Duration>; 2],
    /// The kernel says how large the buffer for sending is.
    grows: bool,
}

impl SocketOptions {
    /// Those of a new socket.
    pub fn new(family: u32, kind: u32, protocol: u32) -> SocketOptions {
        let mut levels = vec![SOL_SOCKET];
        match family {
            AF_INET => levels.push(SOL_IP),
            AF_INET6 => levels.extend([SOL_IP, SOL_IPV6]),
            AF_NETLINK => levels.push(SOL_NETLINK),
            _ => {}
        }
        let internet = matches!(family, AF_INET | AF_INET6);
        match protocol {
            IPPROTO_TCP if internet => levels.push(SOL_TCP),
            IPPROTO_UDP if internet => levels.push(SOL_UDP),
            IPPROTO_UDPLITE if internet => levels.extend([SOL_UDP, SOL_UDPLITE]),
            _ => {}
        }
        let mut options = SocketOptions {
            levels,
            set: BTreeMap::new(),
            linger: Linger { l_onoff: 0, l_linger: 0 },
            timeouts: [None; 2],
            grows: internet && kind == SOCK_STREAM,
        };
        if internet && kind == SOCK_STREAM {
            options.set.insert((SOL_SOCKET, SO_RCVBUF), TCP_BUFFER[0]);
            options.set.insert((SOL_SOCKET, SO_SNDBUF), TCP_BUFFER[1]);
        }
        options
    }

    /// Whether it has options of a level at all.
    pub fn knows(&self, level: u32) -> bool {
        self.levels.contains(&level)
    }

    /// The option with a number and a name; ENOPROTOOPT if there is none.
    fn find(&self, level: u32, name: u32) -> Result<&'static NumberOption, Errno> {
        let known = NUMBERS.iter().find(|option| (option.level, option.name) == (level, name));
        known.filter(|_| self.levels.contains(&level)).ok_or(Errno::ENOPROTOOPT)
    }

    /// The value of an option; ENOPROTOOPT if there is none.
    pub fn get(&self, level: u32, name: u32) -> Result<i32, Errno> {
        let option = self.find(level, name)?;
        Ok(self.set.get(&(level, name)).copied().unwrap_or(option.first))
    }

    /// The value of an option that every socket has, or 0.
    pub fn number(&self, level: u32, name: u32) -> i32 {
        self.get(level, name).unwrap_or(0)
    }

    /// Sets an option; EINVAL for what it cannot be, ENOPROTOOPT if there is none.
    pub fn put(&mut self, level: u32, name: u32, value: i32) -> Result<(), Errno> {
        let option = self.find(level, name)?;
        let kept = match option.rule {
            Flag => i32::from(value != 0),
            Any => value,
            OrDefault(_) if value == -1 => option.first,
            OrDefault(most) if (0..=most).contains(&value) => value,
            Between(least, most) if (least..=most).contains(&value) => value,
            // A negative size is a very large one.
            Rule::Buffer(least) => ((value as u32).min(MAX_BUFFER as u32) as i32).saturating_mul(2).max(least),
            Between(..) | OrDefault(_) => return Err(Errno::EINVAL),
        };
        self.grows &= (level, name) != (SOL_SOCKET, SO_SNDBUF);
        self.set.insert((level, name), kept);
        Ok(())
    }

    /// Sets the size of a buffer, however large (socket(7), "SO_SNDBUFFORCE").
    pub fn force(&mut self, name: u32, value: i32) -> Result<(), Errno> {
        self.put(SOL_SOCKET, name, 0)?;
        let least = self.number(SOL_SOCKET, name);
        self.set.insert((SOL_SOCKET, name), value.max(0).saturating_mul(2).max(least));
        Ok(())
    }

    /// A connection has come about: the buffer for sending grows, unless a program has said how large it is.
    pub fn grow(&mut self) {
        if std::mem::take(&mut self.grows) {
            self.set.insert((SOL_SOCKET, SO_SNDBUF), TCP_GROWN_BUFFER);
        }
    }

    /// Whether somebody has set an option.
    pub fn is_set(&self, level: u32, name: u32) -> bool {
        self.set.contains_key(&(level, name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::abi::socket_options::{IPV6_V6ONLY, SO_REUSEADDR, TCP_KEEPCNT, UDP_CORK};

    #[test]
    fn options_become_what_they_may() {
        let mut options = SocketOptions::new(AF_INET, SOCK_STREAM, IPPROTO_TCP);
        assert_eq!(options.put(SOL_SOCKET, SO_REUSEADDR, 17), Ok(()));
        assert_eq!(options.get(SOL_SOCKET, SO_REUSEADDR), Ok(1));
        assert_eq!(options.put(SOL_SOCKET, SO_RCVBUF, 10_000), Ok(()));
        assert_eq!(options.get(SOL_SOCKET, SO_RCVBUF), Ok(20_000));
        assert_eq!(options.put(SOL_TCP, TCP_KEEPCNT, 0), Err(Errno::EINVAL));
        assert_eq!(options.get(SOL_UDP, UDP_CORK), Err(Errno::ENOPROTOOPT), "it speaks TCP");
        assert_eq!(options.get(SOL_IPV6, IPV6_V6ONLY), Err(Errno::ENOPROTOOPT));
    }
}
