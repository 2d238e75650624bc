//! What stops a release on its way, as a value: by it a stop is known again, however it is put into words.

use serde::{Deserialize, Serialize};

/// Why a release goes no further. It borrows its words where it is found, and has them where it is kept.
#[expect(missing_docs, reason = "each field is the word of its name in the sentence")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stop", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Stop<T = String> {
    /// A tag is no plain version.
    Form { tag: T },
    /// A tag names another version than the release's.
    Names { tag: T, version: T },
    /// A tag is not there any more; it was at this commit.
    Gone { tag: T, at: T },
    /// The version file is missing at the tag, cannot be read there, or says something else.
    File { tag: T, what: T },
    /// A version file or a changelog cannot be written as it stands on the source.
    Unwritable { what: T },
    /// Something was merged that the tag does not have, and that nobody decided on.
    Lacks { tag: T, what: T },
    /// The tag is not part of the branch that production runs.
    Apart { tag: T, branch: T },
    /// The tag stands somewhere else than where it stood when people decided. `left` says what does not happen
    /// because of it.
    Moved { tag: T, how: T, at: T, left: T },
    /// A tag of the release's name is there, and marks something else.
    Taken { tag: T, at: T, not: T },
    /// A branch of the release's name is there, and holds something else.
    Foreign { branch: T, at: T },
    /// The branch that was adopted at a commit does not have that any more.
    Rebased { branch: T, at: T, from: T },
    /// A tag that is waited for marks what the fix does not have.
    Astray { tag: T, at: T, branch: T },
    /// Production has seen the tag, and newer commits came after it.
    Seen { tag: T },
    /// A fix that shipped, or is about to, is missing on a branch.
    LacksFix { git_ref: T, what: T, from: T, repeats: bool },
    /// A fix that shipped, or is about to, is missing in a tag.
    TagLacksFix { tag: T, what: T },
    /// Checks failed.
    Checks { git_ref: T, failed: T },
    /// Neither a branch nor a tag of this name is there.
    NoRef { name: T },
    /// A commit that was marked as bad would come back.
    Bad { git_ref: T, what: T, by: T, environment: T },
    /// The configuration names no such environment.
    NoEnvironment { project: T, environment: T },
    /// The configuration names no workflow for an environment that a push deploys to.
    NoWorkflow { project: T, environment: T },
    /// CD has not begun by itself.
    NotBegun { workflow: T, minutes: i64, git_ref: T },
    /// Nothing was pushed that CD could deploy.
    NothingPushed { environment: T },
    /// CD does not name what it deployed.
    Nameless { environment: T },
    /// Another artifact than the first was deployed.
    OtherArtifact { environment: T, this: T, first: T },
    /// The artifact was built anew after it was tried.
    Rebuilt { tag: T, now: T, first: T, environment: T },
    /// CD deployed another commit than the one that was decided on.
    OtherCommit { differs: T },
    /// Something speaks against what is watched; `answered` if the release takes it back or holds the environment by itself.
    Signal { environment: T, what: T, answered: bool },
    /// The release's pull request was closed.
    Closed { number: u64 },
    /// The release's pull request was squashed or rebased; `what` brings its commits.
    Rewritten { number: u64, base: T, what: T },
    /// The release's pull request cannot be merged.
    NotMergeable { number: u64, obstacle: T },
    /// Commits came that nobody decided on.
    Pushed,
    /// Nobody knows of a tag to go back to.
    NoWayBack { environment: T },
}

impl Stop<&str> {
    /// The same with words of its own.
    pub fn owned(self) -> Stop {
        let own = str::to_owned;
        match self {
            Self::Form { tag } => Stop::Form { tag: own(tag) },
            Self::Names { tag, version } => Stop::Names { tag: own(tag), version: own(version) },
            Self::Gone { tag, at } => Stop::Gone { tag: own(tag), at: own(at) },
            Self::File { tag, what } => Stop::File { tag: own(tag), what: own(what) },
            Self::Unwritable { what } => Stop::Unwritable { what: own(what) },
            Self::Lacks { tag, what } => Stop::Lacks { tag: own(tag), what: own(what) },
            Self::Apart { tag, branch } => Stop::Apart { tag: own(tag), branch: own(branch) },
            Self::Moved { tag, how, at, left } => {
                Stop::Moved { tag: own(tag), how: own(how), at: own(at), left: own(left) }
            }
            Self::Taken { tag, at, not } => Stop::Taken { tag: own(tag), at: own(at), not: own(not) },
            Self::Foreign { branch, at } => Stop::Foreign { branch: own(branch), at: own(at) },
            Self::Rebased { branch, at, from } => Stop::Rebased { branch: own(branch), at: own(at), from: own(from) },
            Self::Astray { tag, at, branch } => Stop::Astray { tag: own(tag), at: own(at), branch: own(branch) },
            Self::Seen { tag } => Stop::Seen { tag: own(tag) },
            Self::LacksFix { git_ref, what, from, repeats } => {
                Stop::LacksFix { git_ref: own(git_ref), what: own(what), from: own(from), repeats }
            }
            Self::TagLacksFix { tag, what } => Stop::TagLacksFix { tag: own(tag), what: own(what) },
            Self::Checks { git_ref, failed } => Stop::Checks { git_ref: own(git_ref), failed: own(failed) },
            Self::NoRef { name } => Stop::NoRef { name: own(name) },
            Self::Bad { git_ref, what, by, environment } => {
                Stop::Bad { git_ref: own(git_ref), what: own(what), by: own(by), environment: own(environment) }
            }
            Self::NoEnvironment { project, environment } => {
                Stop::NoEnvironment { project: own(project), environment: own(environment) }
            }
            Self::NoWorkflow { project, environment } => {
                Stop::NoWorkflow { project: own(project), environment: own(environment) }
            }
            Self::NotBegun { workflow, minutes, git_ref } => {
                Stop::NotBegun { workflow: own(workflow), minutes, git_ref: own(git_ref) }
            }
            Self::NothingPushed { environment } => Stop::NothingPushed { environment: own(environment) },
            Self::Nameless { environment } => Stop::Nameless { environment: own(environment) },
            Self::OtherArtifact { environment, this, first } => {
                Stop::OtherArtifact { environment: own(environment), this: own(this), first: own(first) }
            }
            Self::Rebuilt { tag, now, first, environment } => {
                Stop::Rebuilt { tag: own(tag), now: own(now), first: own(first), environment: own(environment) }
            }
            Self::OtherCommit { differs } => Stop::OtherCommit { differs: own(differs) },
            Self::Signal { environment, what, answered } => {
                Stop::Signal { environment: own(environment), what: own(what), answered }
            }
            Self::Closed { number } => Stop::Closed { number },
            Self::Rewritten { number, base, what } => Stop::Rewritten { number, base: own(base), what: own(what) },
            Self::NotMergeable { number, obstacle } => Stop::NotMergeable { number, obstacle: own(obstacle) },
            Self::Pushed => Stop::Pushed,
            Self::NoWayBack { environment } => Stop::NoWayBack { environment: own(environment) },
        }
    }
}
