//! The bodies of pull requests: the release's keeps its timeline ticked.

use chrono::Duration;

use super::{conflict, count, gone_past, quiet};
use crate::domain::release::{
    Release, ReleaseKind, ReleaseSpec,
    fact::{BackMerge, NewCommit, OnlyMerged},
    plan::{PullRequestName, Step, Tagged},
    timeline::{Progress, stages},
};

/// The body of the pull request that brings a release to production.
pub fn release(release: &Release) -> String {
    let spec = &release.spec;
    let at = spec.at.format("%Y-%m-%d %H:%M UTC");
    let tagged_first =
        spec.plan.steps.iter().any(|planned| matches!(planned.step, Step::Tag { of: Tagged::CatchUp, .. }));
    let mut body = match &spec.kind {
        ReleaseKind::Regular if !tagged_first => format!(
            "Brings `{}` to `{}` as {}, as it was frozen on {at} and mended since.\n\n{}",
            spec.branch,
            spec.production,
            spec.tag,
            release.state.notes.quiet_markdown().trim_start()
        ),
        ReleaseKind::Hotfix { description, .. } if !tagged_first => {
            format!("{}\n\nFixes pushed to `{}` are part of it.\n", broken(spec, description), spec.branch)
        }
        // A roll-back opens no pull request.
        ReleaseKind::Regular | ReleaseKind::RollBack { .. } => format!(
            "Tag `{}` created. Snapshot of `{}` at {at}.\n\n**FEATURE CUTOFF ACTIVE**: what merges into `{}` from now \
             on goes to {}.\n",
            spec.tag,
            spec.source,
            spec.source,
            spec.next_tag()
        ),
        ReleaseKind::Hotfix { description, .. } => format!(
            "Tag `{}` created from `{}` at {at}.\n\n{}\n\nPush the fix to `{}`; the tag follows once it is \
             approved.\n",
            spec.tag,
            spec.source,
            broken(spec, description),
            spec.branch
        ),
    };
    body.push_str("\n### Timeline\n\n");
    // The pull request opens within its own stage, so this stage counts as done where only that is missing.
    let opens = spec.plan.find(|step| matches!(step, Step::PullRequest { name: PullRequestName::Release, .. }));
    let opens = opens.filter(|_| release.state.pull_requests.is_empty());
    let opening = opens.and_then(|step| spec.plan.steps.get(step)).map(|planned| planned.stage);
    for (number, stage) in stages(release).iter().enumerate().filter(|(_, stage)| stage.timeline) {
        let done = stage.progress == Progress::Done || (opening == Some(number) && stage.progress == Progress::Under);
        let passed = quiet(&gone_past(stage));
        let tick = if done && passed.is_empty() { 'x' } else { ' ' };
        body.push_str(&format!("- [{tick}] {}{passed}\n", stage.name));
    }
    // A release with dates of its own is over when they are.
    if spec.dates.0.is_empty() {
        let expected = spec.at + Duration::minutes(spec.target_minutes);
        body.push_str(&format!("\nExpected completion: {}\n", expected.format("%Y-%m-%d %H:%M UTC")));
    }
    if tagged_first {
        body.push_str("\nMerge as a merge commit, never squash: the tag has to stay part of the history.\n");
    }
    body
}

/// The body of the pull request that brings production back to development.
pub fn backport(release: &Release, base: &str) -> String {
    let spec = &release.spec;
    if let Some(BackMerge::Picked { commits, already, merges, only_merged }) = release.state.back_merge() {
        return picked(release, base, (commits, already), (*merges, only_merged));
    }
    let what = match spec.brings_tag() {
        true => format!("Brings {}, which production runs, into `{base}`", spec.tag),
        false => format!("Brings {} back to `{base}`", spec.tag),
    };
    if let Some(BackMerge::Settled { lines }) = release.state.back_merge() {
        let lines: String = lines.iter().map(|line| format!("- {line}\n")).collect();
        return format!(
            "{what}. It merges itself when its checks are green.\n\nBoth sides changed what Shipmate writes, and it has put \
             that together by rule:\n\n{lines}"
        );
    }
    let Some(BackMerge::Conflict { files, .. }) = release.state.back_merge() else {
        return format!("{what}. It merges itself when its checks are green.\n");
    };
    format!(
        "{what}, but these files conflict:\n\n{}\nResolve them here or locally, then mark this \
         ready for review:\n\n```sh\n{}\n```\n",
        conflict::markdown(files),
        conflict::of_back_merge(release)
    )
}

/// Commits that were picked one by one.
fn picked(
    release: &Release,
    base: &str,
    (commits, already): (&[NewCommit], &[NewCommit]),
    (merges, only_merged): (usize, &[OnlyMerged]),
) -> String {
    let list = |commits: &[NewCommit]| -> String {
        let one =
            |commit: &NewCommit| format!("- {} {} ({})\n", commit.sha, quiet(&commit.subject), quiet(&commit.author));
        commits.iter().map(one).collect()
    };
    let mut body = format!("Brings the fix of {} to `{base}`:\n\n{}", release.spec.tag, list(commits));
    if !already.is_empty() {
        body.push_str(&format!("\nThere already:\n\n{}", list(already)));
    }
    if merges > 0 {
        body.push_str(&format!(
            "\n{} left out: what they merged is picked commit by commit.\n",
            count(merges, "merge commit")
        ));
    }
    if !only_merged.is_empty() {
        let one = |merge: &OnlyMerged| {
            format!("git show --remerge-diff {}  # {}\n", merge.commit.sha, merge.files.join(", "))
        };
        let shown: String = only_merged.iter().map(one).collect();
        body.push_str(&format!(
            "\n**{} more than what was merged, and that is in no commit that could be picked.** Look at it, bring it along \
             here, then mark this ready for review:\n\n```sh\n{shown}```\n",
            if only_merged.len() == 1 { "A merge holds" } else { "Merges hold" }
        ));
    }
    body.push_str("\nThe release stays open until this is merged.\n");
    body
}

/// What a hotfix repairs; that it is critical only if somebody said so.
fn broken(spec: &ReleaseSpec, description: &str) -> String {
    match spec.kind {
        ReleaseKind::Hotfix { severity: Some(1), .. } => format!("**CRITICAL**: {}", quiet(description)),
        ReleaseKind::Hotfix { .. } | ReleaseKind::Regular | ReleaseKind::RollBack { .. } => quiet(description),
    }
}
