//! What `ioctl` tells of the network's devices: netdevice(7). There is one, the loopback.

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::netlink::{ARPHRD_LOOPBACK, IFF_LOOPBACK_UP, IFNAMSIZ, Ifconf, Ifreq};
use crate::linux::abi::sockets::{AF_INET, SockaddrIn};
use crate::linux::abi::terminal::{
    SIOCGIFADDR, SIOCGIFBRDADDR, SIOCGIFCONF, SIOCGIFDSTADDR, SIOCGIFFLAGS, SIOCGIFHWADDR, SIOCGIFINDEX, SIOCGIFMETRIC,
    SIOCGIFMTU, SIOCGIFNAME, SIOCGIFNETMASK, SIOCGIFTXQLEN,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::net::loopback;

/// The requests about a device; those that are not known change it (SIOCSIF…), which only root may.
const ABOUT_DEVICES: std::ops::RangeInclusive<u32> = 0x8910..=0x8943;

/// Answers a request about the devices of the network; ENOTTY for what is none.
pub fn request(m: &mut Machine, [asked, address]: [u32; 2]) -> Answer {
    match asked {
        SIOCGIFCONF => configuration(m, address),
        asked if ABOUT_DEVICES.contains(&asked) => {
            let request: Ifreq = guest::read(&mut m.memory, address)?;
            guest::write(&mut m.memory, address, &answered(asked, request)?)
        }
        _ => Err(Errno::ENOTTY),
    }
}

/// A request with what is told.
fn answered(asked: u32, request: Ifreq) -> Result<Ifreq, Errno> {
    if asked == SIOCGIFNAME {
        let number = u32::decode(&mut request.ifr_value.as_slice());
        let named = Ifreq { ifr_name: name(), ..request };
        return if number == loopback::INDEX { Ok(named) } else { Err(Errno::ENODEV) };
    }
    let wanted = request.ifr_name.split(|byte| *byte == 0).next().unwrap_or_default();
    if wanted != loopback::NAME {
        return Err(Errno::ENODEV);
    }
    let mask = u32::MAX << (32 - u32::from(loopback::PREFIX));
    let value = match asked {
        SIOCGIFFLAGS => IFF_LOOPBACK_UP.to_bytes(),
        SIOCGIFADDR | SIOCGIFDSTADDR => internet([127, 0, 0, 1]),
        SIOCGIFBRDADDR => internet([0; 4]),
        SIOCGIFNETMASK => internet(mask.to_be_bytes()),
        SIOCGIFMETRIC => 0_u32.to_bytes(),
        SIOCGIFMTU => loopback::MTU.to_bytes(),
        SIOCGIFHWADDR => ARPHRD_LOOPBACK.to_bytes(),
        SIOCGIFINDEX => loopback::INDEX.to_bytes(),
        SIOCGIFTXQLEN => loopback::QUEUE_LENGTH.to_bytes(),
        _ => return Err(Errno::EPERM),
    };
    Ok(Ifreq { ifr_value: padded(&value), ..request })
}

fn name() -> [u8; IFNAMSIZ] {
    padded(loopback::NAME)
}

fn padded(bytes: &[u8]) -> [u8; 16] {
    std::array::from_fn(|index| bytes.get(index).copied().unwrap_or_default())
}

/// An address without a port.
fn internet(sin_addr: [u8; 4]) -> Vec<u8> {
    SockaddrIn { sin_family: AF_INET as u16, sin_port: [0; 2], sin_addr, padding: [0; 8] }.to_bytes()
}

/// The devices that have an address, as many as there is room for; without a buffer the room that they need.
fn configuration(m: &mut Machine, address: u32) -> Answer {
    let given: Ifconf = guest::read(&mut m.memory, address)?;
    let size = Ifreq::SIZE as u32;
    let ifc_len = if given.ifc_buf == 0 || given.ifc_len >= size { size } else { 0 };
    if given.ifc_buf != 0 && ifc_len != 0 {
        let device = Ifreq { ifr_name: name(), ifr_value: padded(&internet([127, 0, 0, 1])) };
        guest::write(&mut m.memory, given.ifc_buf, &device)?;
    }
    guest::write(&mut m.memory, address, &Ifconf { ifc_len, ..given })
}
