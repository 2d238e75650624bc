//! What a release that begins has read, so that its first steps need not read it again.
//!
//! Only what a commit's id settles: commits, trees and blobs by their ids never change, and a tag's object that is made again from
//! the same words is the same one. A comparison with the tag before is what people decided on when the release began.

use http::Method;

use super::{
    kept::{KeptAnswer, LARGEST, fresh},
    problem::GithubResult,
    request::{Call, GitHubAnswer},
};
use crate::clock::Clock;

/// What of a repository is settled by its id.
const SETTLED: [&str; 3] = ["/git/commits/", "/git/trees/", "/git/blobs/"];

/// Whether asking again gives the same answer.
pub(super) fn is_settled(call: &Call) -> bool {
    let path = call.path.split('?').next().unwrap_or_default();
    if call.method == Method::POST {
        return path.ends_with("/git/tags");
    }
    let by_id = |(_, id): (&str, &str)| is_id(id);
    call.method == Method::GET
        && (SETTLED.iter().any(|what| path.rsplit_once(what).is_some_and(by_id))
            || path.contains("/compare/") && path.rsplit_once("...").is_some_and(by_id))
}

fn is_id(text: &str) -> bool {
    text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// What is known, or what `send` brings; whoever asks for the same meanwhile waits for it. A refusal is not kept.
pub(super) async fn once<S: Future<Output = GithubResult<GitHubAnswer>>>(
    known: KeptAnswer,
    clock: &Clock,
    send: impl FnOnce() -> S,
) -> GithubResult<GitHubAnswer> {
    let mut known = known.lock().await;
    if let Some((_, answer)) = known.as_ref().filter(|(at, _)| fresh(*at, clock.now())) {
        return answer.clone();
    }
    let answer = send().await;
    let keeps = answer.as_ref().is_ok_and(|answer| answer.text.len() <= LARGEST);
    *known = keeps.then(|| (clock.now(), answer.clone()));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_an_id_settles_is_kept() {
        let id = "3e3c2f1e5edb083aab93646ac7b076daa38516dd";
        for (path, settled) in [
            (format!("/repos/acme/api/git/commits/{id}"), true),
            (format!("/repos/acme/api/git/trees/{id}"), true),
            (format!("/repos/acme/api/git/blobs/{id}"), true),
            (format!("/repos/acme/api/compare/v2.1.1...{id}?per_page=100&page=1"), true),
            ("/repos/acme/api/compare/v2.1.1...develop?per_page=100".to_owned(), false),
            (format!("/repos/acme/api/compare/{id}...main"), false),
            ("/repos/acme/api/git/trees/develop".to_owned(), false),
            ("/repos/acme/api/git/ref/heads/develop".to_owned(), false),
            (format!("/repos/acme/api/commits/{id}/check-runs"), false),
            (format!("/repos/acme/api/commits/{id}"), false),
        ] {
            assert_eq!(is_settled(&Call::get("x", path.clone())), settled, "{path}");
        }
        let change = |path: &str| Call::change(Method::POST, "x", path.to_owned(), serde_json::json!({}));
        assert!(is_settled(&change("/repos/acme/api/git/tags")));
        assert!(!is_settled(&change("/repos/acme/api/git/refs")));
    }
}
