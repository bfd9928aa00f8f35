//! What regular files contain: one truth for every open file and every mapping.

mod claim;
mod file_contents;
mod holes;
mod mapped;
mod quota;
mod releases;
mod state;
mod store;
mod table;
mod writer;

pub use claim::ContentsClaim;
pub use file_contents::FileContents;
pub use quota::{NodeShare, Quota, UNLIMITED};
pub use table::ContentsTable;
