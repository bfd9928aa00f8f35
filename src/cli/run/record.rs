//! `--record`: a recording of the run, from its beginning to its end.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use crate::linux::{Config, Host};

use super::super::failure::{self, Failure};
use super::plan::{Plan, RecordedConfig};

/// A way to the host that records into a file.
///
/// # Errors
/// The file cannot be written.
pub fn start(path: &Path, plan: &Plan, config: &Config) -> Result<Host, Failure> {
    let failed = |error: std::io::Error| Failure::output(path, &error);
    let setup = postcard::to_allocvec(&(plan, RecordedConfig::of(config))).map_err(Failure::failed)?;
    let file = File::create(path).map_err(failed)?;
    Host::recording(Box::new(BufWriter::new(file)), &setup).map_err(failed)
}

/// The run has ended.
pub fn finish(path: &Path, host: &Host) {
    if let Err(error) = host.finish() {
        failure::warn(format_args!("{}: the recording is not whole: {}", path.display(), failure::reason(&error)));
    }
}
