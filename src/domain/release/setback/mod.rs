//! What keeps a step from being done, and what cannot be seen: values, by which both are known again.

use serde::{Deserialize, Serialize};

use super::stop::Stop;
use crate::domain::github::{GithubProblem, Hidden};

mod deploy;
mod git;
mod plan;
mod pull;

pub use deploy::{DeploySetback, DeployedOtherwise};
pub use git::GitSetback;
pub use plan::PlanSetback;
pub use pull::{Approval, MergeObstacle, ProposalStands, PullKind, PullSetback, ReviewRule};

/// What keeps a step from being done: what went wrong with it, or what it waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Setback {
    /// Something that stops a release.
    Stop(Box<Stop>),
    /// Something about a pull request.
    Pull(Box<PullSetback>),
    /// Something about a deploy.
    Deploy(Box<DeploySetback>),
    /// Something about a branch, a tag or a commit.
    Git(Box<GitSetback>),
    /// Something about the plan, or the configuration that it needs.
    Plan(Box<PlanSetback>),
    /// GitHub did not do, or did not show, what it was asked for.
    Github(Box<GithubProblem>),
    /// GitHub did not do it, and a person has it tried again once that is put right.
    ToRetry {
        /// What it says.
        once_right: Box<GithubProblem>,
    },
    /// What an older program stored as a sentence. It is read, and never written.
    Words(String),
}

impl Default for Setback {
    fn default() -> Self {
        Self::Words(String::new())
    }
}

#[cfg(test)]
impl From<&str> for Setback {
    fn from(words: &str) -> Self {
        Self::Words(words.to_owned())
    }
}

impl From<Stop<&str>> for Setback {
    fn from(stop: Stop<&str>) -> Self {
        Self::Stop(Box::new(stop.owned()))
    }
}

impl From<PullSetback> for Setback {
    fn from(pull: PullSetback) -> Self {
        Self::Pull(Box::new(pull))
    }
}

impl From<DeploySetback> for Setback {
    fn from(deploy: DeploySetback) -> Self {
        Self::Deploy(Box::new(deploy))
    }
}

impl From<GitSetback> for Setback {
    fn from(git: GitSetback) -> Self {
        Self::Git(Box::new(git))
    }
}

impl From<PlanSetback> for Setback {
    fn from(plan: PlanSetback) -> Self {
        Self::Plan(Box::new(plan))
    }
}

impl From<GithubProblem> for Setback {
    fn from(problem: GithubProblem) -> Self {
        Self::Github(Box::new(problem))
    }
}

/// Something that cannot be seen now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// What keeps it from being seen; nothing in what an older program stored.
    pub why: Option<Hidden>,
    /// The same, as GitHub says it.
    pub problem: Setback,
}

impl Unseen {
    /// Whether this is what keeps it from being seen still. An older program stored the sentence alone.
    pub fn is(&self, why: Hidden, problem: &str) -> bool {
        let in_words = || matches!(&self.problem, Setback::Words(words) if words == problem);
        self.why.map_or_else(in_words, |known| known == why)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_setback_is_kept_as_a_value_and_older_words_are_read() {
        let rows: [(Setback, &str); 13] = [
            (
                Stop::Checks { git_ref: "main", failed: "unit" }.into(),
                r#"{"stop":"checks","git-ref":"main","failed":"unit"}"#,
            ),
            (Stop::Pushed.into(), r#"{"stop":"pushed"}"#),
            (PullSetback::BeingMade.into(), r#"{"pull":"being-made"}"#),
            (
                PullSetback::Obstructed { what: None, number: 7, by: MergeObstacle::Running(vec!["ci".into()]) }.into(),
                r#"{"pull":"obstructed","what":null,"number":7,"by":{"running":["ci"]}}"#,
            ),
            (DeploySetback::Unlisted.into(), r#"{"deploy":"unlisted"}"#),
            (
                DeploySetback::Goes { environment: "staging".into(), build: "2.2.0".into() }.into(),
                r#"{"deploy":"goes","environment":"staging","build":"2.2.0"}"#,
            ),
            (GitSetback::NothingMerged.into(), r#"{"git":"nothing-merged"}"#),
            (GitSetback::Wrong { stops: vec![Stop::Pushed] }.into(), r#"{"git":"wrong","stops":[{"stop":"pushed"}]}"#),
            (PlanSetback::NoProject { project: "api".into() }.into(), r#"{"plan":"no-project","project":"api"}"#),
            (GithubProblem::Archived.into(), r#"{"github":"archived"}"#),
            (GithubProblem::Refused("no".into()).into(), r#"{"github":"refused","said":"no"}"#),
            (
                Setback::ToRetry { once_right: Box::new(GithubProblem::Moved("api".into())) },
                r#"{"once_right":{"github":"moved","said":"api"}}"#,
            ),
            (Setback::Words("GitHub refuses: no".into()), r#""GitHub refuses: no""#),
        ];
        for (problem, stored) in rows {
            assert_eq!(serde_json::to_string(&problem).unwrap(), stored);
            assert_eq!(serde_json::from_str::<Setback>(stored).unwrap(), problem);
        }
    }

    #[test]
    fn what_cannot_be_seen_is_known_again() {
        let unseen = |why, problem: &str| Unseen { why, problem: problem.into() };
        for (stored, known) in [
            (unseen(Some(Hidden::Forbidden), "said otherwise"), true),
            (unseen(Some(Hidden::NotFound), "no"), false),
            (unseen(None, "no"), true),
            (unseen(None, "said otherwise"), false),
        ] {
            assert_eq!(stored.is(Hidden::Forbidden, "no"), known, "{stored:?}");
        }
    }
}
