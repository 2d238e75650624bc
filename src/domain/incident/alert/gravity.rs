//! How grave alerts are, in the words of those who raise them.

/// The words for what people only have to know, for what can wait, and for what cannot; others are between the last two.
const WORDS: [&[&str]; 3] = [
    &["info", "information", "informational", "notice", "debug", "none", "ok"],
    &["warning", "warn", "minor", "low", "medium", "moderate"],
    &["critical", "page", "fatal", "emergency", "disaster", "crit", "p0", "p1", "sev0", "sev1"],
];

/// The gravest of what alerts say; one that says nothing counts for less than any word.
pub fn gravest<'a>(said: impl Iterator<Item = Option<&'a str>>) -> Option<&'a str> {
    // Of several that are as grave, the first.
    said.flatten().fold(None, |known, word| match known {
        Some(known) if rank(known) >= rank(word) => Some(known),
        _ => Some(word),
    })
}

/// Whether this is only said, and nobody has to do anything about it.
pub fn is_only_said(severity: &str) -> bool {
    rank(severity) == 0
}

fn rank(word: &str) -> usize {
    let of = |words: &&[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word.trim()));
    match WORDS.iter().position(of) {
        Some(2) => 3,
        Some(rank) => rank,
        None => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_word_counts() {
        assert_eq!(gravest([Some("warning"), Some("Critical"), None].into_iter()), Some("Critical"));
        assert_eq!(gravest([Some("info"), Some("high"), Some("warning")].into_iter()), Some("high"));
        assert_eq!(gravest([None, Some("info")].into_iter()), Some("info"));
        assert_eq!(gravest([None].into_iter()), None);
        assert!(is_only_said("Info") && !is_only_said("warning") && !is_only_said("whatever"));
    }
}
