//! Everything that GitHub keeps beside git: pull requests, labels, runs, checks, releases, deployments and rules.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{
    artifacts::Shipped,
    auto_merge::AutoMerge,
    due::Ends,
    limits::Rate,
    people::User,
    people_do::MergeMethod,
    queue::{QueueExit, Queued},
    settings::Outcome,
    shut::Shut,
    teams::Team,
};

/// Records that are kept in the shape in which they are served have the type [`Value`].
#[derive(Default)]
pub(super) struct State {
    last_id: u64,
    last_deployment: u64,
    last_request: u64,
    last_number: u64,
    pub users: Vec<User>,
    pub pulls: BTreeMap<u64, Pull>,
    pub teams: Vec<Team>,
    pub labels: Vec<Value>,
    /// Comments, each with the number it belongs to.
    pub comments: Vec<(u64, Value)>,
    pub reviews: Vec<(u64, Value)>,
    pub releases: Vec<Value>,
    pub statuses: Vec<Value>,
    pub checks: Vec<Value>,
    pub suites: Vec<Value>,
    pub runs: Vec<Run>,
    pub deployments: Vec<Value>,
    /// Deployment statuses, each with its deployment's id.
    pub deployment_statuses: Vec<(u64, Value)>,
    pub rulesets: Vec<Value>,
    /// What rules said to updates of branches.
    pub suites_of_rules: Vec<Value>,
    /// The commits that bear no signature.
    pub unsigned: BTreeSet<String>,
    /// What waits in the merge queues, in the order in which it was put in.
    pub queue: Vec<Queued>,
    /// What has left them, oldest first.
    pub queue_exits: Vec<QueueExit>,
    /// Whether auto-merge may be switched on.
    pub auto_merge_allowed: bool,
    /// So many are at the merge queue, or wait to be.
    pub busy: usize,
    pub protections: BTreeMap<String, Value>,
    pub outcomes: BTreeMap<String, VecDeque<Outcome>>,
    pub held: Vec<String>,
    /// Whether the repository is archived or deleted.
    pub shut: Option<Shut>,
    /// Who has to approve what is deployed, by environment.
    pub reviewers: BTreeMap<String, Vec<String>>,
    /// Whether `ci` does not begin on anything new.
    pub ci_is_late: bool,
    /// The digests that were told for the next deploys, by environment.
    pub digests: BTreeMap<String, VecDeque<String>>,
    /// The digests of changed configurations, by environment.
    pub configs: BTreeMap<String, String>,
    /// What deployments have brought, by their id.
    pub shipped: BTreeMap<u64, Shipped>,
    /// Whether the plan has neither rulesets nor protected branches.
    pub free_plan: bool,
    /// Permissions that the bot's token does not have.
    pub withheld: Vec<String>,
    /// In which ways pull requests may not be merged.
    pub disallowed_methods: Vec<MergeMethod>,
    /// Whether what is published cannot be changed any more.
    pub immutable_releases: bool,
    pub dispatches: Vec<Dispatch>,
    pub made: BTreeMap<String, u64>,
    pub rate: Rate,
    pub installation_tokens: Vec<(String, DateTime<Utc>)>,
    pub slow_mergeable: bool,
    /// When each thing that takes time is due, by the id of its run or check.
    pub due: BTreeMap<u64, Option<DateTime<Utc>>>,
    /// What ends by itself, in the order in which it does.
    pub ends: BTreeMap<(DateTime<Utc>, u64), Ends>,
}

/// One pull request.
#[derive(Debug, Clone)]
pub(super) struct Pull {
    pub id: u64,
    pub number: u64,
    pub title: String,
    pub body: Option<String>,
    pub author: String,
    pub head: String,
    pub head_sha: String,
    pub base: String,
    pub base_sha: String,
    pub draft: bool,
    pub open: bool,
    pub merged: Option<Merged>,
    pub labels: Vec<String>,
    pub assignees: Vec<String>,
    pub reviewers: Vec<String>,
    pub created: DateTime<Utc>,
    pub updated: DateTime<Utc>,
    pub closed: Option<DateTime<Utc>>,
    /// The commits it brings, oldest first.
    pub commits: Vec<String>,
    pub additions: u64,
    pub deletions: u64,
    pub changed_files: usize,
    /// The two tips for which it is known whether they merge.
    pub mergeable: Option<(String, String, bool)>,
    pub was_read: bool,
    /// Who lets it be merged by itself.
    pub auto_merge: Option<AutoMerge>,
}

