//! What `/proc` asks about the world, and lets set. The kernel answers with [facts](super::facts), which the entries in
//! `proc/` print; nothing here knows how it keeps them.

use crate::linux::errno::Errno;
use crate::linux::net::SocketListing;
use crate::linux::objects::TerminalHandle;
use crate::linux::process::{IdKind, NamespaceKind};

use super::facts::{DescriptorFacts, ProcessFacts, RegionFacts, SystemFacts};

/// A symbolic link of `/proc` that leads to a place, whatever path that has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProcessLink {
    /// The program that a process runs.
    Exe(u32),
    /// Its working directory.
    Cwd(u32),
    /// Its root directory.
    Root(u32),
    /// The file behind one of its descriptors.
    Descriptor(u32, u32),
    /// A namespace of a kind that it is in.
    Namespace(u32, NamespaceKind),
}

/// Which file lists the mounts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MountListing {
    /// `/proc/PID/mounts`.
    Mounts,
    /// `/proc/PID/mountinfo`.
    Mountinfo,
    /// `/proc/PID/mountstats`.
    Mountstats,
}

/// What writing to a file of `/proc/PID` sets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProcSetting {
    /// The name of the thread.
    Name,
    /// How likely it is that the process is killed when memory runs out.
    OomScore,
    /// The same in the older form.
    OldOomScore,
    /// The identifier of the next object of System V IPC of a kind.
    NextIdentifier(IpcListing),
    /// A name of the system.
    SystemName(SystemName),
    /// A limit of System V IPC.
    IpcLimit(IpcLimit),
    /// The line of the file at this path below `/proc/sys`, which is kept as it is; this is the line if none was written.
    Kept(&'static str, &'static str),
    /// The map of the numbers of its user namespace.
    IdMap(IdKind),
    /// Whether groups may be set in its user namespace.
    SetGroups,
    /// Nothing that shows.
    Nothing,
}

/// A name that an administrator gives the system (uname(2)).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SystemName {
    /// That in the network.
    Node,
    /// That of the domain.
    Domain,
}

/// A limit of System V IPC.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IpcLimit {
    /// Bytes of a message.
    Message,
    /// Bytes of a queue.
    Queue,
    /// Queues.
    Queues,
    /// Semaphores of a set and of all, operations of a call, sets.
    Semaphores,
    /// Bytes of a segment.
    Segment,
    /// Segments.
    Segments,
    /// Pages of all segments.
    Pages,
}

/// Which objects of System V IPC a file lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IpcListing {
    /// Segments of shared memory.
    Segments,
    /// Sets of semaphores.
    Semaphores,
    /// Queues of messages.
    Queues,
}

/// The world as `/proc` shows it.
pub trait View {
    /// Process and thread that ask.
    fn current(&self) -> (u32, u32);
    /// The controlling terminal of the process that asks.
    fn terminal(&self) -> Option<TerminalHandle>;
    /// The numbers of all processes, in order.
    fn processes(&self) -> Vec<u32>;
    /// The threads of a process, in order; none if there is no such process.
    fn threads(&self, process: u32) -> Vec<u32>;
    /// What is known about a process or thread.
    fn process(&self, id: u32) -> Result<ProcessFacts, Errno>;
    /// The mappings of a process.
    fn regions(&self, process: u32) -> Result<Vec<RegionFacts>, Errno>;
    /// The pages of a process that lie in frames, in order, and whether they are of a file or shared.
    fn resident(&self, process: u32) -> Result<Vec<(u32, bool)>, Errno>;
    /// Bytes of the memory of a process, as many as are mapped there.
    fn memory(&self, process: u32, address: u32, count: u32) -> Vec<u8>;
    /// The descriptors of a process, in order.
    fn descriptors(&self, process: u32) -> Result<Vec<u32>, Errno>;
    /// What is known about a descriptor.
    fn descriptor(&self, process: u32, number: u32) -> Result<DescriptorFacts, Errno>;
    /// Where a link leads, as text.
    fn link(&self, link: ProcessLink) -> Result<Vec<u8>, Errno>;
    /// What is known about the system.
    fn system(&self) -> SystemFacts;
    /// A list of objects of System V IPC.
    fn ipc(&self, listing: IpcListing) -> Vec<u8>;
    /// A name of the system.
    fn system_name(&self, which: SystemName) -> Vec<u8>;
    /// The numbers of a limit of System V IPC.
    fn ipc_limit(&self, limit: IpcLimit) -> Vec<u32>;
    /// The line that was written to the file of settings at a path below `/proc/sys`, if one was.
    fn kept(&self, path: &str) -> Option<Vec<u8>>;
    /// The identifier that the next object of System V IPC of a kind shall have.
    fn next_identifier(&self, listing: IpcListing) -> Option<u32>;
    /// A list of sockets, as `/proc/net` has it.
    fn sockets(&self, listing: SocketListing) -> Vec<u8>;
    /// A list of the mounts that a process sees.
    fn mounts(&self, process: u32, listing: MountListing) -> Result<Vec<u8>, Errno>;
    /// The map of the numbers of the user namespace that a process is in.
    fn id_map(&self, process: u32, kind: IdKind) -> Result<Vec<u8>, Errno>;
    /// Whether groups may be set in it.
    fn sets_groups(&self, process: u32) -> Result<bool, Errno>;
    /// `/proc/locks`.
    fn locks(&self) -> Vec<u8>;
    /// `/proc/keys`.
    fn keys(&self) -> Vec<u8>;
}
