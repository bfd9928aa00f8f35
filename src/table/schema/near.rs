//! Names that somebody may have meant: those that are a few letters away.

/// How many letters are to be changed, added or left out to make one name the other.
pub fn distance(one: &str, other: &str) -> usize {
    strsim::levenshtein(one, other)
}

/// The known name that is nearest to a wrong one, if one is near: a third of its letters may differ.
pub fn nearest<'n>(wrong: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let far_off = wrong.len() / 3 + 1;
    let distances = known.into_iter().map(|name| (strsim::damerau_levenshtein(wrong, name), name));
    distances.min().filter(|(distance, _)| *distance <= far_off && *distance < wrong.len()).map(|(_, name)| name)
}

/// `(did you mean …?)`, with a space before it; empty if no known name is near.
pub fn did_you_mean<'n>(wrong: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    nearest(wrong, known).map_or_else(String::new, |name| format!(" (did you mean `{name}`?)"))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_names() {
        let known = ["SSE", "SSE4_1", "shld", "shrd", "add"];
        assert_eq!(nearest("SSE41", known), Some("SSE4_1"));
        assert_eq!(nearest("shdl", known), Some("shld"));
        assert_eq!(nearest("frobnicate", known), None);
        assert_eq!(nearest("x", known), None);
    }
}
