//! What a rule of the repository demands of a branch or tag, as far as a release is concerned by it.

use super::Hindered;

/// A rule that holds for a branch or tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// What it demands.
    pub demand: Demand,
    /// What makes it hold, in words: a ruleset or the branch's protection.
    pub by: String,
    /// Whether the bot passes it when it merges a pull request, and only then.
    pub passed_by_pull_request: bool,
}

/// What a rule demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Demand {
    /// Nobody makes such a ref.
    NoCreation,
    /// Nobody moves it.
    NoUpdate,
    /// Nobody deletes it.
    NoDeletion,
    /// It is called in a certain way.
    Name(NamePattern),
    /// It has no merge commits.
    LinearHistory,
    /// Its commits are signed.
    Signatures,
    /// It changes by pull request, with so many approving reviews.
    PullRequest(u64),
    /// Its pull requests are merged in one of these ways, in GitHub's words.
    Methods(Vec<String>),
    /// It changes through a merge queue that merges in this way, in GitHub's word.
    Queue(String),
    /// What is merged ran in these environments.
    Deployments(Vec<String>),
}

/// How a branch or tag has to be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePattern {
    /// GitHub's word: `starts_with`, `ends_with`, `contains` or `regex`.
    pub operator: String,
    /// The pattern.
    pub pattern: String,
    /// Whether it must not fit.
    pub negate: bool,
}

impl NamePattern {
    /// Whether a name may be had; nothing if that cannot be told.
    fn lets(&self, name: &str) -> Option<bool> {
        let pattern = self.pattern.as_str();
        let fits = match self.operator.as_str() {
            "starts_with" => name.starts_with(pattern),
            "ends_with" => name.ends_with(pattern),
            "contains" => name.contains(pattern),
            "regex" => regex::Regex::new(pattern).ok()?.is_match(name),
            _ => return None,
        };
        Some(fits != self.negate)
    }

    fn in_words(&self) -> String {
        let must = if self.negate { "must not" } else { "must" };
        let how = match self.operator.as_str() {
            "starts_with" => "start with",
            "ends_with" => "end with",
            "contains" => "contain",
            _ => "match",
        };
        format!("{must} {how} {}", self.pattern)
    }
}

/// What a release does to a branch or tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// Makes it; `signed` unless commits of the bot's own writing come with it.
    Make { signed: bool },
    /// Moves it directly: by a merge or to another commit; `signed` unless commits of the bot's own writing come with it.
    Move { merge: bool, signed: bool },
    /// Has a pull request merged into it; `signed` unless commits of the bot's own writing come with it, `by_bot` if the bot
    /// does so by itself.
    PullRequest { signed: bool, by_bot: bool },
    /// Merges into it, or opens a pull request where that is the only way; `signed` unless commits of the bot's own writing
    /// come with it.
    MergeInto { signed: bool },
    /// Deletes it.
    Delete,
}

impl Demand {
    /// What the rule makes of a deed, if it is in its way; `ran` are the environments to which the release deploys before.
    pub(super) fn against(&self, deed: Deed, name: &str, ran: &[&str]) -> Option<Hindered> {
        match (self, deed) {
            (Self::NoCreation, Deed::Make { .. }) => Some(Hindered::NotMade),
            (Self::Name(pattern), Deed::Make { .. }) if pattern.lets(name) == Some(false) => {
                Some(Hindered::Misnamed { wanted: pattern.in_words() })
            }
            (
                Self::Signatures,
                Deed::Make { signed: false }
                | Deed::Move { signed: false, .. }
                | Deed::PullRequest { signed: false, .. }
                | Deed::MergeInto { signed: false },
            ) => Some(Hindered::Unsigned),
            (Self::NoUpdate, Deed::Move { .. } | Deed::PullRequest { .. } | Deed::MergeInto { .. }) => {
                Some(Hindered::NotMoved)
            }
            (Self::PullRequest(_) | Self::Queue(_), Deed::Move { .. }) => Some(Hindered::NotMoved),
            (
                Self::LinearHistory,
                Deed::Move { merge: true, .. } | Deed::PullRequest { .. } | Deed::MergeInto { .. },
            ) => Some(Hindered::NoMergeCommits),
            (Self::Methods(methods), Deed::PullRequest { .. } | Deed::MergeInto { .. }) => {
                methods.iter().all(|method| method != "merge").then_some(Hindered::NoMergeCommits)
            }
            (Self::Queue(method), Deed::PullRequest { .. } | Deed::MergeInto { .. }) => Some(match method.as_str() {
                "MERGE" if matches!(deed, Deed::PullRequest { by_bot: true, .. }) => Hindered::Enqueued,
                "MERGE" => Hindered::ThroughQueue,
                other => Hindered::QueueMakesOthers { method: other.to_lowercase() },
            }),
            (Self::PullRequest(reviews), Deed::PullRequest { .. } | Deed::MergeInto { .. }) => {
                (*reviews > 0).then_some(Hindered::Reviewed { reviews: *reviews })
            }
            (Self::Deployments(environments), Deed::PullRequest { .. }) => {
                let lacks = |name: &&String| !ran.contains(&name.as_str());
                let environments: Vec<String> = environments.iter().filter(lacks).cloned().collect();
                (!environments.is_empty()).then_some(Hindered::NotDeployed { environments })
            }
            (Self::NoDeletion, Deed::Delete) => Some(Hindered::NotDeleted),
            (Self::NoCreation | Self::NoUpdate | Self::NoDeletion | Self::Name(_) | Self::Signatures, _)
            | (Self::LinearHistory | Self::PullRequest(_) | Self::Methods(_) | Self::Queue(_), _)
            | (Self::Deployments(_), _) => None,
        }
    }
}
