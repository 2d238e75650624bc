//! The merge queue as people meet it: a pull request is put in, taken out, and seen waiting.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{GitHub, answer::Refusal, people::User, problem::Problem, state::Pull};

/// One pull request in the queue, and the group that is built for it.
#[derive(Debug, Clone)]
pub(super) struct Queued {
    pub number: u64,
    pub base: String,
    pub head_sha: String,
    pub by: String,
    pub since: DateTime<Utc>,
    pub group: Option<Group>,
}

/// A branch with the merge, on which the checks run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub branch: String,
    pub sha: String,
    pub base_sha: String,
    /// The number under which the end of its patience is kept.
    pub timer: u64,
}

/// A pull request that has left the merge queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct QueueExit {
    pub number: u64,
    pub at: DateTime<Utc>,
    pub by: String,
    pub leaves: Leaves,
}

/// A pull request that waits in the merge queue.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct QueueView {
    /// The pull request.
    pub number: u64,
    /// The branch that it is to be merged into.
    pub base: String,
    /// Who put it in.
    pub by: String,
    /// Since when it waits.
    pub since: DateTime<Utc>,
    /// The branch with the merge, once it is built.
    pub branch: Option<String>,
    /// The commit on which the checks are awaited, once it is built.
    pub sha: Option<String>,
    /// How each required check stands there: its name, and `success`, `failure`, `pending` or `expected`.
    pub checks: Vec<(String, &'static str)>,
}

/// Why a pull request leaves the queue, and its group with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaves {
    Merged,
    ByHand,
    Conflict,
    Red,
    Late,
    Forbidden,
    Changed,
}

impl Leaves {
    /// GitHub's word in `pull_request` `dequeued`.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Merged => "MERGE",
            Self::ByHand => "MANUAL",
            Self::Conflict => "MERGE_CONFLICT",
            Self::Red => "CI_FAILURE",
            Self::Late => "CI_TIMEOUT",
            Self::Forbidden => "BRANCH_PROTECTIONS",
            Self::Changed => "UNKNOWN_REMOVAL_REASON",
        }
    }

    /// GitHub's word on the pull request's timeline. `merged`, `failed_checks` and `merge_conflict` were seen on github.com; a
    /// merge leaves such an event as well.
    pub(super) fn told(self) -> &'static str {
        match self {
            Self::Merged => "merged",
            Self::ByHand => "manual",
            Self::Conflict => "merge_conflict",
            Self::Red => "failed_checks",
            Self::Late => "checks_timed_out",
            Self::Forbidden => "branch_protections",
            Self::Changed => "unknown_removal_reason",
        }
    }

    /// GitHub's word in `merge_group` `destroyed`.
    pub(super) fn group_word(self) -> &'static str {
        if self == Self::Merged { "merged" } else { "dequeued" }
    }
}

impl GitHub {
    /// Puts a pull request into the merge queue of its base. Fails if there is no queue, if the pull request does not
    /// meet what its base requires, or if it waits already.
    pub async fn enqueue(&self, login: &str, number: u64) -> Result<(), Problem> {
        let _turn = self.0.turn.write().await;
        let person = self.person(login);
        let pull = self.find_pull(number).filter(|pull| pull.open).ok_or_else(Refusal::not_found)?;
        self.put_into_queue(&person, &pull).await
    }

    pub(super) async fn put_into_queue(&self, person: &User, pull: &Pull) -> Result<(), Problem> {
        self.may_enqueue(person, pull).await?;
        let (since, number) = (self.now(), pull.number);
        let (base, head_sha) = (pull.base.clone(), pull.head_sha.clone());
        let queued = Queued { number, base, head_sha, by: person.login.clone(), since, group: None };
        self.state().queue.push(queued);
        self.send_pull(person, number, "enqueued", json!({})).await?;
        self.advance_queue().await
    }

    async fn may_enqueue(&self, person: &User, pull: &Pull) -> Result<(), Problem> {
        let refuse = |said: String| Err(Problem::Refused(format!("422 {said}")));
        if self.queue_rule(&pull.base).is_none() {
            return refuse(format!("Merge queue is not enabled for {}", pull.base));
        }
        if !pull.open || pull.draft || !self.merges_cleanly(pull).await? {
            return refuse("Pull request is not mergeable".to_owned());
        }
        if self.state().queue.iter().any(|queued| queued.number == pull.number) {
            return refuse("Pull request is already in the queue".to_owned());
        }
        match self.what_keeps_out_of_queue(person, pull) {
            Some(rule) => refuse(rule),
            None => Ok(()),
        }
    }

    /// Takes a pull request out of the merge queue. Fails if it is not in it.
    pub async fn dequeue(&self, login: &str, number: u64) -> Result<(), Problem> {
        let _turn = self.0.turn.write().await;
        if !self.state().queue.iter().any(|queued| queued.number == number) {
            return Err(Problem::Refused("422 Pull request is not in the queue".to_owned()));
        }
        let person = self.person(login);
        self.leave_queue(&person, number, Leaves::ByHand).await?;
        self.advance_queue().await
    }

    /// Whether what goes into this branch has to go through a merge queue.
    pub fn has_merge_queue(&self, branch: &str) -> bool {
        self.queue_rule(branch).is_some()
    }

    /// What waits in the merge queues, first in line first.
    pub fn merge_queue(&self) -> Vec<QueueView> {
        let queue = self.state().queue.clone();
        let view = |queued: Queued| {
            let sha = queued.group.as_ref().map(|group| group.sha.clone());
            let stands = |name: &str| match &sha {
                Some(sha) => self.check_state(sha, name).unwrap_or("expected"),
                None => "expected",
            };
            let required = self.required_checks(&queued.base);
            let checks = required.into_iter().map(|(name, _)| (name.clone(), stands(&name))).collect();
            let branch = queued.group.map(|group| group.branch);
            QueueView {
                number: queued.number,
                base: queued.base,
                by: queued.by,
                since: queued.since,
                branch,
                sha,
                checks,
            }
        };
        queue.into_iter().map(view).collect()
    }
}
