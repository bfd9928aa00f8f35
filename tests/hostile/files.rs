//! Ways out of a granted directory, and ways to change what may only be read.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;

use crate::{attack, printed, scratch};

/// A directory to grant, beside one that is not granted, with links from one to the other of every kind.
fn beside_a_secret(name: &str) -> std::path::PathBuf {
    let base = scratch(name);
    let (inside, outside) = (base.join("inside"), base.join("outside"));
    fs::create_dir_all(inside.join("sub")).unwrap();
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("secret"), "secret of the host\n").unwrap();
    fs::write(base.join("secret"), "secret of the host\n").unwrap();
    let secret = outside.join("secret");
    let links: [(&str, &Path); 9] = [
        ("absolute", &secret),
        ("relative", Path::new("../outside/secret")),
        ("chained", Path::new("absolute")),
        ("folder", &outside),
        ("relative-folder", Path::new("../outside")),
        ("self-root", &Path::new("/proc/self/root").join(secret.strip_prefix("/").unwrap())),
        ("self-cwd", Path::new("/proc/self/cwd/../outside/secret")),
        ("loop", Path::new("loop")),
        ("sub/up", Path::new("../..")),
    ];
    links.iter().for_each(|(name, target)| symlink(target, inside.join(name)).unwrap());
    base
}

/// Paths, links, descriptors, renames and a new root lead to nothing but what was granted, however it was granted.
#[test]
fn no_way_leads_out_of_a_granted_directory() {
    for grant in ["--dir", "--dir-ro", "--dir-cow"] {
        let base = beside_a_secret(&format!("out{grant}"));
        let inside = format!("{}::/data", base.join("inside").display());
        let output = attack("escape", &["out"], &[grant, &inside, "--cwd", "/data"]);
        assert_eq!(printed(&output), "tried\n", "{grant}");
        let outside = fs::read_dir(base.join("outside")).unwrap().count();
        assert_eq!((outside, fs::read(base.join("secret")).unwrap().len()), (1, 19), "{grant}");
    }
}

/// Nor do names that change places, also while somebody is there.
#[test]
fn names_that_change_places_lead_to_nothing_else() {
    for grant in ["--dir", "--dir-ro", "--dir-cow"] {
        let base = beside_a_secret(&format!("exchange{grant}"));
        let inside = format!("{}::/data", base.join("inside").display());
        let output = attack("escape", &["exchange"], &[grant, &inside, "--cwd", "/data"]);
        assert_eq!(printed(&output), "tried\n", "{grant}");
        assert_eq!(fs::read(base.join("outside/secret")).unwrap(), b"secret of the host\n", "{grant}");
    }
}

/// Everything that a file's owner could see of a change: name, contents, mode, owner and time.
fn state(directory: &Path) -> Vec<(String, Vec<u8>, u32, u32, i64)> {
    let mut all: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .flatten()
        .map(|entry| {
            let status = entry.metadata().unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap_or_default(), status.mode(), status.uid(), status.mtime_nsec())
        })
        .collect();
    all.sort();
    all
}

/// A directory with a file of a page and a directory.
fn plain(name: &str) -> std::path::PathBuf {
    let host = scratch(name);
    fs::create_dir(host.join("sub")).unwrap();
    fs::write(host.join("file"), vec![b'f'; 4096]).unwrap();
    host
}

/// No call that writes has anything to write to where a directory is granted for reading.
#[test]
fn what_may_only_be_read_is_not_changed() {
    let host = plain("change");
    let before = state(&host);
    let output = attack("escape", &["change"], &["--dir-ro", &format!("{}::/data", host.display()), "--cwd", "/data"]);
    assert_eq!(printed(&output), "tried\n");
    assert_eq!(state(&host), before);
}

/// A copy may be changed in every way, and the host keeps what it has.
#[test]
fn what_is_a_copy_leaves_the_host_as_it_is() {
    let host = plain("copy");
    let before = state(&host);
    let output = attack("escape", &["change"], &["--dir-cow", &format!("{}::/data", host.display()), "--cwd", "/data"]);
    let changes = printed(&output);
    assert!(changes.lines().count() > 10 && changes.contains("truncate_"), "{changes}");
    assert_eq!(state(&host), before);
}
