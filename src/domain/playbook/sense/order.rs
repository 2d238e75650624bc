//! Steps that need another one before them: a pull request that is merged, a tag that is deployed, a deploy that is watched.

use std::collections::BTreeSet;

use super::super::{PlannedPath, mistake::PlaybookMistake};
use crate::domain::{
    nearest::nearest,
    release::plan::{PullRequestName, Step, Tagged},
};

/// What is missing before, or after, steps that need it.
pub(super) fn astray(planned: &PlannedPath, lines: [&str; 2]) -> Vec<PlaybookMistake> {
    let word = |word: &str| planned.words.get(word).map(String::as_str).unwrap_or_default();
    let way = PathOrder { planned, lines, tag: word("tag"), branch: word("branch"), source: word("source") };
    let (mut mistakes, mut missed) = (vec![], BTreeSet::new());
    for (at, one) in planned.plan.steps.iter().enumerate() {
        let alone = [way.settles(at, &one.step), way.merges(at, &one.step), way.promotes(at, &one.step)];
        // A tag or a branch that is missing is missing once, however many steps take it.
        let taken = [way.tagged(at, &one.step), way.branches(at, &one.step)];
        let first = taken.into_iter().flatten().filter(|(name, _)| missed.insert(name.clone())).map(|(_, words)| words);
        let words: Vec<String> = alone.into_iter().flatten().chain(first).collect();
        mistakes.extend(words.into_iter().map(|words| planned.mistake(at, words)));
    }
    mistakes
}

/// A path, and what it calls its own.
struct PathOrder<'a> {
    planned: &'a PlannedPath,
    /// The branches that are there before it begins.
    lines: [&'a str; 2],
    tag: &'a str,
    branch: &'a str,
    source: &'a str,
}

