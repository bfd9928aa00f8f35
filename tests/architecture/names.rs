//! A public type has a name of its own, so that a reader who has seen it once knows it.

use std::collections::BTreeMap;

use crate::source;

#[test]
fn no_two_public_types_have_one_name() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in source::files() {
        for name in file.types {
            places.entry(name).or_default().push(file.name.clone());
        }
    }
    places.retain(|_, files| files.len() > 1);
    assert!(places.is_empty(), "{places:#?}");
}
