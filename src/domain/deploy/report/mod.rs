//! What deploys report about themselves: read, put in order, and told apart from what is known.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use crate::domain::version::bare;
use crate::domain::{
    release::{
        Release,
        plan::{By, Step},
        rollout::{Phase, Requested},
        state::StepState,
    },
    time::far,
};

/// How many changes of one deploy are remembered.
const HISTORY: usize = 40;

/// A report that can be sent as it stands, for those who sent one that cannot be read.
pub const EXAMPLE: &str = r#"{"project": "api", "environment": "production", "version": "2.2.0", "status": "failed", "id": "run-4711", "at": "2026-03-02T15:04:05Z", "url": "https://ci.example.com/runs/4711"}"#;

/// What is said for a version that nobody named.
pub const UNKNOWN: &str = "(unknown version)";

/// How a deploy stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It is under way.
    Started,
    /// The version is there.
    Succeeded,
    /// It did not get there.
    Failed,
    /// The version was there, or nearly, and was taken back.
    RolledBack,
    /// The version is there, and does badly, or could not be brought there once more.
    Troubled,
    /// Somebody cancelled it on its way: it neither failed nor got there.
    Cancelled,
}

impl Status {
    /// All of them, as they are written.
    pub const NAMES: [(&'static str, Self); 6] = [
        ("started", Self::Started),
        ("succeeded", Self::Succeeded),
        ("failed", Self::Failed),
        ("rolled-back", Self::RolledBack),
        ("troubled", Self::Troubled),
        ("cancelled", Self::Cancelled),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::RolledBack => "rolled-back",
            Self::Troubled => "troubled",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether people have to look at it.
    pub fn is_incident(self) -> bool {
        matches!(self, Self::Failed | Self::RolledBack | Self::Troubled)
    }
}

/// One report of a deploy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deploy {
    /// Whose deploy, as the project is named in commands.
    pub project: String,
    /// Where to.
    pub environment: String,
    /// What.
    pub version: String,
    /// How it stands.
    pub status: Status,
    /// The commit that was deployed.
    pub commit: Option<String>,
    /// The digest of the artefact.
    pub digest: Option<String>,
    /// The digest of the configuration.
    pub config_digest: Option<String>,
    /// The page of the deploy.
    pub url: Option<String>,
    /// What the sender calls this deploy: with the same status, it counts once.
    pub id: Option<String>,
    /// When it happened.
    pub at: Option<DateTime<Utc>>,
    /// Who sent the report, by the name of the sender in the configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_by: Option<String>,
}

/// Reads a report.
///
/// # Errors
/// Everything that is wrong with it, a sentence each.
pub fn read(body: &[u8]) -> Result<Deploy, Vec<String>> {
    let value: Value = serde_json::from_slice(body).map_err(|problem| vec![format!("it is not JSON: {problem}")])?;
    let Value::Object(fields) = value else { return Err(vec!["it is not a JSON object".to_owned()]) };
    let mut reading = FieldReader { fields: &fields, mistakes: vec![] };
    let (project, environment) = (reading.required("project"), reading.required("environment"));
    let (version, status) = (reading.required("version"), reading.required("status"));
    let status = status.and_then(|text| {
        let found = Status::NAMES.iter().find(|(name, _)| *name == text).map(|(_, status)| *status);
        reading.note(found, || {
            format!(
                "`status` is `{text}`; write `started`, `succeeded`, `failed`, `rolled-back`, `troubled` or `cancelled`"
            )
        })
    });
    let at = reading.optional("at").and_then(|text| {
        let at = DateTime::parse_from_rfc3339(&text).ok().and_then(|at| far::meant(at.to_utc()));
        reading.note(at, || format!("`at` is `{text}`; write such as `2026-03-02T15:04:05Z`"))
    });
    let (commit, digest) = (reading.optional("commit"), reading.optional("digest"));
    let (config_digest, url, id) = (reading.optional("config-digest"), reading.optional("url"), reading.optional("id"));
    match (project, environment, version, status) {
        (Some(project), Some(environment), Some(version), Some(status)) if reading.mistakes.is_empty() => Ok(Deploy {
            reported_by: None,
            project,
            environment,
            version,
            status,
            commit,
            digest,
            config_digest,
            url,
            id,
            at,
        }),
        _ => Err(reading.mistakes),
    }
}

struct FieldReader<'a> {
    fields: &'a Map<String, Value>,
    mistakes: Vec<String>,
}

impl FieldReader<'_> {
    fn required(&mut self, key: &str) -> Option<String> {
        if matches!(self.fields.get(key), None | Some(Value::Null)) {
            self.mistakes.push(format!("`{key}` is missing"));
            return None;
        }
        self.optional(key)
    }

    /// Numbers are taken as text: build systems write ids and versions either way.
    fn optional(&mut self, key: &str) -> Option<String> {
        let text = match self.fields.get(key)? {
            Value::Null => return None,
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return self.note(None, || format!("`{key}` has to be text")),
        };
        let most = if key == "url" { 1000 } else { 200 };
        let fits = !text.is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control);
        self.note(fits.then_some(text), || format!("`{key}` has to be 1 to {most} characters on one line"))
    }

    fn note<T>(&mut self, found: Option<T>, mistake: impl FnOnce() -> String) -> Option<T> {
        if found.is_none() {
            self.mistakes.push(mistake());
        }
        found
    }
}

