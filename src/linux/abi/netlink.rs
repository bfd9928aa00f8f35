//! Messages of netlink(7) and rtnetlink(7), and what the requests of netdevice(7) are about.

use super::encoding::structures;
use super::meaning::Meaning;
use super::names::values;

values! {
    /// The protocols of netlink.
    NETLINK "NETLINK_???" {
        NETLINK_ROUTE = 0,
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
    }
}

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
/// Attributes of an address.
pub const IFA_ADDRESS: u16 = 1;
pub const IFA_LOCAL: u16 = 2;
pub const IFA_LABEL: u16 = 3;

/// A device is up, running, and a loopback.
pub const IFF_LOOPBACK_UP: u16 = 0x49;
/// The same with what netlink tells beside (IFF_LOWER_UP).
pub const IFF_LOOPBACK_LOWER_UP: u32 = 0x1_0049;
/// The hardware type of a loopback.
pub const ARPHRD_LOOPBACK: u16 = 772;
/// The scope of the addresses of a loopback.
pub const RT_SCOPE_HOST: u8 = 254;
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
