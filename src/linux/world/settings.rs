//! Lines that programs have written to files of `/proc/sys` (proc(5)). They are kept as they are; few of them mean
//! something here.

use std::collections::BTreeMap;

use crate::linux::errno::Errno;

/// What was written, by the paths of the files below `/proc/sys`.
#[derive(Clone, Default, Debug)]
pub struct Settings {
    lines: BTreeMap<&'static str, Vec<u8>>,
}

impl Settings {
    /// The line that was written, if one was.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.lines.get(path).map(Vec::as_slice)
    }

    /// The number that was written, if one was.
    pub fn number(&self, path: &str) -> Option<i64> {
        std::str::from_utf8(self.get(path)?).ok()?.parse().ok()
    }

    /// Keeps what was written to a file whose line was this one at first. If that was numbers, so must this be, and
    /// those that are not written stay what they are: EINVAL otherwise.
    pub fn set(&mut self, path: &'static str, first: &str, text: &[u8]) -> Result<(), Errno> {
        let text = std::str::from_utf8(text).map_err(|_| Errno::EINVAL)?;
        let before = self.get(path).map_or(first.into(), String::from_utf8_lossy).into_owned();
        let line = match numbers(&before) {
            Some(mut all) if !all.is_empty() => {
                let written = numbers(text).filter(|written| written.len() <= all.len()).ok_or(Errno::EINVAL)?;
                all[..written.len()].copy_from_slice(&written);
                all.iter().map(i64::to_string).collect::<Vec<_>>().join("\t")
            }
            _ => text.lines().next().unwrap_or_default().to_string(),
        };
        self.lines.insert(path, line.into_bytes());
        Ok(())
    }
}

/// The numbers of a line that has nothing else.
fn numbers(text: &str) -> Option<Vec<i64>> {
    text.split([' ', '\t', '\n', '\0']).filter(|word| !word.is_empty()).map(|word| word.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_numbers_stay_what_they_are() {
        let mut settings = Settings::default();
        assert_eq!(settings.set("printk", "4\t4\t1\t7", b"8 2\n"), Ok(()));
        assert_eq!(settings.get("printk"), Some(&b"8\t2\t1\t7"[..]));
        assert_eq!(settings.set("printk", "4\t4\t1\t7", b"1 2 3 4 5"), Err(Errno::EINVAL));
        assert_eq!(settings.set("swappiness", "60", b"many"), Err(Errno::EINVAL));
        assert_eq!((settings.set("swappiness", "60", b"10"), settings.number("swappiness")), (Ok(()), Some(10)));
        assert_eq!(settings.set("core_pattern", "core", b"core.%p\n"), Ok(()));
        assert_eq!((settings.get("core_pattern"), settings.number("x")), (Some(&b"core.%p"[..]), None));
    }
}
