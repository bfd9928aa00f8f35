//! The build itself, whose code is in `src/table` and in no library: what it makes of the table, and
//! what it says of a wrong one.

#[path = "../../src/table"]
mod table {
    pub mod build;
    pub mod features;
    pub mod handler;
    pub mod key;
    pub mod left_out;
    pub mod notation;
    pub mod schema;
}

mod contract;
mod effects;
mod legend;
mod messages;
mod proposals;
mod readme;
mod rows;
mod sequences;
mod tuple;
