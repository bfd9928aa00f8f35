//! What regular files contain: one truth for every open file and every mapping.

mod file_contents;
mod quota;
mod releases;
mod store;
mod table;

pub use file_contents::FileContents;
pub use quota::Quota;
pub use table::ContentsTable;
