//! The one place that sends a request to GitHub: signs it, limits its time, repeats what may be repeated, names what went wrong.

use std::{
    error::Error,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use http::{HeaderValue, Method, StatusCode, header};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    bearer::bearer,
    client::Connection,
    credentials::{Held, Identity},
    failure,
    problem::{GithubProblem, GithubResult},
    request::{Call, GitHubAnswer, QUERIES},
};
use crate::bounded::{self, NotRead};

/// How long GitHub may take for its answer, all of it.
const PATIENCE: Duration = Duration::from_secs(20);
/// The pauses before a read is tried again.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(300)];
/// No list is followed further than this; it ends a server that always names a next page.
const MOST_PAGES: u32 = 100;
/// A request is sent on so often; it ends a server that always names another address.
const MOST_HOPS: usize = 3;

/// A failed attempt.
struct FailedCall {
    problem: GithubProblem,
    /// Whether another token may help.
    token_rejected: bool,
}

impl From<GithubProblem> for FailedCall {
    fn from(problem: GithubProblem) -> Self {
        Self { problem, token_rejected: false }
    }
}

impl Connection {
    /// Sends a call. Reads are tried up to three times while GitHub is out of reach or in trouble; changes are sent once,
    /// and once more with a fresh token if GitHub did not accept the first: then it has done nothing yet.
    /// Nothing is sent while GitHub wants no requests: who goes on asking may be banned.
    pub(super) async fn send(&self, call: Call) -> GithubResult<GitHubAnswer> {
        if let Some(until) = self.spending().shut_until(self.clock.now()) {
            return Err(GithubProblem::RateLimited { until });
        }
        let may_repeat = call.reads();
        let mut pauses = PAUSES.iter().take(if may_repeat { PAUSES.len() } else { 0 });
        let mut may_renew = true;
        loop {
            // Everything that asks GitHub waits here: nobody carries about what it takes.
            let failed = match Box::pin(self.attempt(&call)).await {
                Ok(answer) => {
                    self.note_reach(Ok(()));
                    return Ok(answer);
                }
                Err(failed) => failed,
            };
            if failed.token_rejected && may_renew {
                may_renew = false;
                continue;
            }
            let passing = matches!(failed.problem, GithubProblem::Unreachable(_) | GithubProblem::Trouble(_));
            match pauses.next() {
                Some(pause) if passing => tokio::time::sleep(*pause).await,
                _ => {
                    self.note_reach(Err(&failed.problem));
                    self.note_limited(&failed.problem);
                    return Err(failed.problem);
                }
            }
        }
    }

    /// All rows of a list, page by page; `rows` takes them out of a page. Read for somebody's question, or not.
    pub(super) async fn all<Page: DeserializeOwned, Row>(
        &self,
        call: Call,
        for_a_question: bool,
        rows: impl Fn(Page) -> Vec<Row>,
    ) -> GithubResult<Vec<Row>> {
        let mut all = Vec::new();
        for page in 1..=MOST_PAGES {
            let call = call.clone().with("per_page", "100").with("page", &page.to_string());
            let answer = if for_a_question { self.ask(call).await? } else { self.send(call).await? };
            all.extend(rows(answer.read()?));
            if !answer.has_next() {
                break;
            }
        }
        Ok(all)
    }

    async fn attempt(&self, call: &Call) -> Result<GitHubAnswer, FailedCall> {
        let token = match &self.identity {
            Identity::App { key, .. } if call.by_the_app => key.header(self.clock.now())?,
            Identity::App { .. } | Identity::Token(_) => self.token().await?,
        };
        let mark = self.last.mark(call);
        let mut answer = self.exchange(call, &self.address(call), token.clone(), mark.clone()).await?;
        for _ in 0..MOST_HOPS {
            let Some(address) = self.sent_on(&answer) else { break };
            if !self.told_moved.swap(true, Ordering::Relaxed) {
                let path = &call.path;
                tracing::warn!(
                    path,
                    "GitHub sends requests on, as for a repository that was renamed; put its name right"
                );
            }
            answer = self.exchange(call, &address, token.clone(), None).await?;
        }
        // Forgotten while it was asked for: it is read once more.
        let answer = match self.last.of(call, answer, mark.as_ref()) {
            Some(answer) => answer,
            None => self.exchange(call, &self.address(call), token.clone(), None).await?,
        };
        if answer.status.is_success() {
            return Ok(answer.checked()?);
        }
        let token_rejected = answer.status == StatusCode::UNAUTHORIZED && self.identity.forget(&token).await;
        Err(FailedCall { problem: self.problem(call, &answer), token_rejected: token_rejected && !call.by_the_app })
    }

    fn address(&self, call: &Call) -> String {
        // On an Enterprise Server the REST API is at `/api/v3`, and GraphQL at `/api/graphql`.
        let base = if call.path == QUERIES { self.api_url.trim_end_matches("/v3") } else { &self.api_url };
        format!("{base}{}", call.path)
    }

    /// Where GitHub asks to send the request again as it is. The token goes to nobody else.
    fn sent_on(&self, answer: &GitHubAnswer) -> Option<String> {
        let location = answer.headers.get(header::LOCATION)?.to_str().ok()?;
        let again = matches!(answer.status.as_u16(), 301 | 302 | 307 | 308);
        (again && location.starts_with(&format!("{}/", self.api_url))).then(|| location.to_owned())
    }

