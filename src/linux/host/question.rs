//! What the host is asked: the first byte of each record of a tape.

/// A question to the host, or something that a recording notes by itself. The numbers are part of the format of
/// recordings: a new one is added at the end, and a changed answer makes a new version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Question {
    /// What a recording begins with.
    Setup = 1,
    /// A part of the program.
    Program,
    /// Where a run stands, to compare.
    Check,
    /// How a run ended.
    End,
    /// The date.
    Date,
    /// Time since the world began.
    Elapsed,
    /// Who runs us.
    Identity,
    /// The mask for new files.
    Umask,
    /// Signals from outside, between instructions.
    Signals,
    /// Signals from outside, while nobody can run.
    WaitingSignals,
    /// Whether a signal has come.
    IsRaised,
    /// Which streams are ready.
    Ready,
    /// Whether a waiting world can be woken.
    CanWake,
    /// Whether we can be stopped.
    CanStop,
    /// Opens a granted directory, or one below it.
    OpenDirectory,
    /// What is known about a path.
    Status,
    /// Where a link leads.
    ReadLink,
    /// Opens a file.
    OpenFile,
    /// The entries of a directory.
    List,
    /// Changes names in a directory.
    ChangeDirectory,
    /// Opens a standard stream.
    OpenStream,
    /// Whether a file is a terminal.
    IsTerminal,
    /// What is known about an open file.
    FileStatus,
    /// Reads.
    Read,
    /// Writes.
    Write,
    /// Moves or tells the position of a file.
    Seek,
    /// Changes an open file.
    ChangeFile,
    /// The settings of a terminal.
    TerminalSettings,
    /// The window of a terminal.
    Window,
    /// Does something with a terminal.
    ControlTerminal,
    /// Bytes that can be read without waiting.
    BytesWaiting,
    /// The addresses of a name.
    Resolve,
    /// A connection that has come.
    Accept,
    /// Whether something has come from the network.
    Arrived,
    /// What a connection tells.
    Receive,
    /// Whether a connection takes bytes.
    Send,
    /// Whether a name is known by now.
    Lookup,
    /// What a snapshot begins with.
    Snapshot,
    /// Where a snapshot ends.
    Mark,
}
