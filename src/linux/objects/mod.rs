//! The objects that descriptors refer to.

mod open_file;
mod pipe;
pub mod transfer;

pub use open_file::{Object, OpenFile, OpenFileHandle, device_status};
pub use pipe::PipeEnd;
