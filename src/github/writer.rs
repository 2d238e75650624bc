//! Who writes to a repository: one store, whose id stands there under a ref of its own. GitHub makes a ref only once, so of two
//! that come at the same time one is told that it exists.

use chrono::{DateTime, TimeDelta, Utc};
use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::{
    client::GitHub,
    git_ref::Ref,
    problem::{GithubProblem, GithubResult},
    repository::{Made, Repository, bot_at},
    request::Call,
    writers::{SeenWriter, Standing},
};

pub use super::writers::{Claim, WriterMark};

/// The ref, below `refs/`. It is neither a branch nor a tag: no rule holds for it, and no workflow runs because of it.
const REF: &str = "shipmate/writer";
/// For so long it is not looked at again before something is written.
const HOLDS: TimeDelta = TimeDelta::minutes(5);

/// The object behind the ref.
#[derive(Deserialize)]
struct MarkObject {
    message: String,
}

/// A branch in a list.
#[derive(Deserialize)]
struct Tip {
    commit: Made,
}

impl GitHub {
    /// Lets this store be the one that writes, wherever no other one does. Without it nobody is asked who writes.
    pub fn write_as(&self, own: WriterMark) {
        // It is said once, at the start.
        let _ = self.link.writers.own.set(own);
    }
}

impl Repository {
    /// Who writes to this repository, looked up now; nobody does until this store is noted as the one. One request, or four
    /// the first time of all.
    pub async fn writer(&self) -> Claim {
        let known = self.link().writers.of(&self.full_name());
        let mut known = known.lock().await;
        let before = known.as_ref().map_or(Claim::NotKnown, |seen| seen.claim.clone());
        self.look_up(&mut known).await.unwrap_or(before)
    }

    /// Refuses where another store writes.
    pub(super) async fn may_write(&self) -> GithubResult<()> {
        let now = self.link().clock.now();
        let known = self.link().writers.of(&self.full_name());
        let mut known = known.lock().await;
        let fresh = known.as_ref().filter(|seen| now - seen.at < HOLDS).map(|seen| seen.claim.clone());
        let claim = match fresh {
            Some(claim) => claim,
            None => self.look_up(&mut known).await?,
        };
        match claim {
            Claim::Another(mark) => Err(GithubProblem::AnotherWriter {
                repository: self.full_name(),
                since: mark.life.unwrap_or(mark.since),
            }),
            Claim::Ours | Claim::NotKnown => Ok(()),
        }
    }

    /// Makes this store the one that writes, whoever was before.
    ///
    /// # Errors
    /// What GitHub says.
    pub async fn take_over(&self) -> GithubResult<()> {
        let Some(own) = self.link().writers.own.get() else { return Ok(()) };
        let known = self.link().writers.of(&self.full_name());
        let mut known = known.lock().await;
        let object = self.move_mark(own).await?;
        *known = Some(SeenWriter { claim: Claim::Ours, object, at: self.link().clock.now() });
        Ok(())
    }

    /// Lets the ref say that this store writes, whatever it says now.
    async fn move_mark(&self, own: &WriterMark) -> GithubResult<String> {
        let object = self.note(own).await?;
        let body = json!({ "sha": object, "force": true });
        let call = |method, path: String, body| self.changing(method, "writer", path, body);
        match self.link().send(call(Method::PATCH, format!("/git/refs/{REF}"), body)).await {
            Err(GithubProblem::NotFound(_)) => {
                let body = json!({ "ref": format!("refs/{REF}"), "sha": object });
                self.link().send(call(Method::POST, "/git/refs".to_owned(), body)).await?;
            }
            moved => drop(moved?),
        }
        Ok(object)
    }

