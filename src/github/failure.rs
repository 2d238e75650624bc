//! From what GitHub answers to what went wrong.

use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use super::problem::GithubProblem;

/// How long to wait when GitHub limits us without saying for how long; its documentation asks for a minute.
const UNSAID_LIMIT: TimeDelta = TimeDelta::seconds(60);
/// No limit of GitHub's lasts longer: they are counted by the hour. What says so is not understood.
const LONGEST_LIMIT: TimeDelta = TimeDelta::hours(24);

/// How GitHub begins to say that the repository's plan has no such thing.
pub(super) const NEEDS_PLAN: &str = "Upgrade to GitHub";

/// What GitHub says when it does not do something.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Complaint {
    message: Option<String>,
    errors: Value,
}

/// The problem behind an answer that is not a success; `what` was asked for, `now` is the clock's time.
pub(super) fn problem(
    status: StatusCode,
    headers: &HeaderMap,
    body: &str,
    what: &str,
    now: DateTime<Utc>,
) -> GithubProblem {
    let complaint: Complaint = serde_json::from_str(body).unwrap_or_default();
    let words = complaint.words(status);
    if let Some(until) = limited_until(status, headers, &words, now) {
        return GithubProblem::RateLimited { until };
    }
    match status.as_u16() {
        300..=399 => GithubProblem::Moved(what.to_owned()),
        401 => GithubProblem::Unauthorized(words),
        403 if words.contains("archived so is read-only") => GithubProblem::Archived,
        // No permission helps against the plan.
        403 if words.starts_with(NEEDS_PLAN) => GithubProblem::Refused(words),
        403 => GithubProblem::Forbidden(words),
        // Moving or deleting a ref that is not there is answered with 422.
        422 if words.contains("Reference does not exist") => GithubProblem::NotFound(what.to_owned()),
        404 => GithubProblem::NotFound(what.to_owned()),
        422 if complaint.says_it_exists() => GithubProblem::AlreadyExists(what.to_owned()),
        500.. => GithubProblem::Trouble(format!("{} {words}", status.as_u16())),
        _ => GithubProblem::Refused(words),
    }
}

/// When a rate limit ends, if the answer speaks of one.
fn limited_until(status: StatusCode, headers: &HeaderMap, words: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if status != StatusCode::FORBIDDEN && status != StatusCode::TOO_MANY_REQUESTS {
        return None;
    }
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    if let Some(wait) = header("retry-after") {
        let seconds = wait.parse::<u32>().ok().map(|seconds| now + TimeDelta::seconds(i64::from(seconds)));
        let date = || DateTime::parse_from_rfc2822(wait).ok().map(|date| date.to_utc().max(now));
        return Some(seconds.or_else(date).unwrap_or(now + UNSAID_LIMIT).min(now + LONGEST_LIMIT));
    }
    if header("x-ratelimit-remaining") == Some("0") {
        let reset = header("x-ratelimit-reset").and_then(|reset| reset.parse().ok());
        let reset = reset.and_then(|epoch| DateTime::from_timestamp(epoch, 0));
        return Some(reset.unwrap_or(now + UNSAID_LIMIT).clamp(now + TimeDelta::seconds(1), now + LONGEST_LIMIT));
    }
    let said = status == StatusCode::TOO_MANY_REQUESTS || words.to_lowercase().contains("rate limit");
    said.then_some(now + UNSAID_LIMIT)
}

impl Complaint {
    /// GitHub's message with those of its errors, or the status in words.
    fn words(&self, status: StatusCode) -> String {
        let message = self.message.as_deref().unwrap_or_default().trim();
        let mut words = match message {
            "" => status.canonical_reason().unwrap_or("no reason given").to_owned(),
            message => message.to_owned(),
        };
        let details: Vec<String> = self.details().filter(|detail| !words.contains(detail)).collect();
        if !details.is_empty() {
            words = format!("{}: {}", words.trim_end_matches(['.', ':']), details.join("; "));
        }
        match words.char_indices().nth(500) {
            Some((end, _)) => format!("{}…", &words[..end]),
            None => words,
        }
    }

    /// `errors` is a list of objects or texts, or one text.
    fn details(&self) -> impl Iterator<Item = String> {
        let many = self.errors.as_array().map(Vec::as_slice).unwrap_or_default();
        many.iter().chain(self.errors.is_string().then_some(&self.errors)).filter_map(|error| {
            let field = |name: &str| error.get(name).and_then(Value::as_str);
            let message = error.as_str().or_else(|| field("message")).map(str::to_owned);
            message.or_else(|| {
                let parts = [field("resource"), field("field"), field("code")];
                let joined = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
                (!joined.is_empty()).then_some(joined)
            })
        })
    }

