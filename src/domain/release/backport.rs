//! Debts: a hotfix that was tagged or has shipped owes its fix to every line that its plan names.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    Ending, Release, ReleaseId, ReleaseKind,
    fact::{BackMerge, NewCommit, Outcome},
    plan::{PullRequestName, Step, Tagged},
};
use crate::domain::version::Version;

/// A hotfix that was tagged or has shipped, and where its fix still has to go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingBackport {
    /// The project.
    pub project: String,
    /// The hotfix.
    pub release: ReleaseId,
    /// Its version.
    pub version: Version,
    /// Its tag.
    pub tag: String,
    /// What was broken.
    pub description: String,
    /// Who looks after it.
    pub owner: String,
    /// When it came to production, or, before that, when it was tagged.
    pub shipped: DateTime<Utc>,
    /// Whether it is tagged, and production has not had it yet.
    #[serde(default)]
    pub tagged_only: bool,
    /// The commit that was tagged or deployed.
    pub commit: String,
    /// The commit that the hotfix was cut from.
    pub since: String,
    /// The fix: what people pushed, oldest first, without merges.
    pub fixes: Vec<NewCommit>,
    /// The lines that need it.
    pub lines: Vec<Owed>,
    /// When somebody was last reminded of it.
    #[serde(default)]
    pub reminded: Option<DateTime<Utc>>,
}

/// A line that needs a fix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// The branch.
    pub line: String,
    /// The pull request that brings it: its number and page.
    pub pull: Option<(u64, String)>,
    /// When the fix was there.
    pub settled: Option<DateTime<Utc>>,
}

impl MissingBackport {
    /// The lines that still need the fix.
    pub fn open(&self) -> impl Iterator<Item = &Owed> {
        self.lines.iter().filter(|owed| owed.settled.is_none())
    }

    /// Whether every line has the fix.
    pub fn is_settled(&self) -> bool {
        self.open().next().is_none()
    }

    /// `develop (#31) and main`
    pub fn owed_to(&self) -> String {
        let one = |owed: &Owed| match &owed.pull {
            Some((number, _)) => format!("{} (#{number})", owed.line),
            None => owed.line.clone(),
        };
        self.open().map(one).collect::<Vec<_>>().join(" and ")
    }
}

/// What a hotfix owes after its newest fact, given what it owed before. Nothing for what has not shipped, and for what
/// was cancelled before production had it.
pub fn after(before: Option<MissingBackport>, release: &Release, now: DateTime<Utc>) -> Option<MissingBackport> {
    let ReleaseKind::Hotfix { description, .. } = &release.spec.kind else { return None };
    let live = is_live(release);
    let ended = release.ending() == Some(Ending::Cancelled);
    if !live && (ended || (before.is_none() && !tagged(release))) {
        return None;
    }
    let spec = &release.spec;
    let new = || MissingBackport {
        project: spec.project.clone(),
        release: spec.id,
        version: spec.version.clone(),
        tag: spec.tag.clone(),
        description: description.clone(),
        owner: spec.requester.clone(),
        shipped: now,
        tagged_only: !live,
        commit: release.head().to_owned(),
        since: spec.source_commit.clone(),
        fixes: release.state.new_commits.iter().filter(|commit| !is_merge(commit)).cloned().collect(),
        lines: vec![],
        reminded: None,
    };
    let mut debt = before.unwrap_or_else(new);
    if live && debt.tagged_only {
        (debt.shipped, debt.tagged_only) = (now, false);
    }
    // Until production has it, the fix may still grow: what has arrived of it is not all of it then.
    let fix = new();
    if !live && debt.fixes != fix.fixes {
        (debt.commit, debt.fixes) = (fix.commit, fix.fixes);
        debt.lines.iter_mut().for_each(|owed| owed.settled = None);
    }
    if let Some(merged) = release.state.merged.as_ref().filter(|merged| merged.by != super::fact::THE_CALENDAR) {
        debt.owner.clone_from(&merged.by);
    }
    for PlannedLine { line, pull, there } in lines(release) {
        match debt.lines.iter_mut().find(|owed| owed.line == line) {
            Some(owed) => {
                owed.pull = pull.or(owed.pull.take());
                owed.settled = owed.settled.or(there.then_some(now));
            }
            None => debt.lines.push(Owed { line, pull, settled: there.then_some(now) }),
        }
    }
    Some(debt)
}

