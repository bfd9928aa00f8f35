//! Terminals: the requests of ioctl(2) (ioctl_tty(2)), termios(3).

use super::encoding::structures;
use super::meaning::Meaning;
use super::names::{flags, values};

values! {
    /// Requests of `ioctl`.
    IOCTL "_IOC???" {
        FIGETBSZ = 2,
        FIOQSIZE = 0x5460,
        FS_IOC32_GETFLAGS = 0x8004_6601,
        FS_IOC32_SETFLAGS = 0x4004_6602,
        RNDGETENTCNT = 0x8004_5200,
        RNDADDTOENTCNT = 0x4004_5201,
        TIOCGLCKTRMIOS = 0x5456,
        TIOCSLCKTRMIOS = 0x5457,
        TCGETS = 0x5401,
        TCSETS = 0x5402,
        TCSETSW = 0x5403,
        TCSETSF = 0x5404,
        TCGETA = 0x5405,
        TCSETA = 0x5406,
        TCSETAW = 0x5407,
        TCSETAF = 0x5408,
        TCSBRK = 0x5409,
        TCXONC = 0x540a,
        TCFLSH = 0x540b,
        TIOCEXCL = 0x540c,
        TIOCNXCL = 0x540d,
        TIOCSCTTY = 0x540e,
        TIOCGPGRP = 0x540f,
        TIOCSPGRP = 0x5410,
        TIOCOUTQ = 0x5411,
        TIOCSTI = 0x5412,
        TIOCGWINSZ = 0x5413,
        TIOCSWINSZ = 0x5414,
        TIOCGSOFTCAR = 0x5419,
        TIOCSSOFTCAR = 0x541a,
        FIONREAD = 0x541b,
        TIOCCONS = 0x541d,
        TIOCPKT = 0x5420,
        FIONBIO = 0x5421,
        FIOASYNC = 0x5452,
        FIOSETOWN = 0x8901,
        SIOCSPGRP = 0x8902,
        FIOGETOWN = 0x8903,
        SIOCGPGRP = 0x8904,
        TIOCNOTTY = 0x5422,
        TIOCSETD = 0x5423,
        TIOCGETD = 0x5424,
        TCSBRKP = 0x5425,
        TIOCSBRK = 0x5427,
        TIOCCBRK = 0x5428,
        TIOCGSID = 0x5429,
        TCGETS2 = 0x802c_542a,
        TCSETS2 = 0x402c_542b,
        TCSETSW2 = 0x402c_542c,
        TCSETSF2 = 0x402c_542d,
        TIOCGPTN = 0x8004_5430,
        TIOCSPTLCK = 0x4004_5431,
        TIOCGDEV = 0x8004_5432,
        TIOCSIG = 0x4004_5436,
        TIOCVHANGUP = 0x5437,
        TIOCGPKT = 0x8004_5438,
        TIOCGPTLCK = 0x8004_5439,
        TIOCGEXCL = 0x8004_5440,
        TIOCGPTPEER = 0x5441,
        FIONCLEX = 0x5450,
        FIOCLEX = 0x5451,
        NS_GET_USERNS = 0xb701,
        NS_GET_PARENT = 0xb702,
        NS_GET_NSTYPE = 0xb703,
        NS_GET_OWNER_UID = 0xb704,
        SIOCATMARK = 0x8905,
        SIOCGIFNAME = 0x8910,
        SIOCGIFCONF = 0x8912,
        SIOCGIFFLAGS = 0x8913,
        SIOCGIFADDR = 0x8915,
        SIOCGIFDSTADDR = 0x8917,
        SIOCGIFBRDADDR = 0x8919,
        SIOCGIFNETMASK = 0x891b,
        SIOCGIFMETRIC = 0x891d,
        SIOCGIFMTU = 0x8921,
        SIOCGIFHWADDR = 0x8927,
        SIOCGIFINDEX = 0x8933,
        SIOCGIFTXQLEN = 0x8942,
    }
}

