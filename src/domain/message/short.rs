//! Commits and digests as people read them.

/// Fewer letters than this are no hash: somebody chose them, and they are said whole.
const HASH: usize = 32;

/// The first letters by which people know and compare it: `abc1234`, `sha256:0123456789ab`.
pub fn short(id: &str) -> &str {
    let (hash, kept) = match id.split_once(':') {
        Some((kind, hash)) => (hash, kind.len() + 13),
        None => (id, 7),
    };
    let is_hash = hash.len() >= HASH && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash { &id[..kept] } else { id }
}

/// Whether two ids name the same commit: what others report may be shortened, as git does it, to seven letters or more.
pub fn is_same(one: &str, other: &str) -> bool {
    let (long, short) = if one.len() >= other.len() { (one, other) } else { (other, one) };
    short.len() >= 7 && long.starts_with(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortened_commit_is_the_same() {
        let commit = "04bbdaba780adc3fd212d00ee74f476d956c5b71";
        for (one, other, same) in [
            (commit, commit, true),
            (commit, "04bbdab", true),
            ("04bbdaba", commit, true),
            (commit, "04bbda", false),
            (commit, "14bbdab", false),
            (commit, "", false),
        ] {
            assert_eq!(is_same(one, other), same, "{one} {other}");
        }
    }

    #[test]
    fn commits_and_digests_are_shortened() {
        for (id, said) in [
            ("04bbdaba780adc3fd212d00ee74f476d956c5b71", "04bbdab"),
            ("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "sha256:0123456789ab"),
            ("04bbdaba", "04bbdaba"),
            ("2026-03-01", "2026-03-01"),
            ("settings-of-the-north-and-of-the-south", "settings-of-the-north-and-of-the-south"),
            ("sha256:01", "sha256:01"),
            ("", ""),
        ] {
            assert_eq!(short(id), said);
        }
    }
}