    /// Looks who writes. What GitHub does not say now is asked again before anything is written; what it does not let this bot
    /// know stays unknown for a while.
    async fn look_up(&self, known: &mut Option<SeenWriter>) -> GithubResult<Claim> {
        let Some(own) = self.link().writers.own.get() else { return Ok(Claim::Ours) };
        let (name, at) = (self.full_name(), self.link().clock.now());
        let before = known.clone();
        let seen = match (self.found_or_made(own, before.clone()).await, before) {
            (Ok(seen), _) => seen,
            (Err(problem), _) if problem.may_pass() => return Err(problem),
            // What is not shown any more stays as it was known.
            (Err(_), Some(before)) => SeenWriter { at, ..before },
            (Err(problem), None) => {
                tracing::warn!(repository = name, %problem, "who writes there is not known");
                SeenWriter { claim: Claim::NotKnown, object: String::new(), at }
            }
        };
        *known = Some(seen.clone());
        Ok(seen.claim)
    }

    async fn found_or_made(&self, own: &WriterMark, before: Option<SeenWriter>) -> GithubResult<SeenWriter> {
        let at = self.link().clock.now();
        if let Some(object) = self.marked().await? {
            if let Some(seen) = before.filter(|seen| seen.object == object) {
                return Ok(SeenWriter { at, ..seen });
            }
            return self.read_mark(own, object, at).await;
        }
        let object = self.note(own).await?;
        let body = json!({ "ref": format!("refs/{REF}"), "sha": object });
        match self.link().send(self.changing(Method::POST, "writer", "/git/refs".to_owned(), body)).await {
            Ok(_) => Ok(SeenWriter { claim: Claim::Ours, object, at }),
            // Somebody was faster.
            Err(GithubProblem::AlreadyExists(_)) => {
                let object = self.marked().await?;
                let object = object.ok_or_else(|| GithubProblem::Unreadable(format!("refs/{REF} comes and goes")))?;
                self.read_mark(own, object, at).await
            }
            Err(problem) => Err(problem),
        }
    }

    /// Where the ref points, if it is there.
    async fn marked(&self) -> GithubResult<Option<String>> {
        match self.link().send(self.get("writer", format!("/git/ref/{REF}"))).await {
            Ok(found) => Ok(Some(found.read::<Ref>()?.object.sha)),
            Err(GithubProblem::NotFound(_)) => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    async fn read_mark(&self, own: &WriterMark, object: String, at: DateTime<Utc>) -> GithubResult<SeenWriter> {
        let noted: MarkObject = self.link().send(self.get("writer", format!("/git/tags/{object}"))).await?.read()?;
        let mark: WriterMark = serde_json::from_str(noted.message.trim())
            .map_err(|problem| GithubProblem::Unreadable(format!("refs/{REF} is no mark of Shipmate's: {problem}")))?;
        match own.standing_of(&mark) {
            Standing::Own => Ok(SeenWriter { claim: Claim::Ours, object, at }),
            Standing::Earlier => Ok(SeenWriter { claim: Claim::Ours, object: self.move_mark(own).await?, at }),
            Standing::Foreign => Ok(SeenWriter { claim: Claim::Another(mark), object, at }),
        }
    }

    /// Makes the object that says who this is; nobody sees it before the ref names it.
    async fn note(&self, own: &WriterMark) -> GithubResult<String> {
        let tips = self.link().send(self.get("branches", "/branches").with("per_page", "1")).await?;
        let tips: Vec<Tip> = tips.read()?;
        let tip = tips.into_iter().next().ok_or_else(|| GithubProblem::NotFound("a branch".to_owned()))?;
        let message = serde_json::to_string(own).map_err(|problem| GithubProblem::Unreadable(problem.to_string()))?;
        let tagger = bot_at(own.since);
        let body = json!({
            "tag": "shipmate-writer", "message": message, "object": tip.commit.sha, "type": "commit", "tagger": tagger,
        });
        let made = self.link().send(self.changing(Method::POST, "writer", "/git/tags".to_owned(), body)).await?;
        Ok(made.read::<Made>()?.sha)
    }

    fn changing(&self, method: Method, what: &str, path: String, body: serde_json::Value) -> Call {
        let whole = format!("/repos/{}{path}", self.full_name());
        Call::change(method, format!("{what} of {}", self.full_name()), whole, body)
    }
}
