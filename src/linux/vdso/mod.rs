//! The vDSO (vdso(7)): a small shared object that the kernel maps into every process, with the way into
//! the kernel, the way back from signal handlers, and the clocks.
//!
//! A C library finds it through AT_SYSINFO_EHDR and looks its functions up like those of any library;
//! debuggers and exceptions find their way through a signal handler by its unwind tables. Here it is
//! made from its parts, without an assembler: [`functions`] has the machine code, [`unwind`] the tables,
//! [`image`] the ELF file.

mod functions;
mod image;
mod unwind;

use functions::FUNCTIONS;

/// The file.
pub fn image() -> Vec<u8> {
    image::build()
}

/// The address of a function, from the start of the file on; `None` if there is none.
pub fn find(name: &str) -> Option<u32> {
    let index = FUNCTIONS.iter().position(|function| function.name == name)?;
    image::addresses().get(index).copied()
}
