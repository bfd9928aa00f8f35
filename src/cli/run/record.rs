//! `--record`: a recording of the run, from its beginning to its end. `--snapshot`: one up to an instruction count.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use crate::linux::{Config, Host};

use super::super::failure::{self, Failure};
use super::plan::{Plan, RecordedConfig};

/// A way to the host that records into a file, up to an instruction count if one is given.
///
/// # Errors
/// The file cannot be written.
pub fn start(path: &Path, until: Option<u64>, plan: &Plan, config: &Config) -> Result<Host, Failure> {
    let failed = |error: std::io::Error| Failure::output(path, &error);
    let setup = postcard::to_allocvec(&(plan, RecordedConfig::of(config))).map_err(Failure::failed)?;
    let file = Box::new(BufWriter::new(File::create(path).map_err(failed)?));
    let host = match until {
        Some(count) => Host::snapshotting(file, count, &setup),
        None => Host::recording(file, &setup),
    };
    host.map_err(failed)
}

/// What was planned in a run that was recorded.
///
/// # Errors
/// Another tab86 has written it.
pub fn setup(bytes: &[u8]) -> Result<(Plan, RecordedConfig), &'static str> {
    postcard::from_bytes(bytes).map_err(|_| "it does not say what was run in a way that tab86 knows")
}

/// The run has ended.
pub fn finish(path: &Path, host: &Host) {
    if let Err(error) = host.finish() {
        failure::warn(format_args!("{}: the recording is not whole: {}", path.display(), failure::reason(&error)));
    }
}
