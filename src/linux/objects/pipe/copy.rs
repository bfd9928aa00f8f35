//! Pipes in the copy of a world.

use crate::linux::copy::copied;

use super::{Pipe, PipeEnd};

copied!(Pipe: clone { bytes, capacity, readers, writers } duplicate { packets, openings, queue, charge });
copied!(PipeEnd: clone { reads, writes, apart } duplicate { pipe, queue });