fn is_merge(commit: &NewCommit) -> bool {
    commit.subject.starts_with("Merge ")
}

/// Whether production has it, or had it: a roll-back makes no fix needless.
fn is_live(release: &Release) -> bool {
    let mut steps = release.state.steps.iter().enumerate();
    steps.any(|(step, state)| release.goes_to_production(step) && state.first_done.is_some())
}

/// Whether somebody tagged what a tag alone ships.
fn tagged(release: &Release) -> bool {
    let steps = release.spec.plan.steps.iter().zip(&release.state.steps);
    let mut waited = steps.filter(|(planned, _)| matches!(planned.step, Step::AwaitTag { .. }));
    waited.any(|(_, state)| state.done.is_some())
}

/// A line that a plan names, the pull request that brings the fix there, and whether it is there.
struct PlannedLine {
    line: String,
    pull: Option<(u64, String)>,
    there: bool,
}

fn lines(release: &Release) -> Vec<PlannedLine> {
    let (spec, state) = (&release.spec, &release.state);
    let pull = |name| state.pull_requests.get(&name).cloned();
    let mut lines = vec![];
    for (index, planned) in spec.plan.steps.iter().enumerate() {
        let step = state.step(index);
        if matches!(planned.step, Step::AwaitMerge { .. }) {
            let (line, pull) = (spec.production.clone(), pull(PullRequestName::Release));
            lines.push(PlannedLine { line, pull, there: step.done.is_some() });
        } else if let Step::Merge { branch, .. } = &planned.step
            && *branch != spec.branch
        {
            let proposed = step.proposed.as_ref().map(|proposal| (proposal.number, proposal.url.clone()));
            lines.push(PlannedLine { line: branch.clone(), pull: proposed, there: step.done.is_some() });
        } else if let Step::BackMerge { into, .. } | Step::CherryPick { into, .. } = &planned.step {
            let nothing = matches!(&step.done, Some((Outcome::BackMerge(BackMerge::Nothing), _)));
            let (pull, there) = (pull(PullRequestName::Backport), nothing || brought(release, index));
            lines.push(PlannedLine { line: into.clone(), pull, there });
        }
    }
    lines
}

/// Whether the pull request of a back-merge has been merged.
fn brought(release: &Release, back_merge: usize) -> bool {
    let steps = release.spec.plan.steps.iter().enumerate().skip(back_merge);
    let mut merges = steps.filter(|(_, planned)| matches!(planned.step, Step::MergeWhenGreen));
    merges.next().is_some_and(|(index, _)| release.state.step(index).done.is_some())
}

/// The hotfixes, newest first, whose fix a release needs, unless somebody said that it may go without.
pub fn needed<'a>(release: &'a Release, debts: &'a [MissingBackport]) -> impl Iterator<Item = &'a MissingBackport> {
    let spec = &release.spec;
    // By version it came before; or production got it while this one was under way.
    let earlier =
        |debt: &&MissingBackport| debt.release != spec.id && (debt.version < spec.version || debt.shipped > spec.at);
    debts.iter().rev().filter(earlier).filter(|debt| !release.state.waived.contains(&debt.release))
}

/// Whether a fix shipped after it was looked whether the release has every fix: it is looked again, as long as that can
/// still change anything.
pub fn is_outdated(release: &Release, index: usize, debts: &[MissingBackport]) -> bool {
    let (spec, state) = (&release.spec, release.state.step(index));
    let (Some(Step::CheckFixes { git_ref }), Some((_, at)), None) =
        (spec.plan.step(index), &state.done, &state.skipped)
    else {
        return false;
    };
    let mut deploys = (index..release.state.steps.len()).filter(|step| release.goes_to_production(*step));
    let left = deploys.next().is_some_and(|step| release.state.step(step).is_begun());
    // Once it is tagged or merged, a branch says no more what goes to production; the tag does.
    let mut steps = spec.plan.steps.iter().zip(&release.state.steps).skip(index);
    let settled = steps.any(|(planned, state)| {
        let settles =
            matches!(planned.step, Step::Tag { of: Tagged::Head | Tagged::Merge, .. } | Step::AwaitMerge { .. });
        settles && state.done.is_some()
    });
    needed(release, debts).any(|debt| debt.shipped > *at) && (*git_ref == spec.tag || !settled) && !left
}
