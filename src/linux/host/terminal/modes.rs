//! The settings of a terminal as i386 Linux and as the host count them: a line for each mode and each
//! control character that both have. What only the host has stays as it is.

use rustix::termios::{ControlModes, InputModes, LocalModes, OutputModes, SpecialCodeIndex, Termios};

use crate::linux::abi::terminal::{
    BRKINT, CLOCAL, CREAD, CS8, CSTOPB, ControlCharacter, ECHO, ECHOCTL, ECHOE, ECHOK, ECHOKE, ECHONL, ECHOPRT, HUPCL,
    ICANON, ICRNL, IEXTEN, IGNBRK, IGNCR, IGNPAR, INLCR, INPCK, ISIG, ISTRIP, IXANY, IXOFF, IXON, NOFLSH, OCRNL, ONLCR,
    ONLRET, ONOCR, OPOST, PARENB, PARMRK, PARODD, TOSTOP, Termios2,
};
#[cfg(target_os = "linux")]
use crate::linux::abi::terminal::{IMAXBEL, IUCLC, IUTF8, OLCUC, XCASE, XTABS};

const INPUT: &[(u32, InputModes)] = &[
    (IGNBRK, InputModes::IGNBRK),
    (BRKINT, InputModes::BRKINT),
    (IGNPAR, InputModes::IGNPAR),
    (PARMRK, InputModes::PARMRK),
    (INPCK, InputModes::INPCK),
    (ISTRIP, InputModes::ISTRIP),
    (INLCR, InputModes::INLCR),
    (IGNCR, InputModes::IGNCR),
    (ICRNL, InputModes::ICRNL),
    (IXON, InputModes::IXON),
    (IXANY, InputModes::IXANY),
    (IXOFF, InputModes::IXOFF),
    #[cfg(target_os = "linux")]
    (IUCLC, InputModes::IUCLC),
    #[cfg(target_os = "linux")]
    (IMAXBEL, InputModes::IMAXBEL),
    #[cfg(target_os = "linux")]
    (IUTF8, InputModes::IUTF8),
];

const OUTPUT: &[(u32, OutputModes)] = &[
    (OPOST, OutputModes::OPOST),
    (ONLCR, OutputModes::ONLCR),
    (OCRNL, OutputModes::OCRNL),
    (ONOCR, OutputModes::ONOCR),
    (ONLRET, OutputModes::ONLRET),
    #[cfg(target_os = "linux")]
    (OLCUC, OutputModes::OLCUC),
    #[cfg(target_os = "linux")]
    (XTABS, OutputModes::XTABS),
];

const CONTROL: &[(u32, ControlModes)] = &[
    (CS8, ControlModes::CS8),
    (CSTOPB, ControlModes::CSTOPB),
    (CREAD, ControlModes::CREAD),
    (PARENB, ControlModes::PARENB),
    (PARODD, ControlModes::PARODD),
    (HUPCL, ControlModes::HUPCL),
    (CLOCAL, ControlModes::CLOCAL),
];

const LOCAL: &[(u32, LocalModes)] = &[
    (ISIG, LocalModes::ISIG),
    (ICANON, LocalModes::ICANON),
    (ECHO, LocalModes::ECHO),
    (ECHOE, LocalModes::ECHOE),
    (ECHOK, LocalModes::ECHOK),
    (ECHONL, LocalModes::ECHONL),
    (NOFLSH, LocalModes::NOFLSH),
    (TOSTOP, LocalModes::TOSTOP),
    (ECHOCTL, LocalModes::ECHOCTL),
    (ECHOPRT, LocalModes::ECHOPRT),
    (ECHOKE, LocalModes::ECHOKE),
    (IEXTEN, LocalModes::IEXTEN),
    #[cfg(target_os = "linux")]
    (XCASE, LocalModes::XCASE),
];

const CHARACTERS: &[(ControlCharacter, SpecialCodeIndex)] = &[
    (ControlCharacter::Interrupt, SpecialCodeIndex::VINTR),
    (ControlCharacter::Quit, SpecialCodeIndex::VQUIT),
    (ControlCharacter::Erase, SpecialCodeIndex::VERASE),
    (ControlCharacter::Kill, SpecialCodeIndex::VKILL),
    (ControlCharacter::EndOfFile, SpecialCodeIndex::VEOF),
    (ControlCharacter::Time, SpecialCodeIndex::VTIME),
    (ControlCharacter::Minimum, SpecialCodeIndex::VMIN),
    (ControlCharacter::Start, SpecialCodeIndex::VSTART),
    (ControlCharacter::Stop, SpecialCodeIndex::VSTOP),
    (ControlCharacter::Suspend, SpecialCodeIndex::VSUSP),
    (ControlCharacter::EndOfLine, SpecialCodeIndex::VEOL),
    (ControlCharacter::Reprint, SpecialCodeIndex::VREPRINT),
    (ControlCharacter::Discard, SpecialCodeIndex::VDISCARD),
    (ControlCharacter::EraseWord, SpecialCodeIndex::VWERASE),
    (ControlCharacter::LiteralNext, SpecialCodeIndex::VLNEXT),
    (ControlCharacter::EndOfLine2, SpecialCodeIndex::VEOL2),
];

/// The host's settings as the guest sees them.
pub fn to_guest(host: &Termios) -> Termios2 {
    let mut c_cc = [0; 19];
    CHARACTERS.iter().for_each(|(place, index)| c_cc[*place as usize] = host.special_codes[*index]);
    let input = INPUT.iter().filter(|(_, mode)| host.input_modes.contains(*mode)).map(|(bits, _)| bits);
    let output = OUTPUT.iter().filter(|(_, mode)| host.output_modes.contains(*mode)).map(|(bits, _)| bits);
    let control = CONTROL.iter().filter(|(_, mode)| host.control_modes.contains(*mode)).map(|(bits, _)| bits);
    let local = LOCAL.iter().filter(|(_, mode)| host.local_modes.contains(*mode)).map(|(bits, _)| bits);
    let settings = Termios2 {
        c_iflag: input.sum(),
        c_oflag: output.sum(),
        c_cflag: control.sum(),
        c_lflag: local.sum(),
        c_line: 0,
        c_cc,
        c_ispeed: host.input_speed(),
        c_ospeed: host.output_speed(),
    };
    settings.with_bits_of_speeds()
}

/// Changes the host's settings to the guest's, as far as both have them.
pub fn to_host(guest: &Termios2, host: &mut Termios) {
    INPUT.iter().for_each(|(bits, mode)| host.input_modes.set(*mode, guest.c_iflag & bits == *bits));
    OUTPUT.iter().for_each(|(bits, mode)| host.output_modes.set(*mode, guest.c_oflag & bits == *bits));
    CONTROL.iter().for_each(|(bits, mode)| host.control_modes.set(*mode, guest.c_cflag & bits == *bits));
    LOCAL.iter().for_each(|(bits, mode)| host.local_modes.set(*mode, guest.c_lflag & bits == *bits));
    CHARACTERS.iter().for_each(|(place, index)| host.special_codes[*index] = guest.c_cc[*place as usize]);
    // A speed that the host does not have stays the one that it was.
    let _ = host.set_input_speed(guest.c_ispeed);
    let _ = host.set_output_speed(guest.c_ospeed);
}
