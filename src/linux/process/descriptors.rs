//! The descriptor table of a process: numbers that refer to open files.

use std::ops::Range;
use std::sync::{Arc, Mutex};

use crate::linux::abi::files::O_RDWR;
use crate::linux::config::Stream;
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::files::{Anonymous, AnonymousNode, PlaceHandle, PtsNode};
use crate::linux::host::Host;
use crate::linux::objects::{HostStream, Object, OpenFile, OpenFileHandle, TerminalHandle};

use super::ranges::Ranges;

/// A descriptor: the open file that it refers to, and its close-on-exec flag.
#[derive(Clone, Debug)]
struct DescriptorEntry {
    open: OpenFileHandle,
    close_on_exec: bool,
}

/// The descriptors of a process, by number.
#[derive(Clone, Debug, Default)]
pub struct Descriptors {
    table: Vec<Option<DescriptorEntry>>,
    /// The numbers that are in use.
    used: Ranges,
}

impl Descriptors {
    /// Most descriptors that a process may ever have (proc(5), `nr_open`).
    pub const LIMIT: u32 = 1 << 20;

    /// A table with standard input, output and error, which may be the user's terminal.
    pub fn new(streams: &[Stream; 3], host: &Host, terminal: Option<&TerminalHandle>) -> Descriptors {
        let open = |number: usize, stream: &Stream| {
            let (object, place) = match stream {
                Stream::Host => host_stream(host, number, terminal)?,
                Stream::Buffer(buffer) => {
                    let what = Anonymous::Buffer(Arc::clone(buffer));
                    (Object::Buffer(Arc::clone(buffer)), AnonymousNode::stream(what, number))
                }
                Stream::Closed => return None,
            };
            Some(Arc::new(Mutex::new(OpenFile::new(object, place, O_RDWR))))
        };
        let mut descriptors = Descriptors::default();
        for (number, stream) in streams.iter().enumerate() {
            if let Some(open) = open(number, stream) {
                descriptors.set(number as u32, open, false);
            }
        }
        descriptors
    }

    /// The open file that a descriptor refers to; EBADF if there is none.
    pub fn get(&self, number: u32) -> Result<OpenFileHandle, Errno> {
        self.descriptor(number).map(|descriptor| Arc::clone(&descriptor.open))
    }

    /// Adds a descriptor for an open file: the lowest free number among these.
    pub fn insert(&mut self, open: OpenFileHandle, numbers: Range<u32>, close_on_exec: bool) -> Result<u32, Errno> {
        let number = self.free(numbers)?;
        self.set(number, open, close_on_exec);
        Ok(number)
    }

    /// The lowest free number among these; EMFILE if there is none.
    pub fn free(&self, numbers: Range<u32>) -> Result<u32, Errno> {
        let free = self.used.first_outside(numbers.start.into());
        u32::try_from(free).ok().filter(|free| numbers.contains(free)).ok_or(Errno::EMFILE)
    }

    /// Makes a number refer to an open file, and closes what it referred to.
    pub fn replace(&mut self, number: u32, open: OpenFileHandle, close_on_exec: bool) -> Result<u32, Errno> {
        if number >= Descriptors::LIMIT {
            return Err(Errno::EBADF);
        }
        self.set(number, open, close_on_exec);
        Ok(number)
    }

    fn set(&mut self, number: u32, open: OpenFileHandle, close_on_exec: bool) {
        let size = self.table.len().max(number as usize + 1);
        self.table.resize_with(size, || None);
        self.table[number as usize] = Some(DescriptorEntry { open, close_on_exec });
        self.used.insert(number.into(), u64::from(number) + 1);
    }

    /// Closes a descriptor.
    pub fn close(&mut self, number: u32) -> Result<(), Errno> {
        self.descriptor(number)?;
        self.table[number as usize] = None;
        self.used.remove(number.into(), u64::from(number) + 1);
        Ok(())
    }

    /// The descriptors that do not outlive the program (execve(2)).
    pub fn closed_on_exec(&self) -> Vec<u32> {
        self.numbers().into_iter().filter(|number| self.close_on_exec(*number) == Ok(true)).collect()
    }

    /// The close-on-exec flag of a descriptor.
    pub fn close_on_exec(&self, number: u32) -> Result<bool, Errno> {
        self.descriptor(number).map(|descriptor| descriptor.close_on_exec)
    }

    /// Sets the close-on-exec flag of a descriptor.
    pub fn set_close_on_exec(&mut self, number: u32, on: bool) -> Result<(), Errno> {
        self.descriptor(number)?;
        if let Some(Some(descriptor)) = self.table.get_mut(number as usize) {
            descriptor.close_on_exec = on;
        }
        Ok(())
    }

    /// How many descriptors the table has room for before it grows (proc(5), `FDSize`).
    pub fn room(&self) -> u32 {
        match self.table.len() as u32 {
            ..=64 => 64,
            size => size.next_power_of_two().max(256),
        }
    }

    /// The numbers in use, in order.
    pub fn numbers(&self) -> Vec<u32> {
        self.used
            .within(0, Descriptors::LIMIT.into())
            .into_iter()
            .flat_map(|(from, to)| from as u32..to as u32)
            .collect()
    }

    fn descriptor(&self, number: u32) -> Result<&DescriptorEntry, Errno> {
        self.table.get(number as usize).and_then(Option::as_ref).ok_or(Errno::EBADF)
    }
}

fn host_stream(host: &Host, number: usize, terminal: Option<&TerminalHandle>) -> Option<(Object, PlaceHandle)> {
    let file = host.stream(number).ok()?;
    if let Some(terminal) = terminal.filter(|_| file.is_terminal()) {
        return Some((Object::Stream(HostStream::terminal(file, terminal)), PtsNode::place(terminal)));
    }
    let place = AnonymousNode::stream(Anonymous::Stream(file.clone()), number);
    Some((Object::Stream(HostStream::new(file)), place))
}

copied!(DescriptorEntry: clone { close_on_exec } duplicate { open });
copied!(Descriptors: clone { used } duplicate { table });
