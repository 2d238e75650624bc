//! What senders write in ways of their own: times, versions, digests.

use chrono::{DateTime, Utc};

use crate::domain::{deploy::report::bare, time::far};

/// The longest name that is taken over, in characters.
const LONGEST: usize = 200;

/// A moment that can be meant, as RFC 3339 or as GitLab writes it: `2021-04-28 21:50:00 +0200`, `2016-08-12 15:26:29 UTC`.
pub(super) fn moment(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let known = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S %z"))
        .or_else(|_| DateTime::parse_from_str(&text.replace(" UTC", " +0000"), "%Y-%m-%d %H:%M:%S %z"));
    known.ok().and_then(|at| far::meant(at.to_utc()))
}

/// A text, if it can be the name of something: one line, not too long, not empty.
pub(super) fn name(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

/// Whether a text looks like a version: `2.2.0`, `v2.2.0`, `26.03.01`.
pub fn is_version(text: &str) -> bool {
    let bare = bare(text);
    bare.starts_with(|first: char| first.is_ascii_digit())
        && bare.contains('.')
        && bare.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-+_".contains(letter))
}

/// Whether a text is the id of a commit.
pub(super) fn is_commit(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.chars().all(|letter| letter.is_ascii_hexdigit())
}

/// The first letters of a commit, by which people call it.
pub fn short(commit: &str) -> String {
    commit.chars().take(8).collect()
}

/// The version and the digest of an image or a package: `ghcr.io/acme/api:2.2.0@sha256:…`, `pkg:oci/api@sha256%3A…?tag=2.2.0`.
pub(super) fn artifact(text: &str) -> (Option<String>, Option<String>) {
    let text = text.replace("%3A", ":").replace("%3a", ":").replace("%2F", "/").replace("%2f", "/");
    let (text, qualifiers) = text.split_once('?').unwrap_or((&text, ""));
    let (path, after) = text.rsplit_once('@').map_or((text, None), |(path, after)| (path, Some(after)));
    let digest = after.filter(|after| after.contains(':')).and_then(name);
    let tag = qualifiers.split('&').find_map(|pair| pair.strip_prefix("tag="));
    let last = path.rsplit('/').next().unwrap_or_default();
    let of_image =
        || last.split_once(':').map(|(_, tag)| tag).filter(|_| !path.starts_with("pkg:") || path.contains('/'));
    let version = after.filter(|after| !after.contains(':')).or(tag).or_else(of_image);
    (version.and_then(name), digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_versions_and_artifacts_are_read() {
        let at = |text: &str| moment(text).map(|at| at.to_rfc3339());
        assert_eq!(at("2021-04-28 21:50:00 +0200").as_deref(), Some("2021-04-28T19:50:00+00:00"));
        assert_eq!(at("2016-08-12 15:26:29 UTC").as_deref(), Some("2016-08-12T15:26:29+00:00"));
        assert_eq!(at("2022-10-28T07:26:19Z").as_deref(), Some("2022-10-28T07:26:19+00:00"));
        assert_eq!(at("yesterday"), None);
        assert!(is_version("v2.2.0") && is_version("26.03.01") && is_version("2.2.0-rc.1"));
        assert!(!is_version("main") && !is_version("279484c0") && !is_version("v2") && !is_version("feature/1.2"));
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(artifact("ghcr.io/acme/api:2.2.0"), (some("2.2.0"), None));
        assert_eq!(artifact("ghcr.io/acme/api:2.2.0@sha256:0b31"), (some("2.2.0"), some("sha256:0b31")));
        assert_eq!(artifact("pkg:oci/myapp@sha256%3A0b31?tag=1.4.0"), (some("1.4.0"), some("sha256:0b31")));
        assert_eq!(artifact("pkg:npm/api@2.2.0"), (some("2.2.0"), None));
        assert_eq!(artifact("pkg:oci/myapp@sha256%3A0b31"), (None, some("sha256:0b31")));
    }
}
