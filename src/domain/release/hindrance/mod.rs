//! What the repository's rules keep a release from: known when it begins, and not when its turn comes.

mod demand;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use self::demand::Deed;
pub use self::demand::{Binding, Demand, NamePattern};
use super::{
    Release,
    plan::{PullRequestName, Step, Tagged},
};

/// The rules for what a release touches, as far as the bot's token may read them. The bot passes none of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleBook {
    /// What holds for each branch.
    pub branches: BTreeMap<String, Vec<Binding>>,
    /// What holds for each tag.
    pub tags: BTreeMap<String, Vec<Binding>>,
    /// Whether the repository lets pull requests be merged with a merge commit, if that is known.
    pub merge_commits: Option<bool>,
    /// What could not be read, in words: of that nothing is known.
    pub unread: Vec<String>,
    /// Whether some of it could not be read for a reason that passes, so that it is known soon.
    pub passes: bool,
}

/// Something that a rule keeps a release from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hindrance {
    /// The step that will not be done as planned.
    pub step: usize,
    /// The branch or tag.
    pub name: String,
    /// What is in the way there.
    pub what: Hindered,
    /// What makes it so, in words.
    pub by: String,
}

/// In what way a step is hindered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Hindered {
    /// The bot may not make it.
    NotMade,
    /// It may not be called so.
    Misnamed {
        /// How it has to be called.
        wanted: String,
    },
    /// The bot may not move it.
    NotMoved,
    /// The bot may not delete it.
    NotDeleted,
    /// It takes no merge commits.
    NoMergeCommits,
    /// Its merge queue makes other commits than those that people decide on.
    QueueMakesOthers {
        /// In which way it merges.
        method: String,
    },
    /// The bot's own commits bear no signature.
    Unsigned,
    /// What is merged has to have run where the release does not go before.
    NotDeployed {
        /// The environments.
        environments: Vec<String>,
    },
    /// A person puts the pull request into the merge queue.
    ThroughQueue,
    /// The bot puts the pull request into the merge queue.
    Enqueued,
    /// People have to approve the pull request.
    Reviewed {
        /// How many.
        reviews: u64,
    },
}

impl Hindered {
    /// Whether the step cannot be done as long as it is so; otherwise people have something to do for it.
    pub fn stops(&self) -> bool {
        match self {
            Self::ThroughQueue | Self::Enqueued | Self::Reviewed { .. } => false,
            Self::NotMade
            | Self::Misnamed { .. }
            | Self::NotMoved
            | Self::NotDeleted
            | Self::NoMergeCommits
            | Self::QueueMakesOthers { .. }
            | Self::Unsigned
            | Self::NotDeployed { .. } => true,
        }
    }

    /// Whether people have something to do for the step.
    pub fn asks(&self) -> bool {
        !self.stops() && *self != Self::Enqueued
    }
}

/// What was found about the rules of the way: what they hinder, and what is not known of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ruling {
    /// What they hinder, in the order of the steps.
    pub hindrances: Vec<Hindrance>,
    /// What could not be read, in words.
    pub unread: Vec<String>,
}

/// The branches and tags that a release touches from now on.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// The branches.
    pub branches: BTreeSet<String>,
    /// Those of them into which pull requests are merged.
    pub bases: BTreeSet<String>,
    /// The tags.
    pub tags: BTreeSet<String>,
}

/// What a release touches from now on.
pub fn touched(release: &Release) -> Touched {
    let mut touched = Touched::default();
    for (_, what, deed) in deeds(release) {
        match what {
            TouchedRef::Tag(name) => drop(touched.tags.insert(name.to_owned())),
            TouchedRef::Branch(name) => {
                if matches!(deed, Deed::PullRequest { .. } | Deed::MergeInto { .. }) {
                    touched.bases.insert(name.to_owned());
                }
                touched.branches.insert(name.to_owned());
            }
        }
    }
    touched
}

/// What the rules hinder of what a release has still to do.
pub fn ruling(release: &Release, book: &RuleBook) -> Ruling {
    let mut hindrances: Vec<Hindrance> = vec![];
    for (step, what, deed) in deeds(release) {
        let (name, rules) = match what {
            TouchedRef::Branch(name) => (name, book.branches.get(name)),
            TouchedRef::Tag(name) => (name, book.tags.get(name)),
        };
        let by_pull_request = matches!(deed, Deed::PullRequest { .. });
        let ran = ran_before(release, step);
        let binding = rules.into_iter().flatten().filter(|rule| !(by_pull_request && rule.passed_by_pull_request));
        for Binding { demand, by, .. } in binding {
            let what = demand.against(deed, name, &ran);
            hindrances.extend(what.map(|what| Hindrance { step, name: name.to_owned(), what, by: by.clone() }));
        }
        if by_pull_request && book.merge_commits == Some(false) {
            let (what, by) = (Hindered::NoMergeCommits, "the repository's settings".to_owned());
            hindrances.push(Hindrance { step, name: name.to_owned(), what, by });
        }
    }
    let mut known: Vec<Hindrance> = vec![];
    hindrances.retain(|found| {
        // What two steps do to one branch, and what two rules say of it, is said once.
        let new = !known.iter().any(|other| other.name == found.name && other.what == found.what);
        known.extend(new.then(|| found.clone()));
        new
    });
    Ruling { hindrances, unread: book.unread.clone() }
}

