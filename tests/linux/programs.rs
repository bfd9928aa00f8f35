//! Whole programs: one that checks the calls from inside, and Debian's busybox where it is there.

use std::path::Path;
use std::process::Command;

use tab86::linux::{Buffer, Grant, GrantKind, Stream, Termination};

use crate::{Ran, data, run, scratch};

#[test]
fn the_calls_hold_from_inside() {
    let host = scratch("calls");
    let image = include_bytes!("../programs/calls");
    let ran = run(image, |config| {
        config.grants.push(data(&host, true));
        config.streams[0] = Stream::Buffer(Buffer::default());
    });
    assert_eq!((ran.output.as_str(), ran.exit), ("checked\n", Some(Termination::Status(0))), "{:?}", ran.event);
    assert_eq!(std::fs::read_dir(&host).unwrap().count(), 0, "it cleans up after itself");
}

const BUSYBOX: &str = "/bin/busybox";

/// Files that the applets work on.
fn prepare(name: &str) -> std::path::PathBuf {
    let host = scratch(name);
    let text: String = (1..=500).map(|line| format!("line {} of the text\n", line * 7919 % 1000)).collect();
    std::fs::write(host.join("text"), text).unwrap();
    std::fs::create_dir_all(host.join("sub/deep")).unwrap();
    std::fs::write(host.join("sub/deep/small"), "small\n").unwrap();
    let small = std::fs::File::options().write(true).open(host.join("sub/deep/small")).unwrap();
    small.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_500_000_000)).unwrap();
    host
}

/// Runs an applet natively and here, each in a fresh directory; both must print and leave the same.
fn agrees(image: &[u8], words: &[&str]) {
    let (native, own) = (prepare("busybox-native"), prepare("busybox-own"));
    let expected = Command::new(BUSYBOX).args(words).current_dir(&native).env_clear().output().unwrap();
    let Ran { exit, output, event, .. } = run(image, |config| {
        config.args = [BUSYBOX].iter().chain(words).map(|word| word.as_bytes().to_vec()).collect();
        config.streams[0] = Stream::Buffer(Buffer::default());
        config.grants.push(data(&own, true));
        config.grants.push(Grant { host: "/etc".into(), guest: "/etc".into(), kind: GrantKind::ReadOnly });
    });
    let printed = String::from_utf8_lossy(&[expected.stdout, expected.stderr].concat()).into_owned();
    assert_eq!(output, printed, "{words:?}");
    assert_eq!(exit.map(status), Some(expected.status.code()), "{words:?}: {event:?}");
    assert_eq!(listing(&own), listing(&native), "{words:?}");
}

fn status(exit: Termination) -> Option<i32> {
    match exit {
        Termination::Status(status) => Some(status.into()),
        Termination::Signal(_) => None,
    }
}

/// Every file below a directory with its contents.
fn listing(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(
                listing(&path)
                    .into_iter()
                    .map(|(name, bytes)| (format!("{}/{name}", path.file_name().unwrap().to_string_lossy()), bytes)),
            ),
            false => {
                found.push((path.file_name().unwrap().to_string_lossy().to_string(), std::fs::read(&path).unwrap()))
            }
        }
    }
    found.sort();
    found
}

#[test]
fn busybox_does_here_what_it_does_natively() {
    // Another architecture's busybox, or none, proves nothing: skipped, and said so.
    let image = std::fs::read(BUSYBOX).unwrap_or_default();
    if image.get(..5) != Some(b"\x7fELF\x01") {
        return eprintln!("skipped: {BUSYBOX} is not Debian's busybox-static:i386");
    }
    let lines = [
        "sha256sum text",
        "md5sum text",
        "sort text",
        "sort -r text",
        "sed -e s/line/LINE/ text",
        "gzip -c -n text",
        "bzip2 text",
        "tar cf - sub/deep/small",
        "find sub",
        "od -c text",
        "cat text",
        "wc text",
        "grep -n 99 text",
        "cut -c1-8 text",
        "head -n 3 text",
        "tail -n 3 text",
        "cmp text sub/deep/small",
        "diff text sub/deep/small",
        "cp text copy",
        "cp -r sub sub2",
        "mv text moved",
        "rm -r sub",
        "mkdir -p a/b/c",
        "touch new",
        "uname -s",
        "expr 6 * 7",
        "dd if=text of=out bs=100 count=3",
        "uniq -c text",
        "tr a-z A-Z",
        "ls",
        "ls nope",
        "cat nope",
        "rev text",
        "nl text",
        "base64 text",
        "cksum text",
        "split -l 100 text part",
    ];
    for line in lines {
        agrees(&image, &line.split(' ').collect::<Vec<_>>());
    }
    agrees(&image, &["sh", "-c", "i=0; while [ $i -lt 1000 ]; do i=$((i+1)); done; echo $i"]);
    agrees(&image, &["sh", "-c", "for f in *; do echo $f; done; exit 3"]);
    agrees(&image, &["printf", "%d %s %x\\n", "42", "hi", "255"]);
}