impl Pull {
    /// A pull request that has no number yet, from one branch with its tip to another.
    pub(super) fn new(author: &User, head: (&str, &str), base: (&str, &str), now: DateTime<Utc>) -> Self {
        Self {
            id: 0,
            number: 0,
            title: String::new(),
            body: None,
            author: author.login.clone(),
            head: head.0.to_owned(),
            head_sha: head.1.to_owned(),
            base: base.0.to_owned(),
            base_sha: base.1.to_owned(),
            draft: false,
            open: true,
            merged: None,
            labels: Vec::new(),
            assignees: Vec::new(),
            reviewers: Vec::new(),
            created: now,
            updated: now,
            closed: None,
            commits: Vec::new(),
            additions: 0,
            deletions: 0,
            changed_files: 0,
            mergeable: None,
            was_read: false,
            auto_merge: None,
        }
    }
}

/// How a pull request was merged.
#[derive(Debug, Clone)]
pub(super) struct Merged {
    pub at: DateTime<Utc>,
    pub by: String,
    pub sha: String,
}

/// One workflow run.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub id: u64,
    pub workflow: String,
    pub number: u64,
    pub attempt: u64,
    /// What started it: `workflow_dispatch` or `push`.
    pub event: &'static str,
    pub branch: String,
    pub sha: String,
    pub inputs: BTreeMap<String, String>,
    pub actor: String,
    pub status: &'static str,
    pub conclusion: Option<Outcome>,
    /// Whether a reviewer has let it deploy.
    pub approved: bool,
    pub created: DateTime<Utc>,
    pub started: DateTime<Utc>,
    pub updated: DateTime<Utc>,
    pub deployment: Option<u64>,
    pub head_commit: Value,
}

/// One request to run a workflow.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub(super) struct Dispatch {
    pub workflow: String,
    pub branch: String,
    pub inputs: BTreeMap<String, String>,
}

impl State {
    /// An id that nothing else has.
    pub(super) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        1_000_000 + self.last_id
    }

    /// The id of the next deployment. It is told in chats, so it does not hang on what else is made meanwhile.
    pub(super) fn next_deployment(&mut self) -> u64 {
        self.last_deployment += 1;
        3_000_000 + self.last_deployment
    }

    /// The number of the next request, whatever it asks for.
    pub(super) fn next_request(&mut self) -> u64 {
        self.last_request += 1;
        self.last_request
    }

    /// The number of the next pull request.
    pub(super) fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// Lets numbers start behind this one.
    pub(super) fn start_numbers_at(&mut self, last: u64) {
        self.last_number = last;
    }

    /// Counts something that was made.
    pub(super) fn count(&mut self, what: String) {
        *self.made.entry(what).or_default() += 1;
    }

    pub(super) fn user(&self, login: &str) -> Option<&User> {
        self.users.iter().find(|user| user.login.eq_ignore_ascii_case(login))
    }

    pub(super) fn user_by_email(&self, email: &str) -> Option<&User> {
        self.users.iter().find(|user| user.email().eq_ignore_ascii_case(email))
    }

    pub(super) fn run(&mut self, id: u64) -> Option<&mut Run> {
        self.runs.iter_mut().find(|run| run.id == id)
    }

    pub(super) fn label(&self, name: &str) -> Option<&Value> {
        self.labels.iter().find(|label| label["name"].as_str().is_some_and(|had| had.eq_ignore_ascii_case(name)))
    }

    /// The outcome that was told for the next run of this workflow, or for the next deployment to this environment;
    /// success if none was.
    pub(super) fn take_outcome(&mut self, workflow: &str) -> Outcome {
        self.outcomes.get_mut(workflow).and_then(VecDeque::pop_front).unwrap_or(Outcome::Success)
    }
}
