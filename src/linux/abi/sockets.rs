//! Sockets: socket(2), unix(7), ip(7), ipv6(7), tcp(7), udp(7), and what `send` and `recv` take.

use super::encoding::structures;
use super::meaning::Meaning;
use super::names::{flags, values};

values! {
    /// Families of addresses.
    AF "AF_???" {
        AF_UNSPEC = 0,
        AF_UNIX = 1,
        AF_INET = 2,
        AF_INET6 = 10,
        AF_NETLINK = 16,
        AF_PACKET = 17,
    }
    /// Protocols of the internet.
    IPPROTO "IPPROTO_???" {
        IPPROTO_IP = 0,
        IPPROTO_ICMP = 1,
        IPPROTO_TCP = 6,
        IPPROTO_UDP = 17,
        IPPROTO_IPV6 = 41,
        IPPROTO_ICMPV6 = 58,
        IPPROTO_UDPLITE = 136,
        IPPROTO_RAW = 255,
    }
    /// Whom an option is for.
    SOL "SOL_???" {
        SOL_IP = 0,
        SOL_SOCKET = 1,
        SOL_TCP = 6,
        SOL_UDP = 17,
        SOL_IPV6 = 41,
        SOL_UDPLITE = 136,
        SOL_NETLINK = 270,
    }
    /// Which directions `shutdown` ends.
    SHUT "SHUT_???" {
        SHUT_RD = 0,
        SHUT_WR = 1,
        SHUT_RDWR = 2,
    }
    /// Kinds of control messages of SOL_SOCKET.
    SCM "SCM_???" {
        SCM_RIGHTS = 1,
        SCM_CREDENTIALS = 2,
        SCM_TIMESTAMP = 29,
        SCM_TIMESTAMPNS = 35,
        SCM_TIMESTAMP_NEW = 63,
        SCM_TIMESTAMPNS_NEW = 64,
    }
}

flags! {
    /// The type of a socket, and the flags that go with it.
    SOCK "SOCK_???" {
        SOCK_STREAM = 1 within 0xf,
        SOCK_DGRAM = 2 within 0xf,
        SOCK_RAW = 3 within 0xf,
        SOCK_RDM = 4 within 0xf,
        SOCK_SEQPACKET = 5 within 0xf,
        SOCK_NONBLOCK = 0o4_000,
        SOCK_CLOEXEC = 0o2_000_000,
    }
    /// Flags of one transfer.
    MSG "MSG_???" {
        MSG_OOB = 0x1,
        MSG_PEEK = 0x2,
        MSG_DONTROUTE = 0x4,
        MSG_CTRUNC = 0x8,
        MSG_PROBE = 0x10,
        MSG_TRUNC = 0x20,
        MSG_DONTWAIT = 0x40,
        MSG_EOR = 0x80,
        MSG_WAITALL = 0x100,
        MSG_FIN = 0x200,
        MSG_SYN = 0x400,
        MSG_CONFIRM = 0x800,
        MSG_RST = 0x1000,
        MSG_ERRQUEUE = 0x2000,
        MSG_NOSIGNAL = 0x4000,
        MSG_MORE = 0x8000,
        MSG_WAITFORONE = 0x1_0000,
        MSG_BATCH = 0x4_0000,
        MSG_ZEROCOPY = 0x400_0000,
        MSG_FASTOPEN = 0x2000_0000,
        MSG_CMSG_CLOEXEC = 0x4000_0000,
    }
}

