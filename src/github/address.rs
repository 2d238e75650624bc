//! Names made safe for an address: octocrab puts them in as they are, so a `#` or `?` would cut it.

use super::problem::{GithubProblem, GithubResult};

/// Percent-encodes everything but letters, digits, `-`, `.`, `_`, `~` and the bytes in `kept`.
fn encode(text: &str, kept: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || kept.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// The value of a query parameter.
pub(super) fn value(text: &str) -> String {
    encode(text, b"")
}

/// One segment of a path: a commit's id, a workflow's file.
pub(super) fn segment(text: &str) -> GithubResult<String> {
    if text.is_empty() || text == "." || text == ".." || text.chars().any(char::is_control) {
        return Err(GithubProblem::BadName(text.to_owned()));
    }
    Ok(encode(text, b""))
}

/// A path inside a repository; spaces and the like are allowed, its slashes stay.
pub(super) fn path(text: &str) -> GithubResult<String> {
    let odd = |part: &str| part.is_empty() || part == "." || part == "..";
    if text.split('/').any(odd) || text.chars().any(char::is_control) {
        return Err(GithubProblem::BadName(text.to_owned()));
    }
    Ok(encode(text, b"/"))
}

/// The name of a branch or tag: what git itself refuses is refused, the rest is encoded, its slashes stay.
pub(super) fn git_name(text: &str) -> GithubResult<String> {
    let part_refused = |part: &str| part.starts_with('.') || part.ends_with(".lock");
    if !allowed_in_git_names(text) || text.ends_with('.') || text.split('/').any(part_refused) {
        return Err(GithubProblem::BadName(text.to_owned()));
    }
    path(text)
}

/// The beginning of names of branches or tags, such as `release/` or `v2.`; empty for all.
pub(super) fn prefix(text: &str) -> GithubResult<String> {
    if !allowed_in_git_names(text) || text.starts_with('/') || text.contains("//") {
        return Err(GithubProblem::BadName(text.to_owned()));
    }
    Ok(encode(text, b"/"))
}

fn allowed_in_git_names(text: &str) -> bool {
    let refused = |letter: char| letter.is_control() || " ~^:?*[\\".contains(letter);
    !text.contains(refused) && !text.contains("..") && !text.contains("@{")
}

/// `owner` and `name` out of `owner/name`.
pub(super) fn owner_and_name(text: &str) -> GithubResult<(&str, &str)> {
    let good = |part: &str| {
        let letters = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        letters && !part.is_empty() && part != "." && part != ".."
    };
    match text.split_once('/') {
        Some((owner, name)) if good(owner) && good(name) => Ok((owner, name)),
        _ => Err(GithubProblem::BadName(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_could_cut_an_address_is_encoded() {
        assert_eq!(git_name("fix/#12").unwrap(), "fix/%2312");
        assert_eq!(git_name("v1.0.0+build").unwrap(), "v1.0.0%2Bbuild");
        assert_eq!(git_name("größe/100%").unwrap(), "gr%C3%B6%C3%9Fe/100%25");
        assert_eq!(path("docs/read me?.md").unwrap(), "docs/read%20me%3F.md");
        assert_eq!(segment("deploy/production.yml").unwrap(), "deploy%2Fproduction.yml");
        assert_eq!(value("acme:release/v1&x=1"), "acme%3Arelease%2Fv1%26x%3D1");
        assert_eq!(prefix("release/").unwrap(), "release/");
        assert_eq!(prefix("").unwrap(), "");
    }

    #[test]
    fn what_git_refuses_is_refused_before_it_is_sent() {
        for name in
            ["", "/a", "a/", "a//b", "a/../b", "..", "a b", "a^", "a~1", "a:b", "a?", "a\nb", "x.lock", ".x", "a@{1"]
        {
            assert!(matches!(git_name(name), Err(GithubProblem::BadName(_))), "{name:?}");
        }
        for name in ["", "..", "a\0"] {
            assert!(segment(name).is_err(), "{name:?}");
        }
        for path_of_a_file in ["", "/etc/passwd", "a/../b", "a/"] {
            assert!(path(path_of_a_file).is_err(), "{path_of_a_file:?}");
        }
    }

    #[test]
    fn a_repository_is_an_owner_and_a_name() {
        assert_eq!(owner_and_name("acme/api.rs").unwrap(), ("acme", "api.rs"));
        for name in ["acme", "acme/", "/api", "acme/api/x", "acme/..", "ac me/api", "acme/a?b"] {
            assert!(owner_and_name(name).is_err(), "{name:?}");
        }
    }
}
