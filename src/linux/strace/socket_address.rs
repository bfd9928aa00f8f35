//! Addresses of sockets as `strace` prints them.

use std::net::SocketAddr;

use crate::linux::abi::sockets::{AF, AF_INET, AF_INET6, AF_NETLINK, AF_UNIX};
use crate::linux::net::SocketAddress;

use super::{quote, scalar};

/// An address; of one that is none of its family, the family alone.
pub fn text(bytes: &[u8]) -> String {
    let Ok(family) = SocketAddress::family(bytes) else { return "{}".into() };
    let name = scalar::names(&AF, u32::MAX, family);
    let known = matches!(family, AF_UNIX | AF_INET | AF_INET6 | AF_NETLINK);
    let rest = match SocketAddress::decode(family, bytes).ok().filter(|_| known) {
        None | Some(SocketAddress::Unnamed) => String::new(),
        Some(SocketAddress::Path(path)) => format!(", sun_path={}", quote::whole(&path)),
        Some(SocketAddress::Abstract(name)) => format!(", sun_path=@{}", quote::whole(&name)),
        Some(SocketAddress::Internet(SocketAddr::V4(address))) => {
            format!(", sin_port=htons({}), sin_addr=inet_addr(\"{}\")", address.port(), address.ip())
        }
        Some(SocketAddress::Internet(SocketAddr::V6(address))) => format!(
            ", sin6_port=htons({}), sin6_flowinfo=htonl({}), inet_pton(AF_INET6, \"{}\", &sin6_addr), \
             sin6_scope_id={}",
            address.port(),
            address.flowinfo(),
            address.ip(),
            address.scope_id()
        ),
        Some(SocketAddress::Netlink { port, groups }) => format!(", nl_pid={port}, nl_groups={groups:08x}"),
    };
    format!("{{sa_family={name}{rest}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_shown_as_a_program_would_write_them() {
        let inet = b"\x02\x00\x1f\x90\x7f\x00\x00\x01\0\0\0\0\0\0\0\0";
        assert_eq!(text(inet), r#"{sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr("127.0.0.1")}"#);
        assert_eq!(text(b"\x01\x00/tmp/x\0"), r#"{sa_family=AF_UNIX, sun_path="/tmp/x"}"#);
        assert_eq!(text(b"\x01\x00\0x"), r#"{sa_family=AF_UNIX, sun_path=@"x"}"#);
        assert_eq!(text(b"\x02\x00"), "{sa_family=AF_INET}");
    }
}
