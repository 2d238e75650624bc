//! One repository: what all its capabilities share.

use chrono::{DateTime, SecondsFormat, Utc};
use http::Method;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{
    address, begun,
    client::{Connection, GitHub},
    credentials::Identity,
    model::Whereabouts,
    problem::{GithubProblem, GithubResult},
    request::{Call, GitHubAnswer},
};
use crate::domain::quota::Scarcity;

/// One repository on GitHub. Cheap to clone.
///
/// Reads are one request each unless they say otherwise, and are tried up to three times. Changes are one request,
/// sent once: after `Unreachable` or `Trouble` nobody knows whether the change was made. Each may end in any
/// [`GithubProblem`]; only what is particular is said.
#[derive(Clone)]
pub struct Repository {
    github: GitHub,
    owner: String,
    name: String,
    /// Notes whether what was sent last was to change something, where somebody wants to know.
    changed_last: Option<Arc<AtomicBool>>,
    /// Whether it is read for somebody's question.
    for_a_question: bool,
    /// Whether it is read for a release that begins.
    for_a_start: bool,
}

/// A repository as GitHub shows it.
#[derive(Deserialize)]
struct ShownRepository {
    #[serde(default)]
    id: u64,
    full_name: String,
    #[serde(default)]
    archived: bool,
}

/// An answer of which only the id matters.
#[derive(Deserialize)]
pub(super) struct Made {
    pub(super) sha: String,
}

impl GitHub {
    /// The repository `owner/name`; asks nothing yet.
    ///
    /// # Errors
    /// `BadName` if it is not of that form.
    pub fn repository(&self, owner_and_name: &str) -> GithubResult<Repository> {
        let (owner, name) = address::owner_and_name(owner_and_name)?;
        let (owner, name) = (owner.to_owned(), name.to_owned());
        Ok(Repository {
            github: self.clone(),
            owner,
            name,
            changed_last: None,
            for_a_question: false,
            for_a_start: false,
        })
    }
}

impl Repository {
    /// `owner/name`.
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// The same repository, through a handle that knows what was sent last through it.
    pub fn noting(&self) -> Self {
        Self { changed_last: Some(Arc::default()), ..self.clone() }
    }

    /// The same repository, through a handle for somebody's question: what was read for one a moment ago is not read again, and
    /// questions leave at least half of what GitHub lets the bot ask to releases.
    pub fn for_a_question(&self) -> Self {
        Self { for_a_question: true, ..self.clone() }
    }

    /// The same repository, through a handle for a release that begins: what was read by a commit's id when it was decided on is
    /// what its first steps work on (`github/begun.rs`).
    pub fn for_a_start(&self) -> Self {
        Self { for_a_start: true, ..self.clone() }
    }

    /// Whether GitHub takes too few requests for questions, and until when.
    pub fn scarcity(&self) -> Option<Scarcity> {
        let link = self.link();
        link.spending().scarcity(link.clock.now())
    }

    /// Something has changed on GitHub: what was read for questions is read anew.
    fn forget_answers(&self) {
        self.link().kept.forget();
    }

    /// Something was told of by GitHub: what a release that begins compared by a name is compared anew, too.
    pub fn forget_all(&self) {
        self.forget_answers();
        self.link().begun.forget_comparisons();
    }

    /// GitHub itself.
    pub fn service(&self) -> &GitHub {
        &self.github
    }

    /// Whether what was sent last through this handle was only to read: whatever came of it, that changed nothing. What is not
    /// noted may have changed something.
    pub fn has_read_last(&self) -> bool {
        self.changed_last.as_ref().is_some_and(|changed| !changed.load(Ordering::Relaxed))
    }

    /// Notes whether what is sent is to change something.
    pub(super) fn note_sent(&self, changes: bool) {
        if let Some(changed) = &self.changed_last {
            changed.store(changes, Ordering::Relaxed);
        }
    }

    /// Whether it is read for somebody's question.
    pub(super) fn is_for_a_question(&self) -> bool {
        self.for_a_question
    }

    /// Whose it is.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// What it is called beside its owner.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The id of the App that the bot is; nothing if it has a person's token.
    pub fn own_app(&self) -> Option<u64> {
        match &self.github.link.identity {
            Identity::Token(_) => None,
            Identity::App { key, .. } => Some(key.id()),
        }
    }

