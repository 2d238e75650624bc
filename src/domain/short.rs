//! Commits and digests as people read them.

/// The first letters by which people know and compare it: `abc1234`, `sha256:0123456789ab`.
pub fn short(id: &str) -> &str {
    let kept = id.find(':').map_or(7, |colon| colon + 13);
    id.get(..kept).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_and_digests_are_shortened() {
        for (id, said) in [
            ("04bbdaba780adc3fd212d00ee74f476d956c5b71", "04bbdab"),
            ("04bb", "04bb"),
            ("sha256:0123456789abcdef", "sha256:0123456789ab"),
            ("sha256:01", "sha256:01"),
            ("", ""),
        ] {
            assert_eq!(short(id), said);
        }
    }
}
