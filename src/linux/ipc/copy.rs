//! Objects of interprocess communication in the copy of a world.

use crate::linux::copy::copied;

use super::Ipc;
use super::shared_memory::SharedSegment;

copied!(Ipc: clone { delivered, limits } duplicate { segments, semaphores, queues, posix, memory });
copied!(SharedSegment: clone { size, creator, last, times, attachments } duplicate { contents });
