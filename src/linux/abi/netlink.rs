//! Messages of netlink(7) and rtnetlink(7), and what the requests of netdevice(7) are about.

use super::encoding::structures;
use super::meaning::Meaning;
use super::names::values;

values! {
    /// The protocols of netlink.
    NETLINK "NETLINK_???" {
        NETLINK_ROUTE = 0,
        NETLINK_SOCK_DIAG = 4,
        NETLINK_KOBJECT_UEVENT = 15,
    }
    /// What messages are about.
    NLMSG "NLMSG_???" {
        NLMSG_NOOP = 1,
        NLMSG_ERROR = 2,
        NLMSG_DONE = 3,
        RTM_NEWLINK = 16,
        RTM_GETLINK = 18,
        RTM_NEWADDR = 20,
        RTM_GETADDR = 22,
        RTM_NEWROUTE = 24,
        RTM_GETROUTE = 26,
    }
}

/// What is less is for netlink itself.
pub const NLMSG_MIN_TYPE: u16 = 16;
/// An answer has several messages.
pub const NLM_F_MULTI: u16 = 2;
/// An answer is wanted in any case.
pub const NLM_F_ACK: u16 = 4;
/// Everything is asked for.
pub const NLM_F_DUMP: u16 = 0x300;

/// The first request of each four that only asks (RTM_GET…), and the first of all.
pub const RTM_BASE: u16 = 16;

/// Attributes of a device.
pub const IFLA_ADDRESS: u16 = 1;
pub const IFLA_BROADCAST: u16 = 2;
pub const IFLA_IFNAME: u16 = 3;
pub const IFLA_MTU: u16 = 4;
pub const IFLA_QDISC: u16 = 6;
pub const IFLA_TXQLEN: u16 = 13;
pub const IFLA_OPERSTATE: u16 = 16;
pub const IFLA_LINKMODE: u16 = 17;
pub const IFLA_GROUP: u16 = 27;
/// Attributes of an address.
pub const IFA_ADDRESS: u16 = 1;
pub const IFA_LOCAL: u16 = 2;
pub const IFA_LABEL: u16 = 3;
pub const IFA_CACHEINFO: u16 = 6;
pub const IFA_FLAGS: u16 = 8;
/// Attributes of a route.
pub const RTA_DST: u16 = 1;
pub const RTA_SRC: u16 = 2;
pub const RTA_OIF: u16 = 4;
pub const RTA_PRIORITY: u16 = 6;
pub const RTA_PREFSRC: u16 = 7;
pub const RTA_CACHEINFO: u16 = 12;
pub const RTA_TABLE: u16 = 15;
pub const RTA_PREF: u16 = 20;
pub const RTA_UID: u16 = 25;

/// The tables of routes: of what is configured, and of the machine's own addresses.
pub const RT_TABLE_MAIN: u8 = 254;
pub const RT_TABLE_LOCAL: u8 = 255;
/// Who made a route: nobody says, or the kernel.
pub const RTPROT_UNSPEC: u8 = 0;
pub const RTPROT_KERNEL: u8 = 2;
/// For whom packets are: for the machine itself, or for all.
pub const RTN_LOCAL: u8 = 2;
pub const RTN_BROADCAST: u8 = 3;
/// A route that was looked up, not one of a table.
pub const RTM_F_CLONED: u32 = 0x200;
/// It leads to the machine itself.
pub const RTCF_LOCAL: u32 = 0x8000_0000;

/// A device is up, running, and a loopback.
pub const IFF_LOOPBACK_UP: u16 = 0x49;
/// The same with what netlink tells beside (IFF_LOWER_UP).
pub const IFF_LOOPBACK_LOWER_UP: u32 = 0x1_0049;
/// The hardware type of a loopback.
pub const ARPHRD_LOOPBACK: u16 = 772;
/// The scope of the addresses of a loopback.
pub const RT_SCOPE_HOST: u8 = 254;
/// The scope of what is on a device.
pub const RT_SCOPE_LINK: u8 = 253;
/// The scope of everything.
pub const RT_SCOPE_UNIVERSE: u8 = 0;
/// An address that does not go away.
pub const IFA_F_PERMANENT: u8 = 0x80;

/// Bytes of a device's name in requests.
pub const IFNAMSIZ: usize = 16;

structures! {
    /// The head of a message.
    Nlmsghdr {
        nlmsg_len: u32,
        nlmsg_type: u16 = Meaning::Names(&NLMSG),
        nlmsg_flags: u16,
        nlmsg_seq: u32,
        nlmsg_pid: u32,
    }
    /// A device.
    Ifinfomsg {
        ifi_family: u8,
        padding: u8 = Meaning::Hidden,
        ifi_type: u16,
        ifi_index: u32,
        ifi_flags: u32,
        ifi_change: u32,
    }
    /// An address of a device.
    Ifaddrmsg {
        ifa_family: u8,
        ifa_prefixlen: u8,
        ifa_flags: u8,
        ifa_scope: u8,
        ifa_index: u32,
    }
    /// A route.
    Rtmsg {
        rtm_family: u8,
        rtm_dst_len: u8,
        rtm_src_len: u8,
        rtm_tos: u8,
        rtm_table: u8,
        rtm_protocol: u8,
        rtm_scope: u8,
        rtm_type: u8,
        rtm_flags: u32,
    }
    /// A request of netdevice(7): a name, and what is asked or told.
    Ifreq {
        ifr_name: [u8; 16] = Meaning::Text,
        ifr_value: [u8; 16] = Meaning::Hidden,
    }
    /// Where the devices go that have an address.
    Ifconf {
        ifc_len: u32,
        ifc_buf: u32 = Meaning::Address,
    }
}
