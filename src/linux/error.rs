//! Why a program cannot be loaded. Each message names the cause and, where there is one, the remedy.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// A program that cannot run, or a configuration that cannot be met.
#[derive(thiserror::Error, Debug)]
#[non_exhaustive]
pub enum LoadError {
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// The magic number is missing.
    #[error("not an ELF file; a flat binary image runs with --flat")]
    NotElf,
    /// 64-bit.
    #[error("a 64-bit ELF file; tab86 runs 32-bit x86 programs: build it with -m32")]
    WrongClass,
    /// Big-endian.
    #[error("a big-endian ELF file; tab86 runs little-endian 32-bit x86 programs")]
    WrongEndianness,
    /// Another processor's.
    #[error("made for another processor (ELF machine {0}); tab86 runs 32-bit x86 programs (machines 3 and 6)")]
    WrongMachine(u16),
    /// An object file, a core dump, …
    #[error("not an executable (ELF type {0}); link it into a static program first")]
    WrongType(u16),
    /// It is not there, or cannot be executed.
    #[error("{program}: {reason}, in the guest's file tree")]
    Execute {
        /// Its path or name.
        program: String,
        /// What `execve` says.
        reason: &'static str,
    },
    /// It wants a dynamic linker.
    #[error("dynamically linked (it asks for {0}); tab86 runs static programs: link it with -static")]
    Dynamic(String),
    /// A header or table that runs past the end of the file, or contradicts itself.
    #[error("a damaged ELF file: {0}")]
    Damaged(String),
    /// Nothing to load.
    #[error("no loadable segment in the ELF file")]
    NoSegments,
    /// Segments that cannot be where they want to be.
    #[error("segment at {address:#010x}, {size} bytes: {reason}")]
    Segment {
        /// Where it wants to be.
        address: u64,
        /// Its size in memory, in bytes.
        size: u64,
        /// What is wrong with that.
        reason: &'static str,
    },
    /// A replay could not ask for it again.
    #[error("{0} cannot be recorded or replayed: what the program reads there is not on the tape")]
    NotOnTape(String),
    /// More memory than allowed.
    #[error("the program needs {needed} bytes of memory and may have {limit}; allow more with --memory")]
    TooLarge {
        /// Bytes of address space that it asks for.
        needed: u64,
        /// Bytes that it may have.
        limit: u64,
    },
    /// Arguments and environment do not fit on the stack.
    #[error("arguments and environment take {size} bytes, more than a quarter of the {stack} bytes of stack")]
    TooManyArguments {
        /// Bytes that they take.
        size: u64,
        /// Bytes of stack.
        stack: u32,
    },
    /// A granted directory that cannot be opened.
    #[error("cannot grant {}: {source}", host.display())]
    Grant {
        /// The directory on the host.
        host: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// An address of the host's network that nobody knows.
    #[error("--connect {name}: {source}")]
    Connect {
        /// The name or address.
        name: String,
        /// Why not.
        source: io::Error,
    },
    /// A port of the host that cannot be had.
    #[error("cannot listen at {address}: {source}")]
    Listen {
        /// The address on the host.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The working directory is not there.
    #[error("the working directory {0:?} is not a directory that the guest can see; grant it with --dir")]
    WorkingDirectory(String),
    /// A guest path that is not absolute.
    #[error("{0:?} cannot be a guest path: write an absolute one, such as /data")]
    GuestPath(String),
}
