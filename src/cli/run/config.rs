//! From options to what the guest's kernel is told: arguments, environment, granted directories.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::linux::{Config, CoreSink, Grant, GrantKind, Sink};

use super::super::failure::{self, Failure};
use super::super::input;
use super::arguments::RunArguments;
use super::{interrupt, network};

/// The configuration of the guest's kernel that the options ask for.
///
/// # Errors
/// An option whose value makes no sense.
pub fn config(arguments: &RunArguments) -> Result<Config, Failure> {
    let mut config = Config {
        program: program_path(arguments),
        directory: arguments.cwd.clone(),
        args: arguments.command.iter().map(|argument| argument.as_encoded_bytes().to_vec()).collect(),
        seed: arguments.seed,
        clock: arguments.clock.source(),
        schedule_seed: arguments.schedule_seed,
        max_processes: arguments.max_processes,
        interrupt: interrupt::by_signals(),
        ..Config::default()
    };
    if let Some(size) = &arguments.memory {
        config.memory_limit = input::size("--memory", size)?;
    }
    for variable in &arguments.env {
        let bytes = variable.as_encoded_bytes();
        if !bytes.contains(&b'=') {
            return Err(Failure::failed(format_args!(
                "--env: `{}` has no value; write NAME=VALUE",
                variable.to_string_lossy()
            )));
        }
        config.env.push(bytes.to_vec());
    }
    let granted =
        |directories: &[String], kind| -> Vec<Grant> { directories.iter().map(|text| grant(text, kind)).collect() };
    config.grants = [
        granted(&arguments.dir_ro, GrantKind::ReadOnly),
        granted(&arguments.dir_cow, GrantKind::CopyOnWrite),
        granted(&arguments.dir, GrantKind::Writable),
    ]
    .concat();
    if let Some(root) = &arguments.root {
        config.grants.insert(0, Grant { host: root.clone(), guest: "/".into(), kind: GrantKind::CopyOnWrite });
    }
    config.connections = arguments.connect.iter().map(|text| network::connect(text)).collect::<Result<_, _>>()?;
    config.listeners = arguments.listen.iter().map(|text| network::listen(text)).collect::<Result<_, _>>()?;
    config.strace = arguments.strace.as_deref().map(sink).transpose()?;
    config.cores = arguments.core.as_deref().map(cores);
    Ok(config)
}

/// The path under which the guest knows its program: the one that was asked for if the file tree is the
/// guest's own, the place in a granted directory if the file lies in one, and else a place in `/`.
fn program_path(arguments: &RunArguments) -> String {
    let Some(asked) = arguments.command.first().map(Path::new) else { return "/program".into() };
    if arguments.root.is_some() {
        return asked.to_string_lossy().into_owned();
    }
    let name = asked.file_name().unwrap_or("program".as_ref());
    let alone = format!("/{}", name.to_string_lossy());
    let Ok(host) = fs::canonicalize(asked) else { return alone };
    let texts = arguments.dir.iter().chain(&arguments.dir_cow).chain(&arguments.dir_ro);
    let mut best: Option<(usize, String)> = None;
    for Grant { host: granted, guest, .. } in texts.map(|text| grant(text, GrantKind::ReadOnly)) {
        let Ok(granted) = fs::canonicalize(granted) else { continue };
        let Ok(rest) = host.strip_prefix(&granted) else { continue };
        let depth = granted.components().count();
        if best.as_ref().is_none_or(|(deepest, _)| depth > *deepest) {
            best = Some((depth, format!("{}/{}", guest.trim_end_matches('/'), rest.to_string_lossy())));
        }
    }
    best.map_or(alone, |(_, path)| path)
}

/// The grant of a directory: `HOST::GUEST`, or `HOST` under its own absolute path.
fn grant(text: &str, kind: GrantKind) -> Grant {
    match text.split_once("::") {
        Some((host, guest)) => Grant { host: host.into(), guest: guest.into(), kind },
        None => {
            // A directory that does not exist is refused by the kernel, with a message.
            let absolute = fs::canonicalize(text).unwrap_or_else(|_| text.into());
            Grant { host: text.into(), guest: absolute.to_string_lossy().into_owned(), kind }
        }
    }
}

/// Opens the destination of a trace: a file, or standard error for `-`.
///
/// # Errors
/// The file cannot be created.
pub fn sink(path: &Path) -> Result<Sink, Failure> {
    if path == Path::new("-") {
        return Ok(Arc::new(Mutex::new(io::stderr())));
    }
    let file = File::create(path).map_err(|error| Failure::output(path, &error))?;
    Ok(Arc::new(Mutex::new(io::LineWriter::new(file))))
}

/// Core files of processes that the program has started: `FILE.PID`. Who cannot have one is told of.
fn cores(file: &Path) -> CoreSink {
    let file = file.as_os_str().to_os_string();
    Arc::new(move |pid, write| {
        let mut name = file.clone();
        name.push(format!(".{pid}"));
        let path = Path::new(&name);
        let written = File::create(path).and_then(|created| {
            let mut out = BufWriter::new(created);
            write(&mut out)?;
            out.flush()
        });
        match written {
            Ok(()) => failure::warn(format_args!("the core of process {pid} is in {}", path.display())),
            Err(error) => failure::warn(Failure::output(path, &error)),
        }
    })
}