/// What a step acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TouchedRef<'a> {
    Branch(&'a str),
    Tag(&'a str),
}

/// What a release still does to branches and tags, step by step.
fn deeds(release: &Release) -> Vec<(usize, TouchedRef<'_>, Deed)> {
    let steps = release.spec.plan.steps.iter().zip(&release.state.steps).enumerate();
    let open = steps.filter(|(_, (_, state))| !state.is_over());
    open.flat_map(|(index, (planned, _))| {
        let deeds = of(release, &planned.step);
        deeds.into_iter().map(move |(what, deed)| (index, what, deed))
    })
    .collect()
}

fn of<'a>(release: &'a Release, step: &'a Step) -> Vec<(TouchedRef<'a>, Deed)> {
    let any = |fits: fn(&Step) -> bool| release.spec.plan.find(fits).is_some();
    let writes = || any(|step| matches!(step, Step::Snapshot { commits, .. } if !commits.is_empty()));
    match step {
        Step::Snapshot { branch, commits } => {
            vec![(TouchedRef::Branch(branch), Deed::Make { signed: commits.is_empty() })]
        }
        Step::Branch { name, .. } => vec![(TouchedRef::Branch(name), Deed::Make { signed: true })],
        Step::BackMerge { branch, .. } => {
            vec![
                (TouchedRef::Branch(branch), Deed::Make { signed: true }),
                (TouchedRef::Branch(branch), Deed::Move { merge: true, signed: !writes() }),
            ]
        }
        Step::CherryPick { branch, .. } => vec![
            (TouchedRef::Branch(branch), Deed::Make { signed: false }),
            (TouchedRef::Branch(branch), Deed::Move { merge: false, signed: false }),
        ],
        Step::Tag { name, of: Tagged::CatchUp, .. } => {
            vec![(TouchedRef::Tag(name), Deed::Move { merge: false, signed: true })]
        }
        Step::Tag { name, of: Tagged::Head | Tagged::Merge, .. } => {
            vec![(TouchedRef::Tag(name), Deed::Make { signed: true })]
        }
        Step::AwaitMerge { .. } => merged(release, PullRequestName::Release, !writes()),
        Step::MergeWhenGreen => {
            let picks = any(|step| matches!(step, Step::CherryPick { .. }));
            // What production got from the release goes back with it.
            merged(release, PullRequestName::Backport, !(picks || writes()))
        }
        Step::Merge { branch, from, .. } => {
            let own = *from == release.spec.tag || *from == release.spec.branch;
            vec![(TouchedRef::Branch(branch), Deed::MergeInto { signed: !(own && writes()) })]
        }
        Step::DeleteBranch { name } => vec![(TouchedRef::Branch(name), Deed::Delete)],
        // What is picked is merged into a branch of the release's own.
        Step::Pick { into, .. } => vec![(TouchedRef::Branch(into), Deed::Move { merge: true, signed: true })],
        Step::Notes
        | Step::AwaitTime { .. }
        | Step::Freeze { .. }
        | Step::Thaw
        | Step::Labels { .. }
        | Step::PullRequest { .. }
        | Step::TickTimeline
        | Step::Deploy { .. }
        | Step::Settle { .. }
        | Step::Compare { .. }
        | Step::AwaitChecks { .. }
        | Step::CheckFixes { .. }
        | Step::Overlap { .. }
        | Step::AwaitTag { .. }
        | Step::Announce { .. }
        | Step::SignOff(_)
        | Step::AwaitFix
        | Step::Validate { .. }
        | Step::PublishRelease { .. } => vec![],
    }
}

/// The branch into which a pull request of the release goes.
fn merged(release: &Release, wanted: PullRequestName, signed: bool) -> Vec<(TouchedRef<'_>, Deed)> {
    let base = release.spec.plan.steps.iter().find_map(|planned| {
        let Step::PullRequest { name, base, .. } = &planned.step else { return None };
        (*name == wanted).then_some(base)
    });
    let by_bot = wanted == PullRequestName::Backport;
    base.map(|base| (TouchedRef::Branch(base.as_str()), Deed::PullRequest { signed, by_bot })).into_iter().collect()
}

/// The environments to which the release deploys before a step.
fn ran_before(release: &Release, step: usize) -> Vec<&str> {
    release.spec.plan.steps.iter().take(step).filter_map(|planned| planned.step.deploys_to()).collect()
}