    fn says_it_exists(&self) -> bool {
        let says = |text: &str| text.to_lowercase().contains("already exists") || text.contains("already_exists");
        self.message.as_deref().is_some_and(says) || says(&self.errors.to_string())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn answered(status: u16, headers: &[(&'static str, &str)], body: &str) -> GithubProblem {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        problem(StatusCode::from_u16(status).unwrap(), &headers, body, "branch `x`", now())
    }

    fn limited(seconds: i64) -> GithubProblem {
        GithubProblem::RateLimited { until: now() + TimeDelta::seconds(seconds) }
    }

    #[test]
    fn each_status_has_its_problem() {
        let said = r#"{"message":"Words."}"#;
        let words = || "Words.".to_owned();
        assert_eq!(answered(401, &[], said), GithubProblem::Unauthorized(words()));
        assert_eq!(answered(403, &[], said), GithubProblem::Forbidden(words()));
        let archived = r#"{"message":"Repository was archived so is read-only."}"#;
        assert_eq!(answered(403, &[], archived), GithubProblem::Archived);
        assert_eq!(answered(404, &[], said), GithubProblem::NotFound("branch `x`".into()));
        let no_ref = r#"{"message":"Reference does not exist"}"#;
        assert_eq!(answered(422, &[], no_ref), GithubProblem::NotFound("branch `x`".into()));
        assert_eq!(answered(405, &[], said), GithubProblem::Refused(words()));
        assert_eq!(answered(409, &[], said), GithubProblem::Refused(words()));
        assert_eq!(answered(502, &[], "<html>"), GithubProblem::Trouble("502 Bad Gateway".into()));
        assert_eq!(answered(410, &[], ""), GithubProblem::Refused("Gone".into()));
        let moved = r#"{"message":"Moved Permanently"}"#;
        assert_eq!(
            answered(307, &[("location", "https://elsewhere.example/x")], moved),
            GithubProblem::Moved("branch `x`".into())
        );
    }

    #[test]
    fn limits_say_when_they_end() {
        let reset = (now().timestamp() + 90).to_string();
        assert_eq!(answered(429, &[("retry-after", "30")], ""), limited(30));
        assert_eq!(answered(403, &[("retry-after", "30"), ("x-ratelimit-remaining", "0")], ""), limited(30));
        assert_eq!(answered(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &reset)], ""), limited(90));
        assert_eq!(answered(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "5")], ""), limited(1));
        assert_eq!(answered(429, &[], ""), limited(60));
        let secondary = r#"{"message":"You have exceeded a secondary rate limit."}"#;
        assert_eq!(answered(403, &[], secondary), limited(60));
        // Milliseconds where seconds are meant, and dates that no clock comes to.
        for far in ["1800000090000", "9223372036854775807", "-9223372036854775808"] {
            let until = answered(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", far)], "");
            assert!([limited(86_400), limited(60), limited(1)].contains(&until), "{far}: {until:?}");
        }
        for far in ["4294967295", "Fri, 31 Dec 9999 23:59:59 GMT"] {
            assert_eq!(answered(429, &[("retry-after", far)], ""), limited(86_400), "{far}");
        }
        let left = &[("x-ratelimit-remaining", "4999"), ("x-ratelimit-reset", reset.as_str())];
        assert!(matches!(answered(403, left, ""), GithubProblem::Forbidden(_)));
    }

    #[test]
    fn what_exists_already_is_told_apart_from_other_refusals() {
        let exists = GithubProblem::AlreadyExists("branch `x`".into());
        assert_eq!(answered(422, &[], r#"{"message":"Reference already exists"}"#), exists);
        let label =
            r#"{"message":"Validation Failed","errors":[{"resource":"Label","code":"already_exists","field":"name"}]}"#;
        assert_eq!(answered(422, &[], label), exists);
        let pull = r#"{"message":"Validation Failed","errors":[{"resource":"PullRequest","code":"custom","message":"A pull request already exists for acme:x."}]}"#;
        assert_eq!(answered(422, &[], pull), exists);
        let none =
            r#"{"message":"Validation Failed","errors":[{"code":"custom","message":"No commits between main and x"}]}"#;
        let words = "Validation Failed: No commits between main and x";
        assert_eq!(answered(422, &[], none), GithubProblem::Refused(words.into()));
    }

    #[test]
    fn errors_come_in_several_shapes() {
        let text = r#"{"message":"Validation Failed","errors":"Could not"}"#;
        assert_eq!(answered(422, &[], text), GithubProblem::Refused("Validation Failed: Could not".into()));
        let texts = r#"{"message":"Bad.","errors":["one","two"]}"#;
        assert_eq!(answered(400, &[], texts), GithubProblem::Refused("Bad: one; two".into()));
        let code =
            r#"{"message":"Validation Failed","errors":[{"resource":"Issue","field":"title","code":"missing"}]}"#;
        assert_eq!(answered(422, &[], code), GithubProblem::Refused("Validation Failed: Issue title missing".into()));
    }
}
