//! What GitHub tells us, in our own small types.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::{deploy::run_end::RunStop, release::fact::FailedCheck};

/// Where a pull request stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullHead {
    /// Whether it is open.
    pub is_open: bool,
    /// The commit at its end.
    pub sha: String,
}

/// The repository itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whereabouts {
    /// Its id, which never changes.
    pub id: u64,
    /// What it is called by now, `owner/name`.
    pub name: String,
    /// Whether it can only be read.
    pub archived: bool,
}

/// A file at one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileText {
    /// Its text; a file that is not UTF-8 is a problem, not a value.
    pub text: String,
    /// The blob's id.
    pub sha: String,
}

/// A file of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInTree {
    /// Its path, every symlink on the way followed.
    pub path: String,
    /// Its mode as git writes it: `100644`, or `100755` if it is executable.
    pub mode: String,
    /// Its text.
    pub text: String,
}

/// A tag, followed to its commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagRef {
    /// The short name, `v2.2.0`.
    pub name: String,
    /// What the ref points at: a tag object for annotated tags, else the commit.
    pub object: String,
    /// The commit.
    pub commit: String,
    /// The address of whoever made it, as an annotated tag says.
    pub tagger: Option<String>,
}

/// How a deployment stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// The commit that is deployed.
    pub commit: String,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When CD last said something.
    pub updated_at: DateTime<Utc>,
    /// CD's page of it; empty if it named none.
    pub url: String,
    /// Whether it has ended.
    pub status: RunStatus,
    /// The artifact's digest, if CD named it.
    pub digest: Option<String>,
    /// The configuration's digest, if CD named it.
    pub config: Option<String>,
}

/// What stands in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatestDeployment {
    /// The branch or tag that was deployed.
    pub git_ref: String,
    /// The version, if whoever asked for it named one.
    pub version: Option<String>,
    /// The tag, if whoever asked for it named one.
    pub tag: Option<String>,
    /// The rest.
    pub deployment: Deployment,
}

/// A commit in a list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CommitLine {
    /// The full id.
    pub sha: String,
    /// The whole message.
    pub message: String,
    /// The author's GitHub login, or their name in git if GitHub does not know them.
    pub author: String,
    /// The author's GitHub login, if GitHub knows them.
    #[serde(default)]
    pub login: Option<String>,
    /// The author's address in git.
    #[serde(default)]
    pub email: String,
    /// Whether GitHub itself made it for somebody, as its merge button does.
    #[serde(default)]
    pub by_github: bool,
    /// How many parents: 2 or more is a merge.
    pub parents: usize,
    /// The full ids of the parents, as far as they are known.
    pub parent_ids: Vec<String>,
}

impl CommitLine {
    /// Whether GitHub merged for somebody: that brings what others wrote, and whoever pressed the button wrote nothing.
    pub fn only_merges(&self) -> bool {
        self.parents > 1 && self.by_github
    }
}

/// A commit with what is needed to build on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitDetail {
    /// The full id.
    pub sha: String,
    /// Its tree.
    pub tree: String,
    /// Its message.
    pub message: String,
    /// Its parents' ids.
    pub parents: Vec<String>,
    /// Who wrote it, and when.
    pub author: Signature,
}

/// Who wrote a commit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Signature {
    /// Their name in git.
    pub name: String,
    /// Their address.
    pub email: String,
    /// When, as GitHub writes it.
    pub date: String,
}

/// How two commits relate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The page that shows the difference; empty if GitHub names none.
    pub url: String,
    /// Commits in `head` that are not in `base`, oldest first, all pages.
    pub commits: Vec<CommitLine>,
    /// How many commits `head` has that `base` has not.
    pub ahead: u64,
    /// How many commits `base` has that `head` has not.
    pub behind: u64,
    /// The last common commit.
    pub merge_base: String,
    /// Paths that changed between the merge base and `head`; GitHub names at most 300.
    pub files: Vec<String>,
    /// What became of each of them: GitHub's word for it, and the id of its content.
    pub contents: BTreeMap<String, (String, String)>,
}

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Its id in GraphQL.
    pub id: String,
    /// Its number.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// The GitHub login of whoever opened it; empty if the account is gone.
    pub author: String,
    /// Its body.
    pub body: String,
    /// Whether it is open.
    pub open: bool,
    /// Whether it is a draft.
    pub draft: bool,
    /// The branch it comes from.
    pub head: String,
    /// That branch's last commit.
    pub head_sha: String,
    /// The branch it goes to.
    pub base: String,
    /// Its labels.
    pub labels: Vec<String>,
    /// Whether GitHub can merge it; `None` while GitHub is still computing.
    pub mergeable: Option<bool>,
    /// GitHub's word for it: clean, dirty, blocked, behind, unstable, draft, unknown.
    pub mergeable_state: String,
    /// Whether GitHub merges it by itself once nothing is in its way.
    pub auto_merge: bool,
    /// Set once it has been merged.
    pub merged: Option<MergedBy>,
}

/// A merged pull request, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedPull {
    /// Its number.
    pub number: u64,
    /// The branch it came from.
    pub head: String,
    /// When it was merged.
    pub at: DateTime<Utc>,
}

/// Who merged a pull request, and into what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedBy {
    /// The GitHub login.
    pub login: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The merge commit.
    pub commit: String,
}

/// The checks and statuses of one commit, together, without what the bot itself writes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checks {
    /// Names that succeeded, were neutral or skipped.
    pub passed: Vec<String>,
    /// Names still running or queued.
    pub pending: Vec<String>,
    /// Names that failed, were cancelled, timed out or need action.
    pub failed: Vec<String>,
    /// Whether the bot's own status of freezes is red there, which counts among none of these.
    pub closed: bool,
    /// Where each shows what it did, by name, as far as it says so.
    pub pages: BTreeMap<String, String>,
}

impl Checks {
    /// What failed, with the page that shows why.
    pub fn failures(&self) -> Vec<FailedCheck> {
        let page = |name: &String| FailedCheck { name: name.clone(), url: self.pages.get(name).cloned() };
        self.failed.iter().map(page).collect()
    }
}

/// One run of a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its id.
    pub id: u64,
    /// Its page.
    pub url: String,
    /// The commit it runs on.
    pub head_sha: String,
    /// The branch or tag it runs on, if GitHub says.
    pub head_branch: Option<String>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When this attempt started.
    pub started_at: DateTime<Utc>,
    /// When it last changed; the end, once completed.
    pub updated_at: DateTime<Utc>,
    /// How it goes.
    pub status: RunStatus,
    /// Which run of it this is: from 1, and one more each time that somebody runs it again.
    pub attempt: u64,
}

/// How a workflow run goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunStatus {
    /// Queued or in progress.
    Going,
    /// It does not go on before somebody lets it deploy; who may, as far as GitHub says.
    Waiting(Vec<String>),
    /// It ended well.
    Succeeded,
    /// It failed; how, in words.
    Failed(String),
    /// It ended without doing what it should, and nothing failed.
    Stopped(RunStop),
}

/// What GitHub made of an attempt to merge a pull request or a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merge {
    /// Merged; the merge commit.
    Merged(String),
    /// Nothing to merge.
    AlreadyThere,
    /// The two sides conflict.
    Conflict,
    /// GitHub refuses, in its own words: checks missing, head moved, not mergeable.
    Refused(String),
}

/// A published release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasePage {
    /// Its id.
    pub id: u64,
    /// Whether nothing of it can be changed any more.
    pub immutable: bool,
    /// The names of its assets.
    pub assets: Vec<String>,
    /// Its page.
    pub url: String,
    /// Its tag.
    pub tag: String,
}
