//! Terminals: the requests of ioctl(2) (ioctl_tty(2)), termios(3).

use super::encoding::structures;
use super::meaning::Meaning;
use super::names::{flags, values};

values! {
    /// Requests of `ioctl`.
    IOCTL "_IOC???" {
        TCGETS = 0x5401,
        TCSETS = 0x5402,
        TCSETSW = 0x5403,
        TCSETSF = 0x5404,
        TIOCSCTTY = 0x540e,
        TIOCGPGRP = 0x540f,
        TIOCSPGRP = 0x5410,
        TIOCGWINSZ = 0x5413,
        TIOCSWINSZ = 0x5414,
        FIONREAD = 0x541b,
        FIONBIO = 0x5421,
        TIOCNOTTY = 0x5422,
        TIOCGSID = 0x5429,
        FIONCLEX = 0x5450,
        FIOCLEX = 0x5451,
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
    }

    /// Control modes.
    CFLAG "C???" {
        B0 = 0 within 0o10_017,
        B9600 = 0o15 within 0o10_017,
        B38400 = 0o17 within 0o10_017,
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

    /// The size of a terminal.
    Winsize {
        ws_row: u16,
        ws_col: u16,
        ws_xpixel: u16,
        ws_ypixel: u16,
    }
}
