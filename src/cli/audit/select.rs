//! Which rows `--group` means: a group of the audit by its name or heading, or the instructions that need
//! a feature of CPUID.

use crate::table::Row;
use crate::table::coverage::GROUPS;
use crate::table::features::{FEATURES, WITHHELD};

/// The rows that one word of `--group` means.
#[derive(Clone, Debug)]
pub struct RowSelector {
    groups: Vec<&'static str>,
    features: Vec<&'static str>,
}

impl RowSelector {
    /// Finds a group or feature by its whole name, else features by the start of their name (`bmi`), else
    /// groups by a part of their heading (`general-purpose`). Letters may be of either case, and only
    /// letters and digits count.
    ///
    /// # Errors
    /// Nothing has that name; the names that there are.
    pub fn parse(text: &str) -> Result<RowSelector, String> {
        let wanted = plain(text);
        let group = |same: fn(&str, &str) -> bool, by: fn(usize) -> &'static str| {
            let matching = (0..GROUPS.len()).filter(|index| same(&plain(by(*index)), &wanted));
            RowSelector { groups: matching.map(|index| GROUPS[index].name).collect(), features: Vec::new() }
        };
        let feature = |same: fn(&str, &str) -> bool| {
            let names = FEATURES.iter().chain(WITHHELD).map(|feature| feature.name);
            RowSelector { groups: Vec::new(), features: names.filter(|name| same(&plain(name), &wanted)).collect() }
        };
        let whole = |name: &str, wanted: &str| name == wanted;
        let found = [
            group(whole, |index| GROUPS[index].name),
            group(whole, |index| GROUPS[index].title),
            feature(whole),
            feature(|name, wanted| name.starts_with(wanted)),
            group(|title, wanted| title.contains(wanted), |index| GROUPS[index].title),
        ];
        let found = found.into_iter().find(|found| !wanted.is_empty() && !found.is_empty());
        found.ok_or_else(|| format!("the groups are {}; a CPUID feature such as BMI1 will do as well", names()))
    }

    fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.features.is_empty()
    }

    /// Whether it means a row.
    pub fn has(&self, row: &Row) -> bool {
        self.groups.contains(&row.group()) || row.features().any(|feature| self.features.contains(&feature.name))
    }
}

/// The names of the groups.
pub fn names() -> String {
    GROUPS.map(|group| group.name).join(", ")
}

/// What counts of a name.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (Vec<&'static str>, Vec<&'static str>) {
        let RowSelector { groups, features } = RowSelector::parse(text).unwrap_or_else(|error| panic!("{error}"));
        (groups, features)
    }

    #[test]
    fn names_are_forgiving() {
        assert_eq!(found("SSE4.1"), (vec!["sse4.1"], vec![]));
        assert_eq!(found("sse41"), (vec!["sse4.1"], vec![]));
        assert_eq!(found("bmi"), (vec![], vec!["BMI1", "BMI2"]));
        assert_eq!(found("avx512_fp16"), (vec!["avx512-fp16"], vec![]));
        assert_eq!(found("popcnt"), (vec![], vec!["POPCNT"]));
        assert_eq!(found("General Purpose"), (vec!["integer"], vec![]));
        assert!(RowSelector::parse("nonsense").unwrap_err().contains("integer, system"));
        assert!(RowSelector::parse("-").is_err());
    }
}