impl Deploy {
    /// This report, and what it does not say of the same version, from those before it: commit and digests. Of two, the
    /// one that happened later says how the deploy stands.
    pub fn after(self, before: Option<Self>) -> Self {
        let Some(before) = before else { return self };
        let (later, earlier) = if before.at > self.at { (before, self) } else { (self, before) };
        Self {
            commit: later.commit.or(earlier.commit),
            digest: later.digest.or(earlier.digest),
            config_digest: later.config_digest.or(earlier.config_digest),
            url: later.url.or(earlier.url),
            ..later
        }
    }
}

/// What is known of the deploys of one version to one environment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// When it was last heard of.
    pub at: DateTime<Utc>,
    /// Each status that was reported, in the order in which it came to be.
    changes: Vec<(DateTime<Utc>, Status)>,
    /// Those of them that are told by another: the same was reported before or after, and nothing else between.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    untold: Vec<(DateTime<Utc>, Status)>,
    /// The incident that is told about it.
    #[serde(default)]
    pub matter: Option<u64>,
}

/// A change that nobody has been told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeployChange {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// How the deploy stood then.
    pub status: Status,
    /// How the deploy has stood since then, when the report came too late to be news.
    pub since: Option<Status>,
}

impl History {
    /// Takes a status in, wherever it belongs in time, and gives the changes that nobody has been told of. What is said
    /// again, before or after the same, is no change; it becomes one when something else turns out to have been between.
    pub fn take(&mut self, status: Status, at: DateTime<Utc>) -> Vec<DeployChange> {
        let place = self.changes.partition_point(|known| *known < (at, status));
        if self.changes.get(place) == Some(&(at, status)) || self.changes.len() == HISTORY && place == 0 {
            return vec![];
        }
        self.changes.insert(place, (at, status));
        self.untold.push((at, status));
        if self.changes.len() > HISTORY {
            let oldest = self.changes.remove(0);
            self.untold.retain(|known| *known != oldest);
        }
        let last = self.changes.last().copied();
        let mut changes = vec![];
        for run in self.changes.chunk_by(|one, next| one.1 == next.1) {
            let Some(&first) = run.first() else { continue };
            if run.iter().all(|known| self.untold.contains(known)) {
                self.untold.retain(|known| *known != first);
                let since = last.filter(|last| last.1 != first.1 || !run.contains(last)).map(|(_, since)| since);
                changes.push(DeployChange { at: first.0, status: first.1, since });
            }
        }
        changes
    }
}

/// Whether the version of a report is a release's, or one of its builds.
pub fn is_of(deploy: &Deploy, release: &Release) -> bool {
    let version = bare(&deploy.version);
    let built = release.state.steps.iter().any(|step| step.rollout.builds().any(|build| build == version));
    let own = release.spec.version.to_string();
    // CD may report a build such as `2.2.0-rc.1772442000` before it is known that it was asked for.
    let build_of = release.is_open() && version.strip_prefix(&own).is_some_and(|rest| rest.starts_with('-'));
    release.spec.project == deploy.project && (version == own || build_of || built || is_story(deploy, release))
}

/// Whether a story that the release tries has been deployed.
fn is_story(deploy: &Deploy, release: &Release) -> bool {
    let tried = release.spec.plan.picking().is_some_and(|picking| picking.deploy.contains(&deploy.environment));
    tried && release.state.stories.list.iter().any(|story| story.build() == bare(&deploy.version))
}

/// Whether the release itself had this done and tells it: this very run, or a deploy that it waits for.
pub fn is_own(deploy: &Deploy, release: &Release) -> bool {
    if is_story(deploy, release) {
        return true;
    }
    release.state.steps.iter().enumerate().any(|(step, state)| match deploy.status {
        Status::RolledBack => takes_back(deploy, release, (step, state)),
        Status::Started | Status::Succeeded | Status::Failed | Status::Troubled | Status::Cancelled => {
            brings(deploy, release, (step, state))
        }
    })
}

/// Whether a step of the release has this deploy done, or had.
fn brings(deploy: &Deploy, release: &Release, (step, state): (usize, &StepState)) -> bool {
    let Some(planned) = release.spec.plan.steps.get(step).map(|planned| &planned.step) else { return false };
    if planned.deploys_to() != Some(&deploy.environment) {
        return false;
    }
    // Where a push deploys, nobody asks: its turn has come once all before it is over.
    let by_push = matches!(planned, Step::Deploy { by: By::Push, .. });
    let its_turn = by_push && release.state.steps.iter().take(step).all(StepState::is_over);
    let begun = its_turn || state.is_begun() || state.seen.is_some();
    let here = state.rollout.here.is_some();
    let under_way = release.is_open() && begun && !here && !state.is_over();
    is_run(deploy, state.rollout.asked.as_ref())
        .unwrap_or_else(|| under_way || (here && deploy.status == Status::Succeeded))
}

/// Whether a step of the release takes the environment back by this, or did.
fn takes_back(deploy: &Deploy, release: &Release, (step, state): (usize, &StepState)) -> bool {
    let (phase, rollout) = (release.phase(step), &state.rollout);
    if release.spec.plan.environment_of(step) != Some(&deploy.environment) {
        return false;
    }
    let begun = phase == Phase::RollingBack || (phase == Phase::Failed && state.started.is_some());
    is_run(deploy, rollout.back.as_ref()).unwrap_or_else(|| release.is_open() && begun)
}

/// Whether a report is of the run that CD was asked for, if both name one.
fn is_run(deploy: &Deploy, asked: Option<&Requested>) -> Option<bool> {
    let (run, url) = (asked?.made.page_of_run()?, deploy.url.as_ref()?);
    url.contains("/actions/runs/").then(|| is_page_of(url, run))
}

/// Whether an address is a run's page, or a page below it.
fn is_page_of(url: &str, run: &str) -> bool {
    url.strip_prefix(run).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

#[cfg(test)]
mod tests;