/// The calls of socketcall(2).
pub mod socketcall {
    pub const SYS_SOCKET: u32 = 1;
    pub const SYS_BIND: u32 = 2;
    pub const SYS_CONNECT: u32 = 3;
    pub const SYS_LISTEN: u32 = 4;
    pub const SYS_ACCEPT: u32 = 5;
    pub const SYS_GETSOCKNAME: u32 = 6;
    pub const SYS_GETPEERNAME: u32 = 7;
    pub const SYS_SOCKETPAIR: u32 = 8;
    pub const SYS_SEND: u32 = 9;
    pub const SYS_RECV: u32 = 10;
    pub const SYS_SENDTO: u32 = 11;
    pub const SYS_RECVFROM: u32 = 12;
    pub const SYS_SHUTDOWN: u32 = 13;
    pub const SYS_SETSOCKOPT: u32 = 14;
    pub const SYS_GETSOCKOPT: u32 = 15;
    pub const SYS_SENDMSG: u32 = 16;
    pub const SYS_RECVMSG: u32 = 17;
    pub const SYS_ACCEPT4: u32 = 18;
    pub const SYS_RECVMMSG: u32 = 19;
    pub const SYS_SENDMMSG: u32 = 20;
}

/// Which bits of the type are the type itself.
pub const SOCK_TYPE_MASK: u32 = 0xf;

/// The most bytes of an address (`struct sockaddr_storage`).
pub const SOCKADDR_MAX: u32 = 128;

/// Bytes of the path of a Unix socket.
pub const UNIX_PATH_MAX: usize = 108;

/// The most descriptors of one message (unix(7), "SCM_RIGHTS").
pub const SCM_MAX_FD: usize = 253;

/// The most connections that wait to be accepted (`/proc/sys/net/core/somaxconn`).
pub const SOMAXCONN: u32 = 4096;

/// More than there are families.
pub const AF_MAX: u32 = 46;

/// The states of a connection (`net/tcp_states.h`), which the kernel uses for all sockets.
pub const TCP_ESTABLISHED: u32 = 1;
pub const TCP_SYN_SENT: u32 = 2;
pub const TCP_FIN_WAIT2: u32 = 5;
pub const TCP_CLOSE: u32 = 7;
pub const TCP_CLOSE_WAIT: u32 = 8;
pub const TCP_LISTEN: u32 = 10;

structures! {
    /// An address of IPv4.
    SockaddrIn {
        sin_family: u16,
        sin_port: [u8; 2],
        sin_addr: [u8; 4],
        padding: [u8; 8] = Meaning::Hidden,
    }
    /// An address of IPv6.
    SockaddrIn6 {
        sin6_family: u16,
        sin6_port: [u8; 2],
        sin6_flowinfo: u32,
        sin6_addr: [u8; 16],
        sin6_scope_id: u32,
    }
    /// A group of IPv4, and the device by an address or by its number (ip(7)).
    IpMreqn {
        imr_multiaddr: [u8; 4],
        imr_address: [u8; 4],
        imr_ifindex: u32,
    }
    /// A group of IPv6, and the device by its number (ipv6(7)).
    Ipv6Mreq {
        ipv6mr_multiaddr: [u8; 16],
        ipv6mr_interface: u32,
    }
    /// An address of netlink(7).
    SockaddrNl {
        nl_family: u16,
        padding: u16 = Meaning::Hidden,
        nl_pid: u32,
        nl_groups: u32,
    }
    /// A message with its address, buffers and control messages.
    Msghdr {
        msg_name: u32 = Meaning::Address,
        msg_namelen: u32,
        msg_iov: u32 = Meaning::Address,
        msg_iovlen: u32,
        msg_control: u32 = Meaning::Optional,
        msg_controllen: u32,
        msg_flags: u32 = Meaning::Names(&MSG),
    }
    /// One of several messages, and how many bytes of it were moved.
    Mmsghdr {
        msg_hdr: [u8; 28] = Meaning::Structure(&Msghdr::LAYOUT),
        msg_len: u32,
    }
    /// The head of a control message.
    Cmsghdr {
        cmsg_len: u32,
        cmsg_level: u32 = Meaning::Names(&SOL),
        cmsg_type: u32 = Meaning::Names(&SCM),
    }
    /// Who sent something (SCM_CREDENTIALS, SO_PEERCRED).
    Ucred {
        pid: u32,
        uid: u32,
        gid: u32,
    }
    /// How long `close` may wait for what is not sent yet (SO_LINGER).
    Linger {
        l_onoff: u32,
        l_linger: u32,
    }
}