    /// The token for a call; a new one is fetched while everybody else who needs it waits for that one.
    async fn token(&self) -> GithubResult<HeaderValue> {
        #[derive(Deserialize)]
        struct Granted {
            token: String,
            expires_at: DateTime<Utc>,
        }
        let (key, installation_id, held) = match &self.identity {
            Identity::Token(header) => return Ok(header.clone()),
            Identity::App { key, installation_id, held } => (key, installation_id, held),
        };
        let mut held = held.lock().await;
        let now = self.clock.now();
        if let Some(held) = held.as_ref().filter(|held| held.fresh(now)) {
            return Ok(held.header.clone());
        }
        let path = format!("/app/installations/{installation_id}/access_tokens");
        let what = format!("installation {installation_id} of the App");
        let call = Call::change(Method::POST, what, path, serde_json::json!({}));
        let answer = self.exchange(&call, &self.address(&call), key.header(now)?, None).await?;
        if !answer.status.is_success() {
            return Err(self.problem(&call, &answer));
        }
        let granted: Granted = answer.read()?;
        let header = bearer(&granted.token)?;
        *held = Some(Held { header: header.clone(), expires_at: granted.expires_at });
        Ok(header)
    }

    fn problem(&self, call: &Call, answer: &GitHubAnswer) -> GithubProblem {
        failure::problem(answer.status, &answer.headers, &answer.text, &call.what, self.clock.now())
    }

    /// One request and its answer, whatever its status.
    async fn exchange(
        &self,
        call: &Call,
        address: &str,
        token: HeaderValue,
        known: Option<HeaderValue>,
    ) -> GithubResult<GitHubAnswer> {
        // It is never closed.
        let _slot = self.slots.acquire().await;
        let began = Instant::now();
        let outcome = match tokio::time::timeout(PATIENCE, self.carry(call, address, token, known)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(GithubProblem::Unreachable(format!("no answer within {} s", PATIENCE.as_secs()))),
        };
        if let Some(shown) = outcome.as_ref().ok().and_then(GitHubAnswer::date) {
            self.clock.compare(shown);
        }
        if let Ok(answer) = &outcome {
            self.note_limit(&answer.headers);
        }
        let milliseconds = began.elapsed().as_millis() as u64;
        let status = outcome.as_ref().map_or(0, |answer| answer.status.as_u16());
        tracing::debug!(method = %call.method, path = call.path, status, milliseconds, "GitHub");
        outcome
    }

    async fn carry(
        &self,
        call: &Call,
        address: &str,
        token: HeaderValue,
        known: Option<HeaderValue>,
    ) -> GithubResult<GitHubAnswer> {
        // The whole address: octocrab leaves out the path of its own base address where a call's path begins alike.
        let mut request = http::Request::builder()
            .method(call.method.clone())
            .uri(address)
            .header(header::ACCEPT, "application/vnd.github+json")
            .header(header::AUTHORIZATION, token);
        if let Some(known) = known {
            request = request.header(header::IF_NONE_MATCH, known);
        }
        let request = self.crab.build_request(request, call.body.as_ref()).map_err(unreachable)?;
        let response = self.crab.execute(request).await.map_err(unreachable)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = bounded::read(response.into_body()).await.map_err(|problem| match problem {
            NotRead::TooLarge => GithubProblem::Unreadable(problem.to_string()),
            NotRead::Broken(problem) => unreachable(problem),
        })?;
        let text = String::from_utf8(bytes).map_err(|_| GithubProblem::Unreadable("it is not UTF-8".to_owned()))?;
        Ok(GitHubAnswer { status, headers, text })
    }
}

/// What people are told of it; the log has the whole chain of causes, of which octocrab shows only the outermost.
fn unreachable(problem: octocrab::Error) -> GithubProblem {
    let mut words = Vec::new();
    let mut cause: Option<&dyn Error> = problem.source();
    while let Some(inner) = cause {
        words.push(inner.to_string());
        cause = inner.source();
    }
    if words.is_empty() {
        words.push(problem.to_string());
    }
    words.dedup();
    let causes = words.join(": ");
    let said = in_words(&causes);
    tracing::debug!(causes, "GitHub could not be reached");
    GithubProblem::Unreachable(said.to_owned())
}

fn in_words(causes: &str) -> &'static str {
    let causes = causes.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| causes.contains(word));
    if says(&["timed out", "timeout"]) {
        "no answer in time"
    } else if says(&["(connect)", "connect error", "dns", "refused", "unreachable"]) {
        "no connection to it"
    } else {
        "the connection broke off"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_library_says_becomes_plain_words() {
        for (causes, said) in [
            ("client error (SendRequest): connection closed before message completed", "the connection broke off"),
            ("client error (Connect): tcp connect error: Connection refused (os error 111)", "no connection to it"),
            ("client error (Connect): dns error: failed to lookup address information", "no connection to it"),
            ("error reading a body from connection: operation timed out", "no answer in time"),
        ] {
            assert_eq!(in_words(causes), said, "{causes}");
        }
    }
}