flags! {
    /// Input modes.
    IFLAG "I???" {
        IGNBRK = 0o1,
        BRKINT = 0o2,
        IGNPAR = 0o4,
        PARMRK = 0o10,
        INPCK = 0o20,
        ISTRIP = 0o40,
        INLCR = 0o100,
        IGNCR = 0o200,
        ICRNL = 0o400,
        IUCLC = 0o1000,
        IXON = 0o2000,
        IXANY = 0o4000,
        IXOFF = 0o10_000,
        IMAXBEL = 0o20_000,
        IUTF8 = 0o40_000,
    }

    /// Output modes.
    OFLAG "O???" {
        OPOST = 0o1,
        OLCUC = 0o2,
        ONLCR = 0o4,
        OCRNL = 0o10,
        ONOCR = 0o20,
        ONLRET = 0o40,
        OFILL = 0o100,
        OFDEL = 0o200,
        TAB1 = 0o4000 within 0o14_000,
        TAB2 = 0o10_000 within 0o14_000,
        XTABS = 0o14_000 within 0o14_000,
    }

    /// Control modes.
    CFLAG "C???" {
        B0 = 0 within 0o10_017,
        B9600 = 0o15 within 0o10_017,
        B38400 = 0o17 within 0o10_017,
        BOTHER = 0o10_000 within 0o10_017,
        B57600 = 0o10_001 within 0o10_017,
        B115200 = 0o10_002 within 0o10_017,
        CS5 = 0 within 0o60,
        CS6 = 0o20 within 0o60,
        CS7 = 0o40 within 0o60,
        CS8 = 0o60 within 0o60,
        CSTOPB = 0o100,
        CREAD = 0o200,
        PARENB = 0o400,
        PARODD = 0o1000,
        HUPCL = 0o2000,
        CLOCAL = 0o4000,
    }

    /// Local modes.
    LFLAG "L???" {
        ISIG = 0o1,
        ICANON = 0o2,
        XCASE = 0o4,
        ECHO = 0o10,
        ECHOE = 0o20,
        ECHOK = 0o40,
        ECHONL = 0o100,
        NOFLSH = 0o200,
        TOSTOP = 0o400,
        ECHOCTL = 0o1000,
        ECHOPRT = 0o2000,
        ECHOKE = 0o4000,
        IEXTEN = 0o100_000,
    }
}

values! {
    /// Which queue TCFLSH discards.
    TCFLSH_QUEUE "TC???" {
        TCIFLUSH = 0,
        TCOFLUSH = 1,
        TCIOFLUSH = 2,
    }

    /// What TCXONC does to the flow of output and input.
    TCXONC_ACTION "TC???" {
        TCOOFF = 0,
        TCOON = 1,
        TCIOFF = 2,
        TCION = 3,
    }
}

/// The control characters, by their places in `c_cc`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ControlCharacter {
    /// VINTR.
    Interrupt,
    /// VQUIT.
    Quit,
    /// VERASE.
    Erase,
    /// VKILL.
    Kill,
    /// VEOF.
    EndOfFile,
    /// VTIME: no character, but tenths of a second.
    Time,
    /// VMIN: no character, but a number of bytes.
    Minimum,
    /// VSWTC.
    Switch,
    /// VSTART.
    Start,
    /// VSTOP.
    Stop,
    /// VSUSP.
    Suspend,
    /// VEOL.
    EndOfLine,
    /// VREPRINT.
    Reprint,
    /// VDISCARD.
    Discard,
    /// VWERASE.
    EraseWord,
    /// VLNEXT.
    LiteralNext,
    /// VEOL2.
    EndOfLine2,
}

structures! {
    /// The settings of a terminal, as the kernel has them.
    Termios {
        c_iflag: u32 = Meaning::Names(&IFLAG),
        c_oflag: u32 = Meaning::Names(&OFLAG),
        c_cflag: u32 = Meaning::Names(&CFLAG),
        c_lflag: u32 = Meaning::Names(&LFLAG),
        c_line: u8,
        c_cc: [u8; 19] = Meaning::Hidden,
    }

    /// The same with speeds of any value.
    Termios2 {
        c_iflag: u32 = Meaning::Names(&IFLAG),
        c_oflag: u32 = Meaning::Names(&OFLAG),
        c_cflag: u32 = Meaning::Names(&CFLAG),
        c_lflag: u32 = Meaning::Names(&LFLAG),
        c_line: u8,
        c_cc: [u8; 19] = Meaning::Hidden,
        c_ispeed: u32,
        c_ospeed: u32,
    }

    /// The oldest form, which has the lower halves of the modes and the first control characters.
    Termio {
        c_iflag: u16,
        c_oflag: u16,
        c_cflag: u16,
        c_lflag: u16,
        c_line: u8,
        c_cc: [u8; 8] = Meaning::Hidden,
        padding: u8 = Meaning::Hidden,
    }

    /// The size of a terminal.
    Winsize {
        ws_row: u16,
        ws_col: u16,
        ws_xpixel: u16,
        ws_ypixel: u16,
    }
}
