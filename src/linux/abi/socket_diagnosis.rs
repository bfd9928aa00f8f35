//! Messages by which programs ask for the sockets of the system (sock_diag(7)).

use super::encoding::structures;

/// The request, and what answers it.
pub const SOCK_DIAG_BY_FAMILY: u16 = 20;
/// The requests of old, and the one that ends a connection.
pub const TCPDIAG_GETSOCK: u16 = 18;
pub const DCCPDIAG_GETSOCK: u16 = 19;
pub const SOCK_DESTROY: u16 = 21;

/// What is told beside, of sockets of the internet: these are bits of the request as well, counted from 1.
pub const INET_DIAG_INFO: u16 = 2;
pub const INET_DIAG_CONG: u16 = 4;
pub const INET_DIAG_TOS: u16 = 5;
pub const INET_DIAG_TCLASS: u16 = 6;
pub const INET_DIAG_SKMEMINFO: u16 = 7;
pub const INET_DIAG_SHUTDOWN: u16 = 8;
pub const INET_DIAG_SKV6ONLY: u16 = 11;
/// Attributes of the request: a filter in its own code, and a protocol that does not fit into a byte.
pub const INET_DIAG_REQ_BYTECODE: u16 = 1;
pub const INET_DIAG_REQ_PROTOCOL: u16 = 3;

/// What is told of Unix sockets: attributes,
pub const UNIX_DIAG_NAME: u16 = 0;
pub const UNIX_DIAG_VFS: u16 = 1;
pub const UNIX_DIAG_PEER: u16 = 2;
pub const UNIX_DIAG_ICONS: u16 = 3;
pub const UNIX_DIAG_RQLEN: u16 = 4;
pub const UNIX_DIAG_MEMINFO: u16 = 5;
pub const UNIX_DIAG_SHUTDOWN: u16 = 6;
pub const UNIX_DIAG_UID: u16 = 7;
/// and the bits by which they are asked for.
pub const UDIAG_SHOW_NAME: u32 = 0x1;
pub const UDIAG_SHOW_VFS: u32 = 0x2;
pub const UDIAG_SHOW_PEER: u32 = 0x4;
pub const UDIAG_SHOW_ICONS: u32 = 0x8;
pub const UDIAG_SHOW_RQLEN: u32 = 0x10;
pub const UDIAG_SHOW_MEMINFO: u32 = 0x20;
pub const UDIAG_SHOW_UID: u32 = 0x40;

/// What is told of sockets of netlink: the groups, if their bit is set; and all protocols.
pub const NETLINK_DIAG_GROUPS: u16 = 1;
pub const NDIAG_SHOW_GROUPS: u32 = 0x2;
pub const NDIAG_PROTO_ALL: u8 = 255;

structures! {
    /// The addresses of a socket of the internet, and the numbers by which it is known.
    InetDiagSockid {
        idiag_sport: [u8; 2],
        idiag_dport: [u8; 2],
        idiag_src: [u8; 16],
        idiag_dst: [u8; 16],
        idiag_if: u32,
        idiag_cookie: u64,
    }
    /// A request for sockets of the internet.
    InetDiagReqV2 {
        sdiag_family: u8,
        sdiag_protocol: u8,
        idiag_ext: u8,
        pad: u8,
        idiag_states: u32,
        id: InetDiagSockid,
    }
    /// A socket of the internet.
    InetDiagMsg {
        idiag_family: u8,
        idiag_state: u8,
        idiag_timer: u8,
        idiag_retrans: u8,
        id: InetDiagSockid,
        idiag_expires: u32,
        idiag_rqueue: u32,
        idiag_wqueue: u32,
        idiag_uid: u32,
        idiag_inode: u32,
    }
    /// A request for Unix sockets.
    UnixDiagReq {
        sdiag_family: u8,
        sdiag_protocol: u8,
        pad: u16,
        udiag_states: u32,
        udiag_ino: u32,
        udiag_show: u32,
        udiag_cookie: u64,
    }
    /// A Unix socket.
    UnixDiagMsg {
        udiag_family: u8,
        udiag_type: u8,
        udiag_state: u8,
        pad: u8,
        udiag_ino: u32,
        udiag_cookie: u64,
    }
    /// A request for sockets of netlink.
    NetlinkDiagReq {
        sdiag_family: u8,
        sdiag_protocol: u8,
        pad: u16,
        ndiag_ino: u32,
        ndiag_show: u32,
        ndiag_cookie: u64,
    }
    /// A socket of netlink.
    NetlinkDiagMsg {
        ndiag_family: u8,
        ndiag_type: u8,
        ndiag_protocol: u8,
        ndiag_state: u8,
        ndiag_portid: u32,
        ndiag_dst_portid: u32,
        ndiag_dst_group: u32,
        ndiag_ino: u32,
        ndiag_cookie: u64,
    }
}