    /// What it is called by now, and whether it is archived; nothing if GitHub does not find it.
    pub async fn whereabouts(&self) -> GithubResult<Option<Whereabouts>> {
        let found: Option<ShownRepository> = self.find(self.get("the whereabouts", "")).await?;
        Ok(found.map(|ShownRepository { id, full_name, archived }| Whereabouts { id, name: full_name, archived }))
    }

    /// A call that reads `what`; `path` continues the repository's address.
    pub(super) fn get(&self, what: impl fmt::Display, path: impl fmt::Display) -> Call {
        Call::get(self.told(what), self.path(path))
    }

    /// A call that reads `what` of the organisation that owns the repository.
    pub(super) fn of_owner(&self, what: impl fmt::Display, path: impl fmt::Display) -> Call {
        Call::get(format!("{what} of {}", self.owner), format!("/orgs/{}{path}", self.owner))
    }

    pub(super) fn link(&self) -> &Connection {
        &self.github.link
    }

    /// Sends a call; one that changes something only where no other store writes.
    pub(super) async fn send(&self, call: Call) -> GithubResult<GitHubAnswer> {
        self.note_sent(false);
        if call.reads() && self.for_a_question {
            return self.github.link.ask(call).await;
        }
        if self.for_a_start && begun::is_settled(&call) {
            let known = self.link().begun.of(&call, self.link().clock.now());
            return begun::once(known, &self.link().clock, || self.send_anew(call)).await;
        }
        self.send_anew(call).await
    }

    async fn send_anew(&self, call: Call) -> GithubResult<GitHubAnswer> {
        let reads = call.reads();
        if !reads {
            // Asked seldom, and large: every change would carry it about.
            let may = Box::pin(self.may_write()).await;
            may.inspect_err(|_| self.note_sent(false))?;
        }
        self.note_sent(!reads);
        let sent = self.github.link.send(call).await;
        if sent.is_err() {
            // Something else may have been sent meanwhile: what was refused counts.
            self.note_sent(!reads);
        }
        if !reads {
            self.forget_answers();
        }
        sent
    }

    pub(super) async fn read<T: DeserializeOwned>(&self, call: Call) -> GithubResult<T> {
        self.send(call).await?.read()
    }

    /// Like `read`, with nothing for what GitHub does not find.
    pub(super) async fn find<T: DeserializeOwned>(&self, call: Call) -> GithubResult<Option<T>> {
        match self.read(call).await {
            Ok(found) => Ok(Some(found)),
            Err(GithubProblem::NotFound(_)) => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    pub(super) async fn all<Page: DeserializeOwned, Row>(
        &self,
        call: Call,
        rows: impl Fn(Page) -> Vec<Row>,
    ) -> GithubResult<Vec<Row>> {
        self.note_sent(false);
        self.github.link.all(call, self.for_a_question, rows).await
    }

    pub(super) async fn change(
        &self,
        method: Method,
        what: impl fmt::Display,
        path: impl fmt::Display,
        body: Value,
    ) -> GithubResult<GitHubAnswer> {
        self.send(Call::change(method, self.told(what), self.path(path), body)).await
    }

    pub(super) async fn post(
        &self,
        what: impl fmt::Display,
        path: impl fmt::Display,
        body: Value,
    ) -> GithubResult<GitHubAnswer> {
        self.change(Method::POST, what, path, body).await
    }

    pub(super) async fn delete(&self, what: impl fmt::Display, path: impl fmt::Display) -> GithubResult<GitHubAnswer> {
        self.send(Call::delete(self.told(what), self.path(path))).await
    }

    fn told(&self, what: impl fmt::Display) -> String {
        format!("{what} of {}/{}", self.owner, self.name)
    }

    fn path(&self, path: impl fmt::Display) -> String {
        format!("/repos/{}/{}{path}", self.owner, self.name)
    }
}

/// The address under which the bot commits; nobody else has it.
pub const BOT_ADDRESS: &str = "bot@shipmate.invalid";

/// The bot as author of something made at `at`. Git keeps whole seconds.
pub(super) fn bot_at(at: DateTime<Utc>) -> Value {
    let at = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    json!({ "name": "Shipmate", "email": BOT_ADDRESS, "date": at })
}

impl fmt::Debug for Repository {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Repository({}/{})", self.owner, self.name)
    }
}