impl PathOrder<'_> {
    fn before(&self, at: usize) -> impl Iterator<Item = &Step> {
        self.planned.plan.steps.iter().take(at).map(|one| &one.step)
    }

    /// What is watched where nothing was deployed.
    fn settles(&self, at: usize, step: &Step) -> Option<String> {
        let Step::Settle { environment, watch, .. } = step else { return None };
        let deployed: Vec<&str> = self.before(at).filter_map(Step::deploys_to).collect();
        if deployed.contains(&environment.as_str()) {
            return None;
        }
        let does = if watch.is_some() { "watch" } else { "soak" };
        let way_out = match nearest(environment, deployed.iter().copied()).or(deployed.last().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "put `deploy` before it".to_owned(),
        };
        Some(format!("{does}: nothing before it deploys to `{environment}`; {way_out}"))
    }

    /// What is merged where nothing was opened.
    fn merges(&self, at: usize, step: &Step) -> Option<String> {
        let (does, wanted) = if matches!(step, Step::AwaitMerge { .. }) {
            ("await-merge", PullRequestName::Release)
        } else if matches!(step, Step::MergeWhenGreen) {
            ("merge-when-green", PullRequestName::Backport)
        } else {
            return None;
        };
        let is_opened = |step: &Step| matches!(step, Step::PullRequest { name, .. } if *name == wanted);
        let name = if wanted == PullRequestName::Release { "release" } else { "backport" };
        (!self.before(at).any(is_opened)).then(|| {
            format!(
                "{does}: no step before it opens a pull request that could be merged; put `{{ do = \"pull-request\", name = \
                 \"{name}\", \u{2026} }}` before it"
            )
        })
    }

    /// What takes the tag before anybody made it.
    fn tagged(&self, at: usize, step: &Step) -> Option<(String, String)> {
        let (does, name) = takes(step)?;
        let made = |step: &Step| {
            matches!(step, Step::Tag { name, of, .. } if name == self.tag && *of != Tagged::CatchUp)
                || matches!(step, Step::AwaitTag { name } if name == self.tag)
        };
        (name == self.tag && !self.before(at).any(made)).then(|| {
            let words = "no step before it makes the tag; put `tag` before it, or `await-tag` where others make it";
            (name.clone(), format!("{does}: {words}"))
        })
    }

    /// What takes a branch that nobody made.
    fn branches(&self, at: usize, step: &Step) -> Option<(String, String)> {
        let (does, name) = if let Step::PullRequest { head, .. } = step {
            ("pull-request", head)
        } else if let Step::Deploy { git_ref, .. } = step {
            Some(("deploy", git_ref)).filter(|_| git_ref == self.branch)?
        } else if let Step::Merge { branch, .. } = step {
            Some(("merge", branch)).filter(|_| branch == self.branch)?
        } else {
            return None;
        };
        let there = self.lines.contains(&name.as_str()) || name == self.source;
        let made = |step: &Step| {
            matches!(step, Step::Snapshot { branch, .. } | Step::CherryPick { branch, .. } | Step::BackMerge { branch, .. }
                if branch == name)
                || matches!(step, Step::Branch { name: made, .. } if made == name)
        };
        (!there && !self.before(at).any(made)).then(|| {
            let brings_back = matches!(step, Step::PullRequest { name: PullRequestName::Backport, .. });
            let makes = if brings_back { "`back-merge` or `cherry-pick`" } else { "`snapshot` or `branch`" };
            let words = format!("no step before it makes the branch `{name}`; put {makes} before it, with that name");
            (name.clone(), format!("{does}: {words}"))
        })
    }

    /// What is promoted to where nothing is deployed afterwards.
    fn promotes(&self, at: usize, step: &Step) -> Option<String> {
        let (gate, to) = step.gate().and_then(|gate| Some((gate, gate.promotes.as_ref()?)))?;
        let after = self.planned.plan.steps.iter().skip(at);
        let deployed: Vec<&str> = after.filter_map(|one| one.step.deploys_to()).collect();
        if deployed.contains(&to.as_str()) {
            return None;
        }
        let way_out = match nearest(to, deployed.iter().copied()).or(deployed.first().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "put `deploy` behind it, or leave `promotes` out".to_owned(),
        };
        Some(format!("`promotes` of `{}`: nothing after it deploys to `{to}`; {way_out}", gate.name))
    }
}

/// The word of a step that takes a branch or a tag as it is, and what it takes.
fn takes(step: &Step) -> Option<(&'static str, &String)> {
    match step {
        Step::Deploy { git_ref, .. } => Some(("deploy", git_ref)),
        Step::Validate { tag, .. } => Some(("validate", tag)),
        Step::PublishRelease { tag } => Some(("publish-release", tag)),
        Step::CheckFixes { git_ref } => Some(("check-fixes", git_ref)),
        Step::AwaitChecks { git_ref, .. } => git_ref.as_ref().map(|git_ref| ("await-checks", git_ref)),
        Step::Merge { from, .. } => Some(("merge", from)),
        Step::CherryPick { from, .. } => Some(("cherry-pick", from)),
        Step::BackMerge { from, .. } => Some(("back-merge", from)),
        Step::Tag { name, of, .. } => (*of == Tagged::CatchUp).then_some(("catch-up-tag", name)),
        Step::Snapshot { .. }
        | Step::Notes
        | Step::AwaitTime { .. }
        | Step::Freeze { .. }
        | Step::Thaw
        | Step::Labels { .. }
        | Step::PullRequest { .. }
        | Step::TickTimeline
        | Step::Settle { .. }
        | Step::Compare { .. }
        | Step::Branch { .. }
        | Step::Pick { .. }
        | Step::Overlap { .. }
        | Step::AwaitTag { .. }
        | Step::Announce { .. }
        | Step::SignOff(_)
        | Step::AwaitFix
        | Step::AwaitMerge { .. }
        | Step::MergeWhenGreen
        | Step::DeleteBranch { .. } => None,
    }
}
