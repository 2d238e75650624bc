//! Whether GitHub answers at all: each request says so, and whoever wants to know is told.

use std::time::Duration;

use serde::de::IgnoredAny;

use super::{
    client::{Connection, GitHub},
    problem::{GithubProblem, GithubResult},
    request::{Call, GitHubAnswer},
};

/// How long GitHub may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(10);

impl GitHub {
    /// From now on, `tell` is told of each request whether GitHub answered it, or why not.
    pub fn tell_reach(&self, tell: impl Fn(Result<(), String>) + Send + Sync + 'static) {
        // Only the first one is told; there is only one.
        let _ = self.link.reach.set(Box::new(tell));
    }

    /// Asks whether GitHub is there and takes the token. It does not count against the limit.
    ///
    /// # Errors
    /// Any [`GithubProblem`].
    pub async fn answers(&self) -> GithubResult<()> {
        let asked = self.link.send(Call::get("the rate limit", "/rate_limit".to_owned()));
        let answered = match tokio::time::timeout(PATIENCE, asked).await {
            Ok(answered) => answered,
            Err(_) => {
                let silent = GithubProblem::Unreachable(format!("no answer within {} s", PATIENCE.as_secs()));
                self.link.note_reach(Err(&silent));
                Err(silent)
            }
        };
        match answered {
            // An Enterprise Server without limits says that there are none.
            Ok(_) | Err(GithubProblem::NotFound(_)) => Ok(()),
            Err(problem) => Err(problem),
        }
    }
}

impl Connection {
    /// Notes how a request ended.
    pub(super) fn note_reach(&self, outcome: Result<(), &GithubProblem>) {
        let told = match outcome {
            Ok(()) => Ok(()),
            Err(
                problem @ (GithubProblem::Unreachable(_) | GithubProblem::Trouble(_) | GithubProblem::Unauthorized(_)),
            ) => Err(problem.to_string()),
            // What a proxy may answer just as well says neither.
            Err(
                GithubProblem::NotFound(_)
                | GithubProblem::Forbidden(_)
                | GithubProblem::Moved(_)
                | GithubProblem::Unreadable(_)
                | GithubProblem::AnotherWriter { .. }
                | GithubProblem::KeptForReleases { .. }
                | GithubProblem::BadName(_),
            ) => return,
            Err(
                GithubProblem::RateLimited { .. }
                | GithubProblem::Archived
                | GithubProblem::NotAFile(_)
                | GithubProblem::AlreadyExists(_)
                | GithubProblem::Refused(_),
            ) => Ok(()),
        };
        if let Some(tell) = self.reach.get() {
            tell(told);
        }
    }
}

impl GitHubAnswer {
    /// This answer, unless it is none of GitHub's: half of one, or somebody's page.
    pub(super) fn checked(self) -> GithubResult<Self> {
        match serde_json::from_str::<IgnoredAny>(&self.text) {
            _ if self.text.trim().is_empty() => Ok(self),
            Ok(_) => Ok(self),
            Err(problem) if problem.is_eof() => {
                Err(GithubProblem::Unreachable(format!("the answer broke off: {problem}")))
            }
            Err(_) => Err(GithubProblem::Trouble(format!(
                "{} with something that is no answer of its API",
                self.status.as_u16()
            ))),
        }
    }
}
